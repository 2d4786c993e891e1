import { type RawBuilder, sql } from 'kysely'
import type { Connection } from '../adapters/contract.ts'
import { chunks, type Value } from './sql.ts'
import type { Store } from './store.ts'

/** What an assertion measured of some partitions in one run. */
export interface AssertionResult {
  readonly run: string
  readonly node: string | undefined
  readonly assertion: string
  readonly hash: string
  /** Readable partition name, `all`, or a range. */
  readonly partition: string
  /** Number of failing rows. */
  readonly failures: number
  /** Rows judged. */
  readonly rows: number
  readonly status: 'pass' | 'warn' | 'fail' | 'error'
  /** What was judged, where that is published rows: the same text means the same rows. Empty: staged rows, or nobody knows. */
  readonly versions: string
  /** What it measures beside failing rows, of assertions that do. */
  readonly value?: number | undefined
  /** The condition that failures or the value were held against: `> 5 %`. */
  readonly threshold?: string | undefined
  /** As people know it. */
  readonly name?: string | undefined
  readonly severity?: 'error' | 'warn' | 'info' | undefined
  readonly column?: string | undefined
  /** What judging took, the scan that it shared with others included. */
  readonly milliseconds?: number | undefined
  /** What the engine says that it read. */
  readonly bytes?: number | undefined
}

/** A row that failed an assertion, as it was then; what is personal is masked before it comes here. */
export interface FailedRow
  extends Pick<AssertionResult, 'run' | 'node' | 'assertion' | 'hash' | 'partition' | 'status'> {
  readonly name: string
  readonly severity: 'error' | 'warn' | 'info'
  /** JSON of the values of the model's key. */
  readonly key: string | undefined
  /** JSON. */
  readonly row: string
}

/** What judging found, to be kept. */
export interface Found {
  readonly results: readonly AssertionResult[]
  readonly failures: readonly FailedRow[]
}

/** What an assertion found when it last judged all that is published; of one that only judged staged rows, when it did that. */
export type LastResult = Pick<AssertionResult, 'status' | 'failures' | 'rows' | 'versions'>

/** A column that is written, its type, and its value in each row. */
interface Written<T> {
  readonly name: string
  readonly type: 'text' | 'bigint' | 'double precision'
  readonly of: (item: T) => Value
}

const ofBoth: readonly Written<AssertionResult | FailedRow>[] = [
  { name: 'run', type: 'text', of: ({ run }) => run },
  { name: 'node', type: 'text', of: ({ node }) => node },
  { name: 'assertion', type: 'text', of: ({ assertion }) => assertion },
  { name: 'hash', type: 'text', of: ({ hash }) => hash },
  { name: 'partition', type: 'text', of: ({ partition }) => partition },
  { name: 'status', type: 'text', of: ({ status }) => status },
  { name: 'name', type: 'text', of: ({ name }) => name },
  { name: 'severity', type: 'text', of: ({ severity }) => severity },
]

const ofResults: readonly Written<AssertionResult>[] = [
  ...ofBoth,
  { name: 'versions', type: 'text', of: ({ versions }) => versions },
  { name: 'failures', type: 'bigint', of: ({ failures }) => failures },
  { name: 'rows', type: 'bigint', of: ({ rows }) => rows },
  { name: 'value', type: 'double precision', of: ({ value }) => (Number.isFinite(value) ? value : undefined) },
  { name: 'threshold', type: 'text', of: ({ threshold }) => threshold },
  { name: 'column_name', type: 'text', of: ({ column }) => column },
  { name: 'seconds', type: 'double precision', of: ({ milliseconds: ms }) => ms && ms / 1000 },
  { name: 'bytes', type: 'bigint', of: ({ bytes }) => bytes },
]

/** Words of rows may hold what not every engine can keep. */
const storable = (text: string): string => text.replaceAll('\0', '\uFFFD')

const ofFailures: readonly Written<FailedRow>[] = [
  ...ofBoth,
  { name: 'key', type: 'text', of: ({ key }) => key },
  { name: 'row', type: 'text', of: ({ row }) => row },
]

/** Inserts rows; what is the same in all of them is said once, which an engine reads faster. */
function insert<T>(
  store: Store,
  table: 'assertion_results' | 'assertion_failures',
  columns: readonly Written<T>[],
  items: readonly T[],
): RawBuilder<unknown> {
  const all = columns.map((column) => {
    const values = items.map((item) => {
      const value = column.of(item)
      return typeof value === 'string' ? storable(value) : (value ?? null)
    })
    return { ...column, values, isSame: values.every((value) => value === values[0]) }
  })
  const told = all.filter(({ isSame }) => !isSame)
  const expressions = all.map(({ name, type, values, isSame }) =>
    isSame ? sql`cast(${values[0]} as ${sql.raw(type)})` : sql`cast(v.${sql.raw(name)} as ${sql.raw(type)})`,
  )
  const place = { name: 'elt_place', values: items.map((_, index) => index) }
  const given = [place, ...told]
  const rows = items.map((_, index) => given.map(({ values }) => values[index]))
  const source = store.writer.values(
    'v',
    given.map(({ name }) => name),
    rows,
  )
  const at = table === 'assertion_results' ? 'judged_at' : 'failed_at'
  return sql`insert into ${sql.table(`elt.${table}`)} (${sql.raw(columns.map(({ name }) => name).join(', '))}, project, place, ${sql.raw(at)})
select ${sql.join(expressions)}, ${store.project}, ${store.place}, ${store.now} from ${source}`
}

/** The statements that keep what judging found. */
function keep(store: Store, { results, failures }: Found): RawBuilder<unknown>[] {
  return [
    ...chunks(results).map((some) => insert(store, 'assertion_results', ofResults, some)),
    ...chunks(failures).map((some) => insert(store, 'assertion_failures', ofFailures, some)),
  ]
}

/** Takes back what a try has kept whose answer was lost: an assertion judges a partition once in a run. */
function undo(store: Store, { results, failures }: Found): RawBuilder<unknown>[] {
  const from = (table: string, items: readonly Pick<AssertionResult, 'run' | 'assertion' | 'partition'>[]) =>
    chunks(items).map((some) => {
      const rows = some.map(({ run, assertion, partition }) => [run, assertion, partition])
      const given = store.writer.values('v', ['run', 'assertion', 'partition'], rows)
      return sql`delete from ${sql.table(`elt.${table}`)} as f using ${given}
where f.run = v.run and f.assertion = v.assertion and f.partition = v.partition`
    })
  return [...from('assertion_results', results), ...from('assertion_failures', failures)]
}

/** Writes what judging found within a transaction that may be repeated: `record` is to be called in each try. */
export function recorder(store: Store, found: Found): { readonly record: (connection: Connection) => Promise<void> } {
  const statements = keep(store, found)
  let isAgain = false
  return {
    record: async (connection) => {
      if (statements.length > 0)
        await store.run(isAgain ? [...undo(store, found), ...statements] : statements, connection)
      isAgain = true
    },
  }
}

export async function recordResults(store: Store, found: Found): Promise<void> {
  if (found.results.length === 0 && found.failures.length === 0) return
  const { record } = recorder(store, found)
  await store.transact(record)
}

const gravity: readonly LastResult['status'][] = ['pass', 'warn', 'fail', 'error']

/** What each assertion found last, by its hash: the rows of one run together, those on published rows before all others. */
export async function lastResults(store: Store): Promise<ReadonlyMap<string, LastResult>> {
  const found = await store.query([
    sql`with runs as (
  select hash, run, versions = '' as is_staged, max(judged_at) as judged_at from elt.assertion_results
  where project = ${store.project} and coalesce(place, ${store.place}) = ${store.place} group by 1, 2, 3
), aged as (
  select runs.*, row_number() over (partition by hash order by is_staged, judged_at desc, run desc) as age from runs
)
select r.hash, r.versions, r.status, sum(r.failures) as failures, sum(r.rows) as rows from elt.assertion_results as r
join aged as a on a.age = 1 and a.hash = r.hash and a.run = r.run and a.is_staged = (r.versions = '')
where r.project = ${store.project} and coalesce(r.place, ${store.place}) = ${store.place} group by 1, 2, 3`,
  ])
  const last = new Map<string, LastResult>()
  for (const row of found) {
    const before = last.get(String(row.hash))
    const statuses = [before?.status ?? 'pass', String(row.status)]
    last.set(String(row.hash), {
      status: gravity.findLast((status) => statuses.includes(status)) ?? 'error',
      failures: (before?.failures ?? 0) + Number(row.failures),
      rows: (before?.rows ?? 0) + Number(row.rows),
      versions: String(row.versions),
    })
  }
  return last
}

/** Before when what was found is too old to be kept, UTC milliseconds. */
export interface KeptSince {
  readonly failures: number
  readonly results: number
}

/** How many records are too old. */
export interface TooOld {
  readonly failures: number
  readonly results: number
}

/** The records of this target that are too old; of each assertion, what it found last is not. */
function tooOld(store: Store, since: KeptSince) {
  const moment = (value: number) =>
    sql.raw(store.dialect.literal({ type: 'instant', value: new Date(value).toISOString() }))
  const mine = (row: 'f' | 'n') => {
    const place = sql.raw(`${row}.place`)
    return sql`${sql.raw(`${row}.project`)} = ${store.project} and coalesce(${place}, ${store.place}) = ${store.place}`
  }
  const newest = sql`select max(n.judged_at) from elt.assertion_results as n where ${mine('n')} and n.assertion = f.assertion`
  return {
    failures: sql`elt.assertion_failures as f where ${mine('f')} and f.failed_at < ${moment(since.failures)}`,
    results: sql`elt.assertion_results as f where ${mine('f')} and f.judged_at < ${moment(since.results)} and f.judged_at < (${newest})`,
  }
}

/** What `forgetFound` would forget. */
export async function agedFound(store: Store, since: KeptSince): Promise<TooOld> {
  const { failures, results } = tooOld(store, since)
  const [found] = await store.query([
    sql`select (select count(*) from ${failures}) as failures, (select count(*) from ${results}) as results`,
  ])
  return { failures: Number(found?.failures ?? 0), results: Number(found?.results ?? 0) }
}

/** Forgets what is too old: nothing that is built or judged asks for it any more. */
export async function forgetFound(store: Store, since: KeptSince): Promise<TooOld> {
  const { failures, results } = tooOld(store, since)
  return store.transact(async (connection) => ({
    failures: await store.run([sql`delete from ${failures}`], connection),
    results: await store.run([sql`delete from ${results}`], connection),
  }))
}
