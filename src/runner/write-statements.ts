import { windowsOf } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { BuildSite } from './context.ts'
import type { Staged } from './job.ts'
import { windowLiterals } from './statement.ts'

/** Statements that bring staged rows of some partitions into the table. */
export function writeStatements(
  site: BuildSite,
  model: Model,
  staged: Staged,
  ordinals: readonly number[],
  fresh: boolean,
): readonly string[] {
  const strategy = model.partitioning ? 'replace_partition' : 'table'
  const write = site.adapter.dialect.write[strategy] ?? bug(`no strategy ${strategy}`)
  // What the query does not return any more is null in new rows.
  const columns = staged.columns.map(({ name }) => name)
  // Where the ledger has no row, the table has none: nobody else writes to it.
  const empty = fresh || ordinals.every((ordinal) => (site.published.at(model.id, ordinal)?.rows ?? 0) === 0)
  const request = { target: model.relation, staging: staged.relation, columns, empty }
  if (!model.partitioning) return write(request)
  const ranges = windowsOf(ordinals).map((window) => windowLiterals(site, model, window))
  return write({ ...request, window: { column: model.partitioning.column, ranges } })
}
