import type { Grid } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import { type Facts, isPartitioned, isView } from './facts.ts'
import { isSameGrid } from './inputs.ts'

function describe(grid: Grid | undefined, column: string | undefined): string {
  if (!grid) return 'in one piece'
  return `by ${grid.unit} of ${column ?? 'its column'}${grid.unit === 'hour' ? '' : ` in ${grid.timeZone}`}`
}

/** `partitioning-changed`: the published partitions are cut differently. A relation that is gone can be cut anew. */
export function checkPartitioning(facts: Facts, model: Model): Diagnostic | undefined {
  const record = facts.record(model)
  if (!record || record.version === 0 || isView(model) || !facts.exists(model)) return undefined
  const cut = isPartitioned(model) ? model.partitioning : undefined
  const isSame =
    cut && record.grid
      ? isSameGrid(cut.grid, record.grid) && cut.column === (record.column ?? cut.column)
      : !cut && !record.grid
  if (isSame) return undefined
  const parameters = {
    model: model.id,
    was: describe(record.grid, record.column),
    is: describe(cut?.grid, cut?.column),
    relation: `${model.relation.schema}.${model.relation.name}`,
  }
  return diagnose('partitioning-changed', parameters, model.location)
}
