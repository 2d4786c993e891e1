import { type RawBuilder, sql } from 'kysely'
import type { RelationName } from '../adapters/contract.ts'
import { samePlace } from './leases.ts'
import type { SeenHead, SourceFileRecord } from './record.ts'
import { chunks } from './sql.ts'
import { guard, type Store } from './store.ts'

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
