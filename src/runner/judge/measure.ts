import type { Connection } from '../../adapters/contract.ts'
import { type Assertion, type AssertionSql, type AssertionTarget, compileAssertion } from '../../assertions/index.ts'
import type { Workshop } from '../site/index.ts'
import { type ScanRow, scanRows } from './scan.ts'

/** An assertion and its SQL against one relation. */
export interface CompiledAssertion {
  readonly assertion: Assertion
  readonly sql: AssertionSql
}

/** How many rows of a partition were judged, and how many of them are bad. */
export interface Count {
  readonly failures: number
  readonly rows: number
}

/** What was counted for one assertion, by ordinal; of one that judges all rows together, only ordinal 0. */
export type Measured =
  | { readonly ok: true; readonly counts: ReadonlyMap<number, Count>; readonly milliseconds: number }
  /** The engine could not run its query. */
  | { readonly ok: false; readonly error: unknown; readonly milliseconds: number }

/** The rows that are judged, and what is known of them. */
export interface Judged {
  readonly connection: Connection
  readonly target: AssertionTarget
  /** Partitions to judge even without rows; those with rows are judged in any case. */
  readonly ordinals: readonly number[]
}

export function compileAll(
  { adapter }: Pick<Workshop, 'adapter'>,
  assertions: readonly Assertion[],
  target: AssertionTarget,
): CompiledAssertion[] {
  return assertions.map((assertion) => ({ assertion, sql: compileAssertion(assertion, target, adapter.dialect) }))
}

/** The aggregate of an assertion that is one more column of the scan over `target.rows`; else undefined. */
export function scannedAggregate({ sql }: CompiledAssertion, target: AssertionTarget): string | undefined {
  const sameGroups = sql.perPartition || target.partition === undefined
  return sql.measure.kind === 'aggregate' && sameGroups && sql.from === target.rows ? sql.measure.expression : undefined
}

/** Counts of an assertion whose aggregate is column `index` of a scan. */
export function scannedCounts(
  { sql }: CompiledAssertion,
  scanned: readonly ScanRow[],
  index: number,
  ordinals: readonly number[],
): Map<number, Count> {
  const whenEmpty = sql.measure.kind === 'aggregate' ? sql.measure.whenEmpty : 0
  const counts = new Map<number, Count>(ordinals.map((ordinal) => [ordinal, { failures: whenEmpty, rows: 0 }]))
  for (const { ordinal, rows, values } of scanned) {
    if (ordinal !== undefined) counts.set(ordinal, { failures: Number(values[index] ?? 0), rows })
  }
  return counts
}

/** Runs an assertion's own query. `scanned` says how many rows each partition has. */
async function measureAlone(
  workshop: Workshop,
  judged: Judged,
  compiled: CompiledAssertion,
  scanned: readonly ScanRow[],
): Promise<Map<number, Count>> {
  const { connection, target, ordinals } = judged
  const { sql } = compiled
  const options = { signal: workshop.stop, label: compiled.assertion.id }
  const expression = scannedAggregate(compiled, target)
  if (expression !== undefined) {
    const partition = target.partition === undefined ? {} : { partition: target.partition }
    const rows = await scanRows(connection, { from: target.rows, expressions: [expression], ...partition }, options)
    return scannedCounts(compiled, rows, 0, ordinals)
  }
  if (sql.measure.kind === 'aggregate') {
    const rows = await scanRows(connection, { from: sql.from, expressions: [sql.measure.expression] }, options)
    return scannedCounts(compiled, rows, 0, [0])
  }
  const found = await connection.query(sql.measure.sql, options)
  const failures = new Map(found.map((row) => [Number(row.partition), Number(row.failures)]))
  const totals = sql.perPartition ? scanned : await scanRows(connection, { from: sql.from, expressions: [] }, options)
  const rowsOf = new Map(totals.map(({ ordinal, rows }) => [ordinal, rows]))
  const all = new Set(sql.perPartition ? [...ordinals, ...rowsOf.keys(), ...failures.keys()] : [0])
  const count = (ordinal: number): Count => ({
    failures: failures.get(ordinal) ?? 0,
    rows: rowsOf.get(ordinal) ?? 0,
  })
  return new Map([...all].flatMap((ordinal) => (ordinal === undefined ? [] : [[ordinal, count(ordinal)]])))
}

/** Measures one assertion by itself; an error of the engine is a result, a cancelled statement is thrown. */
export async function measure(
  workshop: Workshop,
  judged: Judged,
  compiled: CompiledAssertion,
  scanned: readonly ScanRow[],
): Promise<Measured> {
  const began = workshop.clock.now()
  try {
    const counts = await measureAlone(workshop, judged, compiled, scanned)
    return { ok: true, counts, milliseconds: workshop.clock.now() - began }
  } catch (error) {
    if (workshop.stop.aborted) throw error
    return { ok: false, error, milliseconds: workshop.clock.now() - began }
  }
}
