import { afterAll, afterEach, beforeAll } from 'vitest'
import { type Database, freshDatabase, type Server } from '../../../tests/engines/index.ts'
import type { Connection, Session } from '../contract.ts'
import { postgres } from './index.ts'

// What the tests of this folder share: a database of its own on a real server, and sessions of it.

/** What tests of one server use; read its members in tests only. */
export interface Bench {
  readonly url: string
  readonly open: (options?: Readonly<Record<string, unknown>>, readOnly?: boolean) => Promise<Session>
  /** A connection of a session that all tests share. */
  readonly connection: Connection
  readonly session: Session
  readonly value: (sql: string) => Promise<unknown>
}

/** Makes the database before the tests of a server, and drops it after them. */
export function useDatabase(server: Server): Bench {
  const held: { database?: Database; session?: Session; connection?: Connection } = {}
  const sessions: Session[] = []
  const given = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('a bench is there in tests only')
    return thing
  }
  const connect = (options: Readonly<Record<string, unknown>>, readOnly: boolean) =>
    postgres.connect({
      options: { url: given(held.database).url, ...options },
      projectDirectory: import.meta.dirname,
      readOnly,
      readableFolders: [],
    })

  beforeAll(async () => {
    held.database = await freshDatabase(server)
    held.session = await connect({}, false)
    held.connection = await held.session.connect()
  })
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.close()
  })
  afterAll(async () => {
    await held.session?.close()
    await held.database?.drop()
  })

  return {
    get url() {
      return given(held.database).url
    },
    get session() {
      return given(held.session)
    },
    get connection() {
      return given(held.connection)
    },
    open: async (options = {}, readOnly = false) => {
      const session = await connect(options, readOnly)
      sessions.push(session)
      return session
    },
    value: async (sql) => {
      const [row] = await given(held.connection).query(sql)
      return row && Object.values(row)[0]
    },
  }
}

/** The error of something that must fail. */
export async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error,
  )
}
