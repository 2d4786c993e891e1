import type { Catalog } from '../adapters/contract.ts'
import { listSources, listTables, type SourceSignal } from '../extract/index.ts'
import type { SourceFileRecord } from '../ledger/index.ts'
import type { Context } from './context.ts'
import { type Compiled, valueOrStop } from './load.ts'
import type { Warehouse } from './warehouse.ts'

/** What is known of the warehouse before its sources are looked at. */
interface Surroundings {
  /** Absent: it is not there yet, and has no tables. */
  readonly warehouse: Warehouse | undefined
  readonly catalog: Catalog
  readonly files: readonly SourceFileRecord[]
  readonly now: number
  /** Ids of the sources whose tables are to be looked at: that is a query. Files are listed in any case. */
  readonly tables: ReadonlySet<string>
}

/** What the sources show now: files by their folders, tables by a query. */
export async function sourceSignals(
  context: Context,
  { graph, directory, adapter: { dialect } }: Compiled,
  { warehouse, catalog, files, now, tables }: Surroundings,
): Promise<readonly SourceSignal[]> {
  const listed = await listSources([...graph.sources, ...graph.seedFiles], directory, files)
  const looked = warehouse && graph.sources.filter(({ id }) => tables.has(id))
  const seen = looked && (await listTables(looked, files, { session: warehouse.session, dialect, catalog, now }))
  return valueOrStop(context, {
    value: [...listed.signals, ...(seen?.signals ?? [])],
    diagnostics: [...listed.diagnostics, ...(seen?.diagnostics ?? [])],
  })
}

/** Schemas of the tables of the warehouse among the sources. */
export function sourceSchemas({ graph }: Pick<Compiled, 'graph'>): string[] {
  return [...new Set(graph.sources.flatMap(({ origin }) => (origin.kind === 'relation' ? [origin.schema] : [])))]
}
