import type { Workshop } from '../site/index.ts'
import {
  type CompiledAssertion,
  type Judged,
  type Measured,
  measure,
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

/**
 * Counts everything in one scan, grouped by partition; assertions that need more have queries of their own. When the scan
 * fails, the facts are taken alone and each assertion by itself, so that the one at fault is known.
 */
export async function inspect(
  workshop: Workshop,
  judged: Judged,
  assertions: readonly CompiledAssertion[],
  facts: Facts,
  label: string,
): Promise<Inspection> {
  const { connection, target, ordinals } = judged
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
  const measured = new Map<CompiledAssertion, Measured>()
  const began = workshop.clock.now()
  let rows: ScanRow[]
  try {
    rows = await scan([...aggregates, ...fused.flatMap(({ expressions }) => expressions)])
    const milliseconds = workshop.clock.now() - began
    let column = aggregates.length
    for (const { compiled, expressions } of fused) {
      const counts = scannedCounts(compiled, rows, column, ordinals)
      measured.set(compiled, { ok: true, counts, milliseconds })
      column += expressions.length
    }
  } catch (error) {
    if (workshop.stop.aborted || fused.length === 0) throw error
    rows = await scan(aggregates)
  }
  for (const compiled of assertions) {
    if (!measured.has(compiled)) measured.set(compiled, await measure(workshop, judged, compiled, rows))
  }
  return { rows, measured }
}
