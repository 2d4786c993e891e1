import type { Catalog, CatalogRelation, Connection, ConnectRequest, Row, Session } from '../contract.ts'
import { type Link, openConnection } from './connection.ts'
import { describe } from './describe.ts'
import { explainError } from './errors.ts'
import { openFirst, openLink } from './open.ts'
import { createPool } from './pool.ts'
import { send } from './send.ts'
import { settingsOf } from './settings.ts'
import { text } from './text.ts'

function catalogQuery(schemas: readonly string[]): string {
  return `select n.nspname as schema, c.relname as name, c.relkind = 'v' as is_view,
  array_agg(a.attname::text order by a.attnum) filter (where a.attnum is not null) as names,
  array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by a.attnum) filter (where a.attnum is not null) as types
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname in (${schemas.map(text).join(', ')})
group by c.oid, n.nspname, c.relname, c.relkind
order by n.nspname collate "C", c.relname collate "C"`
}

function catalogRelation(row: Row): CatalogRelation {
  const types = (row.types ?? []) as readonly string[]
  return {
    schema: String(row.schema),
    name: String(row.name),
    kind: row.is_view ? 'view' : 'table',
    columns: ((row.names ?? []) as readonly string[]).map((name, i) => ({ name, type: types[i] ?? '' })),
  }
}

async function readCatalog(connection: Connection, schemas: readonly string[]): Promise<Catalog> {
  if (schemas.length === 0) return { relations: [] }
  return { relations: (await connection.query(catalogQuery(schemas))).map(catalogRelation) }
}

const aboutQuery = `select concat_ws(', ', split_part(version(), ' on ', 1), 'as ' || current_user,
  case when s.ssl then s.version || ' (' || s.cipher || ')' else 'without TLS' end,
  case when pg_is_in_recovery() then 'a standby, which only reads' end,
  case when not has_database_privilege(current_database(), 'create') then 'may not create schemas' end) as about
from pg_catalog.pg_stat_ssl as s where s.pid = pg_backend_pid()`

/** Opens a Postgres database. A connection that is lost fails what runs on it, with kind `connection`; the next one is new. */
export async function connect(request: ConnectRequest): Promise<Session> {
  const settings = settingsOf(request)
  const pool = createPool(settings, await openFirst(settings), () => openLink(settings))

  async function using<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const link = await pool.take()
    return work(link).finally(() => pool.give(link, !link.isLost()))
  }

  async function openOne(): Promise<Connection> {
    const link = await pool.take()
    return openConnection(link, (reusable) => pool.give(link, reusable))
  }

  return {
    connect: openOne,
    catalog: async (schemas) => {
      const connection = await openOne()
      return readCatalog(connection, schemas).finally(() => connection.release())
    },
    describe: (sql) => using(({ client }) => describe(client, sql)),
    explainError,
    about: () => using(async ({ client }) => String((await send(client, aboutQuery, false)).rows[0]?.[0])),
    label: pool.label,
    close: pool.close,
  }
}
