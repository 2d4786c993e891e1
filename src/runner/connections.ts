import type { Connection, Session } from '../adapters/contract.ts'

/** Connections that batches take turns with, so that each thread opens one once. */
export interface Connections {
  /** Gives `work` a connection of its own. One whose work failed is closed, not handed on: its state is unknown. */
  readonly use: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>
  /** Releases the idle ones. */
  readonly close: () => Promise<void>
}

export function createConnections(session: Session): Connections {
  const idle: Connection[] = []
  return {
    use: async (work) => {
      const connection = idle.pop() ?? (await session.connect())
      try {
        const result = await work(connection)
        idle.push(connection)
        return result
      } catch (error) {
        await connection.release().catch(() => undefined)
        throw error
      }
    },
    close: async () => {
      await Promise.allSettled(idle.splice(0).map((connection) => connection.release()))
    },
  }
}
