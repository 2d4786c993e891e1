import type { Column, Piece } from '../../adapters/contract.ts'
import { type Grid, ordinalAt, partitionKey, startInstant } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import { type Site, type Workshop, windowLiterals } from '../site/index.ts'

type Ground = Pick<Workshop, 'adapter'>

/** The column by whose ranges the model's table is kept in pieces; undefined: it is kept whole. */
export function cutOf({ adapter }: Ground, { config, partitioning }: Model): string | undefined {
  return adapter.dialect.ddl.pieces && config.tablePartitions ? partitioning?.column : undefined
}

/** Makes the model's table, without rows. */
export function createTable(ground: Ground, model: Model, columns: readonly Column[]): string {
  const { ddl } = ground.adapter.dialect
  const cut = cutOf(ground, model)
  return ddl.pieces && cut !== undefined
    ? ddl.pieces.createTable(model.relation, columns, cut)
    : ddl.createTable(model.relation, columns)
}

/** Whether the table is cut as the model says: by its column, or not at all. */
export function isCutAs(cut: string | undefined, by: string | undefined): boolean {
  return cut?.toLowerCase() === by?.toLowerCase()
}

/** `table-partitions-changed`: a table that keeps rows is cut otherwise than the model says. */
export function cutFaults(ground: Pick<Workshop, 'adapter' | 'relations'>, model: Model): Diagnostic[] {
  const published = ground.relations.find(model.relation)
  const cut = cutOf(ground, model)
  if (published?.kind !== 'table' || isCutAs(cut, published.cutBy)) return []
  return [diagnose('table-partitions-changed', { model: model.id, cut, by: published.cutBy }, model.location)]
}

/**
 * Makes the pieces that rows of these partitions lie in: only those, so that there is a place for every staged row. Where a
 * table has pieces of other lengths, a partition takes what room they leave.
 */
export function makePieces(site: Site, model: Model, ordinals: readonly number[]): readonly string[] {
  const { pieces: engine } = site.adapter.dialect.ddl
  const { config, partitioning, relation } = model
  const unit = config.tablePartitions
  if (!engine || !unit || !partitioning) return []
  const { grid } = partitioning
  // Hours are those of UTC, whatever the zone.
  const cut: Grid = { unit, timeZone: grid.unit === 'hour' ? 'UTC' : grid.timeZone }
  const byPiece = new Map<number, number[]>()
  for (const ordinal of ordinals) {
    const piece = ordinalAt(cut, startInstant(grid, ordinal))
    byPiece.set(piece, [...(byPiece.get(piece) ?? []), ordinal])
  }
  const pieceOf = (of: Grid, ordinal: number): Piece => ({
    key: partitionKey(of, ordinal),
    ...windowLiterals(site, model, { start: ordinal, end: ordinal + 1 }, of),
  })
  const pieces = [...byPiece].map(([piece, parts]) => ({
    ...pieceOf(cut, piece),
    parts: parts.map((part) => pieceOf(grid, part)),
  }))
  return engine.make(relation, pieces)
}
