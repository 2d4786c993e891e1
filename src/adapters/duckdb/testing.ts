import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Connection, Session } from '../contract.ts'
import { duckdb } from './index.ts'

// What the dialect's tests share: a database in memory, which may read one folder.

export let session: Session
export let connection: Connection
let directory: string

/** Opens the database for the tests of a file. */
export function useDatabase(): void {
  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'elt-dialect-'))
    mkdirSync(path.join(directory, "data 'x'"))
    session = await duckdb.connect({
      options: { path: ':memory:' },
      projectDirectory: directory,
      readOnly: false,
      readableFolders: [path.join(directory, "data 'x'")],
    })
    connection = await session.connect()
  })

  afterAll(async () => {
    await session.close()
    rmSync(directory, { recursive: true, force: true })
  })
}

/** A path in the folder that may be read. */
export function inFolder(name: string): string {
  return path.join(directory, "data 'x'", name)
}

/** The first value of a query. */
export async function value(sql: string): Promise<unknown> {
  const [row] = await connection.query(sql)
  return row && Object.values(row)[0]
}
