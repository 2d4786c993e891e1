import type { Link } from './connection.ts'
import { settingStatements } from './open.ts'
import { send } from './send.ts'
import type { Settings } from './settings.ts'

/** Connections that can be taken and given back. */
export interface Pool {
  readonly take: () => Promise<Link>
  readonly give: (link: Link, reusable: boolean) => void
  readonly close: () => Promise<void>
}

/** Takes away what a user of a connection has left in it: an open transaction, temporary tables, settings, locks, cursors. */
async function clean(link: Link, settings: Settings): Promise<void> {
  await send(link.client, 'rollback', false)
  const statements = [
    'close all',
    'reset role',
    'reset all',
    'unlisten *',
    'select pg_catalog.pg_advisory_unlock_all()',
    'discard temp',
    settingStatements(settings, 'elt'),
  ]
  await send(link.client, statements.join('; '), false)
}

/** Connections are kept for the next who asks, clean as a new one: cleaning goes on while nobody waits for it. */
export function createPool(settings: Settings, first: Link, open: () => Promise<Link>): Pool {
  const idle: { readonly link: Link; readonly ready: Promise<boolean> }[] = [
    { link: first, ready: Promise.resolve(true) },
  ]
  const busy = new Set<Link>()
  let closed: Promise<void> | undefined

  async function next(): Promise<Link> {
    for (let kept = idle.pop(); kept; kept = idle.pop()) {
      if ((await kept.ready) && !kept.link.isLost()) return kept.link
      void end(kept.link)
    }
    return open()
  }

  return {
    take: async () => {
      const link = await next()
      busy.add(link)
      return link
    },
    give: (link, reusable) => {
      busy.delete(link)
      if (!reusable || closed) void end(link)
      else
        idle.push({
          link,
          ready: clean(link, settings).then(
            () => true,
            () => false,
          ),
        })
    },
    close: () => {
      closed ??= (async () => {
        const links = [...idle.splice(0).map(({ link }) => link), ...busy]
        busy.clear()
        await Promise.all(links.map(end))
      })()
      return closed
    },
  }
}

async function end(link: Link): Promise<void> {
  await link.client.end().catch(() => undefined)
}
