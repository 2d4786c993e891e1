import { bug, type Checked } from '../../diagnostics/index.ts'
import type { SqlText } from '../../sql/index.ts'
import type { HoleTable } from './holes.ts'
import type { MacroLibrary } from './macros.ts'
import type { ParsedTemplate } from './parse.ts'
import type { TemplateValue } from './value.ts'

/** Bounds of one render; beyond them is the diagnostic `template-limit`. */
export interface Limits {
  /** Loop turns, calls, and elements touched by filters and comparisons. Default 2,000,000. */
  readonly steps: number
  /** Characters of output, and of any one text on the way. Default 10,000,000. */
  readonly characters: number
  /** Macro calls within macro calls. Default 100. */
  readonly depth: number
}

export interface RenderOptions {
  /** Names that every template and macro sees. Values are shared between renders: make them with `fromJson`, or frozen. */
  readonly globals: ReadonlyMap<string, TemplateValue>
  readonly macros: MacroLibrary
  readonly holes: HoleTable
  readonly limits?: Partial<Limits>
}

/** Runs a template. Rendering stops at its first error; the value is absent then. */
export function renderTemplate(_template: ParsedTemplate, _options: RenderOptions): Checked<SqlText> {
  return bug('not built yet')
}
