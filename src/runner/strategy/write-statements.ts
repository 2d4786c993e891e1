import type { WriteRequest } from '../../adapters/contract.ts'
import { windowsOf } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug } from '../../diagnostics/index.ts'
import { type BuildSite, type Staged, windowLiterals } from '../site/index.ts'
import { historyWrite } from './history.ts'
import { namedIn } from './keys.ts'
import { keyOfRows, strategyOf } from './strategy.ts'

/** Whether the partitions hold no row. Where the ledger has none, the table has none: nobody else writes to it. */
export function areEmpty(site: BuildSite, model: Model, ordinals: readonly number[], fresh: boolean): boolean {
  return fresh || ordinals.every((ordinal) => (site.published.at(model.id, ordinal)?.rows ?? 0) === 0)
}

/** What a merge says of keys and of the columns that rows take. */
function merging(model: Model, columns: readonly string[]): Partial<WriteRequest> {
  const { merge } = model.config
  const uniqueKey = namedIn(columns, keyOfRows(model))
  if (!merge) return uniqueKey.length > 0 ? { uniqueKey } : {}
  const excluded = new Set(namedIn(columns, merge.exclude ?? []))
  const updated = merge.update ? namedIn(columns, merge.update) : columns.filter((name) => !excluded.has(name))
  return {
    uniqueKey,
    ...(merge.deleteMissing ? { deleteMissing: true } : {}),
    ...(merge.moves && model.partitioning ? { moves: true } : {}),
    ...(merge.update || merge.exclude ? { updated } : {}),
  }
}

/** Statements that bring staged rows of some partitions into the table. */
export function writeStatements(
  site: BuildSite,
  model: Model,
  staged: Staged,
  ordinals: readonly number[],
  fresh: boolean,
): readonly string[] {
  const strategy = strategyOf(model)
  const write = site.adapter.dialect.write[strategy] ?? bug(`no strategy ${strategy}`)
  // What the query does not return any more is null in new rows.
  const columns = staged.columns.map(({ name }) => name)
  const empty = areEmpty(site, model, ordinals, fresh)
  const { moves, ...rest } = merging(model, columns)
  const request = {
    ...{ target: model.relation, staging: staged.relation, columns, empty },
    ...rest,
    ...(strategy === 'history' ? historyWrite(site, model, staged) : {}),
    ...(moves && !fresh ? { moves } : {}),
  }
  if (!model.partitioning) return write(request)
  const ranges = windowsOf(ordinals).map((window) => windowLiterals(site, model, window))
  return write({ ...request, window: { column: model.partitioning.column, ranges } })
}
