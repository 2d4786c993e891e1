import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { adapterOf } from '../adapters/index.ts'
import { bug, type Diagnostic, locate } from '../diagnostics/index.ts'
import type { Json, RawConfig } from '../project/index.ts'
import {
  type Assertion,
  type AssertionContext,
  type AssertionSql,
  type AssertionTarget,
  compileAssertion,
  parseAssertion,
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

export const partitioned: AssertionContext = { ...context, materialized: 'incremental', partitionColumn: 'day' }

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
  whole: '(select * from staged union all by name select * from rest)',
}

export async function memory(...statements: readonly string[]): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  for (const statement of statements) await connection.run(statement)
  return connection
}

async function rows(connection: DuckDBConnection, sql: string): Promise<Record<string, Json>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, Json>[]
}

/** How the runner would measure: failures by partition (0 for all rows), and the failing rows. */
async function run(connection: DuckDBConnection, sql: AssertionSql, target: AssertionTarget) {
  const grouped = sql.perPartition && target.partition !== undefined
  const scan =
    sql.measure.kind === 'query'
      ? sql.measure.sql
      : `select ${grouped ? target.partition : '0'} as "partition", ${sql.measure.expression} as failures from ${sql.from} as scanned${grouped ? ' group by 1' : ''}`
  const measured = await rows(connection, scan)
  const failures = Object.fromEntries(measured.map((row) => [String(row.partition), Number(row.failures)]))
  return { failures, sample: await rows(connection, sql.failingRows) }
}

export async function check(connection: DuckDBConnection, assertion: Assertion, target: AssertionTarget = plainTarget) {
  return run(connection, compileAssertion(assertion, target, dialect), target)
}
