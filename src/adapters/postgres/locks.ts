import type { Locks } from '../features.ts'
import { text } from '../standard-text.ts'
import type { Link } from './connection.ts'
import { briefly, type Pool } from './pool.ts'
import { send } from './send.ts'
import type { Settings } from './settings.ts'

/** The number that stands for a name among advisory locks; an expression. */
const numberOf = (kind: string, name: string): string =>
  `pg_catalog.hashtextextended(${text(`elt ${kind} `)} || ${name}, 0)`

/** Advisory locks: those of transactions hold behind any pooler, those of sessions tell that a session is there. */
export const locks: Locks = {
  inTransaction: (names) => `select pg_catalog.pg_advisory_xact_lock(k.n) from (
  select distinct ${numberOf('relation', 'v.name')} as n from (values ${names.map((name) => `(${text(name)})`).join(', ')}) as v(name) order by 1) as k`,
  isThere: (name) => `exists (select 1 from pg_catalog.pg_locks as held
  where held.locktype = 'advisory' and held.objsubid = 1 and held.granted
    and held.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
    and (held.classid::bigint << 32) | held.objid::bigint = ${numberOf('session', name)})`,
}

/** How soon a session that was lost appears again, and how often it is looked whether it is lost; milliseconds. */
const [again, lookEvery] = [200, 10_000]

/**
 * Shows a name for as long as the session is there: the lock ends with the connection, which is made anew when it is lost. Behind a
 * pooler the lock would be that of a connection that others use, too: then nobody can tell. `isOver`: nothing is made anew any more.
 */
export async function appear(
  pool: Pool,
  settings: Settings,
  name: string,
  isOver: () => boolean,
): Promise<(() => Promise<void>) | undefined> {
  let gone = false
  let current: Link | undefined
  const keep = async (): Promise<boolean> => {
    const link = await pool.take()
    if (link.isOwn)
      await send(link.client, `select pg_catalog.pg_advisory_lock(${numberOf('session', text(name))})`, false)
    if (!link.isOwn || gone) {
      pool.give(link, true)
      return false
    }
    current = link
    // Of a link that nobody uses, nobody would see that only this end of it is left.
    const looking = setInterval(() => void briefly(link, settings, 'select').catch(() => undefined), lookEvery).unref()
    link.client.once('end', () => {
      clearInterval(looking)
      if (current !== link) return
      current = undefined
      pool.give(link, false)
      void repeat()
    })
    return true
  }
  const repeat = async (): Promise<void> => {
    while (!gone && !isOver()) {
      try {
        await keep()
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, again).unref())
      }
    }
  }
  if (!(await keep())) return undefined
  return async () => {
    gone = true
    const link = current
    current = undefined
    if (!link) return
    pool.give(link, false)
  }
}
