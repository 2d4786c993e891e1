import { type RawBuilder, sql } from 'kysely'
import type { Column, RelationName } from '../adapters/contract.ts'
import type { Window } from '../calendar/index.ts'
import type { OwnedRelation, Stored, VanishedRelation } from './ledger.ts'
import { droppedIdentity, idOf, inWindows, isOfTarget, milliseconds, nameKey, type Store } from './store.ts'

/** Marks partitions whose rows go by their age. They stay known, so that nobody takes their absence for a change. */
export function retireRows(store: Store, relation: number, windows: readonly Window[]): RawBuilder<unknown>[] {
  if (windows.length === 0) return []
  const which = sql`relation = ${relation} and retired_at is null and ${inWindows(windows)}`
  return [sql`update elt.partitions set retired_at = ${store.now} where ${which}`]
}

/**
 * Forgets what is known of a relation that was dropped. The relation itself and its lease stay: should a model be stored there
 * again, its versions go on, or readers would take them for older ones.
 */
export function forgetRelation(relation: number): RawBuilder<unknown>[] {
  const tables = ['partitions', 'outcomes', 'inputs', 'columns']
  const forget = tables.map((table) => sql`delete from ${sql.table(`elt.${table}`)} where relation = ${relation}`)
  const pending = sql`delete from elt.pending_hooks where relation = ${relation}`
  return [...forget, pending]
}

export async function inventory(store: Store): Promise<readonly OwnedRelation[]> {
  const built = milliseconds(sql`max(p.built_at)`)
  const rows = await store.query([
    sql`select r.schema_name, r.name, r.project, r.place, r.node, count(p.ordinal) as partitions, coalesce(sum(p.rows), 0) as rows, ${built} as built
from elt.relations as r join elt.leases as l on l.relation = r.id
left join elt.partitions as p on p.relation = r.id and p.retired_at is null
where l.version > 0 and r.identity is distinct from ${droppedIdentity}
group by r.schema_name, r.name, r.project, r.place, r.node order by r.schema_name, r.name`,
  ])
  return rows.map((row) => ({
    relation: { schema: String(row.schema_name), name: String(row.name) },
    project: String(row.project),
    isHere: row.place === null || row.place === store.place,
    node: row.node === null ? undefined : String(row.node),
    partitions: Number(row.partitions),
    rows: Number(row.rows),
    builtAt: row.built === null ? undefined : Number(row.built),
  }))
}

/** Which partitions a relation has is asked of those alone that are not in use by whom they were. */
export async function vanished(store: Store, stored: readonly Stored[]): Promise<readonly VanishedRelation[]> {
  const rows = await store.query([
    sql`select r.id, r.schema_name, r.name, r.node, r.head_fingerprint
from elt.relations as r join elt.leases as l on l.relation = r.id
where ${isOfTarget(store)} and l.version > 0 and r.identity is distinct from ${droppedIdentity} order by r.schema_name, r.name`,
  ])
  const nodes = new Map(stored.map(({ node, relation }) => [nameKey(relation), node]))
  const left = rows.filter(
    ({ schema_name: schema, name, node }) =>
      node !== nodes.get(nameKey({ schema: String(schema), name: String(name) })),
  )
  if (left.length === 0) return []
  const ids = sql.join(left.map(({ id }) => sql`${Number(id)}`))
  const held = await store.query([
    sql`select p.relation, count(*) as partitions, sum(p.rows) as rows, min(p.fingerprint) as one, max(p.fingerprint) as other
from elt.partitions as p where p.retired_at is null and p.relation in (${ids}) group by p.relation`,
  ])
  const byRelation = new Map(held.map((row) => [Number(row.relation), row]))
  return left.map(({ id, schema_name: schema, name, node, head_fingerprint: head }) => {
    const { partitions = 0, rows: count = 0, one, other } = byRelation.get(Number(id)) ?? {}
    return {
      relation: { schema: String(schema), name: String(name) },
      node: node === null ? undefined : String(node),
      partitions: Number(partitions),
      rows: Number(count),
      fingerprints: [head, one === other ? one : undefined].filter((found) => typeof found === 'string'),
    }
  })
}

export async function leftStagings(store: Store): Promise<readonly RelationName[]> {
  const rows = await store.query([
    sql`select distinct a.staging_schema, a.staging_name from elt.attempts as a
join elt.relations as r on r.id = a.relation and r.project = ${store.project}
join elt.runs as u on u.run = a.run and u.status <> 'running'
where a.staging_name is not null and a.status <> 'running' order by 1, 2`,
  ])
  return rows.map((row) => ({ schema: String(row.staging_schema), name: String(row.staging_name) }))
}

export async function columnsSeen(store: Store, relation: RelationName): Promise<readonly Column[]> {
  const rows = await store.query([
    sql`select c.name, c.type from elt.columns as c where c.relation in ${idOf(store, relation)} order by c.first_seen, c.name`,
  ])
  return rows.map((row) => ({ name: String(row.name), type: String(row.type) }))
}
