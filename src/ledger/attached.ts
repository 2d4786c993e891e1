import { type RawBuilder, sql } from 'kysely'
import type { Connection } from '../adapters/contract.ts'
import { underFence } from './hooks.ts'
import type { Lease, Publication } from './ledger.ts'
import type { AttachedRecord } from './record.ts'
import { guard, type Store } from './store.ts'

function note(relation: number, attached: AttachedRecord): RawBuilder<unknown> {
  return sql`update elt.relations set attached = ${JSON.stringify(attached)} where id = ${relation}`
}

/** What publications of a relation say of what hangs on it: part of their transaction, like the rows. */
export function noteAttached(relation: number, publications: readonly Publication[]): readonly RawBuilder<unknown>[] {
  const last = publications.findLast(({ attached }) => attached)?.attached
  return last ? [note(relation, last)] : []
}

/** Has `write` change what hangs on a relation of which nothing is published, and records it under its fence. */
export function recordAttached(
  store: Store,
  connection: Connection,
  node: string,
  lease: Lease,
  write: () => Promise<AttachedRecord>,
): Promise<void> {
  return connection.transaction(async () => {
    const attached = await write()
    await underFence(store, connection, node, lease, (relation) => note(relation, attached))
  })
}

/** As `recordAttached`, with the ledger elsewhere: what is not recorded is done again, which changes nothing. */
export async function recordAttachedElsewhere(
  store: Store,
  connection: Connection,
  node: string,
  lease: Lease,
  write: () => Promise<AttachedRecord>,
): Promise<void> {
  const attached = await connection.transaction(write)
  await store.transact((own) => underFence(store, own, node, lease, (relation) => note(relation, attached)))
}

/** Which roles may use which schemas because this project said so. */
export async function schemaReaders(store: Store): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await store.query([
    sql`select schema_name, role from elt.schema_readers where project = ${store.project} order by 1, 2`,
  ])
  const readers = new Map<string, string[]>()
  for (const { schema_name: schema, role } of rows)
    readers.set(String(schema), [...(readers.get(String(schema)) ?? []), String(role)])
  return readers
}

/** Has `write` grant and revoke, and records who may use the schemas from now on; of other schemas the record stays. */
export async function recordReaders(
  store: Store,
  connection: Connection,
  elsewhere: boolean,
  write: () => Promise<ReadonlyMap<string, readonly string[]>>,
): Promise<void> {
  const record = async (own: Connection, readers: ReadonlyMap<string, readonly string[]>): Promise<void> => {
    const rows = [...readers].flatMap(([schema, roles]) => roles.map((role) => [store.project, schema, role]))
    const given = rows.map((row) => sql`(${sql.join(row)})`)
    await store.run(
      [
        ...guard(store),
        sql`delete from elt.schema_readers where project = ${store.project} and schema_name in (${sql.join([...readers.keys()])})`,
        ...(given.length > 0
          ? [sql`insert into elt.schema_readers (project, schema_name, role) values ${sql.join(given)}`]
          : []),
      ],
      own,
    )
  }
  if (elsewhere) {
    const readers = await connection.transaction(write)
    await store.transact((own) => record(own, readers))
  } else await connection.transaction(async () => record(connection, await write()))
}
