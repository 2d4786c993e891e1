import type { Connection } from '../../adapters/contract.ts'
import type { Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import { type BuildSite, keyOf, rowText, windowNames, withoutPersonal } from '../site/index.ts'
import type { ScanRow } from './scan.ts'

/** Where staged rows lie, and how their partitions are told. */
interface StagedRows {
  readonly connection: Connection
  readonly from: string
  readonly partition: string
}

async function sampleRows(site: BuildSite, model: Model, rows: StagedRows, where: string): Promise<string[]> {
  const sql = site.adapter.dialect.firstRows(`select * from ${rows.from} where ${where}`, 3)
  const found = await rows.connection.query(sql, { signal: site.stop })
  return withoutPersonal(site, [model.id], found).map(rowText)
}

/** Rows that no partition of the window may hold: null in the partition column, or outside the window. They fail the batch. */
export async function strayRows(
  site: BuildSite,
  model: Model,
  window: Window,
  scanned: readonly ScanRow[],
  rows: StagedRows,
): Promise<Diagnostic[]> {
  const column = model.partitioning?.column ?? ''
  const count = (parts: readonly ScanRow[]): number => parts.reduce((sum, part) => sum + part.rows, 0)
  const about = {
    model: model.id,
    column,
    total: count(scanned),
    window: windowNames(model, [window]) ?? 'all',
  }
  const nulls = scanned.filter(({ ordinal }) => ordinal === undefined)
  const outside = scanned
    .filter(({ ordinal }) => ordinal !== undefined && (ordinal < window.start || ordinal >= window.end))
    .sort((a, b) => b.rows - a.rows || (a.ordinal ?? 0) - (b.ordinal ?? 0))
  const found: Diagnostic[] = []
  if (nulls.length > 0) {
    const sample = await sampleRows(site, model, rows, `${rows.partition} is null`)
    found.push(diagnose('null-partition-values', { ...about, rows: count(nulls), sample }, model.location))
  }
  if (outside.length > 0) {
    const { start, end } = window
    const sample = await sampleRows(site, model, rows, `${rows.partition} < ${start} or ${rows.partition} >= ${end}`)
    const shown = outside.slice(0, 5).map((part) => `${keyOf(model, part.ordinal ?? 0)} (${part.rows})`)
    const partitions = outside.length > 5 ? [...shown, `${outside.length - 5} more partitions`] : shown
    const widened = model.inputs.some(
      (input) => input.kind === 'window' && (input.reach.before > 0 || input.reach.after > 0),
    )
    const parameters = { ...about, rows: count(outside), partitions, sample, widened }
    found.push(diagnose('stray-rows', parameters, model.location))
  }
  return found
}
