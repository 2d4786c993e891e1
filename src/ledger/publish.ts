import { type RawBuilder, sql } from 'kysely'
import type { Connection } from '../adapters/contract.ts'
import { type Window, windowsOf } from '../calendar/index.ts'
import { bug, diagnose, Failure } from '../diagnostics/index.ts'
import { type InputSet, inputSet, keepInputs } from './inputs.ts'
import type { Publication, PublishedPartition, PublishedVersion } from './ledger.ts'
import { inWindows, relationId, type Store } from './store.ts'

type Partition = PublishedPartition & { readonly set: string }

function windows(partitions: readonly PublishedPartition[]): Window[] {
  return windowsOf(partitions.map((p) => p.ordinal))
}

/** Rows that changed: written anew, with the relation's new version. */
function changedRows(store: Store, relation: number, publication: Publication, partitions: readonly Partition[]) {
  if (partitions.length === 0) return []
  const columns = ['ordinal', 'key', 'rows', 'checksum', 'settled', 'partial', 'inputs']
  const rows = partitions.map((p) => [p.ordinal, p.key, p.rows, p.checksum, p.settled, p.partial, p.set])
  return [
    sql`delete from elt.partitions where relation = ${relation} and ${inWindows(windows(partitions))}`,
    sql`insert into elt.partitions (relation, ordinal, key, version, fingerprint, rows, checksum, settled, partial, inputs, attempt, built_at)
select ${relation}, v.ordinal, v.key, (select version from elt.relations where id = ${relation}), ${publication.fingerprint}, v.rows,
  v.checksum, v.settled, v.partial, v.inputs, ${publication.attempt}, ${store.now}
from ${store.writer.values('v', columns, rows)}`,
  ]
}

/** Rows that came out equal keep version, count and checksum; the rest is brought up to date, alike ones together. */
function equalRows(store: Store, relation: number, publication: Publication, partitions: readonly Partition[]) {
  const groups = new Map<string, Partition[]>()
  for (const partition of partitions) {
    const alike = `${partition.settled} ${partition.partial} ${partition.set}`
    groups.set(alike, [...(groups.get(alike) ?? []), partition])
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

function relationRow(relation: number, publication: Publication, changed: boolean): RawBuilder<unknown> {
  const { grid, column, columns } = publication
  return sql`update elt.relations set version = version + ${changed ? 1 : 0}, unit = ${grid?.unit ?? null},
  time_zone = ${grid?.timeZone ?? null}, partition_column = ${column ?? null}, columns = ${columns ?? null}
where id = ${relation}`
}

function statements(store: Store, relation: number, publication: Publication): RawBuilder<unknown>[] {
  const sets = new Map<string, InputSet>()
  const partitions = publication.partitions.map((p): Partition => {
    const set = inputSet(p.inputs)
    sets.set(set.id, set)
    return { ...p, set: set.id }
  })
  const changed = partitions.filter((p) => p.changed)
  const equal = partitions.filter((p) => !p.changed)
  const { attempt, lease } = publication
  const mine = sql`relation = ${relation} and fence = ${lease.fence} and run is not null`
  return [
    // The attempt's number makes this a real change of the row: of two publishers at once, one fails.
    sql`update elt.leases set attempt = ${attempt} where ${mine}`,
    relationRow(relation, publication, changed.length > 0),
    ...(publication.fresh ? [forgetOthers(relation, equal)] : []),
    ...changedRows(store, relation, publication, changed),
    ...equalRows(store, relation, publication, equal),
    ...keepInputs(store.writer, relation, sets.values()),
    ...(partitions.length === 0
      ? []
      : [sql`delete from elt.outcomes where relation = ${relation} and ${inWindows(windows(partitions))}`]),
    sql`update elt.attempts set status = case when status = 'running' then 'published' else 'partial' end, finished_at = ${store.now} where id = ${attempt}`,
    sql`select version, (select count(*) from elt.leases where ${mine} and attempt = ${attempt}) as held from elt.relations where id = ${relation}`,
  ]
}

/**
 * Records a publication, in one message to the engine. The fence is judged by the last statement: when it is lost, the
 * rejection rolls the caller's transaction back with everything written here.
 */
export async function publish(store: Store, connection: Connection, publication: Publication): Promise<number> {
  const relation = await relationId(store, publication.lease.relation, connection)
  const [row] = await store.query(statements(store, relation, publication), connection)
  if (!row) bug('a relation vanished from the ledger')
  if (Number(row.held) !== 1) throw new Failure(diagnose('fence-lost', { node: publication.node }))
  return Number(row.version)
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
