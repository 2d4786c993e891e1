import type { Model } from '../compiler/index.ts'
import { columnChanges } from './columns.ts'
import type { BuildSite } from './context.ts'
import type { Staged } from './job.ts'

/** Statements that make the table, or make it anew with other columns. */
export function tableStatements(site: BuildSite, model: Model, staged: Staged): string[] {
  const { ddl } = site.adapter.dialect
  const existing = site.relations.find(model.relation)
  const create = ddl.createTable(model.relation, staged.columns)
  if (!existing) return [create]
  if (existing.kind === 'table' && !columnChanges(existing.columns, staged.columns)) return []
  return [ddl.drop(model.relation, existing.kind), create]
}
