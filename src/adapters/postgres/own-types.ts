import type { ElementType } from './nested-text.ts'
import { isOwn } from './values.ts'

/** Everything that types are made of, all the way down, as far as people made it. */
function query(ids: readonly number[]): string {
  return `with recursive found(oid) as (
  select t.oid from pg_catalog.pg_type as t where t.oid in (${ids.join(', ')})
  union
  select part.oid from found join pg_catalog.pg_type as t on t.oid = found.oid
  left join pg_catalog.pg_attribute as a on a.attrelid = t.typrelid and t.typtype = 'c' and a.attnum > 0 and not a.attisdropped
  cross join lateral (values (case when t.typtype = 'd' then t.typbasetype when t.typcategory = 'A' then t.typelem else a.atttypid end)) as part(oid)
  where part.oid <> 0
)
select t.oid, t.typtype, t.typcategory, t.typbasetype, t.typelem, e.typdelim, a.attname, a.atttypid
from found join pg_catalog.pg_type as t on t.oid = found.oid
left join pg_catalog.pg_type as e on e.oid = t.typelem
left join pg_catalog.pg_attribute as a on a.attrelid = t.typrelid and t.typtype = 'c' and a.attnum > 0 and not a.attisdropped
order by t.oid, a.attnum`
}

type TypeRow = readonly (string | null)[]

function shapeOf(rows: readonly TypeRow[]): ElementType | undefined {
  const [, kind, category, base, element, delimiter] = rows[0] ?? []
  if (kind === 'd') return { kind: 'same', as: Number(base) }
  if (kind === 'c') {
    const fields = rows.flatMap(([, , , , , , name, type]) => (name == null ? [] : [{ name, type: Number(type) }]))
    return { kind: 'composite', fields }
  }
  return category === 'A' ? { kind: 'array', element: Number(element), delimiter: delimiter ?? ',' } : undefined
}

/**
 * What the types of a result are that people made (composite types, domains, arrays of them). Asked of the catalog each time:
 * such types may change while a connection is open.
 */
export async function ownTypes(
  ids: readonly number[],
  ask: (sql: string) => Promise<readonly TypeRow[]>,
): Promise<ReadonlyMap<number, ElementType>> {
  const own = [...new Set(ids)].filter(isOwn)
  if (own.length === 0) return new Map()
  const grouped = new Map<number, TypeRow[]>()
  for (const row of await ask(query(own))) {
    const id = Number(row[0])
    grouped.set(id, [...(grouped.get(id) ?? []), row])
  }
  return new Map(
    [...grouped].flatMap(([id, rows]) => {
      const shape = shapeOf(rows)
      return shape ? [[id, shape] as const] : []
    }),
  )
}
