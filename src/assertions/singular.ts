import { bug, type Checked, type Location } from '../diagnostics/index.ts'
import type { RawConfig } from '../project/index.ts'
import type { SqlText } from '../sql/index.ts'
import type { Assertion } from './assertion.ts'

/** What the compiler knows of a file in `tests/sql`. */
export interface SingularContext {
  /** File name without extension. */
  readonly name: string
  readonly sql: SqlText
  /** Node ids that it reads, in order of appearance. */
  readonly reads: readonly string[]
  readonly location: Location
}

/** Makes the assertion of a file in `tests/sql` with the settings of its `config()` call. */
export function parseSingularAssertion(config: RawConfig, context: SingularContext): Checked<Assertion> {
  return bug(`being written: ${Object.keys(config)} ${context.name}`)
}
