import type { Grid } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import { type Facts, isCutAlike, isPartitioned, isView, standsFor } from './facts.ts'

function describe(grid: Grid | undefined, column: string | undefined): string {
  if (!grid) return 'in one piece'
  return `by ${grid.unit} of ${column ?? 'its column'}${grid.unit === 'hour' ? '' : ` in ${grid.timeZone}`}`
}

/**
 * `partitioning-changed`: the table that stands there was published in other partitions than the model has now. A table in
 * one piece may become a view; one of partitions may not, since these may be older than anything that could make them again.
 */
export function checkPartitioning(facts: Facts, model: Model): Diagnostic | undefined {
  const { ledger, catalog, options } = facts.request
  if (options.fullRefresh) return undefined
  const record = ledger.relations.get(model.id)
  if (!record || record.version === 0 || isCutAlike(model, record)) return undefined
  if (standsFor(catalog, model)?.kind !== 'table') return undefined
  const cut = isPartitioned(model) ? model.partitioning : undefined
  const parameters = {
    model: model.id,
    was: describe(record.grid, record.column),
    is: isView(model) ? 'a view' : describe(cut?.grid, cut?.column),
    relation: `${model.relation.schema}.${model.relation.name}`,
  }
  return diagnose('partitioning-changed', parameters, model.location)
}
