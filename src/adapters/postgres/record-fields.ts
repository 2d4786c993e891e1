import type { Column } from '../contract.ts'
import { isOwn } from './values.ts'

/** The type of the items, of arrays; the type itself otherwise. */
const core = `case when t.typcategory = 'A' then t.typelem else t.oid end`

const fieldsOfCore = `join pg_catalog.pg_type as c on c.oid = made.core and c.typtype = 'c'
  join pg_catalog.pg_attribute as a on a.attrelid = c.typrelid and a.attnum > 0 and not a.attisdropped`

/** Everything that types are made of, all the way down. */
function query(ids: readonly number[]): string {
  return `with recursive made(id, core) as (
  select t.oid, ${core} from pg_catalog.pg_type as t where t.oid in (${ids.join(', ')})
  union
  select t.oid, ${core} from made ${fieldsOfCore} join pg_catalog.pg_type as t on t.oid = a.atttypid
)
select made.id, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypid
from made ${fieldsOfCore}
order by made.id, a.attnum`
}

/** A column of which the catalog's number of the type is known. */
export interface NumberedColumn extends Column {
  readonly typeId: number
}

/** The columns with the fields of those that are named records, or arrays of such, at any depth. */
export async function withFields(
  columns: readonly NumberedColumn[],
  ask: (sql: string) => Promise<readonly (readonly (string | null)[])[]>,
): Promise<Column[]> {
  const own = [...new Set(columns.map(({ typeId }) => typeId))].filter(isOwn)
  const parts = new Map<number, NumberedColumn[]>()
  for (const [id, name, type, typeId] of own.length === 0 ? [] : await ask(query(own))) {
    const field = { name: String(name), type: String(type), typeId: Number(typeId) }
    parts.set(Number(id), [...(parts.get(Number(id)) ?? []), field])
  }
  const told = ({ name, type, typeId }: NumberedColumn): Column => {
    const fields = parts.get(typeId)
    return { name, type, ...(fields ? { fields: fields.map(told) } : {}) }
  }
  return columns.map(told)
}
