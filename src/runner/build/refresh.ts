import type { Connection, RelationName } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, type Diagnostic, diagnose, Failure } from '../../diagnostics/index.ts'
import type { AttachedRecord, AttemptStart, LedgerSnapshot, Publication } from '../../ledger/index.ts'
import { type Batch, isCutAlike, type Plan } from '../../planner/index.ts'
import {
  attach,
  dropIndexes,
  publishAll,
  rebinding,
  recordsOf,
  unlessViolated,
  withAttached,
  withHooks,
} from '../publish/index.ts'
import {
  type BatchResult,
  type BuildSite,
  type CheckedPartition,
  createPublished,
  createUnbuilt,
  errorDiagnostics,
  leaseOf,
  type PublishRequest,
  type PublishResult,
  retrying,
  type Site,
  withConnection,
  withConnectionAgain,
} from '../site/index.ts'
import { cutOf, makePieces, tableChange } from '../strategy/index.ts'

/** A model that is built from nothing beside its published table, its shadow. */
interface Refresh {
  readonly model: Model
  /** The model as its batches see it: stored in the shadow, which is what `this` means to them. */
  readonly shadow: Model
  readonly site: Omit<BuildSite, 'desk'>
  /** Whether the published partitions are others than the new ones, whatever their numbers. */
  readonly recut: boolean
  readonly batches: number
  left: number
  failed: number
  /** Attempts that are written down as begun. */
  readonly attempts: number[]
  /** Those of them that made the shadow, empty, for batches that read it. */
  readonly made: number[]
  /** What stands in the shadow. */
  readonly filled: PublishRequest[]
}

/** Models that are built from nothing while their old rows can be read. */
export interface Refreshes {
  /** Whether a batch fills a shadow: it commits by itself, so that it shares no connection with others at work. */
  readonly isOwn: (batch: Batch) => boolean
  /** Where a batch is built: of a model that is refreshed, in its shadow. */
  readonly siteOf: (site: BuildSite, batch: Batch) => BuildSite
  /** Takes in that a batch is over. After the last one of a model the shadow takes the place of its table, or is dropped. */
  readonly over: (result: BatchResult) => Promise<BatchResult>
  /** Drops the shadows of models whose batches were not all begun. */
  readonly end: () => Promise<void>
}

function shadowName({ start, adapter }: Site, model: Model, serial: number): RelationName {
  const name = `elt_shadow_${start.run}_${serial}`.slice(0, adapter.features.identifierLimit)
  return { schema: model.relation.schema, name }
}

type Attempts = Pick<Refresh, 'model' | 'shadow' | 'attempts'>

/** Writes down an attempt that names the shadow as what to drop should the run die. */
async function begin(site: Site, { model, shadow, attempts }: Attempts, start: AttemptStart): Promise<number> {
  const { end } = start.window
  // No partition of it is published: when the run dies, none of them was interrupted.
  const attempt = { ...start, window: { start: end, end }, relation: model.relation }
  const [number = bug('an attempt without a number')] = await site.ledger.startAttempts([
    { ...attempt, staging: start.staging ?? shadow.relation },
  ])
  attempts.push(number)
  return number
}

/** Nothing of the shadow is recorded before it is published: what a killed run leaves of it is dropped with its attempts. */
function shadowLedger(site: Site, refresh: Attempts & Pick<Refresh, 'made'>): Site['ledger'] {
  const { ledger } = site
  return {
    ...ledger,
    startAttempts: async (starts) => {
      const numbers: number[] = []
      for (const start of starts) numbers.push(await begin(site, refresh, start))
      refresh.made.push(...numbers)
      return numbers
    },
    publishAll: (connection, _, write) => fill(site, refresh, connection, async () => (await write()).map(() => 0)),
    recordOutcomes: (attempt, node, _, found) => ledger.recordOutcomes(attempt, node, [], found),
  }
}

/** Writes into the shadow. Nobody records whether that was committed: where the answer is lost, it is not done once more. */
async function fill<T>(site: Site, { model }: Attempts, connection: Connection, write: () => Promise<T>): Promise<T> {
  let written = false
  try {
    return await connection.transaction(async () => {
      const done = await write()
      written = true
      return done
    })
  } catch (error) {
    if (!written || error instanceof Failure) throw error
    throw new Failure(
      ...errorDiagnostics(error, { subject: model.id, model: model.id, location: model.location }, site),
    )
  }
}

function shadowSite(site: Site, refresh: Attempts & Pick<Refresh, 'made'>): Omit<BuildSite, 'desk'> {
  const { shadow } = refresh
  const nothing = { relations: new Map(), files: [] }
  return {
    ...site,
    models: new Map([...site.models, [shadow.id, shadow]]),
    ledger: shadowLedger(site, refresh),
    published: createPublished(
      async () => [],
      nothing,
      () => false,
      true,
    ),
    unbuilt: createUnbuilt(),
    attached: new Map(),
    // The post_hook belongs to the publication; batches of the shadow are none.
    hooks: { ...site.hooks, publishing: () => undefined, over: async () => undefined },
  }
}

function openRefresh(site: Site, model: Model, batches: number, heads: LedgerSnapshot): Refresh {
  const relation = shadowName(site, model, site.nextSerial())
  // A model of a kept graph reads its parts when they are asked for: it must not be copied.
  // All of its rows are read once, so that it is kept whole, and what hangs on the table does not hang on it.
  const { tablePartitions: _, ...config } = model.config
  const shadow: Model = Object.create(model, {
    relation: { value: relation, enumerable: true },
    config: { value: config, enumerable: true },
    attached: { value: undefined },
  })
  const record = heads.relations.get(model.id)
  const recut = record !== undefined && !isCutAlike(model, record)
  const own = { model, shadow, recut, batches, left: batches, failed: 0, attempts: [], made: [], filled: [] }
  const inShadow = shadowSite(site, own)
  // What others read of the model stays what is published.
  return { ...own, site: { ...inShadow, published: readingOthers(site, inShadow, model) } }
}

/** The shadow's own partitions, and what is published of all other models. */
function readingOthers(site: Site, shadow: Pick<Site, 'published'>, model: Model): Site['published'] {
  const of = (node: string) => (node === model.id ? shadow.published : site.published)
  return {
    load: (node, window) => of(node).load(node, window),
    at: (node, ordinal) => of(node).at(node, ordinal),
    versions: (node) => of(node).versions(node),
    forget: (node) => of(node).forget(node),
    record: (node, partitions, version) => of(node).record(node, partitions, version),
  }
}

/** Where a batch of the shadow is built. */
function deskOf(site: BuildSite, refresh: Refresh): BuildSite {
  const desk: BuildSite['desk'] = {
    connection: site.desk.connection,
    startAttempt: (start) => begin(site, refresh, start),
    publish: async (request) => {
      await publishAll(mine, [request])
      const { staged: _, ...filled } = request
      refresh.filled.push(filled)
      return resultOf(site, refresh, request)
    },
  }
  const mine: BuildSite = { ...refresh.site, desk }
  return mine
}

/** What stands of a batch's partitions in the shadow: later batches may have taken rows away. */
function partitionsOf({ site, model }: Refresh, { partitions }: PublishRequest): readonly CheckedPartition[] {
  return partitions.map((partition) => {
    const filled = site.published.at(model.id, partition.ordinal)
    return filled ? { ...partition, rows: filled.rows, checksum: filled.checksum } : partition
  })
}

/** How a batch's partitions compare with the published ones, which they will replace. */
async function resultOf(site: Site, refresh: Refresh, request: PublishRequest): Promise<PublishResult> {
  const { model, recut } = refresh
  await site.published.load(model.id, site.hulls.get(model.id))
  const changed = recordsOf(site, request, partitionsOf(refresh, request), recut).filter((record) => record.changed)
  return {
    changed: changed.length,
    equal: request.partitions.length - changed.length,
    rows: changed.reduce((sum, { rows }) => sum + rows, 0),
  }
}

function publicationsOf(site: Site, refresh: Refresh): Publication[] {
  const { model, recut, filled, made } = refresh
  const about = {
    lease: leaseOf(site, model),
    node: model.id,
    ...(model.partitioning ? { grid: model.partitioning.grid, column: model.partitioning.column } : {}),
    fingerprint: model.fingerprint,
    fresh: true,
    recut,
  }
  const batches = filled.map((request) => ({
    ...about,
    attempt: request.attempt,
    partitions: recordsOf(site, request, partitionsOf(refresh, request), recut),
  }))
  return [...made.map((attempt) => ({ ...about, attempt, partitions: [] })), ...batches]
}

/** Puts the rows of the shadow in the place of those of the table, with their record, in one transaction. */
async function swap(site: Site, refresh: Refresh, connection: Connection): Promise<void> {
  const { model, shadow } = refresh
  const { write, ddl } = site.adapter.dialect
  const columns = site.relations.find(shadow.relation)?.columns ?? bug(`no shadow of ${model.id}`)
  await site.published.load(model.id, site.hulls.get(model.id))
  const change = tableChange(site, model, columns, 'rebuild')
  const names = columns.map(({ name }) => name)
  const request = { target: model.relation, staging: shadow.relation, columns: names, empty: change.fresh }
  const rows = (write.table ?? bug('no strategy table'))(request)
  const filled = refresh.filled.flatMap(({ partitions }) => partitions.map(({ ordinal }) => ordinal))
  const statements = [...makePieces(site, model, filled), ...rows, ddl.drop(shadow.relation, 'table')]
  const hooks = site.hooks.publishing(model, 1)
  const publications = publicationsOf(site, refresh).map((one) => withHooks({ ...one, seen: change.columns }, hooks))
  let attached: AttachedRecord | undefined
  const [version = 0] = await site.ledger.publishAll(connection, publications, async () => {
    const send = (some: readonly string[]) => connection.run(some.join(';\n'), { signal: site.stop, label: model.id })
    await dropIndexes(site, connection, [model])
    if (change.statements.length > 0) {
      await rebinding(site, connection, model, { ...change, kind: 'table' }, () => send(change.statements))
    }
    await unlessViolated(site, [model], () => send(statements))
    const isNew = change.fresh && change.unbinds === undefined
    const isChanged = change.statements.length > 0
    const bearer = { kind: 'table' as const, columns: change.columns, isNew, isChanged }
    attached = await attach(site, connection, model, bearer)
    await hooks?.run(connection)
    return publications.map((one) => withAttached(one, attached))
  })
  if (attached) site.attached.set(model.id, attached)
  hooks?.settle()
  site.relations.record(model.relation, 'table', change.columns, cutOf(site, model))
  const published = publications.flatMap(({ partitions }) =>
    partitions.map(({ ordinal, checksum, rows: count, changed }) => {
      const before = site.published.at(model.id, ordinal)
      return { ordinal, checksum, rows: count, version: changed ? version : (before?.version ?? version) }
    }),
  )
  site.published.forget(model.id)
  site.published.record(model.id, published, version)
}

async function dropShadow(site: Site, { model, shadow, attempts }: Refresh): Promise<void> {
  await withConnectionAgain(site, (connection) =>
    connection.run(site.adapter.dialect.ddl.drop(shadow.relation, 'table')),
  )
  for (const attempt of attempts) await site.ledger.recordOutcomes(attempt, model.id, [])
}

/** What went wrong at the end of a refresh; nothing: the table has the new rows. */
async function finish(site: Site, refresh: Refresh): Promise<readonly Diagnostic[]> {
  const { model, failed, batches } = refresh
  const about = { subject: model.id, model: model.id, location: model.location }
  let found: readonly Diagnostic[] = []
  try {
    if (failed === 0) {
      const inTurn = () =>
        site.publications.of([model.id])(() => withConnection(site.session, (one) => swap(site, refresh, one)))
      await retrying(site, inTurn)
      return []
    }
    found = [diagnose('refresh-dropped', { model: model.id, failed, batches }, model.location)]
  } catch (error) {
    found = errorDiagnostics(error, about, site)
  }
  try {
    await dropShadow(site, refresh)
    return found
  } catch (error) {
    return [...found, ...errorDiagnostics(error, about, site)]
  }
}

const well: ReadonlySet<BatchResult['status']> = new Set(['success', 'unchanged', 'skipped'])

/** Prepares the refreshes of a plan. `heads` tell how its models were published. */
export function createRefreshes(site: Site, plan: Plan, heads: LedgerSnapshot): Refreshes {
  const refreshes = new Map(
    plan.steps.flatMap(({ model: id, refresh, batches }) => {
      const model = site.models.get(id)
      return refresh && model ? [[id, openRefresh(site, model, batches.length, heads)] as const] : []
    }),
  )
  return {
    isOwn: ({ model }) => refreshes.has(model),
    siteOf: (own, batch) => {
      const refresh = refreshes.get(batch.model)
      return refresh ? deskOf(own, refresh) : own
    },
    over: async (result) => {
      const refresh = refreshes.get(result.model)
      if (!refresh) return result
      refresh.left -= 1
      if (!well.has(result.status)) refresh.failed += 1
      const found = refresh.left === 0 ? await finish(site, refresh) : []
      await site.hooks.over(refresh.model)
      if (found.length === 0) return result
      const status = well.has(result.status) ? 'failed' : result.status
      return { ...result, status, diagnostics: [...result.diagnostics, ...found] }
    },
    end: async () => {
      for (const refresh of refreshes.values()) if (refresh.left > 0) await dropShadow(site, refresh)
    },
  }
}
