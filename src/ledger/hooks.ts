import { type RawBuilder, sql } from 'kysely'
import type { Connection } from '../adapters/contract.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import type { Lease, Publication } from './ledger.ts'
import { relationId, type Store } from './store.ts'

function forget(relation: number): RawBuilder<unknown> {
  return sql`delete from elt.pending_hooks where relation = ${relation}`
}

/** What publications of a relation say of its post_hook: part of their transaction, like the rows. */
export function noteHooks(
  store: Store,
  relation: number,
  publications: readonly Publication[],
): readonly RawBuilder<unknown>[] {
  if (publications.some(({ hooks }) => hooks === 'done')) return [forget(relation)]
  if (!publications.some(({ hooks }) => hooks === 'pending')) return []
  return [
    sql`insert into elt.pending_hooks (relation, noted_at) select ${relation}, ${store.now}
where not exists (select 1 from elt.pending_hooks where relation = ${relation})`,
  ]
}

/** Records something of a relation that is not published now, under its fence. */
export async function underFence(
  store: Store,
  connection: Connection,
  node: string,
  lease: Lease,
  record: (relation: number) => RawBuilder<unknown>,
): Promise<void> {
  const relation = await relationId(store, lease.relation, connection)
  const mine = sql`update elt.leases set attempt = null
where relation = ${relation} and fence = ${lease.fence} and run is not null returning relation`
  const held = await store.query([mine], connection)
  if (held.length === 0) throw new Failure(diagnose('fence-lost', { node }))
  await store.run([record(relation)], connection)
}

/** Records that the post_hook of a relation is pending no more, under its fence. */
export function forgetHooks(store: Store, connection: Connection, node: string, lease: Lease): Promise<void> {
  return underFence(store, connection, node, lease, forget)
}

export function settleHooks(
  store: Store,
  connection: Connection,
  node: string,
  lease: Lease,
  write: () => Promise<void>,
): Promise<void> {
  return connection.transaction(async () => {
    await write()
    await forgetHooks(store, connection, node, lease)
  })
}
