import type { Catalog, CatalogRelation, Connection, Row } from '../contract.ts'
import { text } from '../standard-text.ts'
import { withFields } from './record-fields.ts'

function catalogQuery(schemas: readonly string[]): string {
  const names = schemas.map(text).join(', ')
  // Pieces of a table that is listed are not.
  return `select n.nspname as schema, c.relname as name, c.relkind = 'v' as is_view,
  array_agg(a.attname::text order by a.attnum) filter (where a.attnum is not null) as names,
  array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by a.attnum) filter (where a.attnum is not null) as types,
  array_agg(a.atttypid::bigint order by a.attnum) filter (where a.attnum is not null) as type_ids,
  (select k.attname from pg_catalog.pg_partitioned_table as p join pg_catalog.pg_attribute as k on k.attrelid = p.partrelid and k.attnum = p.partattrs[0]
    where p.partrelid = c.oid and p.partstrat = 'r' and p.partnatts = 1) as cut_by
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname in (${names})
  and not (c.relispartition and exists (select from pg_catalog.pg_inherits as i
    join pg_catalog.pg_class as p on p.oid = i.inhparent join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
    where i.inhrelid = c.oid and pn.nspname in (${names})))
group by c.oid, n.nspname, c.relname, c.relkind
order by n.nspname collate "C", c.relname collate "C"`
}

/** All relations of the schemas with their columns: by one query, and by another one where people made some of the types. */
export async function readCatalog(connection: Connection, schemas: readonly string[]): Promise<Catalog> {
  if (schemas.length === 0) return { relations: [] }
  const rows = await connection.query(catalogQuery(schemas))
  const numbered = rows.map(({ names, types, type_ids: ids }) =>
    listOf(names).map((name, i) => ({ name, type: listOf(types)[i] ?? '', typeId: Number(listOf(ids)[i]) })),
  )
  const columns = await withFields(numbered.flat(), async (sql) =>
    (await connection.query(sql)).map((row) => Object.values(row).map(String)),
  )
  let taken = 0
  const relations = rows.map((row, index): CatalogRelation => {
    const begin = taken
    taken += numbered[index]?.length ?? 0
    return relationOf(row, columns.slice(begin, taken))
  })
  return { relations }
}

function listOf(value: unknown): readonly string[] {
  return (value ?? []) as readonly string[]
}

function relationOf(row: Row, columns: CatalogRelation['columns']): CatalogRelation {
  return {
    schema: String(row.schema),
    name: String(row.name),
    kind: row.is_view ? 'view' : 'table',
    columns,
    ...(row.cut_by === null ? {} : { cutBy: String(row.cut_by) }),
  }
}
