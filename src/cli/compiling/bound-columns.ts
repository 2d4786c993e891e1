import type { Adapter, Column } from '../../adapters/contract.ts'
import { bind } from '../../binding/index.ts'
import type { Compilation, NeededQuery } from '../../compiler/index.ts'
import type { Project } from '../../project/index.ts'
import { storeOf } from '../binding-store.ts'
import type { Context } from '../context.ts'
import type { SourceColumns } from './source-columns.ts'

interface Place {
  readonly directory: string
  readonly project: Project
  readonly adapter: Adapter
}

/** The models whose columns are asked. */
function modelsAsked({ value: graph }: Compilation, queries: readonly NeededQuery[]): readonly string[] {
  const asked = new Set(queries.flatMap(({ columnsOf }) => columnsOf ?? []))
  return graph?.models.flatMap(({ id }) => (asked.has(id) ? [id] : [])) ?? []
}

/**
 * The columns of the models that templates ask for, by id, as their SQL gives them: a build before which nothing exists has the
 * same SQL as any later one. Models that cannot be bound, or whose own columns wait for an answer, are left out.
 */
export async function boundColumns(
  context: Context,
  { adapter, project, directory }: Place,
  compiled: Compilation,
  queries: readonly NeededQuery[],
  sources: SourceColumns,
): Promise<ReadonlyMap<string, readonly Column[]>> {
  const models = modelsAsked(compiled, queries)
  const { value: graph, queries: open } = compiled
  if (!graph || !adapter.openBinder || models.length === 0) return new Map()
  const store = storeOf(context, directory)
  const { columns } = await bind({
    graph,
    adapter,
    files: project.files,
    models,
    unresolved: new Map(open.map(({ node }) => [node, 'it asks a query that was not run'])),
    existing: sources.of,
    building: false,
    warehouse: { kind: 'none' },
    openBinder: adapter.openBinder,
    store,
  })
  store.save()
  return new Map(models.flatMap((id) => (columns.has(id) ? [[id, columns.get(id) ?? []]] : [])))
}
