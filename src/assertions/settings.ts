import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import type { Json, Located, RawConfig } from '../project/index.ts'
import type { Assertion, Scope, Threshold } from './assertion.ts'
import { fragmentProblem } from './sql-fragment.ts'
import { anyFailure, parseThreshold } from './threshold.ts'

/** What every assertion can be told, whatever it checks. */
export interface Settings {
  readonly name?: string
  readonly description: string
  readonly enabled: boolean
  readonly severity: Assertion['severity']
  readonly warnIf: Threshold
  readonly errorIf: Threshold
  readonly where?: string
  readonly scope?: Scope
  readonly limit: number
  readonly storeFailures: boolean
  readonly tags: readonly string[]
}

export const settingNames: readonly string[] = [
  'name',
  'description',
  'enabled',
  'severity',
  'warn_if',
  'error_if',
  'where',
  'scope',
  'limit',
  'tags',
  'store_failures',
  'fail_calc',
]

/** The value in words, for "must be …, and is …". */
export function shown(value: Json): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : JSON.stringify(value)
}

/** Reads the settings of one assertion; what is wrong is reported and left at its default. */
export class SettingsReader {
  private readonly given: RawConfig
  private readonly assertion: string
  private readonly found: Diagnostic[]

  constructor(assertion: string, given: RawConfig, found: Diagnostic[]) {
    this.assertion = assertion
    this.given = given
    this.found = found
  }

  read(): Settings {
    const [name, where, scope] = [
      this.value('name', 'text', asText),
      this.where(),
      this.value('scope', scopeForm, asScope),
    ]
    this.refuse()
    return {
      ...(name === undefined ? {} : { name }),
      description: this.value('description', 'text', asText) ?? '',
      enabled: this.value('enabled', 'true or false', asFlag) ?? true,
      severity: this.value('severity', 'one of error, warn, info', asSeverity) ?? 'error',
      warnIf: this.value('warn_if', thresholdForm, asThreshold) ?? anyFailure,
      errorIf: this.value('error_if', thresholdForm, asThreshold) ?? anyFailure,
      ...(where === undefined ? {} : { where }),
      ...(scope === undefined ? {} : { scope }),
      limit: this.value('limit', 'a whole number, at least 1', asLimit) ?? defaultLimit,
      storeFailures: this.value('store_failures', 'true or false', asFlag) ?? true,
      tags: this.value('tags', 'text, or a list of text', asTexts) ?? [],
    }
  }

  private value<T>(key: string, expected: string, parse: (value: Json) => T | undefined): T | undefined {
    const entry: Located<Json> | undefined = this.given[key]
    if (!entry || entry.value === null) return undefined
    const value = parse(entry.value)
    if (value === undefined) {
      const parameters = { assertion: this.assertion, argument: key, expected, found: shown(entry.value) }
      this.found.push(diagnose('assertion-argument-invalid', parameters, entry.location))
    }
    return value
  }

  private where(): string | undefined {
    const where = this.value('where', 'an SQL condition', asText)
    const detail = where === undefined ? undefined : fragmentProblem(where)
    if (detail === undefined) return where
    this.found.push(diagnose('assertion-sql-invalid', { argument: 'where', detail }, this.given.where?.location))
    return undefined
  }

  /** What dbt has and this version does not. */
  private refuse(): void {
    const { fail_calc: calculation } = this.given
    if (calculation && calculation.value !== 'count(*)') {
      const help = 'use a singular assertion in tests/sql'
      this.found.push(diagnose('not-yet-supported', { feature: '`fail_calc`', help }, calculation.location))
    }
  }
}

const defaultLimit = 100
const thresholdForm = 'a condition such as "> 10", "!= 0" or "> 5 %"'
const scopeForm = 'window, table, or "last 7"'

const asText = (value: Json): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined
const asFlag = (value: Json): boolean | undefined => (typeof value === 'boolean' ? value : undefined)
const asThreshold = (value: Json): Threshold | undefined =>
  typeof value === 'string' ? parseThreshold(value) : undefined
const asLimit = (value: Json): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : undefined

function asSeverity(value: Json): Assertion['severity'] | undefined {
  const severity = typeof value === 'string' ? value.toLowerCase() : value
  return severity === 'error' || severity === 'warn' || severity === 'info' ? severity : undefined
}

function asTexts(value: Json): readonly string[] | undefined {
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value]
  return list.every((item) => typeof item === 'string') ? (list as readonly string[]) : undefined
}

function asScope(value: Json): Scope | undefined {
  if (value === 'window' || value === 'table') return { kind: value }
  const partitions =
    typeof value === 'string' ? /^last\s+(\d{1,6})(?:\s+partitions?)?$/.exec(value.trim())?.[1] : undefined
  return partitions !== undefined && Number(partitions) > 0
    ? { kind: 'last', partitions: Number(partitions) }
    : undefined
}
