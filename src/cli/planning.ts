import type { Catalog } from '../adapters/contract.ts'
import { type Code, type Diagnostic, diagnose, Failure, withFrame } from '../diagnostics/index.ts'
import type { LedgerSnapshot } from '../ledger/index.ts'
import {
  type Due,
  deferModels,
  duePartitions,
  needsPartitions,
  neverBuilt,
  type Plan,
  type PlanOptions,
  type PlanRequest,
  plan,
  schemasLookedIn,
  storedModels,
} from '../planner/index.ts'
import { plannersClock } from './clock.ts'
import { locateValue } from './command-line.ts'
import { canAsk, confirmed } from './confirm.ts'
import type { Context } from './context.ts'
import { type Compiled, valueOrStop } from './load.ts'
import { sourceSchemas, sourceSignals } from './source-signals.ts'
import type { Warehouse } from './warehouse.ts'

/** What the planner says about the window that was asked for. */
const ofWindow: ReadonlySet<Code> = new Set<Code>([
  'full-refresh-window',
  'invalid-partition',
  'reversed-window',
  'window-and-partition',
  'window-not-due',
  'window-outside',
])

/** A window is written on the command line, too. */
export function placedWindow(found: Diagnostic, { options, line }: Context): Diagnostic {
  if (found.location || !ofWindow.has(found.code)) return found
  const given = [options.from, options.to, options.partition].filter((text) => text !== undefined && text !== '')
  const word = given.find((text) => text && found.message.includes(text)) ?? given[0]
  return word ? { ...found, location: withFrame(locateValue(line, word)) } : found
}

function planOptions(context: Context, compiled: Compiled, selected: readonly string[]): PlanOptions {
  const { options } = context
  const { from, to, partition } = options
  return {
    selected,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(partition === undefined ? {} : { partition }),
    force: options.force ?? false,
    fullRefresh: options['full-refresh'] ?? false,
    rebuildOlderCode: options.rebuild === 'older-code',
    onCodeChange: compiled.project.target.onCodeChange ?? 'keep',
    yes: options.yes ?? false,
    retryFailed: false,
  }
}

/** Everything of the ledger and the catalog as it is in a warehouse that does not exist yet. */
const nothing: { readonly ledger: LedgerSnapshot; readonly catalog: Catalog } = {
  ledger: { relations: new Map(), files: [] },
  catalog: { relations: [] },
}

/** What a command works with: the project, with models that are read from another target at their places there. */
interface Around {
  readonly compiled: Compiled
  readonly ledger: LedgerSnapshot
  readonly catalog: Catalog
}

/** The ledger but for its partitions, and the catalog. `selected`: the models that are built here, or were built here before. */
export async function lookAround(
  compiled: Compiled,
  warehouse: Warehouse | undefined,
  selected: readonly string[],
): Promise<Around> {
  if (!warehouse) return { compiled, ...nothing }
  const { graph, project } = compiled
  const schemas = [...new Set([...schemasLookedIn(graph), ...sourceSchemas(compiled)])]
  const catalog = await warehouse.session.catalog(schemas)
  const { deferTo } = project.target
  const read = deferTo ? deferModels(graph, deferTo.name, new Set(selected), catalog) : graph
  const ledger = await warehouse.ledger.snapshot(storedModels(read.models), { headsOnly: true })
  return { compiled: { ...compiled, graph: read }, ledger, catalog }
}

/** The snapshot with the partitions of the models that the planner has to see; heads tell of the others all it needs. */
async function withPartitions(request: PlanRequest, warehouse: Warehouse | undefined): Promise<PlanRequest> {
  const needed = warehouse ? needsPartitions(request) : []
  if (!warehouse || needed.length === 0) return request
  const full = await warehouse.ledger.snapshot(storedModels(request.graph.models, new Set(needed)))
  const relations = new Map([...request.ledger.relations, ...full.relations])
  return { ...request, ledger: { relations, files: request.ledger.files } }
}

/** A plan, and the project and the relations of the warehouse as it was made with them. */
interface Planned {
  readonly plan: Plan
  readonly compiled: Compiled
  readonly catalog: Catalog
}

/** What a plan is made of: nothing of it needs the warehouse any more. */
interface Gathered {
  readonly request: PlanRequest
  readonly compiled: Compiled
  readonly catalog: Catalog
}

/** Looks at the ledger, the catalog and the sources. `built`: the models that count as built here. */
export async function gatherForPlan(
  context: Context,
  compiled: Compiled,
  warehouse: Warehouse | undefined,
  selected: readonly string[],
  built = selected,
): Promise<Gathered> {
  const around = await lookAround(compiled, warehouse, built)
  const { deferred } = around.compiled.graph
  const own = selected.filter((id) => !deferred?.places.has(id))
  const request = await requestOf(context, around, warehouse, own, inputsOf(compiled, own))
  const asked = {
    ...request,
    unknownRoles: await unknownRoles(around.compiled, warehouse, own),
    vanished: await vanishedRelations(request, warehouse),
  }
  return { request: await withPartitions(asked, warehouse), compiled: around.compiled, catalog: around.catalog }
}

/** The plan of what was looked at. */
export function planGathered(context: Context, { request, compiled, catalog }: Gathered): Planned {
  const { value, diagnostics } = plan(request)
  const placed = diagnostics.map((found) => placedWindow(found, context))
  return { plan: valueOrStop(context, { value, diagnostics: placed }), compiled, catalog }
}

/** Looks and plans at once. */
export async function planModels(...asked: Parameters<typeof gatherForPlan>): Promise<Planned> {
  return planGathered(asked[0], await gatherForPlan(...asked))
}

/** What models read, ephemeral ones and views between resolved away. */
function inputsOf({ graph }: Compiled, models: readonly string[]): ReadonlySet<string> {
  const wanted = new Set(models)
  const read = graph.models.filter(({ id }) => wanted.has(id)).flatMap(({ inputs }) => inputs)
  return new Set(read.map(({ upstream }) => upstream))
}

const noTables: ReadonlySet<string> = new Set()

/** What planning begins with: the ledger but for partitions, the catalog and the sources (of the warehouse, `tables`). */
async function requestOf(
  context: Context,
  { compiled, ledger, catalog }: Around,
  warehouse: Warehouse | undefined,
  selected: readonly string[],
  tables: ReadonlySet<string>,
): Promise<PlanRequest> {
  const { io, options, line } = context
  const { graph } = compiled
  const now = plannersClock(options, io.now(), graph.timeZone, line)
  const known = { warehouse, catalog, files: ledger.files, now, tables }
  const sources = await sourceSignals(context, compiled, known)
  return { graph, ledger, catalog, sources, now, options: planOptions(context, compiled, selected) }
}

/** Roles that the selected models are granted to, and that the warehouse does not have. */
async function unknownRoles(
  { graph, adapter }: Compiled,
  warehouse: Warehouse | undefined,
  selected: readonly string[],
): Promise<readonly string[]> {
  const wanted = new Set(selected)
  const granted = graph.models.filter(({ id, attached }) => attached && wanted.has(id))
  const roles = [...new Set(granted.flatMap(({ attached }) => Object.values(attached?.grants ?? {}).flat()))]
  const { grants } = adapter.dialect.attach
  if (!warehouse || !grants || roles.length === 0) return []
  const connection = await warehouse.session.connect()
  try {
    const found = new Set((await connection.query(grants.roles(roles))).map(({ role }) => String(role)))
    return roles.filter((role) => !found.has(role)).sort()
  } finally {
    await connection.release()
  }
}

/** Relations in which no model is stored any more, where models are new. */
async function vanishedRelations(
  request: PlanRequest,
  warehouse: Warehouse | undefined,
): Promise<PlanRequest['vanished'] & {}> {
  if (!warehouse || neverBuilt({ request }).length === 0) return []
  return warehouse.ledger.vanished(storedModels(request.graph.models))
}

/** The clock, and what the sources of models show now. */
export async function sourcesNow(
  context: Context,
  compiled: Compiled,
  warehouse: Warehouse,
  models: readonly string[],
): Promise<Pick<PlanRequest, 'now' | 'sources'>> {
  const around = await lookAround(compiled, warehouse, models)
  const { now, sources } = await requestOf(context, around, warehouse, models, inputsOf(compiled, models))
  return { now, sources }
}

/** What a command builds from: which models it is about, and how their plan is come by. */
export interface Planning {
  readonly models: readonly string[]
  readonly plan: (warehouse: Warehouse) => Promise<Planned>
}

/** What a person may agree to lose. */
const losses: ReadonlySet<Code> = new Set<Code>(['refresh-loses-rows', 'rows-would-be-lost'])

/** As `planModels`; where all that speaks against the plan is rows that would be lost, whoever sits at the terminal is asked. */
async function planOrAsk(
  context: Context,
  compiled: Compiled,
  warehouse: Warehouse,
  models: readonly string[],
): Promise<Planned> {
  try {
    return await planModels(context, compiled, warehouse, models)
  } catch (error) {
    const found = error instanceof Failure ? error.diagnostics.filter(({ severity }) => severity === 'error') : []
    if (found.length === 0 || !found.every(({ code }) => losses.has(code)) || !canAsk(context)) throw error
    context.output.report(found)
    if (!(await confirmed(context, 'let these rows go'))) throw new Failure(diagnose('loss-declined', {}))
    const agreed = { ...context, options: { ...context.options, yes: true as const } }
    return planModels(agreed, compiled, warehouse, models)
  }
}

/** A plan made when the warehouse is open. */
export function planning(context: Context, compiled: Compiled, models: readonly string[]): Planning {
  return { models, plan: (warehouse) => planOrAsk(context, compiled, warehouse, models) }
}

/** What completes the SQL of models: their due partitions and the files of sources. Decides nothing. */
export async function lookForDue(
  context: Context,
  compiled: Compiled,
  warehouse: Warehouse | undefined,
  selected: readonly string[],
): Promise<{ readonly due: Due; readonly compiled: Compiled }> {
  const around = await lookAround(compiled, warehouse, selected)
  const request = await requestOf(context, around, warehouse, selected, noTables)
  const isPartitioned = compiled.graph.models.some(({ config }) => config.materialized === 'incremental')
  const { value, diagnostics } = duePartitions(isPartitioned ? await withPartitions(request, warehouse) : request)
  const placed = diagnostics.map((found) => placedWindow(found, context))
  return { due: valueOrStop(context, { value, diagnostics: placed }), compiled: around.compiled }
}
