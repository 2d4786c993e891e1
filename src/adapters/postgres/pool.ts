import { text } from '../standard-text.ts'
import type { Link } from './connection.ts'
import { endLink, settingStatements, within } from './open.ts'
import { send } from './send.ts'
import type { Settings } from './settings.ts'

/** Connections that can be taken and given back. */
export interface Pool {
  readonly take: () => Promise<Link>
  readonly give: (link: Link, reusable: boolean) => void
  /** What connections are called in the server's monitoring from here on. */
  readonly label: (name: string) => void
  readonly close: () => Promise<void>
}

/** What a connection is called that nobody has named. */
const unnamed = 'elt'

/** What a connection is called from here on. */
function naming(label: string): string {
  return `set application_name = ${text(label)}`
}

/**
 * Takes away what a user of a connection has left in it: an open transaction, temporary tables, settings, locks, cursors. One
 * message, since this is done twice for each batch.
 */
async function clean(link: Link, settings: Settings, label: string): Promise<void> {
  const statements = [
    'rollback',
    'close all',
    'reset role',
    'reset all',
    'unlisten *',
    'select pg_catalog.pg_advisory_unlock_all()',
    'discard temp',
    settingStatements(settings),
    naming(label),
  ]
  await briefly(link, settings, statements.join('; '))
}

/** Sends what the server answers at once; a link over which it does not is lost. */
export function briefly(link: Link, settings: Pick<Settings, 'connectTimeout'>, sql: string): Promise<unknown> {
  return within(
    settings.connectTimeout,
    () => send(link.client, sql, false),
    () => link.abandon('the server does not answer any more'),
  )
}

/** Connections are kept for the next who asks, clean as a new one: cleaning goes on while nobody waits for it. */
export function createPool(settings: Settings, first: Link, open: () => Promise<Link>): Pool {
  const idle: { readonly link: Link; readonly ready: Promise<boolean> }[] = [
    { link: first, ready: Promise.resolve(true) },
  ]
  const busy = new Set<Link>()
  const names = new WeakMap<Link, string>()
  let label = unnamed
  let closed: Promise<void> | undefined

  async function next(): Promise<Link> {
    for (let kept = idle.pop(); kept; kept = idle.pop()) {
      if ((await kept.ready) && !kept.link.isLost()) return kept.link
      void end(kept.link)
    }
    return open()
  }

  async function take(): Promise<Link> {
    const link = await next()
    busy.add(link)
    if ((names.get(link) ?? unnamed) === label) return link
    names.set(link, label)
    try {
      await briefly(link, settings, naming(label))
      return link
    } catch {
      // It was lost while nobody used it. Where the server is gone, opening another one says so.
      busy.delete(link)
      void end(link)
      return take()
    }
  }

  return {
    take,
    label: (name) => {
      label = name
    },
    give: (link, reusable) => {
      busy.delete(link)
      names.set(link, label)
      if (!reusable || closed) void end(link)
      else
        idle.push({
          link,
          ready: clean(link, settings, label).then(
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
  await endLink(link.client)
}
