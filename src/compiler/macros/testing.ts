import { afterAll, beforeAll } from 'vitest'
import type { Connection, Row, Session } from '../../adapters/contract.ts'
import { adapterOf } from '../../adapters/index.ts'
import { type Diagnostic, renderDiagnostic } from '../../diagnostics/index.ts'
import { readProject } from '../../project/index.ts'
import { fill } from '../../sql/index.ts'
import { type Compilation, compile } from '../compile.ts'
import type { Model } from '../graph.ts'
import type { QueryRows } from '../query-result.ts'

// What tests of built-in macros share: DuckDB in memory, whose tables are models of `raw_data`, and a model that calls macros.

const settings = `name: shop
default_target: local
targets:
  local: { type: duckdb, path: warehouse.duckdb }
  server: { type: postgres, user: ada, database: shop }
`
const subject = 'models/analytics/subject.sql'
const tables = new Map<string, string>()

export let connection: Connection
let session: Session

let adapter = adapterOf('duckdb') ?? fail('there is no DuckDB')

function fail(message: string): never {
  throw new Error(message)
}

/** A warehouse for macros to run in. */
export interface MacroWarehouse {
  readonly type: string
  readonly options: Readonly<Record<string, string>>
  readonly drop: () => Promise<void>
}

const memory = async (): Promise<MacroWarehouse> => ({
  type: 'duckdb',
  options: { path: ':memory:' },
  drop: () => Promise.resolve(),
})

/** Opens the database for the tests of a `describe`. */
export function useWarehouse(make: () => Promise<MacroWarehouse> = memory): void {
  let warehouse: MacroWarehouse
  beforeAll(async () => {
    warehouse = await make()
    adapter = adapterOf(warehouse.type) ?? fail(`there is no ${warehouse.type}`)
    session = await adapter.connect({
      options: warehouse.options,
      projectDirectory: import.meta.dirname,
      readOnly: false,
      readableFolders: [],
    })
    connection = await session.connect()
    await connection.run('create schema raw_data; create schema analytics')
  })
  afterAll(async () => {
    await session.close()
    await warehouse.drop()
  })
}

/** Makes a table that templates read as `ref('name')`. */
export async function table(name: string, select: string): Promise<void> {
  await connection.run(`drop table if exists raw_data.${name}; create table raw_data.${name} as ${select}`)
  tables.set(`models/raw_data/${name}.sql`, "{{ config(materialized='table') }}select 1 as stub")
}

function compiledOnce(files: Readonly<Record<string, string>>, results: ReadonlyMap<string, QueryRows>): Compilation {
  const all = { 'project.yml': settings, ...Object.fromEntries(tables), ...files }
  const read = readProject(
    Object.entries(all).map(([path, text]) => ({ path, text })),
    { vars: {}, env: {}, target: adapter.name === 'duckdb' ? 'local' : 'server' },
  )
  if (!read.value) return { value: undefined, diagnostics: read.diagnostics, queries: [] }
  const { dialect, features } = adapter
  return compile(read.value, { dialect, features, results })
}

async function answer({ sql = '', columnsOf }: Compilation['queries'][number]): Promise<QueryRows> {
  const columns = await session.describe(sql)
  if (columnsOf) return { columns: ['name', 'type'], rows: columns.map(({ name, type }) => [name, type]) }
  const rows = await connection.query(sql)
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) => columns.map(({ name }) => row[name] as never)),
  }
}

/** Compiles a model, as the command line does: again with the rows of each query, until none is open. */
export async function compiled(text: string, files: Readonly<Record<string, string>> = {}): Promise<Compilation> {
  const results = new Map<string, QueryRows>()
  const all = { [subject]: text, ...files }
  for (let round = 0; round < 5; round++) {
    const found = compiledOnce(all, results)
    if (found.queries.length === 0) return found
    for (const query of found.queries) results.set(query.key, await answer(query))
  }
  return fail('the queries do not end')
}

/** The errors and warnings of a model. */
export async function problems(text: string, files?: Readonly<Record<string, string>>): Promise<readonly Diagnostic[]> {
  return (await compiled(text, files)).diagnostics
}

export async function modelOf(text: string, files?: Readonly<Record<string, string>>): Promise<Model> {
  const { value, diagnostics } = await compiled(text, files)
  const found = value?.models.find(({ id }) => id === 'analytics.subject')
  return found ?? fail(diagnostics.map((one) => renderDiagnostic(one)).join('\n'))
}

/** The SQL of a model that must compile. */
export async function sqlOf(text: string, files?: Readonly<Record<string, string>>): Promise<string> {
  const { sql } = await modelOf(text, files)
  const notAsked = () => fail('no window is asked for')
  return fill(sql, { relation: (node) => node, files: notAsked, literal: notAsked }).sql.trim()
}

/** The rows of a model that must compile, in order. */
export async function rowsOf(text: string, files?: Readonly<Record<string, string>>): Promise<Row[]> {
  return connection.query(await sqlOf(text, files))
}
