import { sql } from 'kysely'
import type { Row } from '../adapters/contract.ts'
import type { Window } from '../calendar/index.ts'
import type { NamedPartitions } from './acknowledgements.ts'
import type { AssertionResult, FailedRow } from './quality.ts'
import { milliseconds, type Store } from './store.ts'

/** What an assertion found in one run, over all partitions that it judged then. */
export interface JudgedRun extends Pick<AssertionResult, 'status' | 'failures' | 'rows' | 'value'> {
  readonly run: string
  /** UTC instant, milliseconds. */
  readonly at: number
}

/** An assertion over time. */
export interface AssertionState {
  readonly assertion: string
  /** Newest last. */
  readonly runs: readonly JudgedRun[]
  /** When it failed first since it last passed, UTC milliseconds; undefined: it does not fail, as far as its last run says. */
  readonly failingSince: number | undefined
}

/** Partitions that are not published because rows of theirs failed. */
export interface HeldPartitions extends Window {
  readonly node: string
  /** Hashes of the assertions. */
  readonly assertions: readonly string[]
}

const gravity: readonly AssertionResult['status'][] = ['pass', 'warn', 'fail', 'error']

/** A status as a number that grows with how bad it is. */
const graveness = sql`case status when 'error' then 3 when 'fail' then 2 when 'warn' then 1 else 0 end`

const isMine = (store: Store) => sql`project = ${store.project} and coalesce(place, ${store.place}) = ${store.place}`

const maybe = (value: unknown): number | undefined =>
  value === null || value === undefined ? undefined : Number(value)

function judgedRun(row: Row): JudgedRun {
  return {
    run: String(row.run),
    at: Number(row.at),
    status: gravity[Number(row.grave)] ?? 'error',
    failures: Number(row.failures),
    rows: Number(row.rows),
    value: maybe(row.value),
  }
}

/** Every assertion that was ever judged in this target, each with its newest runs. */
export async function assertionStates(store: Store, newest: number): Promise<readonly AssertionState[]> {
  const rows = await store.query([
    sql`with runs as (
  select assertion, run, max(judged_at) as judged_at, max(${graveness}) as grave, sum(failures) as failures, sum(rows) as rows,
    avg(value) as value
  from elt.assertion_results where ${isMine(store)} group by assertion, run
), aged as (
  select *, row_number() over (partition by assertion order by judged_at desc, run desc) as age,
    max(case when grave < 2 then judged_at end) over (partition by assertion) as passed_at from runs
), streaks as (
  select *, min(case when grave >= 2 and (passed_at is null or judged_at > passed_at) then judged_at end)
    over (partition by assertion) as since from aged
)
select assertion, run, grave, failures, rows, value, ${milliseconds(sql`judged_at`)} as at, ${milliseconds(sql`since`)} as since
from streaks where age <= ${newest} order by assertion, age desc`,
  ])
  const states = new Map<string, { runs: JudgedRun[]; since: number | undefined }>()
  for (const row of rows) {
    const state = states.get(String(row.assertion)) ?? { runs: [], since: maybe(row.since) }
    states.set(String(row.assertion), state)
    state.runs.push(judgedRun(row))
  }
  return [...states].map(([assertion, { runs, since }]) => ({ assertion, runs, failingSince: since }))
}

/** Partitions that failing assertions keep from being published. */
export async function heldPartitions(store: Store): Promise<readonly HeldPartitions[]> {
  const rows = await store.query([
    sql`select r.node, o.assertions, o.ordinal from elt.outcomes as o join elt.relations as r on r.id = o.relation
where r.project = ${store.project} and (r.place is null or r.place = ${store.place}) and r.node is not null and o.status = 'assertion-failed'
order by r.node, o.ordinal`,
  ])
  return rows.map((row) => ({
    node: String(row.node),
    start: Number(row.ordinal),
    end: Number(row.ordinal) + 1,
    assertions: JSON.parse(String(row.assertions)) as readonly string[],
  }))
}

/** The newest published partition of a model, and when the model was last built, UTC milliseconds. */
export interface NewestPartition {
  readonly node: string
  readonly partition: string
  readonly builtAt: number
}

export async function newestPartitions(store: Store): Promise<readonly NewestPartition[]> {
  const rows = await store.query([
    sql`with newest as (
  select relation, max(ordinal) as ordinal, max(built_at) as built_at from elt.partitions where retired_at is null group by relation
)
select r.node, p.key, ${milliseconds(sql`n.built_at`)} as built from elt.relations as r join newest as n on n.relation = r.id
join elt.partitions as p on p.relation = n.relation and p.ordinal = n.ordinal
where r.project = ${store.project} and (r.place is null or r.place = ${store.place}) and r.node is not null`,
  ])
  return rows.map((row) => ({ node: String(row.node), partition: String(row.key), builtAt: Number(row.built) }))
}

/** What an assertion found in one partition, or range of these, when it last judged it. */
export interface PartitionResult
  extends Pick<AssertionResult, 'partition' | 'status' | 'failures' | 'rows' | 'value' | 'threshold'> {
  readonly run: string
  /** UTC instant, milliseconds. */
  readonly at: number
}

/** A row that failed, and when, UTC milliseconds. */
export type KeptRow = Pick<FailedRow, 'run' | 'partition' | 'key' | 'row'> & { readonly at: number }

/** Of one assertion: what it found last in its newest partitions, the first partition first. */
export async function partitionResults(
  store: Store,
  assertion: string,
  newest: number,
): Promise<readonly PartitionResult[]> {
  const rows = await store.query([
    sql`with aged as (
  select *, row_number() over (partition by partition order by judged_at desc, run desc) as age
  from elt.assertion_results where ${isMine(store)} and assertion = ${assertion}
)
select run, partition, ${graveness} as grave, failures, rows, value, threshold, ${milliseconds(sql`judged_at`)} as at
from aged where age = 1 order by partition desc limit ${newest}`,
  ])
  return rows
    .map((row) => ({
      ...judgedRun(row),
      partition: String(row.partition),
      threshold: row.threshold === null ? undefined : String(row.threshold),
    }))
    .reverse()
}

/** What was measured in a partition. */
export interface MeasuredPartition {
  readonly partition: string
  readonly value: number
}

/** The newest value of each partition of a range. */
export async function measuredPartitions(
  store: Store,
  hash: string,
  { first, last }: NamedPartitions,
): Promise<readonly MeasuredPartition[]> {
  const rows = await store.query([
    sql`with aged as (
  select partition, value, row_number() over (partition by partition order by judged_at desc, run desc) as age
  from elt.assertion_results
  where ${isMine(store)} and hash = ${hash} and value is not null and partition >= ${first} and partition <= ${last}
)
select partition, value from aged where age = 1`,
  ])
  return rows.map(({ partition, value }) => ({ partition: String(partition), value: Number(value) }))
}

/** The newest rows that failed an assertion. */
export async function keptRows(store: Store, assertion: string, newest: number): Promise<readonly KeptRow[]> {
  const rows = await store.query([
    sql`select run, partition, key, row, ${milliseconds(sql`failed_at`)} as at from elt.assertion_failures
where ${isMine(store)} and assertion = ${assertion} order by failed_at desc, run desc, partition, row limit ${newest}`,
  ])
  return rows.map((row) => ({
    run: String(row.run),
    partition: String(row.partition),
    key: row.key === null ? undefined : String(row.key),
    row: String(row.row),
    at: Number(row.at),
  }))
}
