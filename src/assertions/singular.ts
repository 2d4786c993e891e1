import { type Checked, type Diagnostic, diagnose, hasErrors, type Location, nearest } from '../diagnostics/index.ts'
import type { RawConfig } from '../project/index.ts'
import type { SqlText } from '../sql/index.ts'
import type { Assertion } from './assertion.ts'
import { hashOf } from './hash.ts'
import { SettingsReader, settingNames, thresholdsOf } from './settings.ts'

/** What the compiler knows of a file in `tests/sql`. */
export interface SingularContext {
  /** File name without extension. */
  readonly name: string
  readonly sql: SqlText
  /** Node ids that it reads, in order of appearance. */
  readonly reads: readonly string[]
  readonly location: Location
}

/** Settings that mean something for a SELECT that finds its own rows. */
const valid = settingNames.filter((name) => !['where', 'scope', 'name', 'on_empty', 'mostly'].includes(name))

/**
 * Makes the assertion of a file in `tests/sql` with the settings of its `config()` call. It runs after the models it reads
 * and never blocks. No value and no error for one that is switched off with `enabled=false`.
 */
export function parseSingularAssertion(config: RawConfig, context: SingularContext): Checked<Assertion> {
  const found: Diagnostic[] = []
  for (const [argument, entry] of Object.entries(config)) {
    if (valid.includes(argument)) continue
    const parameters = { assertion: context.name, argument, nearest: nearest(argument, valid), valid }
    found.push(diagnose('assertion-argument-unknown', parameters, entry.location))
  }
  const read = new SettingsReader(context.name, config, found).read()
  const { enabled, ...settings } = { ...read, ...thresholdsOf(read) }
  const assertion = {
    ...settings,
    type: 'sql',
    arguments: {},
    scope: { kind: 'table' } as const,
    reads: context.reads,
    sql: context.sql,
    blocking: false,
  }
  const identity = { id: `test.${context.name}`, name: context.name, location: context.location }
  const value = { ...assertion, ...identity, hash: hashOf(assertion) }
  return { value: hasErrors(found) || !enabled ? undefined : value, diagnostics: found }
}
