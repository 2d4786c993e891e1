import type { Connection, Session } from '../../adapters/contract.ts'

/**
 * A connection that can be opened anew when it was lost. What it knew (staged rows, an open transaction) is lost with it: whoever
 * uses it looks at `renewals` to see whether it still is the one that he began with.
 */
export interface LastingConnection extends Connection {
  readonly renewals: () => number
  /** Opens it anew, unless somebody has done so since so many renewals. */
  readonly renew: (since: number) => Promise<void>
}

/** A lasting connection of a session. */
export async function openLasting(session: Session): Promise<LastingConnection> {
  let current = await session.connect()
  let renewals = 0
  let renewing: Promise<void> = Promise.resolve()
  const open = async (since: number): Promise<void> => {
    if (since !== renewals) return
    const next = await session.connect()
    renewals += 1
    const former = current
    current = next
    await former.release()
  }
  return {
    run: (sql, options) => current.run(sql, options),
    query: (sql, options) => current.query(sql, options),
    describe: (sql) => current.describe(sql),
    load: (target, columns, rows, options) => current.load(target, columns, rows, options),
    transaction: (work) => current.transaction(work),
    release: () => current.release(),
    renewals: () => renewals,
    renew: (since) => {
      renewing = renewing.catch(() => undefined).then(() => open(since))
      return renewing
    },
  }
}

/** Gives `work` a connection of its own and hands it back, whatever happens. */
export async function withConnection<T>(session: Session, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await session.connect()
  try {
    return await work(connection)
  } finally {
    await connection.release()
  }
}
