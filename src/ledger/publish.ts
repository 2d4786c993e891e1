import { type RawBuilder, sql } from 'kysely'
import type { Connection } from '../adapters/contract.ts'
import { overlaps, type Window, windowsOf } from '../calendar/index.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import { type InputSet, inputSet, keepInputs } from './inputs.ts'
import type { Publication, PublishedPartition, PublishedVersion } from './ledger.ts'
import type { Value } from './sql.ts'
import { description, inWindows, type Known, relationId, type Store } from './store.ts'

type Partition = PublishedPartition & { readonly set: bigint }

function windows(partitions: readonly PublishedPartition[]): Window[] {
  return windowsOf(partitions.map((p) => p.ordinal))
}

/** Only rows that changed are a reason for a new version. */
function takesVersion(publication: Publication): boolean {
  return publication.partitions.some((p) => p.changed)
}

/** Columns of new rows, with where their values come from; a value that all rows share is written once. */
function insertRows(
  store: Store,
  relation: number,
  publication: Publication,
  version: number,
  partitions: readonly Partition[],
): RawBuilder<unknown> {
  const all: readonly (readonly [string, (p: Partition) => Value])[] = [
    ['ordinal', (p) => p.ordinal],
    ['key', (p) => p.key],
    ['rows', (p) => p.rows],
    ['checksum', (p) => p.checksum],
    ['settled', (p) => p.settled],
    ['partial', (p) => p.partial],
    ['inputs', (p) => p.set],
  ]
  const [first] = partitions
  const own = all.filter(
    ([name, read]) => name === 'ordinal' || partitions.some((p) => first && read(p) !== read(first)),
  )
  const shared = all.filter((column) => !own.includes(column))
  const names = [...own, ...shared].map(([name]) => sql.ref(name))
  const values = [
    ...own.map(([name]) => sql.ref(`v.${name}`)),
    ...shared.map(([, read]) => sql`${first && read(first)}`),
  ]
  const columns = own.map(([name]) => name)
  const rows = partitions.map((p) => own.map(([, read]) => read(p)))
  return sql`insert into elt.partitions (relation, version, fingerprint, attempt, built_at, ${sql.join(names)})
select ${relation}, ${version}, ${publication.fingerprint}, ${publication.attempt}, ${store.now}, ${sql.join(values)}
from ${store.writer.values('v', columns, rows)}`
}

function hull(windows: readonly Window[]): Window {
  const some = windows.filter((w) => w.start < w.end)
  return { start: Math.min(...some.map((w) => w.start)), end: Math.max(...some.map((w) => w.end)) }
}

/** Rows that changed: written anew, with the relation's new version. */
function changedRows(
  store: Store,
  relation: number,
  publication: Publication,
  version: number,
  partitions: readonly Partition[],
): RawBuilder<unknown>[] {
  if (partitions.length === 0) return []
  const known = store.known.get(relation)
  const written = windows(partitions)
  const there = known ? written.filter((w) => overlaps(w, known.hull)) : written
  if (known) known.hull = hull([known.hull, ...written])
  return [
    ...(there.length === 0
      ? []
      : [sql`delete from elt.partitions where relation = ${relation} and ${inWindows(there)}`]),
    insertRows(store, relation, publication, version, partitions),
  ]
}

/** Rows that came out equal keep version, count and checksum; the rest is brought up to date, alike ones together. */
function equalRows(store: Store, relation: number, publication: Publication, partitions: readonly Partition[]) {
  const groups = new Map<string, Partition[]>()
  for (const partition of partitions) {
    const alike = `${partition.settled} ${partition.partial} ${partition.set}`
    const group = groups.get(alike)
    if (group) group.push(partition)
    else groups.set(alike, [partition])
  }
  return [...groups.values()].map((group) => {
    const [first] = group
    return sql`update elt.partitions set fingerprint = ${publication.fingerprint}, settled = ${first?.settled}, partial = ${first?.partial},
  inputs = ${first?.set}, attempt = ${publication.attempt}, built_at = ${store.now}
where relation = ${relation} and ${inWindows(windows(group))}`
  })
}

/** Of a relation made anew: the rows of all other partitions went with the one that was there before. */
function forgetOthers(relation: number, equal: readonly Partition[]): RawBuilder<unknown> {
  return sql`delete from elt.partitions where relation = ${relation} and not ${inWindows(windows(equal))}`
}

/**
 * Settles what an earlier publication left pending, and leaves what this one writes. The counter is the proof: it goes back
 * when a transaction is rolled back.
 */
function learn(
  known: Known,
  version: number,
  publication: Publication,
  described: string,
  sets: readonly bigint[],
): void {
  const step = takesVersion(publication) ? 1 : 0
  const { pending } = known
  if (pending && pending.version <= version - step) {
    known.described = pending.described
    for (const set of pending.sets) known.sets.add(set)
  }
  if (step === 1) known.pending = { version, described, sets }
}

/** Grid and columns, and the inputs' sets, as far as they are not recorded already. */
function context(
  store: Store,
  relation: number,
  publication: Publication,
  version: number,
  sets: ReadonlyMap<bigint, InputSet>,
): RawBuilder<unknown>[] {
  const { grid, column, columns } = publication
  const described = description(grid?.unit, grid?.timeZone, column, columns)
  const known = store.known.get(relation)
  if (known) learn(known, version, publication, described, [...sets.keys()])
  const missing = [...sets.values()].filter((set) => !known?.sets.has(set.id))
  const describe = sql`update elt.relations set unit = ${grid?.unit}, time_zone = ${grid?.timeZone},
  partition_column = ${column}, columns = ${columns} where id = ${relation}`
  return [...(known?.described === described ? [] : [describe]), ...keepInputs(store.writer, relation, missing)]
}

function removeOutcomes(store: Store, relation: number, partitions: readonly Partition[]): RawBuilder<unknown>[] {
  if (partitions.length === 0 || store.known.get(relation)?.outcomes === false) return []
  return [sql`delete from elt.outcomes where relation = ${relation} and ${inWindows(windows(partitions))}`]
}

function statements(store: Store, relation: number, publication: Publication, version: number): RawBuilder<unknown>[] {
  const sets = new Map<bigint, InputSet>()
  const partitions = publication.partitions.map((p): Partition => {
    const set = inputSet(p.inputs)
    sets.set(set.id, set)
    return { ...p, set: set.id }
  })
  const equal = partitions.filter((p) => !p.changed)
  const changed = partitions.filter((p) => p.changed)
  return [
    ...context(store, relation, publication, version, sets),
    ...(publication.fresh ? [forgetOthers(relation, equal)] : []),
    ...changedRows(store, relation, publication, version, changed),
    ...equalRows(store, relation, publication, equal),
    ...removeOutcomes(store, relation, partitions),
    sql`update elt.attempts set status = case when status = 'running' then 'published' else 'partial' end, finished_at = ${store.now}
where id = ${publication.attempt}`,
  ]
}

/**
 * Checks the fence and takes the next version with one update, which touches one row or none; then records the publication.
 * A rejection rolls the caller's transaction back with everything written here.
 */
export async function publish(store: Store, connection: Connection, publication: Publication): Promise<number> {
  const { attempt, lease, node } = publication
  const relation = await relationId(store, lease.relation, connection)
  const step = takesVersion(publication) ? 1 : 0
  // The attempt's number makes this a real change of the row: of two publishers at once, one fails.
  const take = sql`update elt.leases set attempt = ${attempt}, version = version + ${step}
where relation = ${relation} and fence = ${lease.fence} and run is not null returning version`
  const [row] = await store.query([take], connection)
  if (!row) throw new Failure(diagnose('fence-lost', { node }))
  const version = Number(row.version)
  await store.run(statements(store, relation, publication, version), connection)
  return version
}

export async function published(
  store: Store,
  node: string,
  window: Window | undefined,
  connection: Connection | undefined,
): Promise<PublishedVersion[]> {
  const within = window ? sql` and ${inWindows([window])}` : sql``
  const rows = await store.query(
    [
      sql`select ordinal, version, checksum, rows from elt.partitions where retired_at is null and relation in
  (select id from elt.relations where project = ${store.project} and node = ${node})${within} order by ordinal`,
    ],
    connection,
  )
  return rows.map((row) => ({
    ordinal: Number(row.ordinal),
    version: Number(row.version),
    checksum: String(row.checksum),
    rows: Number(row.rows),
  }))
}
