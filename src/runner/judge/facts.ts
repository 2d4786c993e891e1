import type { Connection } from '../../adapters/contract.ts'
import { windowsOf } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import {
  type BuildSite,
  type CheckedPartition,
  ordinalSql,
  relationSql,
  type Staged,
  windowLiterals,
} from '../site/index.ts'
import type { Facts } from './inspect.ts'
import { type ScanRow, scanRows } from './scan.ts'

/** A partition without rows: it has the same checksum in every table, and is open where anything can be. */
export function emptyPartition(model: Model, ordinal: number): CheckedPartition {
  return { ordinal, rows: 0, checksum: '0', settled: !model.settled }
}

/** The aggregates of a scan that are no assertions: two of the checksum, and the count of rows that are not settled. */
export function factsOf({ adapter }: Pick<BuildSite, 'adapter'>, model: Model, staged: Staged): Required<Facts> {
  const excluded = new Set(model.config.checksumExclude.map((name) => name.toLowerCase()))
  const columns = staged.columns.filter(({ name }) => !excluded.has(name.toLowerCase()))
  const { row, sums } = adapter.dialect.checksum(columns)
  const unsettled = model.settled ? [`count(case when (${model.settled}\n) then null else 1 end)`] : []
  return { row, aggregates: [...sums('elt_row'), ...unsettled] }
}

/** What the facts of a scan say of the partitions asked for. */
export function partitionsOf(
  model: Model,
  rows: readonly ScanRow[],
  ordinals: readonly number[],
): readonly CheckedPartition[] {
  const found = new Map(rows.map((row) => [row.ordinal, row]))
  return ordinals.map((ordinal) => {
    const row = found.get(ordinal)
    if (!row) return emptyPartition(model, ordinal)
    const [first, second, unsettled] = row.values
    return {
      ordinal,
      rows: row.rows,
      checksum: `${row.rows}:${String(first)}:${String(second)}`,
      settled: !model.settled || Number(unsettled) === 0,
    }
  })
}

/** The condition of the rows of some partitions; none without partitions. */
function within(site: BuildSite, model: Model, ordinals: readonly number[]): string {
  if (!model.partitioning) return ''
  const column = site.adapter.dialect.quote(model.partitioning.column)
  const bounds = windowsOf([...ordinals].sort((a, b) => a - b)).map((window) => {
    const { start, end } = windowLiterals(site, model, window)
    return `(${column} >= ${start} and ${column} < ${end})`
  })
  return ` where ${bounds.join(' or ')}`
}

/** What the table itself holds of some partitions, by ordinal. */
export async function tableFacts(
  site: BuildSite,
  model: Model,
  staged: Staged,
  ordinals: readonly number[],
  connection: Connection,
): Promise<ReadonlyMap<number, CheckedPartition>> {
  const { row, aggregates } = factsOf(site, model, staged)
  const from = `(select *, ${row} as elt_row from ${relationSql(site, model.relation)}${within(site, model, ordinals)})`
  const partition = ordinalSql(site, model)
  const scan = { from, expressions: aggregates, ...(partition === undefined ? {} : { partition }) }
  const rows = await scanRows(connection, scan, { signal: site.stop, label: model.id })
  return new Map(partitionsOf(model, rows, ordinals).map((found) => [found.ordinal, found]))
}
