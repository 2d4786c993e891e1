import type { TemplateValue } from '../template/index.ts'
import type { MacroCall } from './macro-call.ts'
import { type MacroShape, type Namespace, shapeOf } from './shape.ts'

/** A macro that is built in: it prints SQL in the words of the engine, or gives a value. */
export interface BuiltinMacro extends MacroShape {
  readonly run: (call: MacroCall) => TemplateValue
}

/** A macro by its signature: `star(from, except=[])`. */
export function macro(namespace: Namespace, signature: string, run: BuiltinMacro['run'], version = 1): BuiltinMacro {
  return { ...shapeOf(namespace, signature, version), run }
}
