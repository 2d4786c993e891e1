import type { RelationName } from '../../adapters/contract.ts'
import { ordinalAt, startInstant, type Window, windowsOf } from '../../calendar/index.ts'
import type { Graph, Model } from '../../compiler/index.ts'
import { bug } from '../../diagnostics/index.ts'
import type { KeptSince, TooOld } from '../../ledger/index.ts'
import { isCutAlike, storedModels } from '../../planner/index.ts'
import type { Age, QualityKept } from '../../project/index.ts'
import { isOwned } from '../prepare.ts'
import { openWorkshop, relationSql, type Surroundings, type Workshop, windowLiterals } from '../site/index.ts'
import { refuseNeeded } from './collect.ts'
import { each, type Tended, tend, writeTended } from './tend.ts'

/** What is too old to be kept: partitions of a model, or its relation as a whole. */
export interface Aged {
  readonly model: Model
  /** Absent: the relation as a whole. */
  readonly windows?: readonly Window[]
  readonly partitions: number
  readonly rows: number
  /** When the relation was last built, UTC milliseconds. */
  readonly builtAt?: number
}

/** What is dropped, or would be: partitions and relations, and what assertions found long ago. */
export interface Outdated {
  readonly aged: readonly Aged[]
  readonly found: TooOld
}

/** What `retain` is asked for. */
export interface RetainRequest {
  /** How long what assertions found is kept; absent: nothing of it is looked at. */
  readonly quality?: QualityKept
  /** Ids of the models that are looked at. */
  readonly models: readonly string[]
  /** UTC milliseconds. */
  readonly now: number
}

type Ground = Pick<Workshop, 'graph' | 'ledger' | 'relations' | 'models'>

const dayLength = 86_400_000

/** The first partition that is not wholly older than the model's retention. */
export function retainedFrom(model: Model, now: number): number | undefined {
  const { partitioning, config } = model
  if (!partitioning || !config.retention || config.materialized !== 'incremental') return undefined
  return ordinalAt(partitioning.grid, before(config.retention, now, partitioning.grid.timeZone))
}

async function agedPartitions(ground: Ground, models: readonly Model[], now: number): Promise<Aged[]> {
  const cut = models.filter((model) => retainedFrom(model, now) !== undefined)
  const { relations } = await ground.ledger.snapshot(storedModels(cut), { headsOnly: true })
  const found: Aged[] = []
  for (const model of cut) {
    const record = relations.get(model.id)
    const stands = ground.relations.find(model.relation)?.kind === 'table'
    if (!record || !stands || !isOwned(record) || !isCutAlike(model, record)) continue
    const end = retainedFrom(model, now) ?? bug('no age')
    const published = await ground.ledger.published(model.relation, { start: Number.MIN_SAFE_INTEGER, end })
    if (published.length === 0) continue
    const windows = windowsOf(published.map(({ ordinal }) => ordinal))
    const rows = published.reduce((sum, one) => sum + one.rows, 0)
    found.push({ model, windows, partitions: published.length, rows })
  }
  return found
}

/** Views that stand, and that a relation could not be dropped from under. */
function standingReaders({ graph, relations }: Ground, model: Model, dropped: ReadonlySet<string>): boolean {
  return graph.models.some(
    (reader) =>
      reader.dependsOn.includes(model.id) &&
      !dropped.has(reader.id) &&
      (reader.config.materialized === 'ephemeral'
        ? standingReaders({ graph, relations } as Ground, reader, dropped)
        : relations.find(reader.relation)?.kind === 'view'),
  )
}

function expiryOf({ layers }: Graph, model: Model): number | undefined {
  return layers.find(({ name }) => name === model.layer)?.expiresAfterDays
}

/** Relations of layers that keep them for a while, readers before what they read. */
async function agedRelations(ground: Ground, models: readonly Model[], now: number): Promise<Aged[]> {
  const expiring = models.filter((model) => expiryOf(ground.graph, model) !== undefined).reverse()
  if (expiring.length === 0) return []
  const inventory = await ground.ledger.inventory()
  const keyOf = (node: string | undefined, { schema, name }: RelationName) => JSON.stringify([node, schema, name])
  const mine = inventory.filter(({ project, isHere }) => isHere && project === ground.graph.project)
  const owned = new Map(mine.map((one) => [keyOf(one.node, one.relation), one]))
  const dropped = new Set<string>()
  const found: Aged[] = []
  for (const model of expiring) {
    const { partitions, rows, builtAt } = owned.get(keyOf(model.id, model.relation)) ?? {}
    const days = expiryOf(ground.graph, model) ?? bug('no age')
    if (builtAt === undefined || builtAt > now - days * dayLength) continue
    if (!ground.relations.find(model.relation) || standingReaders(ground, model, dropped)) continue
    dropped.add(model.id)
    found.push({ model, partitions: partitions ?? 0, rows: rows ?? 0, builtAt })
  }
  return found
}

async function findAged(ground: Ground, { models: ids, now }: RetainRequest): Promise<Aged[]> {
  const wanted = new Set(ids)
  const models = ground.graph.models.filter(({ id }) => wanted.has(id))
  const relations = await agedRelations(ground, models, now)
  const going = new Set(relations.map(({ model }) => model.id))
  const staying = models.filter(({ id }) => !going.has(id))
  return [...(await agedPartitions(ground, staying, now)), ...relations]
}

const nothingFound: TooOld = { failures: 0, results: 0 }

/** When what is as old as this began, by the calendar of the project. */
function before({ count, unit }: Age, now: number, timeZone: string): number {
  const ages = { unit, timeZone }
  return startInstant(ages, ordinalAt(ages, now) - count)
}

function keptSince({ timeZone }: Graph, { failures, results }: QualityKept, now: number): KeptSince {
  return { failures: before(failures, now, timeZone), results: before(results, now, timeZone) }
}

/** What `retain` would drop. Changes nothing. */
export async function aged(given: Surroundings, request: RetainRequest): Promise<Outdated> {
  const { quality, now } = request
  return {
    aged: await findAged(await openWorkshop(given, []), request),
    found: quality ? await given.ledger.agedFound(keptSince(given.graph, quality, now)) : nothingFound,
  }
}

async function drop(workshop: Workshop, old: Aged): Promise<Aged> {
  const { model, windows } = old
  const { id: node, fingerprint, partitioning, relation } = model
  const { leases } = await workshop.ledger.acquire(workshop.start.run, [{ node, relation }])
  const lease = leases.get(node) ?? bug(`no lease of ${node}`)
  const options = { signal: workshop.stop, label: node }
  if (!windows) {
    const { kind } = workshop.relations.find(relation) ?? bug(`no relation of ${node}`)
    await writeTended(workshop, { node, lease, fingerprint }, 'expired', async (connection) => {
      await refuseNeeded(workshop, relation, connection)
      await connection.run(workshop.adapter.dialect.ddl.drop(relation, kind), options)
      return { dropped: true }
    })
    return old
  }
  const cut = partitioning ?? bug(`${node} is not partitioned`)
  const column = workshop.adapter.dialect.quote(cut.column)
  await writeTended(workshop, { node, lease, fingerprint, cut }, 'retired', async (connection) => {
    const bounds = windows.map((window) => {
      const { start, end } = windowLiterals(workshop, model, window)
      return `(${column} >= ${start} and ${column} < ${end})`
    })
    await connection.run(`delete from ${relationSql(workshop, relation)} where ${bounds.join(' or ')}`, options)
    return { retired: windows }
  })
  return old
}

/**
 * Drops partitions that are older than their model keeps them, and relations of layers that keep them for a while only; each
 * relation's rows and record in one transaction. The ledger keeps retired partitions in mind: their absence is no change.
 */
export function retain(
  given: Surroundings,
  request: RetainRequest,
): Promise<Outdated & Pick<Tended<Aged>, 'diagnostics'>> {
  const { quality, now } = request
  return tend(given, [], async (workshop) => {
    const { done, diagnostics } = await each(
      workshop,
      await findAged(workshop, request),
      ({ model }) => ({ subject: model.id, location: model.location }),
      (old) => drop(workshop, old),
    )
    const found = quality ? await given.ledger.forgetFound(keptSince(given.graph, quality, now)) : nothingFound
    return { aged: done, found, diagnostics }
  })
}
