import { hasExpired } from '../assertions/index.ts'
import { type Window, windowsOf } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { bug, type Diagnostic, diagnose, Failure } from '../diagnostics/index.ts'
import type { InterruptedAttempt, Lease, LedgerSnapshot, RelationRecord, SourceFileRecord } from '../ledger/index.ts'
import { type Step, storedModels } from '../planner/index.ts'
import { createHookSender } from './hooks/index.ts'
import { modelsJudged } from './judge/index.ts'
import { modelsWithNewColumns } from './publish/index.ts'
import { makeSchemasOf } from './schemas.ts'
import {
  all,
  createModelHooks,
  createPublications,
  createPublished,
  createUnbuilt,
  filesCovered,
  ordinalsOf,
  type RunRequest,
  relationSql,
  type Site,
  type Surroundings,
  type Workshop,
  withConnection,
} from './site/index.ts'

function stepModels(workshop: Workshop, steps: readonly Step[]): Model[] {
  return steps.map((step) => workshop.models.get(step.model) ?? bug(`no model ${step.model}`))
}

/** Heads of everything that the run reads, writes or judges, or may find complete. */
export function headsSnapshot(workshop: Workshop, request: RunRequest): Promise<LedgerSnapshot> {
  const nodes = new Set([...Object.keys(request.plan.heads), ...(request.plan.attach ?? [])])
  for (const model of stepModels(workshop, request.plan.steps)) {
    nodes.add(model.id)
    for (const { upstream } of model.inputs) if (workshop.models.has(upstream)) nodes.add(upstream)
  }
  const { assertions } = request.options
  const asked = new Set(typeof assertions === 'string' ? [] : assertions)
  const concerned = request.graph.assertions.filter(({ id }) => assertions === 'all' || asked.has(id))
  const judged = assertions === 'blocking' ? [] : modelsJudged(workshop, concerned)
  for (const node of judged) nodes.add(node)
  return request.ledger.snapshot(storedModels(workshop.models.values(), nodes), { headsOnly: true })
}

/** Whether what stands in a relation's place was made by elt. */
export function isOwned(record: RelationRecord | undefined): boolean {
  return record !== undefined && record.version > 0 && !record.dropped
}

const nameOf = ({ relation: { schema, name } }: Model): string => `${schema}.${name}`

/** Refuses relations that exist and were never published by elt: they belong to somebody else. */
export function refuseForeign(workshop: Workshop, request: RunRequest, heads: LedgerSnapshot): void {
  const foreign = stepModels(workshop, request.plan.steps).filter(
    (model) => workshop.relations.find(model.relation) && !isOwned(heads.relations.get(model.id)),
  )
  if (foreign.length === 0) return
  const refusal = (model: Model) =>
    diagnose('foreign-relation', { model: model.id, relation: nameOf(model) }, model.location)
  throw new Failure(...foreign.map(refusal))
}

export async function takeLeases(workshop: Workshop, request: RunRequest): Promise<ReadonlyMap<string, Lease>> {
  const { steps, pendingHooks = [], attach = [] } = request.plan
  const pending = [...pendingHooks, ...attach].map((id) => workshop.models.get(id) ?? bug(`no model ${id}`))
  const altered = modelsWithNewColumns(workshop, request)
  const models = [...new Set([...stepModels(workshop, steps), ...pending, ...altered])]
  if (models.length === 0) return new Map()
  const nodes = models.map((model) => ({ node: model.id, relation: model.relation }))
  const { leases, left } = await request.ledger.acquire(request.start.run, nodes)
  await dropLeftStagings(request, left)
  return leases
}

/** From the first to the last partition of a step's batches; undefined when it is not partitioned. */
function hullOf(step: Step): Window | undefined {
  const windows = step.batches.flatMap(({ window }) => (window ? [window] : []))
  if (windows.length === 0) return undefined
  const start = windows.reduce((least, window) => Math.min(least, window.start), Number.POSITIVE_INFINITY)
  const end = windows.reduce((greatest, window) => Math.max(greatest, window.end), Number.NEGATIVE_INFINITY)
  return { start, end }
}

async function recordsOf(workshop: Workshop, request: RunRequest): Promise<ReadonlyMap<string, RelationRecord>> {
  const nodes = request.plan.steps
    .filter(({ batches }) => batches.some(({ parts }) => parts.some((part) => part.certainty === 'if-changed')))
    .map(({ model }) => model)
  if (nodes.length === 0) return new Map()
  return (await request.ledger.snapshot(storedModels(workshop.models.values(), new Set(nodes)))).relations
}

/** Everything that building needs, once the leases are held. */
export async function openSite(
  workshop: Workshop,
  request: RunRequest,
  heads: LedgerSnapshot,
  leases: ReadonlyMap<string, Lease>,
): Promise<Site> {
  const { plan, graph, adapter, ledger } = request
  const blocking = new Map<string, typeof graph.assertions>()
  for (const assertion of graph.assertions) {
    if (!assertion.blocking || assertion.node === undefined || hasExpired(assertion, request.clock.now())) continue
    blocking.set(assertion.node, [...(blocking.get(assertion.node) ?? []), assertion])
  }
  let serial = 0
  const othersPublish = (node: string): boolean => !adapter.features.exclusiveWriter && !leases.has(node)
  const readPublished = (node: string, window: Window | undefined) =>
    ledger.published((workshop.models.get(node) ?? bug(`no model ${node}`)).relation, window)
  const ground: Omit<Site, 'hooks'> = {
    ...workshop,
    plan,
    leases,
    published: createPublished(readPublished, heads, othersPublish, adapter.features.exclusiveWriter),
    publications: createPublications(adapter.features.concurrentPublications),
    unbuilt: createUnbuilt(),
    open: new Set(),
    attached: new Map(
      [...heads.relations.values()].flatMap(({ node, attached }) => (attached ? [[node, attached] as const] : [])),
    ),
    nextSerial: () => ++serial,
    columns: new Map(request.columns),
    kept: new Set(),
    records: await recordsOf(workshop, request),
    hulls: new Map(
      plan.steps.flatMap((step) => {
        const hull = hullOf(step)
        return hull ? [[step.model, hull] as const] : []
      }),
    ),
    refused: request.refused ?? new Map(),
    blocking,
  }
  return { ...ground, hooks: createModelHooks(plan, ground.models, createHookSender(ground)) }
}

/** Makes the schemas of relations that do not exist yet. Notes of what could not be as it should. */
export async function makeSchemas(site: Site): Promise<readonly Diagnostic[]> {
  const missing = stepModels(site, site.plan.steps).filter((model) => !site.relations.find(model.relation))
  const schemas = [...new Set(missing.map((model) => model.relation.schema))]
  return schemas.length === 0 ? [] : makeSchemasOf(site, schemas)
}

/** Writes down what somebody asked for, so that a killed run forgets none of it. */
export async function recordPlanned(site: Site): Promise<void> {
  // Of a model that is built aside, a killed run leaves nothing, and its table as it was.
  for (const step of site.plan.steps.filter(({ refresh }) => !refresh)) {
    const model = site.models.get(step.model) ?? bug(`no model ${step.model}`)
    const parts = step.batches.flatMap((batch) => batch.parts)
    const asked = parts.filter((part) => part.reason.kind === 'requested')
    const windows = windowsOf(asked.flatMap((part) => ordinalsOf(part.window ?? all)))
    for (const window of windows) {
      await site.ledger.recordPlanned(site.start.run, model.id, window, model.fingerprint)
    }
  }
}

/** The files that models read of sources, in a window of each (absent: in all), and the known partitions of tables. */
export function filesOf(
  workshop: Workshop,
  models: readonly Model[],
  hulls: ReadonlyMap<string, Window>,
): readonly SourceFileRecord[] {
  const files = new Map<string, SourceFileRecord>()
  for (const model of models) {
    for (const source of new Set(model.inputs.map(({ upstream }) => upstream))) {
      if (!workshop.definitions.has(source)) continue
      for (const { path, size, modified, hash, gone } of filesCovered(workshop, source, model, hulls.get(model.id))) {
        files.set(`${source}\n${path}`, { source, path, size, modified, hash, gone })
      }
    }
  }
  return [...files.values()]
}

/**
 * Remembers the files that the run's statements read, and the partitions of tables, before anything is built from them: one
 * that vanishes later is then known to be gone, also when the run is killed. What is gone is remembered as gone: a table's
 * partitions are looked at for a while only.
 */
export async function recordFiles(site: Site): Promise<void> {
  const files = filesOf(site, stepModels(site, site.plan.steps), site.hulls)
  if (files.length > 0) await site.ledger.recordFiles(files)
}

/** Drops what runs that died left aside. A death before the ledger is told leaves it to the next run, which finds nothing there. */
export async function dropLeftStagings(
  { adapter, session, ledger }: Pick<Surroundings, 'adapter' | 'session' | 'ledger'>,
  left: readonly InterruptedAttempt[],
): Promise<void> {
  const names = new Map(left.flatMap(({ staging }) => (staging ? [[relationSql({ adapter }, staging), staging]] : [])))
  if (names.size === 0) return
  const drops = [...names.values()].map((staging) => adapter.dialect.ddl.drop(staging, 'table'))
  await withConnection(session, (connection) => connection.run(drops.join(';\n')))
  await ledger.forgetStagings(left.map(({ attempt }) => attempt))
}
