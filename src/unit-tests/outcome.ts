import type { UnitTest } from '../compiler/index.ts'
import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import type { AssertionOutcome, RowsDifference } from '../runner/index.ts'
import type { Difference, Values } from './compare.ts'

/** Differing rows that are shown. */
const mostShown = 20

/** How one comparison of a test came out. */
export interface Compared {
  readonly what: string
  readonly columns: readonly string[]
  readonly difference: Difference
  /** Rows expected, and rows found. */
  readonly rows: number
  readonly areEqual: (column: number, expected: unknown, actual: unknown) => boolean
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function rowOf(kind: RowsDifference['rows'][number]['kind'], expected: Values | undefined, actual: Values | undefined) {
  return (one: Compared): RowsDifference['rows'][number] => ({
    kind,
    cells: one.columns.map((_, i) => ({
      ...(expected ? { expected: shown(expected[i]) } : {}),
      ...(actual ? { actual: shown(actual[i]) } : {}),
      differs: kind === 'differing' && !one.areEqual(i, expected?.[i], actual?.[i]),
    })),
  })
}

function countOf({ missing, unexpected, differing }: Difference): number {
  return missing.length + unexpected.length + differing.length
}

/** The rows that differ, as they are shown: changed ones first, since they say most. */
function differenceOf(one: Compared): RowsDifference {
  const { missing, unexpected, differing } = one.difference
  const rows = [
    ...differing.map(({ expected, actual }) => rowOf('differing', expected, actual)),
    ...missing.map((expected) => rowOf('missing', expected, undefined)),
    ...unexpected.map((actual) => rowOf('unexpected', undefined, actual)),
  ]
  return {
    what: one.what,
    columns: one.columns,
    rows: rows.slice(0, mostShown).map((make) => make(one)),
    more: Math.max(rows.length - mostShown, 0),
  }
}

const signs = { missing: '-', unexpected: '+', differing: '±' } as const

function cellText({ expected, actual, differs }: RowsDifference['rows'][number]['cells'][number]): string {
  return differs ? `${expected} → ${actual}` : (actual ?? expected ?? '')
}

/** A difference as lines of text, for what shows no table. */
function plainLines({ columns, rows, more }: RowsDifference): string[] {
  return [
    ...rows.map(({ kind, cells }) => {
      return `${signs[kind]} ${columns.map((name, i) => `${name}: ${cells[i] ? cellText(cells[i]) : ''}`).join(', ')}`
    }),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ]
}

function counts({ missing, unexpected, differing }: Difference): string[] {
  const count = (rows: readonly unknown[], word: string) => (rows.length > 0 ? [`${rows.length} ${word}`] : [])
  return [...count(differing, 'differing'), ...count(missing, 'missing'), ...count(unexpected, 'unexpected')]
}

/** What tells a test in results, whatever became of it. */
function about({ id, name, model }: UnitTest) {
  return { assertion: id, name, node: model, sample: [] }
}

/** The outcome of a test whose rows were compared. `wrong` is what else was found. */
export function outcomeOf(
  test: UnitTest,
  compared: readonly Compared[],
  wrong: readonly Diagnostic[],
  milliseconds: number,
): AssertionOutcome {
  const bad = compared.filter(({ difference }) => countOf(difference) > 0)
  const differences = bad.map(differenceOf)
  const diagnostics = bad.map((one, i) => {
    const { what } = one
    const table = differences[i] ? plainLines(differences[i]) : []
    return diagnose('unit-test-failed', { test: test.name, what, counts: counts(one.difference), table }, test.location)
  })
  const failures = bad.reduce((sum, { difference }) => sum + countOf(difference), wrong.length)
  return {
    ...about(test),
    status: failures > 0 ? 'fail' : 'pass',
    failures,
    rows: compared.reduce((sum, { rows }) => sum + rows, 0),
    sql: '',
    milliseconds,
    diagnostics: [...diagnostics, ...wrong],
    differences,
  }
}

/** The outcome of a test that says nothing about its model: not all columns of what it is given are known. */
export function unjudgedOutcome(
  test: UnitTest,
  unknown: readonly string[],
  detail: string,
  milliseconds: number,
): AssertionOutcome {
  const diagnostics = [diagnose('unit-test-not-judged', { test: test.name, unknown, detail }, test.location)]
  return { ...about(test), status: 'warn', failures: 0, rows: 0, sql: '', milliseconds, diagnostics, differences: [] }
}

/** The outcome of a test that could not be run. */
export function erroredOutcome(
  test: UnitTest,
  diagnostics: readonly Diagnostic[],
  milliseconds: number,
): AssertionOutcome {
  return { ...about(test), status: 'error', failures: 0, rows: 0, sql: '', milliseconds, diagnostics, differences: [] }
}

/** The outcome of a test that passed before, and of which nothing changed since. */
export function rememberedOutcome(test: UnitTest): AssertionOutcome {
  return {
    ...about(test),
    ...{ status: 'pass', failures: 0, rows: 0, sql: '', milliseconds: 0 },
    diagnostics: [],
    differences: [],
  }
}
