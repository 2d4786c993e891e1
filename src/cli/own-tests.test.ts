import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type Ran, type TestWarehouse, type Workbench, workbench } from './testing.ts'

/** Tests that people write as macros, from YAML to what is published, on every engine. */

let bench: Workbench
let warehouse: TestWarehouse

const daily = `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01') }}
select day, id, value from {{ source('app', 'event') }} where {{ partition_filter('app.event') }}`

function project(assertions: string, test: string): void {
  bench.write('project.yml', `name: till\ntargets: { local: ${warehouse.target} }\n`)
  bench.write(
    'models/raw_data/app.yml',
    `sources:
  - name: app
    tables: [{ name: event, change_signal: none, partition_by: day }]
models:
  - name: events
    columns: [{ name: value }]
    data_tests:
${assertions.replace(/^/gm, '      ')}
`,
  )
  bench.write('models/raw_data/events.sql', daily)
  bench.write('macros/tests.sql', test)
}

const elt = (command: string): Promise<Ran> => bench.elt(command.split(' '))
const build = (): Promise<Ran> => elt('build --now 2024-01-04')
const days = async (): Promise<string> =>
  (await warehouse.query('select distinct day from raw_data.events order by day'))
    .map((row) => String(row.day).slice(8, 10))
    .join(' ')

const small = `{% test small(model, column_name, most=25) %}
select * from {{ model }} as m where m.{{ column_name }} > {{ most }}
{% endtest %}`

function onEngine(): void {
  it('keeps the partitions of its failing rows from being published, and no other', async () => {
    project('- small: { column_name: value }', small)
    const ran = await build()
    expect(ran.code, ran.stderr).toBe(1)
    expect(ran.stderr).toContain('small(value)')
    expect(await days()).toBe('01 02')
    const [result] = await warehouse.query(
      "select failures, rows, partition from elt.assertion_results where status = 'fail'",
    )
    expect(result).toMatchObject({ failures: 1, partition: '2024-01-03' })
  })

  it('keeps the whole batch when its rows do not say of which partition they are', async () => {
    const test =
      '{% test few(model, most) %}select count(*) as n from {{ model }} having count(*) > {{ most }}{% endtest %}'
    project('- few: { most: 2 }', test)
    expect((await build()).code).toBe(1)
    expect(await warehouse.query("select 1 from elt.partitions where key like '2024%'")).toEqual([])
    project('- few: { most: 3 }', test)
    expect((await build()).code).toBe(0)
    expect(await days()).toBe('01 02 03')
  })

  it('keeps the whole batch when its rows are of partitions that are not judged', async () => {
    const test = `{% test late(model) %}select {{ dbt.dateadd('year', 1, 'day') }} as day from {{ model }} where value > 25{% endtest %}`
    const cast = test.replace(/select (.*?) as day/, 'select cast($1 as date) as day')
    project('- late', cast)
    expect((await build()).code).toBe(1)
    expect(await warehouse.query("select 1 from elt.partitions where key like '2024%'")).toEqual([])
  })

  it('judges the rows that `where` leaves, and blocks nothing with severity warn', async () => {
    project('- small: { column_name: value, where: "id < 3" }', small)
    expect((await build()).code).toBe(0)
    project('- small: { column_name: value, severity: warn }', small)
    expect((await build()).code).toBe(0)
    const judged = await elt('test')
    expect([judged.code, judged.stderr.includes('small(value)')]).toEqual([0, true])
    expect(await days()).toBe('01 02 03')
  })

  it('sees the table as it will be with scope: table, and the published rows in elt test', async () => {
    const unique = `{% test once(model, column_name) %}
select {{ column_name }} from {{ model }} group by {{ column_name }} having count(*) > 1{% endtest %}`
    project('- once: { column_name: id, scope: table }', unique)
    expect((await build()).code).toBe(0)
    await warehouse.run("insert into app.event values (date '2024-01-04', 1, 1)")
    const ran = await elt('build --now 2024-01-05')
    expect(ran.code, ran.stderr).toBe(1)
    expect(await days()).toBe('01 02 03')
    await warehouse.run("insert into raw_data.events values (date '2024-01-02', 1, 1)")
    const judged = await elt('test')
    expect([judged.code, judged.stderr.includes('once(id)')]).toEqual([1, true])
  })

  it('reads another model after it is built, and does not block', async () => {
    bench.write('models/raw_data/known.sql', "{{ config(materialized='table') }}select 1 as id")
    const test = `{% test known(model, of) %}
select id from {{ model }} where id not in (select id from {{ of }}){% endtest %}`
    project("- known: { of: ref('known') }", test)
    const ran = await build()
    expect(ran.code, ran.stderr).toBe(1)
    expect(await days()).toBe('01 02 03')
  })

  it('is told in its own line when the engine refuses its SQL', async () => {
    project('- small: { column_name: value }', small.replace('m.{{ column_name }}', 'm.valu'))
    const ran = await build()
    expect(ran.code).not.toBe(0)
    expect(ran.stderr).toContain('macros/tests.sql:2:38')
    expect(ran.stderr).toContain('m.valu')
  })

  it('is told when it is at a column that there is not', async () => {
    project('- small: { column_name: valu }', small)
    const ran = await build()
    expect([ran.code > 0, ran.stderr.includes('valu')]).toEqual([true, true])
  })
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

describe('duckdb', () => aWarehouse(() => Promise.resolve(duckdbFile(bench.folder))))

describePostgres('postgres', (server) => {
  let database: Database
  aWarehouse(async () => {
    database = await freshDatabase(server)
    return postgresDatabase(database.url)
  })
  afterEach(() => database.drop())
})
