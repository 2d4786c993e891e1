import type { Catalog, Column, RelationName } from '../adapters/contract.ts'
import { type Bindings, bind, type WarehouseView } from '../binding/index.ts'
import type { Graph, Model } from '../compiler/index.ts'
import { Failure, hasErrors } from '../diagnostics/index.ts'
import type { Plan } from '../planner/index.ts'
import { storeOf } from './binding-store.ts'
import type { Context } from './context.ts'
import { keepColumns } from './known-columns.ts'
import type { Compiled } from './load.ts'
import type { Warehouse } from './warehouse.ts'

/** The warehouse as a command found it, with what it knows of its relations. */
export interface Seen {
  readonly view: WarehouseView
  readonly catalog: Catalog
}

const nothingBound: Bindings = { columns: new Map(), diagnostics: [] }

const keyOf = ({ schema, name }: RelationName): string => `${schema}.${name}`.toLowerCase()

function lookUp({ relations }: Catalog): (relation: RelationName) => readonly Column[] | undefined {
  const columns = new Map(relations.map((relation) => [keyOf(relation), relation.columns]))
  return (relation) => columns.get(keyOf(relation))
}

async function bound(
  context: Context,
  compiled: Compiled,
  models: readonly string[],
  seen: Seen,
  building: boolean,
): Promise<Bindings> {
  const { adapter, graph, project, directory, unresolved } = compiled
  if (context.options['no-bind'] || !adapter.openBinder || models.length === 0) return nothingBound
  const store = storeOf(context, directory)
  const bindings = await bind({
    graph,
    adapter,
    files: project.files,
    models,
    unresolved: new Map([...unresolved.keys()].map((id) => [id, 'it asks a query that was not run'])),
    existing: lookUp(seen.catalog),
    building,
    warehouse: seen.view,
    openBinder: adapter.openBinder,
    store,
  })
  keepColumns(compiled, store, bindings.columns)
  store.save()
  if (hasErrors(bindings.diagnostics)) throw new Failure(...bindings.diagnostics)
  context.output.report(bindings.diagnostics)
  return bindings
}

/** Schemas that source tables lie in, and models that read themselves: of these, only the warehouse may know the columns. */
function schemasToSee({ sources, models }: Graph): readonly string[] {
  const ofSources = sources.flatMap(({ origin }) => (origin.kind === 'relation' ? [origin.schema] : []))
  const readSelf = ({ id, config, sql }: Model): boolean =>
    config.materialized === 'incremental' &&
    sql.pieces.some((piece) => 'hole' in piece && piece.hole.kind === 'relation' && piece.hole.node === id)
  return [...new Set([...ofSources, ...models.filter(readSelf).map(({ relation }) => relation.schema)])]
}

/** Binds models as their SQL is. Throws `Failure` with everything that is wrong. */
export async function bindCompiled(
  context: Context,
  compiled: Compiled,
  models: readonly string[],
  warehouse: Warehouse | undefined,
  closed: string | undefined,
): Promise<Bindings> {
  if (warehouse) {
    const catalog = await warehouse.session.catalog(schemasToSee(compiled.graph))
    const view = { kind: 'open', session: warehouse.session } as const
    return bound(context, compiled, models, { view, catalog }, false)
  }
  const view: WarehouseView = closed === undefined ? { kind: 'none' } : { kind: 'closed', reason: closed }
  return bound(context, compiled, models, { view, catalog: { relations: [] } }, false)
}

/** The catalog with the schemas of source tables, which planning does not look at. */
async function withSources({ graph }: Compiled, { session }: Warehouse, catalog: Catalog): Promise<Catalog> {
  const planned = new Set(graph.models.map(({ relation }) => relation.schema))
  const others = graph.sources.flatMap(({ origin }) =>
    origin.kind === 'relation' && !planned.has(origin.schema) ? [origin.schema] : [],
  )
  if (others.length === 0) return catalog
  const { relations } = await session.catalog([...new Set(others)])
  return { relations: [...catalog.relations, ...relations] }
}

/**
 * Binds what a plan builds, with everything else as the warehouse has it. Throws `Failure` with everything that is wrong. Gives
 * the columns that are sure to be those of the build: see `sureColumns`.
 */
export async function bindPlan(
  context: Context,
  compiled: Compiled,
  warehouse: Warehouse,
  plan: Plan,
  catalog: Catalog,
): Promise<ReadonlyMap<string, readonly Column[]>> {
  const models = plan.steps.map(({ model }) => model)
  const seen: Seen = {
    view: { kind: 'open', session: warehouse.session },
    catalog: models.length === 0 ? catalog : await withSources(compiled, warehouse, catalog),
  }
  const { columns } = await bound(context, compiled, models, seen, true)
  const older = olderCode(plan)
  const others = older.length === 0 ? [] : await bindQuietly(context, compiled, older, seen)
  return sureColumns(compiled.graph, plan, catalog, new Map([...columns, ...others]))
}

/** Models of which a plan builds nothing although their code is newer than their rows: their tables may lack columns. */
function olderCode({ steps, kept }: Plan): string[] {
  const built = new Set(steps.map(({ model }) => model))
  const older = kept.filter(({ model, why }) => why.kind === 'older-code-kept' && !built.has(model))
  return [...new Set(older.map(({ model }) => model))]
}

/** The columns of models that are not built: what is wrong with them is told when they are. */
async function bindQuietly(
  context: Context,
  compiled: Compiled,
  models: readonly string[],
  seen: Seen,
): Promise<Iterable<readonly [string, readonly Column[]]>> {
  const silent = { ...context, output: { ...context.output, report: () => undefined } }
  try {
    return (await bound(silent, compiled, models, seen, true)).columns
  } catch (error) {
    if (error instanceof Failure) return []
    throw error
  }
}

/**
 * The columns that nothing can change before their model is built. A model that reads one which is there already and built anew
 * is left out: if that fails, its old columns are read.
 */
function sureColumns(
  graph: Graph,
  plan: Plan,
  catalog: Catalog,
  columns: ReadonlyMap<string, readonly Column[]>,
): ReadonlyMap<string, readonly Column[]> {
  const exists = lookUp(catalog)
  const built = new Set(plan.steps.map(({ model }) => model))
  const models = new Map(graph.models.map((model) => [model.id, model]))
  // Their statements may make or change what models read.
  const hasHooks = [...built].some((id) => (models.get(id)?.preHooks ?? []).length > 0)
  if (hasHooks || graph.onRunStart.length > 0) return new Map()
  const isSure = (node: string): boolean => {
    const model = models.get(node)
    if (!model || model.config.materialized === 'ephemeral') return true
    const there = exists(model.relation) !== undefined
    return built.has(node) ? !there : model.config.materialized !== 'view'
  }
  const reads = (id: string): readonly string[] =>
    (models.get(id)?.sql.pieces ?? []).flatMap((piece) =>
      'hole' in piece && piece.hole.kind === 'relation' ? [piece.hole.node] : [],
    )
  return new Map([...columns].filter(([id]) => reads(id).every(isSure)))
}
