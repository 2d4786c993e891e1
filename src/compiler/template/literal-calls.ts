import { bug } from '../../diagnostics/index.ts'
import type { ParsedTemplate } from './parse.ts'
import type { Site } from './site.ts'
import type { TemplateValue } from './value.ts'

/** A call found without rendering. */
export interface LiteralCall {
  readonly name: string
  /** Arguments in order; undefined stands for one that is not a literal. */
  readonly positional: readonly (TemplateValue | undefined)[]
  readonly named: ReadonlyMap<string, TemplateValue | undefined>
  readonly site: Site
  readonly positionalSites: readonly Site[]
  readonly namedSites: ReadonlyMap<string, Site>
  /** Whether it stands in an `if`, a loop or a macro, and so may never run. */
  readonly conditional: boolean
}

/** All calls of these names in a template (its own macros included), in order of appearance. */
export function literalCalls(_template: ParsedTemplate, _names: readonly string[]): readonly LiteralCall[] {
  return bug('not built yet')
}
