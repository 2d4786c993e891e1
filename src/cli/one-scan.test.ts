import { DuckDBConnection } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openFailingNetwork } from '../../tests/engines/failing-network.ts'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type Ran, type TestWarehouse, type Workbench, workbench } from './testing.ts'

/** All aggregate checks of a relation are one SELECT: the statements that a command sends are counted at the driver, or on the wire. */

let bench: Workbench
let warehouse: TestWarehouse
/** Every text sent since the command began. */
let sent: string[]

const ofValue = `not_null
accepted_range: { min_value: 1, name: above nothing }
accepted_values: { values: [10, 20, 30, 40] }
not_accepted_values: { values: [7, 8] }
accepted_range: { min_value: 0, max_value: 100 }
accepted_range: { min_value: 5, name: at least five }
accepted_range: { max_value: 50, name: at most fifty }
expression_is_true: { expression: "> 0" }
expression_is_true: { expression: "< 1000" }
not_null: { where: "id > 1", name: known after the first }`.split('\n')
const ofRows = `row_count: { min: 1 }
row_count: { max: 100 }
row_count: { min: 1, where: "id > 0" }
expression_is_true: { expression: "value = id * 10" }
expression_is_true: { expression: "id <= value" }
expression_is_true: { expression: "value - id > 0" }
expression_is_true: { expression: "id is not null" }
expression_is_true: { expression: "value % 10 = 0" }
expression_is_true: { expression: "id between 1 and 4" }
expression_is_true: { expression: "value is not null" }`.split('\n')

function project(
  atColumn: readonly string[],
  atModel: readonly string[],
  materialized: 'incremental' | 'table' = 'incremental',
): void {
  bench.write('project.yml', `name: till\ntargets: { local: ${warehouse.target} }\n`)
  const tests = (lines: readonly string[], indent: string) => lines.map((line) => `${indent}- ${line}\n`).join('')
  bench.write(
    'models/raw_data/events.yml',
    `sources:
  - name: app
    tables: [{ name: event, change_signal: none, partition_by: day }]
models:
  - name: events
    columns:
      - name: value
        data_tests:
${tests(atColumn, '          ')}    data_tests:
${tests(atModel, '      ')}`,
  )
  bench.write(
    'models/raw_data/events.sql',
    materialized === 'table'
      ? "{{ config(materialized='table') }}select day, id, value from {{ source('app', 'event') }}"
      : `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01') }}
select day, id, value from {{ source('app', 'event') }} where {{ partition_filter('app.event') }}`,
  )
}

async function elt(command: string): Promise<Ran> {
  sent = []
  const ran = await bench.elt(command.split(' '))
  expect(ran.code, ran.stdout + ran.stderr).toBeLessThan(2)
  return ran
}

/** Statements that only read, and read a relation of this name. */
const readsOf = (relation: string): string[] =>
  sent.filter((text) => /^\s*(?:select|with)\b/i.test(text) && text.replaceAll('"', '').includes(`from ${relation}`))

/** The name under which rows were staged. */
function staged(): string {
  const names = new Set(sent.flatMap((text) => /^create [^(]*?(\S*elt_staging_\S+) as/i.exec(text)?.[1] ?? []))
  expect(names.size).toBe(1)
  return [...names].join('').replaceAll('"', '')
}

const published = 'raw_data.events'

function onEngine(): void {
  it('staged rows are scanned once for twenty checks, and so is the table', async () => {
    project(ofValue, ofRows)
    await elt('build --now 2024-01-04')
    expect(readsOf(staged())).toHaveLength(1)
    await elt('test')
    expect(readsOf(published)).toHaveLength(1)
    expect(await judged()).toBe(20)
  })

  it('what fails is asked for its rows, once each', async () => {
    const two = ['accepted_range: { max_value: 25 }', 'accepted_values: { values: [10, 20] }', 'not_null']
    project(two, ofRows)
    await elt('build --now 2024-01-04')
    expect(readsOf(staged())).toHaveLength(3)
  })

  it('unique, not_null and row_count of a table share its scan', async () => {
    project(['unique', 'not_null'], ['row_count: { min: 1 }'], 'table')
    await elt('build --now 2024-01-04')
    expect(readsOf(staged())).toHaveLength(1)
    await elt('test')
    expect(readsOf(published)).toHaveLength(1)
  })

  it('checks of the whole table, and of its last partitions, share a scan each', async () => {
    const table = ofRows.map((line) => line.replace('}', ', scope: table }'))
    const last = ofRows.map((line) => line.replace('}', ', scope: last 2 }'))
    project(['not_null'], [...table, ...last])
    await elt('build --now 2024-01-04')
    await elt('test')
    // By partition, all together, and the last ones.
    expect(readsOf(published)).toHaveLength(3)
    expect(await judged()).toBe(21)
  })
}

/** How many assertions the newest command judged. */
async function judged(): Promise<number> {
  const [row] = await warehouse.query(
    "select count(distinct assertion) as n from elt.assertion_results where run = (select max(run) from elt.assertion_results) and status = 'pass'",
  )
  return Number(row?.n)
}

function aWarehouse(open: () => Promise<TestWarehouse>): void {
  beforeEach(async () => {
    bench = workbench()
    warehouse = await open()
    await warehouse.run(
      `create schema app; create table app.event (day date, id integer, value integer);
insert into app.event values (date '2024-01-01', 1, 10), (date '2024-01-02', 2, 20), (date '2024-01-03', 3, 30)`,
    )
  })
  afterEach(() => bench.remove())
  onEngine()
}

describe('duckdb', () => {
  aWarehouse(() => {
    const { run } = DuckDBConnection.prototype
    vi.spyOn(DuckDBConnection.prototype, 'run').mockImplementation(function (this: DuckDBConnection, ...given) {
      sent?.push(given[0])
      return run.apply(this, given)
    })
    return Promise.resolve(duckdbFile(bench.folder))
  })
  afterEach(() => void vi.restoreAllMocks())
})

describePostgres('postgres', (server) => {
  let database: Database
  let close: () => Promise<void>
  aWarehouse(async () => {
    database = await freshDatabase(server)
    const url = new URL(database.url)
    const network = await openFailingNetwork(url.hostname, Number(url.port))
    network.decide((_, text) => {
      sent?.push(text.replaceAll('\0', ''))
      return 'pass'
    })
    close = network.close
    url.port = String(network.port)
    url.hostname = '127.0.0.1'
    return postgresDatabase(url.href)
  })
  afterEach(async () => {
    await close()
    await database.drop()
  })
})
