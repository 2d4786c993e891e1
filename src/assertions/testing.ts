import { describe } from 'vitest'
import { describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import type { Adapter, Connection, Dialect, Row } from '../adapters/contract.ts'
import { adapterOf } from '../adapters/index.ts'
import { bug, type Diagnostic, locate } from '../diagnostics/index.ts'
import type { Json, RawConfig } from '../project/index.ts'
import {
  type Assertion,
  type AssertionContext,
  type AssertionSql,
  type AssertionTarget,
  type ColumnsMeasure,
  compileAssertion,
  type EngineType,
  parseAssertion,
  typeJudge,
  typesQuery,
} from './index.ts'

/* What the tests of this folder share: short ways to write an assertion and to run it on a real engine. */

export const dialect = (adapterOf('duckdb') ?? bug('no duckdb')).dialect
export const place = locate({ path: 'models/flights.yml', text: 'data_tests:' }, 0, 4)

const references: Readonly<Record<string, string>> = { airports: 'raw_data.airports', 'bts.codes': 'source.bts.codes' }

export const context: AssertionContext = {
  node: 'analytics.flights',
  nodeName: 'flights',
  columns: [],
  materialized: 'table',
  resolve: (_, name) => references[name],
  names: () => Object.keys(references),
}

export const partitioned: AssertionContext = {
  ...context,
  materialized: 'incremental',
  partitionColumn: 'day',
  partitioning: { name: 'day', type: 'date', unit: 'day', timeZone: 'UTC' },
}

export function raw(given: Readonly<Record<string, Json>>): RawConfig {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, { value, location: place }]))
}

/** `['accepted_values(status)', { values: … }]`: the assertion's type, its column, its arguments. */
export function parsing(written: string, given: Readonly<Record<string, Json>> = {}, at = context) {
  const [, type = '', column] = /^([^(]+)(?:\((.*)\))?$/.exec(written) ?? []
  return parseAssertion({ type, ...(column ? { column } : {}), arguments: raw(given), location: place }, at)
}

export function parsed(written: string, given: Readonly<Record<string, Json>> = {}, at = context): Assertion {
  const { value, diagnostics } = parsing(written, given, at)
  return value ?? bug(diagnostics.map((d) => d.message).join('\n') || 'switched off')
}

export function messages(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map((d) => `${d.code}: ${d.message}`)
}

export const plainTarget: AssertionTarget = { rows: 'staged', relation: (node) => node.split('.').slice(1).join('_') }
export const partitionedTarget: AssertionTarget = {
  ...plainTarget,
  partition: `("day" - date '2024-01-01')`,
  whole: '(select * from staged union all select * from rest)',
}

/** An open database of an engine, with the tables of a test. */
export interface Tables {
  readonly connection: Connection
  readonly dialect: Dialect
  readonly adapter: Adapter
  readonly close: () => Promise<void>
}

export type MakeTables = (...statements: readonly string[]) => Promise<Tables>

async function openTables(
  engine: string,
  options: Readonly<Record<string, string>>,
  statements: readonly string[],
  drop: () => Promise<void>,
): Promise<Tables> {
  const adapter = adapterOf(engine) ?? bug(`no ${engine}`)
  const request = { options, projectDirectory: import.meta.dirname, readOnly: false, readableFolders: [] }
  const session = await adapter.connect(request)
  const connection = await session.connect()
  for (const statement of statements) await connection.run(statement)
  const close = async (): Promise<void> => {
    await session.close()
    await drop()
  }
  return { connection, dialect: adapter.dialect, adapter, close }
}

/** Tables of the engine in this process. */
export const memory: MakeTables = (...statements) =>
  openTables('duckdb', { path: ':memory:' }, statements, () => Promise.resolve())

/** Describes the same for every engine. */
export function onEveryEngine(body: (tables: MakeTables) => void): void {
  describe('duckdb', () => body(memory))
  describePostgres('server', (server) => {
    body(async (...statements) => {
      const { url, drop } = await freshDatabase(server)
      return openTables('postgres', { url, search_path: 'public' }, statements, drop)
    })
  })
}

/** One SELECT of `partition`, `failures` and perhaps `value`, as the runner's scan would have them. */
export function measuring(sql: AssertionSql, target: AssertionTarget): string {
  const { measure, perPartition, from } = sql
  if (measure.kind === 'columns') return measure.query
  if (measure.kind === 'query') return measure.sql
  if (measure.kind === 'rows') {
    return measure.byPartition?.sql ?? `select 0 as "partition", failures from (${measure.sql}) as counted`
  }
  const grouped = perPartition && target.partition !== undefined
  const value = measure.value === undefined ? '' : `, ${measure.value} as "value"`
  return `select ${grouped ? target.partition : '0'} as "partition", ${measure.expression} as "failures"${value} from ${from} as scanned${grouped ? ' group by 1' : ''}`
}

/** What the engine says of each type, or why it is none. */
async function typesOf({ connection }: Tables, words: readonly string[]): Promise<ReadonlyMap<string, EngineType>> {
  const types = new Map<string, EngineType>()
  for (const word of words) {
    try {
      const [type] = await connection.describe(typesQuery([word]) ?? '')
      types.set(word, type ? { type } : { reason: 'it is none' })
    } catch (error) {
      types.set(word, { reason: String(error) })
    }
  }
  return types
}

/** How the runner would judge columns. */
async function checkColumns(tables: Tables, { query, types, judge }: ColumnsMeasure) {
  const { connection, adapter } = tables
  const isType = typeJudge(await typesOf(tables, types), adapter)
  const { failures, value, failingRows } = judge({ columns: await connection.describe(query), isType })
  return { failures: { 0: failures }, values: { 0: value }, sample: await connection.query(failingRows) }
}

/** How the runner would measure: failures and values by partition (0 for all rows), and the failing rows. */
export async function check(
  tables: Tables,
  assertion: Assertion,
  target: AssertionTarget = plainTarget,
): Promise<{
  readonly failures: Record<string, number>
  readonly values: Record<string, number | undefined>
  readonly sample: readonly Row[]
}> {
  const { connection, dialect } = tables
  const sql: AssertionSql = compileAssertion(assertion, target, dialect)
  if (sql.measure.kind === 'columns') return checkColumns(tables, sql.measure)
  const measured = await connection.query(measuring(sql, target))
  const by = <T>(of: (row: Row) => T): Record<string, T> =>
    Object.fromEntries(measured.map((row) => [String(row.partition), of(row)]))
  const value = (found: unknown): number | undefined =>
    typeof found === 'number' || typeof found === 'string' ? Number(found) : undefined
  return {
    failures: by((row) => Number(row.failures)),
    values: by((row) => value(row.value)),
    sample: await connection.query(sql.failingRows),
  }
}
