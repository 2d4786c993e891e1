import type { Column, EvolveRequest } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import type { Site } from '../site/index.ts'
import { evolutionOf } from './columns.ts'
import { createTable, cutOf, isCutAs } from './pieces.ts'

/** What makes the table ready for rows of these columns. */
export interface TableChange {
  /** Run before rows are written, in the same transaction. */
  readonly statements: readonly string[]
  /** The table's columns then. */
  readonly columns: readonly Column[]
  /** The table is made by these very statements: it has no row. */
  readonly fresh: boolean
  /** What of the relation that was there binds no more: these columns, or all of a relation of this kind. Absent: nothing. */
  readonly unbinds?: readonly string[] | 'table' | 'view'
}

/** Makes the table, alters it, or makes it anew with other columns where the engine would not alter it. */
export function tableChange(
  site: Pick<Site, 'adapter' | 'relations'>,
  model: Model,
  columns: readonly Column[],
  mode?: EvolveRequest['mode'],
): TableChange {
  const { ddl } = site.adapter.dialect
  const existing = site.relations.find(model.relation)
  const evolution = canKeep(site, model, columns) ? evolutionOf(site, model, columns, mode) : undefined
  if (evolution) {
    const unbinds = otherColumns(existing?.columns ?? [], evolution.columns)
    const bound = unbinds.length > 0 ? { unbinds } : {}
    return { statements: evolution.statements, columns: evolution.columns, fresh: false, ...bound }
  }
  const create = createTable(site, model, columns)
  if (!existing) return { statements: [create], columns, fresh: true }
  return { statements: [ddl.drop(model.relation, existing.kind), create], columns, fresh: true, unbinds: existing.kind }
}

/** A table that is cut otherwise, or whose column that it is cut by has another type, has to be made anew. */
function canKeep(site: Pick<Site, 'adapter' | 'relations'>, model: Model, columns: readonly Column[]): boolean {
  const published = site.relations.find(model.relation)
  const cut = cutOf(site, model)
  if (!isCutAs(cut, published?.cutBy)) return false
  const typeIn = (of: readonly Column[]) => of.find(({ name }) => isCutAs(cut, name))?.type
  return cut === undefined || typeIn(published?.columns ?? []) === typeIn(columns)
}

/** The columns that are no longer there, or of another type. */
function otherColumns(before: readonly Column[], after: readonly Column[]): string[] {
  const types = new Map(after.map(({ name, type }) => [name, type]))
  return before.filter(({ name, type }) => types.get(name) !== type).map(({ name }) => name)
}
