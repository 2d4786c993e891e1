import { type RawBuilder, sql } from 'kysely'
import type { Row } from '../adapters/contract.ts'
import { guard, milliseconds, type Store } from './store.ts'

/** Partitions by their names, both included. */
export interface NamedPartitions {
  readonly first: string
  readonly last: string
}

/** A failure that somebody knows of: it is told, and makes no run fail, while this lasts. */
export interface Acknowledgement {
  /** Id of the assertion. */
  readonly assertion: string
  /** Absent: all partitions. Those of an anomaly are left out of what is usual for ever. */
  readonly partitions?: NamedPartitions
  readonly reason: string
  readonly author: string
  /** UTC instants, milliseconds; without an end it lasts until it is withdrawn. */
  readonly acknowledgedAt: number
  readonly endsAt: number | undefined
}

const isMine = (store: Store): RawBuilder<unknown> =>
  sql`project = ${store.project} and place = ${store.place} and withdrawn_at is null`

function acknowledgement(row: Row): Acknowledgement {
  const first = row.first_partition
  return {
    assertion: String(row.assertion),
    ...(first === null ? {} : { partitions: { first: String(first), last: String(row.last_partition) } }),
    reason: String(row.reason),
    author: String(row.author),
    acknowledgedAt: Number(row.acknowledged),
    endsAt: row.ends === null ? undefined : Number(row.ends),
  }
}

/** All that were not withdrawn, also those that have ended; the newest first. */
export async function acknowledgements(store: Store): Promise<readonly Acknowledgement[]> {
  const rows = await store.query([
    sql`select assertion, first_partition, last_partition, reason, author,
  ${milliseconds(sql`acknowledged_at`)} as acknowledged, ${milliseconds(sql`ends_at`)} as ends
from elt.acknowledgements where ${isMine(store)} order by acknowledged_at desc, assertion, first_partition`,
  ])
  return rows.map(acknowledgement)
}

/** Those of an assertion that are about the very same partitions. */
function same(store: Store, assertion: string, partitions: NamedPartitions | undefined): RawBuilder<unknown> {
  const range = partitions
    ? sql`first_partition = ${partitions.first} and last_partition = ${partitions.last}`
    : sql`first_partition is null`
  return sql`${isMine(store)} and assertion = ${assertion} and ${range}`
}

const withdraw = (store: Store, which: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`update elt.acknowledgements set withdrawn_at = ${store.now} where ${which}`

/** Takes note of a known failure; one about the same partitions gives way to it, and stays written down. */
export async function acknowledge(store: Store, given: Omit<Acknowledgement, 'acknowledgedAt'>): Promise<void> {
  const { assertion, partitions, reason, author, endsAt } = given
  const ends =
    endsAt === undefined
      ? sql`null`
      : sql.raw(store.dialect.literal({ type: 'instant', value: new Date(endsAt).toISOString() }))
  const insert = sql`insert into elt.acknowledgements
  (project, place, assertion, first_partition, last_partition, reason, author, acknowledged_at, ends_at)
values (${store.project}, ${store.place}, ${assertion}, ${partitions?.first}, ${partitions?.last}, ${reason}, ${author}, ${store.now}, ${ends})`
  await store.transact((connection) =>
    store.run([...guard(store), withdraw(store, same(store, assertion, partitions)), insert], connection),
  )
}

/** Ends what is acknowledged of an assertion, of these partitions alone when they are named. How many ended. */
export async function withdrawAcknowledgement(
  store: Store,
  assertion: string,
  partitions: NamedPartitions | undefined,
): Promise<number> {
  const which = partitions ? same(store, assertion, partitions) : sql`${isMine(store)} and assertion = ${assertion}`
  const withdrawn = await store.query([sql`${withdraw(store, which)} returning assertion`])
  return withdrawn.length
}
