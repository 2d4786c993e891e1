import { type RawBuilder, sql } from 'kysely'
import type { RelationName } from '../adapters/contract.ts'
import { samePlace } from './leases.ts'
import type { AssertionResult, LastResult } from './ledger.ts'
import type { SeenHead, SourceFileRecord } from './record.ts'
import { guard, type Store } from './store.ts'

/** Most rows in one statement. */
const chunk = 1000

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / chunk) }, (_, i) => items.slice(i * chunk, (i + 1) * chunk))
}

/** Records what the last complete run of each relation saw. */
export async function recordHeads(store: Store, heads: ReadonlyMap<RelationName, SeenHead>): Promise<void> {
  const columns = ['schema_name', 'name', 'fingerprint', 'upstreams', 'due_start', 'due_end', 'clean', 'fence']
  const statements = chunks([...heads]).map((some) => {
    const rows = some.map(([{ schema, name }, h]) => [
      schema,
      name,
      h.fingerprint,
      JSON.stringify(h.upstreams),
      h.due?.start,
      h.due?.end,
      h.clean,
      h.fence,
    ])
    return sql`update elt.relations as r set head_fingerprint = v.fingerprint, head_upstreams = v.upstreams,
  head_due_start = cast(v.due_start as bigint), head_due_end = cast(v.due_end as bigint), head_clean = v.clean
from ${store.writer.values('v', columns, rows)} where r.project = ${store.project} and ${samePlace} and case when v.fence is null
  then not exists (select 1 from elt.leases as l where l.relation = r.id and l.run is not null)
  else exists (select 1 from elt.leases as l where l.relation = r.id and l.fence = cast(v.fence as bigint)) end`
  })
  if (statements.length > 0)
    await store.transact((connection) => store.run([...guard(store), ...statements], connection))
}

function present(store: Store, files: readonly SourceFileRecord[]): RawBuilder<unknown>[] {
  return chunks(files).flatMap((some) => {
    const rows = some.map((f) => [f.source, f.path, f.size, f.modified, f.hash])
    const given = store.writer.values('v', ['source', 'path', 'size', 'modified', 'hash'], rows)
    return [
      sql`delete from elt.source_files as f using ${given} where f.project = ${store.project} and f.source = v.source and f.path = v.path`,
      sql`insert into elt.source_files (project, source, path, size, modified, hash, read_at)
select ${store.project}, v.source, v.path, v.size, v.modified, v.hash, ${store.now} from ${given}`,
    ]
  })
}

/** A file that is gone keeps what was known of it, and since when. */
function gone(store: Store, files: readonly SourceFileRecord[]): RawBuilder<unknown>[] {
  return chunks(files).map((some) => {
    const given = store.writer.values(
      'v',
      ['source', 'path'],
      some.map((f) => [f.source, f.path]),
    )
    return sql`update elt.source_files as f set gone_since = ${store.now} from ${given}
where f.project = ${store.project} and f.source = v.source and f.path = v.path and f.gone_since is null`
  })
}

export async function recordFiles(store: Store, files: readonly SourceFileRecord[]): Promise<void> {
  const newest = [...new Map(files.map((f) => [JSON.stringify([f.source, f.path]), f])).values()]
  const statements = [
    // Other runs may read the same files.
    ...guard(store),
    ...gone(
      store,
      newest.filter((f) => f.gone),
    ),
    ...present(
      store,
      newest.filter((f) => !f.gone),
    ),
  ]
  if (files.length > 0) await store.transact((connection) => store.run(statements, connection))
}

export async function recordResults(store: Store, results: readonly AssertionResult[]): Promise<void> {
  const columns = ['run', 'node', 'assertion', 'hash', 'partition', 'versions', 'failures', 'rows', 'status']
  const statements = chunks(results).map((some) => {
    const rows = some.map((r) => [
      r.run,
      r.node,
      r.assertion,
      r.hash,
      r.partition,
      r.versions,
      r.failures,
      r.rows,
      r.status,
    ])
    return sql`insert into elt.assertion_results (run, project, node, assertion, hash, partition, versions, failures, rows, status, place, judged_at)
select v.run, ${store.project}, cast(v.node as text), v.assertion, v.hash, v.partition, v.versions, v.failures, v.rows, v.status, ${store.place}, ${store.now}
from ${store.writer.values('v', columns, rows)}`
  })
  if (statements.length === 0) return
  let isAgain = false
  const runs = [...new Set(results.map(({ run }) => run))]
  await store.transact(async (connection) => {
    // Results are added up: what was written by a try whose answer was lost goes first.
    if (isAgain) await store.run([sql`delete from elt.assertion_results where run in (${sql.join(runs)})`], connection)
    isAgain = true
    await store.run(statements, connection)
  })
}

const gravity: readonly LastResult['status'][] = ['pass', 'warn', 'fail', 'error']

/** What each assertion found last, by its hash: the rows of one run together, those on published rows before all others. */
export async function lastResults(store: Store): Promise<ReadonlyMap<string, LastResult>> {
  const found = await store.query([
    sql`select hash, versions, status, sum(failures) as failures, sum(rows) as rows from (
  select *, dense_rank() over (partition by hash order by versions = '', judged_at desc, run desc) as age
  from elt.assertion_results where project = ${store.project} and coalesce(place, ${store.place}) = ${store.place}
) as aged where age = 1 group by hash, versions, status`,
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
