import type { Column, StatementOptions } from '../../adapters/contract.ts'
import { startInstant, type Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug } from '../../diagnostics/index.ts'
import type {
  AttachedRecord,
  Claim,
  LeftPartition,
  Publication,
  PublishedPartition,
  PublishedVersion,
} from '../../ledger/index.ts'
import { emptyPartition, tableFacts } from '../judge/index.ts'
import {
  type BuildSite,
  type CheckedPartition,
  draftOf,
  type HookPart,
  keyOf,
  leaseOf,
  type PublishRequest,
  type PublishResult,
  type Site,
} from '../site/index.ts'
import {
  areEmpty,
  cutOf,
  makePieces,
  partitionsLeft,
  strategyOf,
  tableChange,
  writeStatements,
  writesBeside,
} from '../strategy/index.ts'
import { attach, dropIndexes, unlessViolated } from './attachments.ts'
import { changeBound, type ModelChange } from './ties.ts'

function isPartial(site: Pick<Site, 'plan'>, model: Model, ordinal: number): boolean {
  return model.partitioning !== undefined && site.plan.now < startInstant(model.partitioning.grid, ordinal + 1)
}

/** What the ledger keeps of each partition: changed ones take a new version. */
export function recordsOf(
  site: Pick<Site, 'plan' | 'published'>,
  request: Pick<PublishRequest, 'model' | 'inputs'>,
  partitions: readonly CheckedPartition[],
  fresh: boolean,
): PublishedPartition[] {
  const { model } = request
  return partitions.map(({ ordinal, rows, checksum, settled }) => {
    const before = fresh ? undefined : site.published.at(model.id, ordinal)
    return {
      ordinal,
      key: keyOf(model, ordinal),
      rows,
      checksum,
      settled,
      partial: isPartial(site, model, ordinal),
      changed: before?.checksum !== checksum || before.rows !== rows,
      inputs: request.inputs.get(ordinal) ?? bug(`no inputs of ${model.id} ${ordinal}`),
    }
  })
}

/** A publication that is ready to be written. */
export interface Prepared {
  readonly request: PublishRequest
  /** Whether the table is made by it. */
  readonly fresh: boolean
  /** Makes or alters the table. Engines want that before a row of it is written. */
  readonly change: ModelChange | undefined
  /** Columns of the table, when they are others now. */
  readonly seen?: readonly Column[]
  readonly statements: readonly string[]
  /** Partitions whose rows are written. */
  readonly written: readonly number[]
  /** What the partitions hold when the staged rows are all there is. */
  readonly records: readonly PublishedPartition[]
}

/** What is recorded of a publication once its rows are written. */
interface Recorded {
  readonly records: readonly PublishedPartition[]
  /** Other partitions that lost rows to the ones published. */
  readonly left: readonly LeftPartition[]
}

/** What the run knows once a publication is committed. */
function settle(
  site: BuildSite,
  { request: { model, partitions }, fresh }: Prepared,
  { records, left }: Recorded,
  version: number,
): PublishResult {
  if (fresh) site.published.forget(model.id)
  const published = records.map(({ ordinal, checksum, rows, changed }): PublishedVersion => {
    const kept = site.published.at(model.id, ordinal)?.version ?? version
    return { ordinal, checksum, rows, version: changed ? version : kept }
  })
  const others = left.map(({ ordinal, checksum, rows }): PublishedVersion => ({ ordinal, checksum, rows, version }))
  site.published.record(model.id, [...published, ...others], version)
  const isOpen = records.some(({ settled, partial }) => partial || !settled) || left.some(({ settled }) => !settled)
  if (isOpen) site.open.add(model.id)
  const changed = new Set(records.filter((record) => record.changed).map(({ ordinal }) => ordinal))
  return {
    changed: changed.size,
    equal: records.length - changed.size,
    rows: partitions.reduce((sum, { ordinal, rows }) => sum + (changed.has(ordinal) ? rows : 0), 0),
  }
}

async function prepare(site: BuildSite, request: PublishRequest): Promise<Prepared> {
  const { model, staged } = request
  await site.published.load(model.id, site.hulls.get(model.id) ?? request.window)
  const change = staged && tableChange(site, model, staged.columns)
  const fresh = change?.fresh ?? false
  const isChanged = change !== undefined && change.statements.length > 0
  if (isChanged) site.relations.record(model.relation, 'table', change.columns, cutOf(site, model))
  const records = recordsOf(site, request, request.partitions, fresh)
  const written = records
    .filter((record) => staged && (record.changed || request.rewrite || writesBeside(model)))
    .map(({ ordinal }) => ordinal)
  const write = staged && written.length > 0 ? writeStatements(site, model, staged, written, fresh) : []
  const places = makePieces(site, model, written)
  const drop = staged ? [site.adapter.dialect.ddl.drop(staged.relation, 'table')] : []
  const seen = isChanged ? { seen: change.columns } : {}
  return {
    request,
    fresh,
    change: change && isChanged ? { ...change, model } : undefined,
    ...seen,
    statements: [...places, ...write, ...drop],
    written,
    records,
  }
}

/** The partitions that lose rows to those of a publication. Throws `Failure` where none may. */
async function leaving(site: BuildSite, { request, fresh, written }: Prepared): Promise<readonly number[]> {
  const { model, staged } = request
  return staged && !fresh ? partitionsLeft(site, model, staged, written, site.desk.connection) : []
}

/** What the table holds, where published rows stay beside the staged ones: asked for once they are written. */
async function recordedOf(site: BuildSite, prepared: Prepared, left: readonly number[]): Promise<Recorded> {
  const { request, fresh, written, records } = prepared
  const { model, staged } = request
  const asStaged = !writesBeside(model) || areEmpty(site, model, written, fresh)
  if (!staged || (asStaged && left.length === 0)) return { records, left: [] }
  await site.published.load(model.id, left.length > 0 ? hullOf(left) : undefined)
  const facts = await tableFacts(site, model, staged, [...written, ...left], site.desk.connection)
  return {
    records: recordsOf(
      site,
      request,
      request.partitions.map((partition) => facts.get(partition.ordinal) ?? partition),
      fresh,
    ),
    left: left.map((ordinal) => facts.get(ordinal) ?? emptyPartition(model, ordinal)),
  }
}

/** Writes the rows of all, and says what their tables hold then. */
async function writeAll(
  site: BuildSite,
  prepared: readonly Prepared[],
  options: StatementOptions,
): Promise<readonly Recorded[]> {
  const left: (readonly number[])[] = []
  const changes = prepared.flatMap(({ change }) => change ?? [])
  await dropIndexes(
    site,
    site.desk.connection,
    prepared.map(({ request }) => request.model),
  )
  await changeBound(site, site.desk.connection, changes)
  let waiting = changes.filter(({ unbinds }) => unbinds === undefined).flatMap(({ statements }) => statements)
  const send = async (): Promise<void> => {
    if (waiting.length > 0) await site.desk.connection.run(waiting.join(';\n'), options)
    waiting = []
  }
  for (const one of prepared) {
    // What is written before may hold a key that this one brings elsewhere.
    if (strategyOf(one.request.model) === 'merge') await send()
    left.push(await leaving(site, one))
    waiting.push(...one.statements)
  }
  await send()
  const recorded: Recorded[] = []
  for (const [index, one] of prepared.entries()) recorded.push(await recordedOf(site, one, left[index] ?? []))
  return recorded
}

function hullOf(ordinals: readonly number[]): Window {
  return { start: Math.min(...ordinals), end: Math.max(...ordinals) + 1 }
}

/** By which right a publication is written. */
function claimOf(site: Pick<Site, 'leases'>, { model, attempt }: Pick<PublishRequest, 'model' | 'attempt'>): Claim {
  return { lease: leaseOf(site, model), attempt, node: model.id }
}

/** What hangs on the relations of what is published, once their rows are written. */
async function attachAll(site: BuildSite, prepared: readonly Prepared[]): Promise<ReadonlyMap<string, AttachedRecord>> {
  const made = new Map<string, AttachedRecord>()
  for (const model of new Set(prepared.map(({ request }) => request.model))) {
    const relation = site.relations.find(model.relation)
    if (!relation) continue
    const changes = prepared.flatMap(({ change }) => (change?.model === model ? [change] : []))
    const isNew = changes.some(({ fresh, unbinds }) => fresh && unbinds === undefined)
    const bearer = { kind: relation.kind, columns: relation.columns, isNew, isChanged: changes.length > 0 }
    const attached = await attach(site, site.desk.connection, model, bearer)
    if (attached) made.set(model.id, attached)
  }
  return made
}

/** What the ledger is told of a publication. */
function publicationOf(site: BuildSite, prepared: Prepared, { records, left }: Recorded): Publication {
  const { request, fresh, seen } = prepared
  const { model } = request
  return {
    ...claimOf(site, request),
    ...(model.partitioning ? { grid: model.partitioning.grid, column: model.partitioning.column } : {}),
    fingerprint: model.fingerprint,
    partitions: records,
    ...(left.length > 0 ? { left } : {}),
    fresh,
    ...(seen ? { seen } : {}),
  }
}

/** What the transaction does with the post_hook of each model that has one. */
function hookParts(
  site: Pick<Site, 'hooks'>,
  requests: readonly Pick<PublishRequest, 'model' | 'last'>[],
): ReadonlyMap<string, HookPart> {
  const models = [...new Set(requests.map(({ model }) => model))]
  return new Map(
    models.flatMap((model) => {
      const lasts = requests.filter((request) => request.model === model && request.last).length
      const part = site.hooks.publishing(model, lasts)
      return part ? [[model.id, part] as const] : []
    }),
  )
}

/** A publication that records what hangs on its relation from now on. */
export function withAttached(publication: Publication, attached: AttachedRecord | undefined): Publication {
  return attached ? { ...publication, attached } : publication
}

/** A publication with what it does of the post_hook. */
export function withHooks(publication: Publication, part: HookPart | undefined): Publication {
  return part ? { ...publication, hooks: part.record } : publication
}

/** Publications whose rows stand where they are to be read, and what their tables hold now. */
interface Written {
  readonly prepared: readonly Prepared[]
  readonly recorded: readonly Recorded[]
}

/**
 * Publishes in one transaction, under the fences: rows, what hangs on their relations, the post_hooks, and the record. `begin` is
 * called when it is the turn of these relations; what it returns is called inside the transaction, and writes the rows. Publications
 * of one relation queue up. A rejection: nothing was done.
 */
export function publishing(
  site: BuildSite,
  requests: readonly Pick<PublishRequest, 'model' | 'attempt' | 'last'>[],
  begin: (drafting: BuildSite) => Promise<() => Promise<Written>>,
): Promise<PublishResult[]> {
  const { connection } = site.desk
  return site.publications.of(requests.map(({ model }) => model.id))(async () => {
    const relations = draftOf(site.relations)
    const drafting = { ...site, relations }
    const write = await begin(drafting)
    const hooks = hookParts(site, requests)
    const claims = requests.map((request) => claimOf(site, request))
    let written: Written = { prepared: [], recorded: [] }
    let attached: ReadonlyMap<string, AttachedRecord> = new Map()
    const recordOf = (index: number): Recorded => written.recorded[index] ?? bug('no record')
    const versions = await site.ledger.publishAll(connection, claims, async () => {
      written = await write()
      attached = await attachAll(drafting, written.prepared)
      for (const part of hooks.values()) await part.run(connection)
      return written.prepared.map((one, index) => {
        const publication = publicationOf(site, one, recordOf(index))
        return withAttached(withHooks(publication, hooks.get(publication.node)), attached.get(publication.node))
      })
    })
    relations.commit()
    for (const [node, record] of attached) site.attached.set(node, record)
    for (const part of hooks.values()) part.settle()
    return written.prepared.map((one, index) =>
      settle(site, one, recordOf(index), versions[index] ?? bug('a publication without a version')),
    )
  })
}

/**
 * Publishes checked partitions of the desk's batches. Partitions that equal the published ones keep rows and version. Rejects when
 * any of them cannot be published: then none of them is.
 */
export function publishAll(site: BuildSite, requests: readonly PublishRequest[]): Promise<PublishResult[]> {
  return publishing(site, requests, async (drafting) => {
    const prepared: Prepared[] = []
    for (const request of requests) prepared.push(await prepare(drafting, request))
    const models = requests.map(({ model }) => model)
    const options = { signal: site.stop, label: models.map(({ id }) => id).join(' ') }
    return async () => ({
      prepared,
      recorded: await unlessViolated(site, models, () => writeAll(drafting, prepared, options)),
    })
  })
}
