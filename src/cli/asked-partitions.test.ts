import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

/** `elt test` on some partitions: what is judged, what is found, and that nothing is remembered of it. */

let bench: Workbench

function project(warehouse: TestWarehouse): void {
  const file = (path: string, text: string) => bench.write(path, text)
  file('project.yml', `name: till\ntime_zone: UTC\ntargets: { local: ${warehouse.target} }\n`)
  file(
    'models/raw_data/sales.sql',
    `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-04') }}
select cast({{ window.start }} as date) as day, 1 as id`,
  )
  file('models/raw_data/rates.sql', "{{ config(materialized='table') }}\nselect 1 as id")
  file(
    'models/raw_data/raw_data.yml',
    `models:
  - name: sales
    columns: [{ name: id, data_tests: [{ unique: { severity: warn } }, { unique: { scope: table, name: everywhere, severity: warn } }, { accepted_values: { values: [2], severity: warn } }] }]
  - name: rates
    columns: [{ name: id, data_tests: [unique] }]
`,
  )
}

const test = async (...words: string[]) => {
  const ran = await bench.elt(['test', '--output', 'json', ...words])
  const results: { name: string; status: string; rows: number }[] = ran.code < 2 ? JSON.parse(ran.stdout).results : []
  return { ...ran, found: results.map(({ name, status, rows }) => `${name} ${status} ${rows}`).sort() }
}

function onEngine(): void {
  it('judges these partitions alone, by what judges partitions by themselves, and each key against the whole table', async () => {
    expect((await bench.elt(['run', '--select', 'sales'])).code).toBe(0)
    expect((await test('--partition', '2024-01-02')).found).toEqual([
      'accepted_values(id: 2) warn 1',
      'unique(id) warn 1',
    ])
    expect((await test('--from', '2024-01-02')).found).toEqual(['accepted_values(id: 2) warn 2', 'unique(id) warn 2'])
    expect((await test('--to', '2024-01-02')).found[0]).toBe('accepted_values(id: 2) warn 1')
  })

  it('writes nothing down: of the other partitions nobody knows', async () => {
    await bench.elt(['run', '--select', 'sales'])
    const results = async () =>
      (await bench.elt(['show', '--output', 'json', '--inline', 'select count(*) as n from elt.assertion_results']))
        .stdout
    const before = await results()
    await test('--partition', '2024-01-02')
    expect(await results()).toBe(before)
    await test()
    expect(await results()).not.toBe(before)
  })

  it('says so where nothing that is selected judges partitions', async () => {
    const ran = await test('--select', 'rates', '--partition', '2024-01-02')
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing-by-partition') })
  })
}

describe('on DuckDB', () => {
  beforeEach(() => {
    bench = workbench()
    project(duckdbFile(bench.folder))
  })
  afterEach(() => bench.remove())
  onEngine()
})

describePostgres('on', (server) => {
  let database: Database
  beforeEach(async () => {
    bench = workbench()
    database = await freshDatabase(server)
    project(postgresDatabase(database.url))
  })
  afterEach(async () => {
    bench.remove()
    await database.drop()
  })
  onEngine()
})
