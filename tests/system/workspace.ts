import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

const root = resolve(import.meta.dirname, '../..')
const command = join(root, 'dist', 'elt.js')

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A project in a folder of its own, driven through the built command as a user would. */
export interface Workspace {
  readonly folder: string
  readonly elt: (...args: readonly string[]) => Finished
  /** Starts the command without waiting, to be killed. */
  readonly start: (...args: readonly string[]) => ChildProcess
  /** Rows of a query on the warehouse, opened for this query only. Integers of 64 bits come as text. */
  readonly query: (sql: string) => Promise<Record<string, unknown>[]>
  /** Runs SQL in a DuckDB of its own: to make and change input files. Paths are relative to the project. */
  readonly sql: (statement: string) => Promise<void>
  /** A text for each table of the layers that is equal exactly when the tables' rows are (floats to 12 digits). */
  readonly contents: () => Promise<Record<string, string>>
  readonly write: (path: string, text: string) => void
  readonly read: (path: string) => string
  readonly path: (path: string) => string
  readonly dispose: () => void
}

const warehouse = '.elt/warehouse.duckdb'

async function rowsOf(path: string, options: Record<string, string>, sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(path, options)
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** The sum of row hashes of a table, with floats rounded as the ledger's checksum rounds them. */
async function contentOf(path: string, table: string): Promise<string> {
  const columns = await rowsOf(path, { access_mode: 'READ_ONLY' }, `describe ${table}`)
  const values = columns.map(({ column_name: name, column_type: type }) => {
    const quoted = `"${String(name)}"`
    return type === 'DOUBLE' || type === 'FLOAT' ? `printf('%.11e', ${quoted})` : quoted
  })
  const sql = `select count(*) || ':' || coalesce(sum(hash(${values.join(', ')})), 0) as content from ${table}`
  const [row] = await rowsOf(path, { access_mode: 'READ_ONLY' }, sql)
  return String(row?.content)
}

/** An empty folder as a workspace. */
export function emptyWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'elt-system-'))
  const path = (relative: string) => join(folder, relative)
  const environment = { ...process.env, CI: 'true', NO_COLOR: '1' }
  const write = (relative: string, text: string) => {
    mkdirSync(dirname(path(relative)), { recursive: true })
    writeFileSync(path(relative), text)
  }
  return {
    folder,
    path,
    write,
    read: (relative) => readFileSync(path(relative), 'utf8'),
    elt: (...args) => {
      const run = spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: 'utf8', env: environment })
      return { code: run.status, stdout: run.stdout, stderr: run.stderr }
    },
    start: (...args) => spawn(process.execPath, [command, ...args], { cwd: folder, env: environment, stdio: 'ignore' }),
    query: (sql) => rowsOf(path(warehouse), { access_mode: 'READ_ONLY' }, sql),
    sql: async (statement) => {
      const before = process.cwd()
      process.chdir(folder)
      try {
        await rowsOf(':memory:', {}, statement)
      } finally {
        process.chdir(before)
      }
    },
    contents: async () => {
      const tables = await rowsOf(
        path(warehouse),
        { access_mode: 'READ_ONLY' },
        `select schema_name || '.' || table_name as name from duckdb_tables()
         where schema_name in ('raw_data', 'analytics', 'adhoc') and not temporary order by 1`,
      )
      const entries: [string, string][] = []
      for (const { name } of tables) entries.push([String(name), await contentOf(path(warehouse), String(name))])
      return Object.fromEntries(entries)
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The sample project with only the daily files for which `keep` holds (`YYYY-MM-DD`); default: all of them. */
export function sampleWorkspace(keep: (date: string) => boolean = () => true): Workspace {
  const workspace = emptyWorkspace()
  for (const part of ['project.yml', 'models', 'macros', 'tests/sql', 'data']) {
    if (existsSync(join(root, part))) cpSync(join(root, part), workspace.path(part), { recursive: true })
  }
  for (const file of readdirSync(workspace.path('data'), { recursive: true, encoding: 'utf8' })) {
    const date = /(\d{4})[/-](\d{2})[/-](\d{2})\./.exec(file)
    if (date && !file.startsWith('late') && !keep(`${date[1]}-${date[2]}-${date[3]}`))
      rmSync(workspace.path(`data/${file}`))
  }
  return workspace
}
