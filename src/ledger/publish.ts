import { type RawBuilder, sql } from 'kysely'
import type { Connection, Features, RelationName } from '../adapters/contract.ts'
import { overlaps, type Window, windowsOf } from '../calendar/index.ts'
import { bug, diagnose, Failure } from '../diagnostics/index.ts'
import { noteAttached } from './attached.ts'
import { noteHooks } from './hooks.ts'
import { type InputSet, inputSet, keepInputs } from './inputs.ts'
import type { Claim, Publication, PublishedPartition, PublishedVersion } from './ledger.ts'
import type { Value } from './sql.ts'
import { description, droppedIdentity, idOf, inWindows, type Known, nameKey, relationId, type Store } from './store.ts'
import { outcomeOf } from './unknown.ts'
import { forgetRelation, retireRows } from './upkeep.ts'

type Partition = PublishedPartition & { readonly set: bigint; readonly attempt: number }

/** Everything that one transaction publishes of one relation: its partitions take one version together. */
interface Part {
  readonly relation: number
  readonly publications: readonly [Publication, ...Publication[]]
  /** 1 when some partition changed: only changed rows are a reason for a new version. */
  readonly step: number
  /** The version that the relation has now. */
  readonly version: number
}

function windows(partitions: readonly PublishedPartition[]): Window[] {
  return windowsOf(partitions.map((p) => p.ordinal))
}

/** A row of `partitions` to be. */
interface NewRow {
  readonly relation: number
  readonly version: number
  readonly fingerprint: string
  readonly partition: Partition
}

const columns: readonly (readonly [string, (row: NewRow) => Value])[] = [
  ['relation', ({ relation }) => relation],
  ['version', ({ version }) => version],
  ['fingerprint', ({ fingerprint }) => fingerprint],
  ['attempt', ({ partition }) => partition.attempt],
  ['ordinal', ({ partition }) => partition.ordinal],
  ['key', ({ partition }) => partition.key],
  ['rows', ({ partition }) => partition.rows],
  ['checksum', ({ partition }) => partition.checksum],
  ['settled', ({ partition }) => partition.settled],
  ['partial', ({ partition }) => partition.partial],
  ['inputs', ({ partition }) => partition.set],
]

/** New rows; a value that all of them share is written once. */
function insertRows(store: Store, rows: readonly NewRow[]): RawBuilder<unknown>[] {
  const [first] = rows
  if (!first) return []
  const own = columns.filter(([name, read]) => name === 'ordinal' || rows.some((row) => read(row) !== read(first)))
  const shared = columns.filter((column) => !own.includes(column))
  const names = [...own, ...shared].map(([name]) => sql.ref(name))
  const values = [...own.map(([name]) => sql.ref(`v.${name}`)), ...shared.map(([, read]) => sql`${read(first)}`)]
  const given = store.writer.values(
    'v',
    own.map(([name]) => name),
    rows.map((row) => own.map(([, read]) => read(row))),
  )
  return [
    sql`insert into elt.partitions (built_at, ${sql.join(names)}) select ${store.now}, ${sql.join(values)} from ${given}`,
  ]
}

function hull(windows: readonly Window[]): Window {
  const some = windows.filter((w) => w.start < w.end)
  return { start: Math.min(...some.map((w) => w.start)), end: Math.max(...some.map((w) => w.end)) }
}

/** Makes room for rows that changed: the published ones of the same partitions go. */
function removeRows(store: Store, relation: number, changed: readonly Partition[]): RawBuilder<unknown>[] {
  if (changed.length === 0) return []
  const known = store.known.get(relation)
  const written = windows(changed)
  const there = known ? written.filter((w) => overlaps(w, known.hull)) : written
  if (known) known.hull = hull([known.hull, ...written])
  if (there.length === 0) return []
  return [sql`delete from elt.partitions where relation = ${relation} and ${inWindows(there)}`]
}

/** Rows that came out equal keep version, count and checksum; the rest is brought up to date, alike ones together. */
function equalRows(store: Store, relation: number, fingerprint: string, partitions: readonly Partition[]) {
  const groups = new Map<string, Partition[]>()
  for (const partition of partitions) {
    const alike = `${partition.settled} ${partition.partial} ${partition.set} ${partition.attempt}`
    const group = groups.get(alike)
    if (group) group.push(partition)
    else groups.set(alike, [partition])
  }
  return [...groups.values()].map((group) => {
    const [first] = group
    return sql`update elt.partitions set fingerprint = ${fingerprint}, settled = ${first?.settled}, partial = ${first?.partial},
  inputs = ${first?.set}, attempt = ${first?.attempt}, built_at = ${store.now}
where relation = ${relation} and ${inWindows(windows(group))}`
  })
}

/** Of a relation made anew: the rows of all other partitions went with the one that was there before; retired ones had none. */
function forgetOthers(
  store: Store,
  relation: number,
  equal: readonly Partition[],
  recut: boolean,
): RawBuilder<unknown>[] {
  const known = store.known.get(relation)
  if (known && known.hull.start >= known.hull.end) return []
  const others = sql`relation = ${relation} and not ${inWindows(windows(equal))}`
  return [sql`delete from elt.partitions where ${others}${recut ? sql`` : sql` and retired_at is null`}`]
}

/**
 * Settles what an earlier publication left pending, and leaves what this one writes. The counter is the proof: it goes back
 * when a transaction is rolled back.
 */
function learn(known: Known, { version, step }: Part, described: string, sets: readonly bigint[]): void {
  const { pending } = known
  if (pending && pending.version <= version - step) {
    known.described = pending.described
    for (const set of pending.sets) known.sets.add(set)
  }
  if (step === 1) known.pending = { version, described, sets }
}

/** What is to be written of one relation. */
interface Writing {
  /** Grid and columns, what goes, and what stays with changes. */
  readonly statements: readonly RawBuilder<unknown>[]
  readonly rows: readonly NewRow[]
  /** Sets of inputs that are not recorded yet. */
  readonly sets: readonly InputSet[]
}

function writingOf(store: Store, part: Part): Writing {
  const { relation, publications, version } = part
  const [{ grid, column, columns: viewColumns, fingerprint }] = publications
  const sets = new Map<bigint, InputSet>()
  const partitions = publications.flatMap(({ attempt, partitions: some }) =>
    some.map((p): Partition => {
      const set = inputSet(p.inputs)
      sets.set(set.id, set)
      return { ...p, set: set.id, attempt }
    }),
  )
  const equal = partitions.filter((p) => !p.changed)
  const changed = partitions.filter((p) => p.changed)
  const isDropped = publications.some(({ dropped }) => dropped)
  const described = description(grid?.unit, grid?.timeZone, column, viewColumns, isDropped || undefined)
  const known = store.known.get(relation)
  if (known) learn(known, part, described, [...sets.keys()])
  const describe = sql`update elt.relations set unit = ${grid?.unit}, time_zone = ${grid?.timeZone},
  partition_column = ${column}, columns = ${viewColumns}, identity = ${isDropped ? droppedIdentity : null} where id = ${relation}`
  return {
    statements: [
      ...(known?.described === described ? [] : [describe]),
      ...(publications.some(({ fresh }) => fresh)
        ? forgetOthers(
            store,
            relation,
            equal,
            publications.some(({ recut }) => recut),
          )
        : []),
      ...(isDropped ? forgetRelation(relation) : []),
      ...retireRows(
        store,
        relation,
        publications.flatMap(({ retired = [] }) => retired),
      ),
      ...removeRows(store, relation, changed),
      ...equalRows(store, relation, fingerprint, equal),
      ...removeOutcomes(store, relation, partitions),
      ...noteHooks(store, relation, publications),
      ...noteAttached(relation, publications),
    ],
    rows: changed.map((partition) => ({ relation, version, fingerprint, partition })),
    sets: [...sets.values()].filter((set) => !known?.sets.has(set.id)),
  }
}

/** Built partitions that lost rows: brought up to date, after the rows of the publications themselves. */
function leftRows({ relation, publications, version }: Part): RawBuilder<unknown>[] {
  return publications.flatMap(({ left = [] }) =>
    left.map(
      ({ ordinal, rows, checksum, settled }) =>
        sql`update elt.partitions set version = ${version}, rows = ${rows}, checksum = ${checksum}, settled = ${settled}
where relation = ${relation} and ordinal = ${ordinal}`,
    ),
  )
}

function removeOutcomes(store: Store, relation: number, partitions: readonly Partition[]): RawBuilder<unknown>[] {
  if (partitions.length === 0 || store.known.get(relation)?.outcomes === false) return []
  return [sql`delete from elt.outcomes where relation = ${relation} and ${inWindows(windows(partitions))}`]
}

/** Columns that a relation has for the first time: when that was stays known. */
function noteColumns(store: Store, parts: readonly Part[]): RawBuilder<unknown>[] {
  const rows = parts.flatMap(({ relation, publications }) => {
    const seen = publications.findLast((publication) => publication.seen)?.seen ?? []
    return seen.map(({ name, type }) => [relation, name, type])
  })
  if (rows.length === 0) return []
  return [
    sql`insert into elt.columns (relation, name, type, first_seen) select v.relation, v.name, v.type, ${store.now}
from ${store.writer.values('v', ['relation', 'name', 'type'], rows)} where not exists (
  select 1 from elt.columns as c where c.relation = v.relation and c.name = v.name and c.type = v.type)`,
  ]
}

function statements(store: Store, parts: readonly Part[]): RawBuilder<unknown>[] {
  const moved = parts.filter(({ step }) => step === 1).map(({ relation }) => relation)
  const writings = parts.map((part) => ({ relation: part.relation, ...writingOf(store, part) }))
  const attempts = parts.flatMap(({ publications }) => publications.map(({ attempt }) => attempt))
  const kept = writings.flatMap(({ relation, sets }) => sets.map((set) => ({ relation, set })))
  const closed = sql`update elt.attempts set status = case when status = 'running' then 'published' else 'partial' end,
  finished_at = ${store.now} where id in (${sql.join(attempts)})`
  return [
    ...(moved.length > 0
      ? [sql`update elt.leases set version = version + 1 where relation in (${sql.join(moved)})`]
      : []),
    ...writings.flatMap((writing) => writing.statements),
    ...keepInputs(store.writer, kept),
    ...noteColumns(store, parts),
    ...insertRows(
      store,
      writings.flatMap(({ rows }) => rows),
    ),
    ...parts.flatMap(leftRows),
    closed,
  ]
}

/** Checks the fences with one update, which touches one row a relation, or fewer; who waits for these rows waits for the transaction. */
function holdStatement(store: Store, claims: ReadonlyMap<number, Claim>): RawBuilder<unknown> {
  // The attempt's number makes this a real change of the row: of two publishers at once, one fails or waits.
  const rows = [...claims].map(([relation, { lease, attempt }]) => [relation, lease.fence, attempt])
  const [only] = rows
  if (rows.length === 1 && only) {
    const [relation, fence, attempt] = only
    return sql`update elt.leases set attempt = ${attempt}
where relation = ${relation} and fence = ${fence} and run is not null returning relation, version`
  }
  const given = store.writer.values('v', ['relation', 'fence', 'attempt'], rows)
  return sql`update elt.leases as l set attempt = v.attempt from ${given}
where l.relation = v.relation and l.fence = v.fence and l.run is not null returning l.relation, l.version`
}

/**
 * Where the server has such locks: keeps relations from whoever else would write them, whatever record he goes by. Held by the
 * transaction, so that a pooler between changes nothing.
 */
export function lockStatement({ ledger }: Features, claims: readonly Claim[]): RawBuilder<unknown>[] {
  const names = claims.map(({ lease }) => nameKey(lease.relation))
  return ledger?.locks ? [sql.raw(ledger.locks.inTransaction([...new Set(names)]))] : []
}

/**
 * Bars everybody else from the relations until the transaction ends, before anything of them is written. Their versions;
 * rejects with `Failure` (`fence-lost`).
 */
export async function hold(
  store: Store,
  connection: Connection,
  claims: readonly Claim[],
): Promise<ReadonlyMap<number, number>> {
  const byRelation = new Map<number, Claim>()
  for (const claim of claims) byRelation.set(await relationId(store, claim.lease.relation, connection), claim)
  const lock = lockStatement(store.features, claims)
  const held = await store.query([...lock, holdStatement(store, byRelation)], connection)
  const versions = new Map(held.map((row) => [Number(row.relation), Number(row.version)]))
  for (const [relation, { node }] of byRelation)
    if (!versions.has(relation)) throw new Failure(diagnose('fence-lost', { node }))
  return versions
}

/** The publications by relation. */
async function partsOf(
  store: Store,
  publications: readonly Publication[],
  versions: ReadonlyMap<number, number>,
): Promise<Part[]> {
  const byRelation = new Map<number, [Publication, ...Publication[]]>()
  for (const publication of publications) {
    const relation = await relationId(store, publication.lease.relation)
    const part = byRelation.get(relation)
    if (part) part.push(publication)
    else byRelation.set(relation, [publication])
  }
  return [...byRelation].map(([relation, some]) => {
    const changed = some.some(({ partitions, left = [] }) => left.length > 0 || partitions.some((one) => one.changed))
    // A table that is made before its first rows is elt's from then on: a relation without a version is somebody else's.
    const made = some.some(({ fresh, partitions }) => fresh && partitions.length === 0)
    const step = changed || made ? 1 : 0
    const version = versions.get(relation) ?? bug('a publication without a claim')
    return { relation, publications: some, step, version: version + step }
  })
}

/** Records publications of relations that are held. The versions of their changed partitions, in their order: those of one relation share one. */
export async function record(
  store: Store,
  connection: Connection,
  publications: readonly Publication[],
  held: ReadonlyMap<number, number>,
): Promise<number[]> {
  if (publications.length === 0) return []
  const parts = await partsOf(store, publications, held)
  await store.run(statements(store, parts), connection)
  const versions = new Map(parts.flatMap((part) => part.publications.map((one) => [one, part.version] as const)))
  return publications.map((publication) => versions.get(publication) ?? bug('a publication took no version'))
}

/** Whether a publication whose transaction ended without an answer was committed; waits for it. */
async function wasCommitted(store: Store, { lease, attempt }: Claim): Promise<boolean> {
  const relation = await relationId(store, lease.relation)
  const [row] = await store.query([
    // Its row is held until the transaction is over, whichever way.
    sql`update elt.leases set attempt = attempt where relation = ${relation}`,
    sql`select status from elt.attempts where id = ${attempt}`,
  ])
  return row?.status === 'published' || row?.status === 'partial'
}

/**
 * Has `write` write rows and records what it says of them, all in one transaction on the connection and under the fences. A
 * rejection rolls everything back. Where the connection is lost before the answer to its commit, the ledger is asked.
 */
export async function publishAll(
  store: Store,
  connection: Connection,
  claims: readonly Claim[],
  write: () => Promise<readonly Publication[]>,
): Promise<number[]> {
  const [first] = claims
  if (!first) return []
  let versions: number[] | undefined
  try {
    return await connection.transaction(async () => {
      const held = await hold(store, connection, claims)
      versions = await record(store, connection, await write(), held)
      return versions
    })
  } catch (error) {
    const isLost = versions && !(error instanceof Failure) && store.explainError(error).kind === 'connection'
    if (versions && isLost && (await outcomeOf(() => wasCommitted(store, first), claims, store.explainError)))
      return versions
    throw error
  }
}

export async function published(
  store: Store,
  name: RelationName,
  window: Window | undefined,
): Promise<PublishedVersion[]> {
  const within = window ? sql` and ${inWindows([window])}` : sql``
  const relation = idOf(store, name)
  const rows = await store.query([
    sql`select ordinal, version, checksum, rows from elt.partitions where retired_at is null and relation in ${relation}${within} order by ordinal`,
  ])
  return rows.map((row) => ({
    ordinal: Number(row.ordinal),
    version: Number(row.version),
    checksum: String(row.checksum),
    rows: Number(row.rows),
  }))
}
