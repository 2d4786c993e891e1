import type { Column, EvolveRequest } from '../adapters/contract.ts'
import type { Model } from '../compiler/index.ts'
import { evolutionOf } from './columns.ts'
import type { Site } from './context.ts'

/** What makes the table ready for rows of these columns. */
export interface TableChange {
  /** Run before rows are written, in the same transaction. */
  readonly statements: readonly string[]
  /** The table's columns then. */
  readonly columns: readonly Column[]
  /** The table is made by these very statements: it has no row. */
  readonly fresh: boolean
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
  const evolution = evolutionOf(site, model, columns, mode)
  if (evolution) return { statements: evolution.statements, columns: evolution.columns, fresh: false }
  const create = ddl.createTable(model.relation, columns)
  const statements = existing ? [ddl.drop(model.relation, existing.kind), create] : [create]
  return { statements, columns, fresh: true }
}
