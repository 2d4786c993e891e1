import type { Connection, ConnectRequest, Session } from '../contract.ts'
import { readCatalog } from './catalog.ts'
import { type Link, openConnection } from './connection.ts'
import { describe } from './describe.ts'
import { explainError } from './errors.ts'
import { appear } from './locks.ts'
import { openFirst, openLink } from './open.ts'
import { createPool } from './pool.ts'
import { send } from './send.ts'
import { settingsOf } from './settings.ts'
import { watched } from './watch.ts'

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

  let isOver = false
  return {
    connect: openOne,
    appear: (name) => appear(pool, settings, name, () => isOver),
    catalog: async (schemas) => {
      const connection = await openOne()
      return readCatalog(connection, schemas).finally(() => connection.release())
    },
    describe: (sql) => using((link) => watched(link, () => describe(link.client, sql))),
    explainError: (error) => explainError(error, settings.user),
    about: () =>
      using((link) => watched(link, async () => String((await send(link.client, aboutQuery, false)).rows[0]?.[0]))),
    label: pool.label,
    close: () => {
      isOver = true
      return pool.close()
    },
  }
}
