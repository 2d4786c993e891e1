import type { Connection, Session } from '../adapters/contract.ts'

class Killed extends Error {}

/** A session that dies at the n-th point and stays dead; `points` counts them. */
export function mortal(session: Session, diesAt: number, points: { count: number }): Session {
  const point = (): void => {
    points.count += 1
    if (points.count >= diesAt) throw new Killed(`killed at ${diesAt}`)
  }
  const around = async <T>(work: () => Promise<T>): Promise<T> => {
    point()
    const result = await work()
    point()
    return result
  }
  const wrapped = (connection: Connection): Connection => ({
    run: (sql, options) => around(() => connection.run(sql, options)),
    query: (sql, options) => around(() => connection.query(sql, options)),
    describe: (sql) => around(() => connection.describe(sql)),
    load: (...request) => around(() => connection.load(...request)),
    transaction: (work) =>
      around(() =>
        connection.transaction(async () => {
          const result = await work()
          point()
          return result
        }),
      ),
    release: connection.release,
  })
  const connect = async (): Promise<Connection> => wrapped(await session.connect())
  return { ...session, connect }
}
