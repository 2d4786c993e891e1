import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Column, Row, Session } from '../../src/adapters/contract.ts'
import { adapterOf } from '../../src/adapters/index.ts'
import { type Database, describePostgres, freshDatabase } from '../engines/index.ts'
import { sampleWorkspace, type Workspace } from './workspace.ts'

/** The sample gives the same rows on a server as in a file of the embedded engine. */

const schemas = ['raw_data', 'analytics']

/** Numbers to 12 digits, whatever the engine's type of them; everything else as it is. */
function shown(value: unknown, { type }: Column): unknown {
  const isNumber = /int|numeric|decimal|double|float/i.test(type)
  return value === null || !isNumber ? value : Number(Number(value).toPrecision(12))
}

/** The rows of a table as texts, in the order of these. */
function textsOf(rows: readonly Row[], columns: readonly Column[]): string[] {
  return rows.map((row) => JSON.stringify(columns.map((column) => shown(row[column.name], column)))).sort()
}

async function contentOf(
  session: Session,
  schema: string,
  name: string,
  columns: readonly Column[],
): Promise<string[]> {
  const connection = await session.connect()
  const rows = await connection.query(`select * from "${schema}"."${name}"`)
  await connection.release()
  return textsOf(rows, columns)
}

function succeed(workspace: Workspace, ...args: readonly string[]): string {
  const { code, stdout, stderr } = workspace.elt(...args)
  expect(code, `elt ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
  return stdout
}

describePostgres('the sample', (server) => {
  let workspace: Workspace
  let database: Database
  let sessions: readonly Session[] = []

  beforeAll(async () => {
    database = await freshDatabase(server)
    process.env.ELT_PG_URL = database.url
    workspace = sampleWorkspace()
    const open = (type: string, options: Record<string, string>) =>
      adapterOf(type)?.connect({ options, projectDirectory: workspace.folder, readOnly: false, readableFolders: [] })
    succeed(workspace, 'build')
    succeed(workspace, 'build', '--target', 'pg')
    const opened = [
      await open('duckdb', { path: '.elt/warehouse.duckdb' }),
      await open('postgres', { url: database.url }),
    ]
    sessions = opened.flatMap((session) => session ?? [])
  }, 900_000)

  afterAll(async () => {
    for (const session of sessions) await session.close()
    workspace?.dispose()
    await database?.drop()
    delete process.env.ELT_PG_URL
  })

  it('has the same tables and views, with the same rows', async () => {
    const [file, other] = sessions
    const [local, remote] = await Promise.all([file?.catalog(schemas), other?.catalog(schemas)])
    const named = (of: typeof local) =>
      of?.relations.map(({ schema, name, kind }) => `${kind} ${schema}.${name}`).sort()
    expect(named(remote)).toEqual(named(local))
    expect(named(local)?.length).toBeGreaterThan(10)
    for (const { schema, name, columns } of remote?.relations ?? []) {
      const [here, there] = await Promise.all(sessions.map((session) => contentOf(session, schema, name, columns)))
      const differ = here?.findIndex((row, i) => row !== there?.[i]) ?? 0
      const subject = `${schema}.${name}: ${here?.[differ]} and ${there?.[differ]}`
      expect([there?.length, differ], subject).toEqual([here?.length, -1])
    }
  }, 300_000)

  it('has nothing to do the second time', () => {
    expect(succeed(workspace, 'build', '--target', 'pg')).toContain('nothing to do')
  })
})
