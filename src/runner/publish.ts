import { startInstant } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { Publication, PublishedPartition, PublishedVersion } from '../ledger/index.ts'
import { leaseOf } from './attempt.ts'
import type { BuildSite } from './context.ts'
import type { PublishRequest, PublishResult } from './job.ts'
import type { HookPart } from './model-hooks.ts'
import { keyOf } from './names.ts'
import { draftOf } from './relations.ts'
import { tableChange } from './table-statements.ts'
import { writeStatements } from './write-statements.ts'

function isPartial(site: BuildSite, model: Model, ordinal: number): boolean {
  return model.partitioning !== undefined && site.plan.now < startInstant(model.partitioning.grid, ordinal + 1)
}

/** What the ledger keeps of each partition: changed ones take a new version. */
function recordsOf(site: BuildSite, request: PublishRequest, fresh: boolean): PublishedPartition[] {
  const { model } = request
  return request.partitions.map(({ ordinal, rows, checksum, settled }) => {
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

/** A publication that is ready to be committed. */
interface Prepared {
  /** Makes or alters the table. Engines want that before a row of it is written. */
  readonly change: readonly string[]
  readonly statements: readonly string[]
  readonly publication: Publication
  /** Takes in that it was committed, with the version that changed partitions were given. */
  readonly settle: (version: number) => PublishResult
}

/** What the run knows once a publication is committed. */
function settle(
  site: BuildSite,
  { model }: PublishRequest,
  records: readonly PublishedPartition[],
  fresh: boolean,
  version: number,
): PublishResult {
  if (fresh) site.published.forget(model.id)
  const published = records.map(({ ordinal, checksum, rows, changed }): PublishedVersion => {
    const kept = site.published.at(model.id, ordinal)?.version ?? version
    return { ordinal, checksum, rows, version: changed ? version : kept }
  })
  site.published.record(model.id, published, version)
  if (records.some(({ settled, partial }) => partial || !settled)) site.open.add(model.id)
  const changed = records.filter((record) => record.changed)
  return {
    changed: changed.length,
    equal: records.length - changed.length,
    rows: changed.reduce((sum, record) => sum + record.rows, 0),
  }
}

async function prepare(site: BuildSite, request: PublishRequest): Promise<Prepared> {
  const { model, staged, attempt } = request
  await site.published.load(model.id, site.hulls.get(model.id) ?? request.window)
  const change = staged && tableChange(site, model, staged.columns)
  const fresh = change?.fresh ?? false
  const isChanged = change !== undefined && change.statements.length > 0
  if (isChanged) site.relations.record(model.relation, 'table', change.columns)
  const records = recordsOf(site, request, fresh)
  const written = records
    .filter((record) => staged && (record.changed || request.rewrite))
    .map(({ ordinal }) => ordinal)
  const write = staged && written.length > 0 ? writeStatements(site, model, staged, written, fresh) : []
  const drop = staged ? [site.adapter.dialect.ddl.drop(staged.relation, 'table')] : []
  return {
    change: change?.statements ?? [],
    statements: [...write, ...drop],
    publication: {
      lease: leaseOf(site, model),
      attempt,
      node: model.id,
      ...(model.partitioning ? { grid: model.partitioning.grid, column: model.partitioning.column } : {}),
      fingerprint: model.fingerprint,
      partitions: records,
      fresh,
      ...(isChanged ? { seen: change.columns } : {}),
    },
    settle: (version) => settle(site, request, records, fresh, version),
  }
}

/** What the transaction does with the post_hook of each model that has one. */
function hookParts(site: BuildSite, requests: readonly PublishRequest[]): ReadonlyMap<string, HookPart> {
  const models = [...new Set(requests.map(({ model }) => model))]
  return new Map(
    models.flatMap((model) => {
      const lasts = requests.filter((request) => request.model === model && request.last).length
      const part = site.hooks.publishing(model, lasts)
      return part ? [[model.id, part] as const] : []
    }),
  )
}

export function withHooks(publication: Publication, part: HookPart | undefined): Publication {
  return part ? { ...publication, hooks: part.record } : publication
}

/**
 * Publishes checked partitions of the desk's batches: rows and their record in one transaction, under the fences. Partitions
 * that equal the published ones keep rows and version. Publications of one relation queue up. Rejects when any of them cannot
 * be published: then none of them is.
 */
export function publishAll(site: BuildSite, requests: readonly PublishRequest[]): Promise<PublishResult[]> {
  const { connection } = site.desk
  const nodes = requests.map(({ model }) => model.id)
  return site.publications.of(nodes)(async () => {
    const prepared: Prepared[] = []
    const relations = draftOf(site.relations)
    for (const request of requests) prepared.push(await prepare({ ...site, relations }, request))
    const statements = [...prepared.flatMap((one) => one.change), ...prepared.flatMap((one) => one.statements)]
    const hooks = hookParts(site, requests)
    const publications = prepared.map(({ publication }) => withHooks(publication, hooks.get(publication.node)))
    const versions = await site.ledger.publishAll(connection, publications, async () => {
      const options = { signal: site.stop, label: nodes.join(' ') }
      if (statements.length > 0) await connection.run(statements.join(';\n'), options)
      for (const part of hooks.values()) await part.run(connection)
      return publications
    })
    relations.commit()
    for (const part of hooks.values()) part.settle()
    return prepared.map((one, index) => one.settle(versions[index] ?? bug('a publication without a version')))
  })
}
