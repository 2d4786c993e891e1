import type { Column, Connection } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import { factsOf, partitionsOf, scanRows } from '../judge/index.ts'
import { type CheckedPartition, ordinalSql, relationSql, type Workshop } from '../site/index.ts'

/** What a table holds, by partition. */
export interface Holding {
  readonly partitions: readonly CheckedPartition[]
  /** Rows whose partition column is null. */
  readonly unplaced: number
}

/** Counts and checksums of all that a table holds, in one scan. */
export async function holdingOf(
  workshop: Workshop,
  model: Model,
  columns: readonly Column[],
  connection: Connection,
): Promise<Holding> {
  const { relation } = model
  const { row, aggregates } = factsOf(workshop, model, { relation, columns })
  const partition = ordinalSql(workshop, model)
  const from = `(select *, ${row} as elt_row from ${relationSql(workshop, relation)})`
  const scan = { from, expressions: aggregates, ...(partition === undefined ? {} : { partition }) }
  const rows = await scanRows(connection, scan, { signal: workshop.stop, label: model.id })
  const placed = rows.flatMap(({ ordinal }) => (ordinal === undefined ? [] : [ordinal])).sort((a, b) => a - b)
  const ordinals = partition === undefined ? [0] : placed
  return {
    partitions: partitionsOf(model, rows, ordinals),
    unplaced: rows.find(({ ordinal }) => ordinal === undefined)?.rows ?? 0,
  }
}
