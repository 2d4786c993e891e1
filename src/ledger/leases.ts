import { type RawBuilder, sql } from 'kysely'
import type { Connection, RelationName, Row } from '../adapters/contract.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import { interrupt } from './interrupt.ts'
import type { InterruptedAttempt, Lease, Stored } from './ledger.ts'
import { description, droppedIdentity, guard, remember, type Store } from './store.ts'

/** How long a lease lasts that is not renewed, in milliseconds. */
const lasts = 30_000

/** As `Ledger.leaseLasts`: where holding the file is the proof of life, leases do not end. */
export function leaseLasts({ features }: Store): number | undefined {
  return features.exclusiveWriter ? undefined : lasts
}

/** Whether a run (a row of `elt.runs`) gives no sign of life any more, or its session is gone: its leases are anybody's then. */
export function isDead(store: Store): RawBuilder<boolean> {
  const isThere = store.features.ledger?.locks?.isThere('run')
  const isGone = isThere === undefined ? sql`false` : sql`(shows_session and not ${sql.raw(isThere)})`
  return sql<boolean>`(${isSilent(store)} or ${isGone})`
}

function isSilent(store: Store): RawBuilder<boolean> {
  return sql<boolean>`coalesce(heartbeat_at, started_at) <= ${store.now} - interval '${sql.raw(String(lasts / 1000))} seconds'`
}

type Wanted = readonly Stored[]

/** The models and their physical names, as rows of `v`. */
export function given(store: Store, nodes: Wanted): RawBuilder<unknown> {
  const rows = nodes.map((n) => [n.node, n.relation.schema, n.relation.name])
  return store.writer.values('v', ['node', 'schema_name', 'name'], rows)
}

/** The rows of `elt.relations` (r) with a physical name of `v`. */
export const samePlace = sql`r.schema_name = v.schema_name and r.name = v.name`

/** Another project's relation is never written. From here on no other run takes leases until the transaction ends. */
async function refuseForeign(store: Store, nodes: Wanted, connection: Connection): Promise<void> {
  const foreign = sql`select v.node, r.schema_name, r.name, r.project from ${given(store, nodes)}
join elt.relations as r on ${samePlace} where r.project <> ${store.project} order by v.node limit 1`
  const [row] = await store.query([...guard(store), foreign], connection)
  if (!row) return
  const relation = `${row.schema_name}.${row.name}`
  throw new Failure(diagnose('relation-owned', { node: String(row.node), relation, project: String(row.project) }))
}

/**
 * Registers the relations. The physical name is what stays: a model that moved leaves the record of its old name behind,
 * and takes over the record of its new one, since the ledger has every write to it. Where other targets store the model is
 * their affair.
 */
function register(store: Store, nodes: Wanted): RawBuilder<unknown>[] {
  const wanted = given(store, nodes)
  return [
    sql`update elt.relations as r set node = null from ${wanted}
where r.project = ${store.project} and r.place = ${store.place} and r.node = v.node and not (${samePlace})`,
    sql`update elt.relations as r set node = v.node, place = ${store.place}, head_clean = false from ${wanted}
where r.project = ${store.project} and ${samePlace} and (r.node is distinct from v.node or r.place is distinct from ${store.place})`,
    sql`insert into elt.relations (id, project, node, place, schema_name, name)
select nextval('elt.relation_ids'), ${store.project}, v.node, ${store.place}, v.schema_name, v.name from ${wanted}
where not exists (select 1 from elt.relations as r where ${samePlace})`,
    sql`insert into elt.leases (relation, version, fence)
select r.id, 0, 0 from ${wanted} join elt.relations as r on ${samePlace}
where not exists (select 1 from elt.leases as l where l.relation = r.id)`,
  ]
}

/**
 * Whether nobody holds a lease. Its holder's heartbeat tells, which is a row of its own: publications keep rows of leases to
 * themselves. Of an engine whose file has one writer, whoever holds a lease but this run is dead.
 */
function free(store: Store, run: string): RawBuilder<unknown> {
  return store.features.exclusiveWriter
    ? sql`true`
    : sql`(l.run is null or l.run = ${run} or not exists (
  select 1 from elt.runs as u where u.run = l.run and u.status = 'running' and not ${isDead(store)}))`
}

async function refuseHeld(store: Store, run: string, nodes: Wanted, connection: Connection): Promise<void> {
  const held = sql`select v.node, l.run, u.host, u.pid, cast(l.acquired_at as text) as since from ${given(store, nodes)}
join elt.relations as r on ${samePlace} join elt.leases as l on l.relation = r.id left join elt.runs as u on u.run = l.run
where l.run is distinct from ${run} order by v.node limit 1`
  const [row] = await store.query([held], connection)
  if (!row) return
  const holder = {
    run: String(row.run),
    host: String(row.host ?? ''),
    pid: Number(row.pid ?? 0),
    since: String(row.since).replace(/\.\d+/, ''),
  }
  throw new Failure(diagnose('lease-held', { node: String(row.node), ...holder }))
}

export async function areFree(store: Store, relations: readonly RelationName[]): Promise<boolean> {
  if (relations.length === 0) return true
  const wanted = relations.map((relation) => ({ node: '', relation }))
  const held = sql`select 1 from ${given(store, wanted)} join elt.relations as r on ${samePlace}
join elt.leases as l on l.relation = r.id where not ${free(store, '')} limit 1`
  return (await store.query([held])).length === 0
}

/** What is published and left over of the relations, as bounds. */
async function survey(store: Store, taken: readonly Row[], connection: Connection): Promise<void> {
  const ids = sql.join(taken.map((row) => Number(row.id)))
  const hulls = await store.query(
    [
      sql`select relation, min(ordinal) as first, max(ordinal) as last from elt.partitions where relation in (${ids}) group by relation`,
    ],
    connection,
  )
  const outcomes = await store.query(
    [sql`select distinct relation from elt.outcomes where relation in (${ids})`],
    connection,
  )
  const hullOf = new Map(
    hulls.map((row) => [Number(row.relation), { start: Number(row.first), end: Number(row.last) + 1 }]),
  )
  const left = new Set(outcomes.map((row) => Number(row.relation)))
  for (const row of taken) {
    const id = Number(row.id)
    const isDropped = row.identity === droppedIdentity || undefined
    const described = description(row.unit, row.time_zone, row.partition_column, row.columns, isDropped)
    store.known.set(id, {
      hull: hullOf.get(id) ?? { start: 0, end: 0 },
      outcomes: left.has(id),
      described,
      sets: new Set(),
    })
  }
}

/** What a run has taken, and the attempts that the former holders left open. */
export interface Acquired {
  readonly leases: ReadonlyMap<string, Lease>
  readonly left: readonly InterruptedAttempt[]
}

/** Those of the relations that this project has registered. */
export async function owned(store: Store, relations: readonly RelationName[]): Promise<readonly RelationName[]> {
  if (relations.length === 0) return []
  const rows = relations.map(({ schema, name }) => [schema, name])
  const wanted = store.writer.values('v', ['schema_name', 'name'], rows)
  const found = await store.query([
    sql`select r.schema_name, r.name from elt.relations as r join ${wanted} on ${samePlace} where r.project = ${store.project}`,
  ])
  return found.map((row) => ({ schema: String(row.schema_name), name: String(row.name) }))
}

/** Takes all leases or none; each gets the next fence. From here on no head says that nothing is to be done. */
export async function acquire(store: Store, run: string, nodes: Wanted): Promise<Acquired> {
  if (nodes.length === 0) return { leases: new Map(), left: [] }
  const { rows, left } = await store.transact(async (connection) => {
    await refuseForeign(store, nodes, connection)
    const ids = sql`select r.id from ${given(store, nodes)} join elt.relations as r on ${samePlace}`
    const take = sql`update elt.leases as l set run = ${run}, fence = fence + 1, attempt = null, acquired_at = ${store.now}
where l.relation in (${ids}) and ${free(store, run)}`
    const taken = sql`select r.*, l.fence from ${given(store, nodes)}
join elt.relations as r on ${samePlace} join elt.leases as l on l.relation = r.id and l.run = ${run}`
    const untidy = sql`update elt.relations set head_clean = false where head_clean and id in (${ids})`
    const found = await store.query([...register(store, nodes), take, untidy, taken], connection)
    if (found.length < nodes.length) await refuseHeld(store, run, nodes, connection)
    const theirs = sql.join(found.map((row) => Number(row.id)))
    const abandoned = await interrupt(store, sql`relation in (${theirs}) and run <> ${run}`, connection)
    await survey(store, found, connection)
    return { rows: found, left: abandoned }
  })
  const mine = store.leases.get(run) ?? new Set<number>()
  store.leases.set(run, mine)
  const leases = rows.map((row) => {
    const relation = { schema: String(row.schema_name), name: String(row.name) }
    remember(store, relation, Number(row.id), String(row.node))
    mine.add(Number(row.id))
    return [String(row.node), { relation, fence: Number(row.fence) }] as const
  })
  return { leases: new Map(leases), left }
}

/**
 * Tells that the run is alive; false when a lease of it is lost, or has ended though nobody took it: the run may have slept, and
 * cannot know what happened meanwhile. Where holding the file is the proof, nothing is written.
 */
export async function heartbeat(store: Store, run: string): Promise<boolean> {
  const expected = store.leases.get(run)?.size ?? 0
  const held = sql`select count(*) from elt.leases where run = ${run}`
  if (store.features.exclusiveWriter) {
    const [row] = await store.query([sql`select (${held}) as held`])
    return Number(row?.held) === expected
  }
  const alive = sql`run = ${run} and status = 'running' and not (${isSilent(store)})`
  const beat = sql`update elt.runs set heartbeat_at = ${store.now} where ${alive}`
  const [row] = await store.query([
    beat,
    sql`select (${held}) as held, (select count(*) from elt.runs where ${alive}) as alive`,
  ])
  return Number(row?.alive) === 1 && Number(row?.held) === expected
}

/** Ends the leases of dead runs: the next fence, held by nobody, so that a holder who wakes up cannot publish. */
export function voidLeases(store: Store, run: string, dead: readonly string[]): RawBuilder<unknown>[] {
  const theirs = store.features.exclusiveWriter
    ? sql`run is not null and run <> ${run}`
    : dead.length === 0
      ? sql`false`
      : sql`run in (${sql.join(dead)})`
  return [sql`update elt.leases set run = null, fence = fence + 1 where ${theirs}`]
}
