import type { Workshop } from '../site/index.ts'
import {
  aggregatesOf,
  type CompiledAssertion,
  type Judged,
  type Measured,
  measure,
  type Seen,
  scannedAggregates,
  scannedCounts,
} from './measure.ts'
import { type ScanRow, scanRows } from './scan.ts'

/** What one scan of a relation showed, and what was counted for each of its assertions. */
export interface Inspection {
  /** Values of `facts`, by partition. */
  readonly rows: readonly ScanRow[]
  readonly measured: ReadonlyMap<CompiledAssertion, Measured>
}

/** What a scan is to tell beside the counts of assertions. */
export interface Facts {
  /** The hash of a row, which `aggregates` know as column `elt_row`: it is computed once. */
  readonly row?: string
  readonly aggregates: readonly string[]
}

/** What is to be measured, and where what was measured goes. */
interface Measuring {
  readonly workshop: Workshop
  readonly judged: Judged
  readonly label: string
  readonly measured: Map<CompiledAssertion, Measured>
}

/** Assertions whose aggregates are columns of one scan. */
interface Fused {
  readonly compiled: CompiledAssertion
  readonly expressions: readonly string[]
}

/** Sorts the columns of a scan to the assertions that they are of; the first ones are facts. */
function takeColumns(
  { measured }: Measuring,
  fused: readonly Fused[],
  scanned: { readonly rows: readonly ScanRow[]; readonly first: number; readonly ordinals: readonly number[] },
  milliseconds: number,
): void {
  let column = scanned.first
  for (const { compiled, expressions } of fused) {
    const counts = scannedCounts(compiled, scanned.rows, column, scanned.ordinals)
    measured.set(compiled, { ok: true, counts, milliseconds })
    column += expressions.length
  }
}

/** Scans a relation once for all assertions that judge all of its rows together. Where that fails, nothing is measured. */
async function scanWhole(measuring: Measuring, from: string, fused: readonly Fused[], { wholes }: Seen): Promise<void> {
  const { workshop, judged, label } = measuring
  const began = workshop.clock.now()
  const expressions = fused.flatMap((one) => one.expressions)
  try {
    const rows = await scanRows(judged.connection, { from, expressions }, { signal: workshop.stop, label })
    wholes.set(from, rows)
    takeColumns(measuring, fused, { rows, first: 0, ordinals: [0] }, workshop.clock.now() - began)
  } catch (error) {
    if (workshop.stop.aborted) throw error
  }
}

/** The assertions that judge all rows of a relation together by aggregates, by relation. */
function wholesOf(assertions: readonly CompiledAssertion[]): ReadonlyMap<string, readonly Fused[]> {
  const groups = new Map<string, Fused[]>()
  for (const compiled of assertions) {
    const { sql } = compiled
    if (sql.measure.kind !== 'aggregate' || sql.perPartition) continue
    const group = groups.get(sql.from) ?? []
    groups.set(sql.from, group)
    group.push({ compiled, expressions: aggregatesOf(sql) })
  }
  return groups
}

/**
 * Counts everything in one scan, grouped by partition, and in one more of each relation whose rows are judged together; assertions
 * that need more have queries of their own. When a scan fails, the facts are taken alone and each assertion by itself, so that
 * the one at fault is known.
 */
export async function inspect(
  workshop: Workshop,
  judged: Judged,
  assertions: readonly CompiledAssertion[],
  facts: Facts,
  label: string,
): Promise<Inspection> {
  const { connection, target, ordinals } = judged
  const measuring: Measuring = { workshop, judged, label, measured: new Map() }
  const { measured } = measuring
  const fused = assertions.flatMap((compiled) => {
    const expressions = scannedAggregates(compiled, target)
    return expressions === undefined ? [] : [{ compiled, expressions }]
  })
  const { aggregates, row } = facts
  const from = row === undefined ? target.rows : `(select *, ${row} as elt_row from ${target.rows} as judged)`
  const scan = (expressions: readonly string[]): Promise<ScanRow[]> => {
    const partition = target.partition === undefined ? {} : { partition: target.partition }
    const only = ordinals.length === 1 ? ordinals[0] : undefined
    return scanRows(connection, { from, expressions, ...partition }, { signal: workshop.stop, label }, only)
  }
  const began = workshop.clock.now()
  let rows: ScanRow[] = []
  const isNeeded = aggregates.length > 0 || assertions.some(({ sql }) => sql.perPartition) || fused.length > 0
  try {
    if (isNeeded) rows = await scan([...aggregates, ...fused.flatMap(({ expressions }) => expressions)])
    takeColumns(measuring, fused, { rows, first: aggregates.length, ordinals }, workshop.clock.now() - began)
  } catch (error) {
    if (workshop.stop.aborted || fused.length === 0) throw error
    rows = await scan(aggregates)
  }
  const seen: Seen = { partitions: rows, wholes: new Map() }
  const others = assertions.filter((compiled) => !measured.has(compiled))
  for (const [whole, group] of wholesOf(others)) await scanWhole(measuring, whole, group, seen)
  for (const compiled of assertions) {
    if (!measured.has(compiled)) measured.set(compiled, await measure(workshop, judged, compiled, seen))
  }
  return { rows, measured }
}
