import type { Connection, Session } from '../../adapters/contract.ts'

/** Gives `work` a connection of its own and hands it back, whatever happens. */
export async function withConnection<T>(session: Session, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await session.connect()
  try {
    return await work(connection)
  } finally {
    await connection.release()
  }
}
