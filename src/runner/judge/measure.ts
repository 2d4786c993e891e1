import type { Connection, StatementOptions } from '../../adapters/contract.ts'
import { type Assertion, type AssertionSql, type AssertionTarget, compileAssertion } from '../../assertions/index.ts'
import { bug } from '../../diagnostics/index.ts'
import type { Workshop } from '../site/index.ts'
import { measureColumns } from './measure-columns.ts'
import { measureRows } from './measure-rows.ts'
import { type ScanRow, scanRows } from './scan.ts'

/** An assertion and its SQL against one relation. */
export interface CompiledAssertion {
  readonly assertion: Assertion
  readonly sql: AssertionSql
}

/** How many rows of a partition were judged, how many of them are bad, and what was measured of them. */
export interface Count {
  readonly failures: number
  readonly rows: number
  readonly value?: number
  /** Rows that the assertion's `where` leaves, where that was counted. */
  readonly considered?: number
}

/** What was counted for one assertion, by ordinal; of one that judges all rows together, only ordinal 0. */
export type Measured =
  | {
      readonly ok: true
      readonly counts: ReadonlyMap<number, Count>
      /** The count of ordinal 0 is of all partitions, although the assertion judges each by itself. */
      readonly together?: boolean
      /** The query of what fails, where it is known only now. */
      readonly failingRows?: string
      readonly milliseconds: number
    }
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

/** What scans showed so far: rows by partition, and, of relations whose rows are judged together, all rows. */
export interface Seen {
  readonly partitions: readonly ScanRow[]
  readonly wholes: Map<string, readonly ScanRow[]>
}

/** The columns of a scan that say everything of an assertion: failures, the value, the rows considered. */
export function aggregatesOf({ measure, considered }: AssertionSql): readonly string[] {
  const own = measure.kind === 'aggregate' ? [measure.expression, measure.value] : []
  return [...own, considered].filter((expression) => expression !== undefined)
}

/** The aggregates of an assertion that are more columns of the scan over `target.rows`; else undefined. */
export function scannedAggregates({ sql }: CompiledAssertion, target: AssertionTarget): readonly string[] | undefined {
  const sameGroups = sql.perPartition || target.partition === undefined
  return sql.measure.kind === 'aggregate' && sameGroups && sql.from === target.rows ? aggregatesOf(sql) : undefined
}

/** A measured value, as `{ value }`; nothing where the engine says NULL or no number. */
function measuredValue(found: unknown): Pick<Count, 'value'> {
  const value = found === null || found === undefined ? Number.NaN : Number(found)
  return Number.isFinite(value) ? { value } : {}
}

/** What a scan says of an assertion, whose columns begin at `index`, in one partition. */
function countOf(
  { measure, considered }: AssertionSql,
  values: readonly unknown[],
  index: number,
  rows: number,
): Count {
  const value =
    measure.kind === 'aggregate' && measure.value !== undefined ? measuredValue(values[index + 1]) : undefined
  const left = considered === undefined ? {} : { considered: Number(values[index + (value ? 2 : 1)]) }
  return { failures: Number(values[index] ?? 0), rows, ...value, ...left }
}

/** Counts of an assertion whose aggregates are the columns of a scan from `index` on. */
export function scannedCounts(
  { sql }: CompiledAssertion,
  scanned: readonly ScanRow[],
  index: number,
  ordinals: readonly number[],
): Map<number, Count> {
  const { measure } = sql
  const empty: Count =
    measure.kind === 'aggregate'
      ? { failures: measure.whenEmpty, rows: 0, ...measuredValue(measure.valueWhenEmpty) }
      : { failures: 0, rows: 0 }
  const counts = new Map<number, Count>(ordinals.map((ordinal) => [ordinal, empty]))
  for (const { ordinal, rows, values } of scanned) {
    if (ordinal !== undefined) counts.set(ordinal, countOf(sql, values, index, rows))
  }
  return counts
}

/** The rows of each partition, as far as the assertion's query does not tell them: those judged, those considered. */
async function totalsOf(
  { connection, target }: Judged,
  { sql }: CompiledAssertion,
  { partitions, wholes }: Seen,
  options: StatementOptions,
): Promise<ReadonlyMap<number | undefined, Pick<Count, 'rows' | 'considered'>>> {
  const { considered, perPartition, from } = sql
  const partition = perPartition && target.partition !== undefined ? { partition: target.partition } : {}
  const expressions = considered === undefined ? [] : [considered]
  const known = perPartition ? partitions : wholes.get(from)
  const rows =
    known !== undefined && considered === undefined
      ? known
      : await scanRows(connection, { from, expressions, ...partition }, options)
  if (!perPartition) wholes.set(from, rows)
  return new Map(
    rows.map((row) => [
      row.ordinal,
      { rows: row.rows, ...(considered === undefined ? {} : { considered: Number(row.values[0]) }) },
    ]),
  )
}

/** Runs an assertion's own query. */
async function measureAlone(
  workshop: Workshop,
  judged: Judged,
  compiled: CompiledAssertion,
  seen: Seen,
): Promise<Map<number, Count>> {
  const { connection, target, ordinals } = judged
  const { sql } = compiled
  const options = { signal: workshop.stop, label: compiled.assertion.id }
  const expressions = scannedAggregates(compiled, target)
  if (expressions !== undefined) {
    const partition = target.partition === undefined ? {} : { partition: target.partition }
    const rows = await scanRows(connection, { from: target.rows, expressions, ...partition }, options)
    return scannedCounts(compiled, rows, 0, ordinals)
  }
  if (sql.measure.kind === 'aggregate') {
    const rows = await scanRows(connection, { from: sql.from, expressions: aggregatesOf(sql) }, options)
    return scannedCounts(compiled, rows, 0, [0])
  }
  if (sql.measure.kind !== 'query') bug(`${compiled.assertion.id} has no query of its own`)
  const found = await connection.query(sql.measure.sql, options)
  const counted = new Map(
    found.map((row) => [Number(row.partition), { failures: Number(row.failures ?? 0), ...measuredValue(row.value) }]),
  )
  const totals = await totalsOf(judged, compiled, seen, options)
  const all = new Set(sql.perPartition ? [...ordinals, ...totals.keys(), ...counted.keys()] : [0])
  const count = (ordinal: number): Count => ({
    ...(counted.get(ordinal) ?? { failures: 0 }),
    ...(totals.get(ordinal) ?? { rows: 0 }),
  })
  return new Map([...all].flatMap((ordinal) => (ordinal === undefined ? [] : [[ordinal, count(ordinal)]])))
}

/** Measures one assertion by itself; an error of the engine is a result, a cancelled statement is thrown. */
export async function measure(
  workshop: Workshop,
  judged: Judged,
  compiled: CompiledAssertion,
  seen: Seen,
): Promise<Measured> {
  const began = workshop.clock.now()
  try {
    const { sql } = compiled
    if (sql.measure.kind === 'rows') {
      const options = { signal: workshop.stop, label: compiled.assertion.id }
      const totals = await totalsOf(judged, compiled, seen, options)
      const counting = { ...judged, label: compiled.assertion.id, written: sql.written }
      const counted = await measureRows(workshop, counting, sql.measure, totals)
      return { ok: true, ...counted, milliseconds: workshop.clock.now() - began }
    }
    if (sql.measure.kind === 'columns') {
      const { failingRows, ...found } = await measureColumns(workshop, judged.connection, sql.measure)
      const rows = seen.partitions.reduce((sum, row) => sum + row.rows, 0)
      const milliseconds = workshop.clock.now() - began
      return { ok: true, counts: new Map([[0, { ...found, rows }]]), together: true, failingRows, milliseconds }
    }
    const counts = await measureAlone(workshop, judged, compiled, seen)
    return { ok: true, counts, milliseconds: workshop.clock.now() - began }
  } catch (error) {
    if (workshop.stop.aborted) throw error
    return { ok: false, error, milliseconds: workshop.clock.now() - began }
  }
}
