import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import type { Json, Located, RawConfig } from '../project/index.ts'
import type { Assertion, Scope, Threshold } from './assertion.ts'
import { fragmentProblem } from './sql-fragment.ts'
import { anyFailure, parseThreshold } from './threshold.ts'

/** What every assertion can be told, whatever it checks. */
export interface Settings
  extends Pick<
    Assertion,
    | 'description'
    | 'severity'
    | 'limit'
    | 'storeFailures'
    | 'tags'
    | 'where'
    | 'onEmpty'
    | 'failCalc'
    | 'owner'
    | 'meta'
    | 'expires'
  > {
  readonly name?: string
  readonly enabled: boolean
  /** Absent: any failure warns, or fails. */
  readonly warnIf?: Threshold
  readonly errorIf?: Threshold
  readonly scope?: Scope
}

/** Each setting, with what it means, for the reference. */
export const settingHelp: Readonly<Record<string, string>> = {
  name: 'what the assertion is called; default: its type and arguments',
  description: 'what it is for',
  enabled: '`false` switches it off',
  severity: '`error` (default), `warn` or `info`; info is measured and never fails',
  warn_if:
    'condition on the number of failing rows (`> 10`), their share of all rows (`> 5 %`), or the measured value (`< 0.9`)',
  error_if: 'the same, for failing',
  mostly: 'share of rows, from 0 to 1, that must be good: `0.95` is `error_if: "> 5 %"`',
  where: 'judges only these rows',
  scope: '`window` (default of partitioned models: the staged rows, each partition by itself), `table`, `last N`',
  on_empty: '`pass`, `warn` or `fail` where no row is judged; default: what the check itself says',
  limit: 'most failing rows shown or stored; default 100',
  tags: 'for selection',
  owner: 'who is to look when it fails',
  meta: 'a mapping, kept for other tools',
  expires: 'a date: from then on it is not judged, and a warning says so',
  fail_calc: 'an aggregate over the failing rows that stands for their number; default `count(*)`',
  store_failures: '`false` keeps failing rows out of the ledger',
}

export const settingNames: readonly string[] = Object.keys(settingHelp)

/** The value in words, for "must be …, and is …". */
export function shown(value: Json): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : JSON.stringify(value)
}

const defaultLimit = 100
const thresholdForm = 'a condition such as "> 10", "!= 0" or "> 5 %"'
const scopeForm = 'window, table, or "last 7"'

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
    const optional = {
      name: this.value('name', 'text', asText),
      where: this.fragment('where', 'an SQL condition'),
      scope: this.value('scope', scopeForm, asScope),
      onEmpty: this.value('on_empty', 'one of pass, warn, fail', asVerdict),
      failCalc: this.failCalc(),
      owner: this.value('owner', 'text', asText),
      meta: this.value('meta', 'a mapping', asMapping),
      expires: this.value('expires', 'a date such as 2026-12-31', asDate),
      ...this.thresholds(),
    }
    return {
      ...without(optional),
      description: this.value('description', 'text', asText) ?? '',
      enabled: this.value('enabled', 'true or false', asFlag) ?? true,
      severity: this.value('severity', 'one of error, warn, info', asSeverity) ?? 'error',
      limit: this.value('limit', 'a whole number, at least 1', asLimit) ?? defaultLimit,
      storeFailures: this.value('store_failures', 'true or false', asFlag) ?? true,
      tags: this.value('tags', 'text, or a list of text', asTexts) ?? [],
    }
  }

  /** `mostly` stands where no condition is written. */
  private thresholds(): { readonly warnIf: Threshold | undefined; readonly errorIf: Threshold | undefined } {
    const warnIf = this.value('warn_if', thresholdForm, asThreshold)
    const errorIf = this.value('error_if', thresholdForm, asThreshold)
    const mostly = this.value('mostly', 'a number from 0 to 1', asShare)
    if (mostly === undefined) return { warnIf, errorIf }
    const most = { operator: '>' as const, value: Number(((1 - mostly) * 100).toFixed(9)), percent: true }
    return { warnIf: warnIf ?? most, errorIf: errorIf ?? most }
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

  private fragment(key: string, expected: string): string | undefined {
    const fragment = this.value(key, expected, asText)
    const detail = fragment === undefined ? undefined : fragmentProblem(fragment)
    if (detail === undefined) return fragment
    this.found.push(diagnose('assertion-sql-invalid', { argument: key, detail }, this.given[key]?.location))
    return undefined
  }

  /** Counting rows is what is done anyway. */
  private failCalc(): string | undefined {
    const written = this.fragment('fail_calc', 'an aggregate over the failing rows')
    return written === undefined || /^\s*count\s*\(\s*\*\s*\)\s*$/i.test(written) ? undefined : written
  }
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without the entries that are undefined. */
function without<T extends object>(all: T): Given<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Given<T>
}

const asText = (value: Json): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined
const asFlag = (value: Json): boolean | undefined => (typeof value === 'boolean' ? value : undefined)
const asThreshold = (value: Json): Threshold | undefined =>
  typeof value === 'string' ? parseThreshold(value) : undefined
const asLimit = (value: Json): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : undefined
const asShare = (value: Json): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined
const asVerdict = (value: Json): Assertion['onEmpty'] =>
  value === 'pass' || value === 'warn' || value === 'fail' ? value : undefined
const asMapping = (value: Json): Readonly<Record<string, Json>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : undefined

/** A day that exists. */
function asDate(value: Json): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined
  const day = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value) ? value : undefined
}

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

/** Both thresholds, whether written or not. */
export function thresholdsOf(settings: Settings): Pick<Assertion, 'warnIf' | 'errorIf'> {
  return { warnIf: settings.warnIf ?? anyFailure, errorIf: settings.errorIf ?? anyFailure }
}
