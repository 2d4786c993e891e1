import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type Ran, type TestWarehouse, type Workbench, workbench } from './testing.ts'

/** Merge, append and `this`, from a model's text to its rows, on every engine. */

let bench: Workbench
let warehouse: TestWarehouse

const table = 'change_signal: none\npartition_by: day\n'

function project(models: Readonly<Record<string, string>>, properties = ''): void {
  bench.write('project.yml', `name: till\ntargets: { local: ${warehouse.target} }\n`)
  const sources = `sources:\n  - name: app\n    tables:\n      - name: event\n${table.replace(/^(?=.)/gm, '        ')}`
  bench.write('models/raw_data/app.yml', `${sources}${properties}`)
  for (const [path, text] of Object.entries(models)) bench.write(`models/raw_data/${path}.sql`, text)
}

const elt = (command: string): Promise<Ran> => bench.elt(command.split(' '))

async function build(more = ''): Promise<Ran> {
  const ran = await elt(`build --now 2024-01-04${more}`)
  expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  return ran
}

const shown = async (sql: string): Promise<string> =>
  (await warehouse.query(sql)).map((row) => Object.values(row).join(' ')).join(', ')

const versions = (node: string): Promise<string> =>
  shown(`select p.key, p.version from elt.partitions p join elt.relations r on r.id = p.relation
    where r.node = 'raw_data.${node}' order by p.ordinal`)

const idiom = `select day, id, value from {{ source('app', 'event') }}
{% if is_incremental() %} where id > (select coalesce(max(id), 0) from {{ this }}) {% endif %}`
const daily = (
  more: string,
): string => `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', ${more}) }}
select day, id, value from {{ source('app', 'event') }} where {{ partition_filter('app.event') }}`

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

  describe('an incremental without partitions', () => {
    it("appends what dbt's idiom returns: everything first, then what is new", async () => {
      project({ events: `{{ config(materialized='incremental', strategy='append') }}\n${idiom}` })
      await build()
      await warehouse.run(
        "insert into app.event values (date '2024-01-01', 4, 40); update app.event set value = 0 where id = 1",
      )
      await build()
      expect(await shown('select id, value from raw_data.events order by id')).toBe('1 10, 2 20, 3 30, 4 40')
      const before = await versions('events')
      await build()
      expect(await versions('events')).toBe(before)
    })

    it('refuses to append by force, and says so', async () => {
      project({ events: `{{ config(materialized='incremental', strategy='append') }}\n${idiom}` })
      await build()
      const { code, stderr } = await elt('run --force')
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('error[append-forced]') })
      expect(await shown('select count(*) from raw_data.events')).toBe('3')
    })

    it('merges by the key, keeps other rows, and keeps its version when nothing differs', async () => {
      project({
        events: `{{ config(materialized='incremental', unique_key='id') }}
select day, id, value from {{ source('app', 'event') }} {% if is_incremental() %} where id > 1 {% endif %}`,
      })
      await build()
      expect(await versions('events')).toBe('all 1')
      await build()
      expect(await versions('events')).toBe('all 1')
      await warehouse.run(
        "update app.event set value = 99 where id < 3; insert into app.event values (date '2024-01-03', 5, null); delete from app.event where id = 3",
      )
      await build()
      expect(await shown('select id, coalesce(value, -1) from raw_data.events order by id')).toBe(
        '1 10, 2 99, 3 30, 5 -1',
      )
      expect(await versions('events')).toBe('all 2')
    })

    it('deletes what is missing when it is told to, and updates only the columns it is told to', async () => {
      project({
        gone: `{{ config(materialized='incremental', unique_key='id', delete_missing=true) }}
select day, id, value from {{ source('app', 'event') }}`,
        partial: `{{ config(materialized='incremental', unique_key=['id'], merge_update_columns=['value']) }}
select day, id, value from {{ source('app', 'event') }}`,
      })
      await build()
      await warehouse.run(
        "delete from app.event where id = 2; update app.event set value = 1, day = date '2024-02-01' where id = 1",
      )
      await build()
      expect(await shown('select id, value from raw_data.gone order by id')).toBe('1 1, 3 30')
      expect(await shown('select id, value, extract(month from day) from raw_data.partial order by id')).toBe(
        '1 1 1, 2 20 1, 3 30 1',
      )
    })

    it('judges the table as it will be', async () => {
      project(
        {
          events: `{{ config(materialized='incremental', strategy='append') }}\n${idiom.replace('id >', 'value >').replace('max(id)', 'max(value)')}`,
        },
        'models:\n  - name: events\n    columns: [{ name: id, data_tests: [unique] }]\n',
      )
      await build()
      await warehouse.run("insert into app.event values (date '2024-01-01', 1, 50)")
      const { code, stderr } = await elt('build --now 2024-01-04')
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('unique') })
      expect(await shown('select count(*) from raw_data.events')).toBe('3')
    })

    it('shows both of its texts', async () => {
      project({ events: `{{ config(materialized='incremental', strategy='append') }}\n${idiom}` })
      const { stdout } = await elt('compile --select events')
      expect(stdout).toContain('-- when the table is made')
      expect(stdout).toMatch(/-- when it is there[\s\S]*max\(id\)/)
    })
  })

  describe('a merge by partitions', () => {
    const merge = "strategy='merge', unique_key='id', lookback=9"

    it('keeps rows that are not returned, and gives new versions to changed partitions alone', async () => {
      project({ events: daily(merge) })
      await build()
      await warehouse.run(
        "delete from app.event where id = 2; insert into app.event values (date '2024-01-03', 6, 60); update app.event set value = 31 where id = 3",
      )
      await build()
      expect(await shown('select id, value from raw_data.events order by id')).toBe('1 10, 2 20, 3 31, 6 60')
      expect(await versions('events')).toBe('2024-01-01 1, 2024-01-02 1, 2024-01-03 2')
    })

    it('deletes what is missing in the window when it is told to', async () => {
      project({ events: daily(`${merge}, delete_missing=true`) })
      await build()
      await warehouse.run('delete from app.event where id = 2')
      await build()
      expect(await shown('select id from raw_data.events order by id')).toBe('1, 3')
      expect(await versions('events')).toBe('2024-01-01 1, 2024-01-02 2, 2024-01-03 1')
    })

    it.each([1, 9])('refuses a key that moved, whatever the batch: %i', async (batch) => {
      project({ events: daily(`${merge}, batch=${batch}`) })
      await build()
      await warehouse.run("update app.event set day = date '2024-01-03' where id = 1")
      const { code, stderr } = await elt('build --now 2024-01-04')
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('error[key-moved]') })
      expect(await shown('select id, extract(day from day) from raw_data.events order by id')).toBe('1 1, 2 2, 3 3')
    })

    it.each([1, 9])('moves a key when it is told to, and its readers with it; batch %i', async (batch) => {
      project({
        events: daily(`${merge}, moves=true, batch=${batch}`),
        sums: `{{ config(materialized='incremental', partition_by='day') }}
select day, count(*) as n from {{ ref('events') }} where {{ partition_filter('events') }} group by day`,
      })
      await build()
      const before = await versions('events')
      await warehouse.run("update app.event set day = date '2024-01-03' where id = 1")
      await build()
      expect(await shown('select id, extract(day from day) from raw_data.events order by id')).toBe('1 3, 2 2, 3 3')
      expect(await shown('select extract(day from day), n from raw_data.sums order by day')).toBe('2 1, 3 2')
      const [were, are] = [before.split(', '), (await versions('events')).split(', ')]
      expect(are.map((version, i) => version === were[i])).toEqual([false, true, false])
      const { stdout } = await elt('plan --now 2024-01-04 --select sums')
      expect(stdout).toContain('nothing to build')
    })
  })

  describe('an append by partitions', () => {
    it('never builds a partition again, and says why', async () => {
      project({
        events: daily("strategy='append'").replace("begin='2024-01-01', ", "begin='2024-01-01', end='2024-01-04', "),
      })
      await build()
      await warehouse.run("insert into app.event values (date '2024-01-02', 7, 70)")
      await build()
      expect(await shown('select count(*) from raw_data.events')).toBe('3')
      project({ events: daily("strategy='append'").replace('value from', 'value + 1 as value from') })
      const { stdout } = await elt('plan --now 2024-01-04')
      expect(stdout).toContain('append-only')
      await build(' --rebuild older-code')
      expect(await shown('select sum(value) from raw_data.events')).toBe('60')
    })
  })

  describe('a model that reads its own partitions', () => {
    const running = `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', lookback=9) }}
select e.day, sum(e.value) + coalesce((select max(total) from {{ this }} as t where {{ partition_filter(this, alias='t', before=1) }}), 0) as total
from {{ source('app', 'event') }} as e where {{ partition_filter('app.event', alias='e') }} group by e.day`
    const columns = `models:
  - name: running
    columns: [{ name: day, data_type: date }, { name: total, data_type: bigint }]
`
    const text = running
      .replace('sum(e.value) +', 'cast(sum(e.value) +')
      .replace(', 0) as total', ', 0) as bigint) as total')
    const totals = () => shown('select extract(day from day), total from raw_data.running order by day')

    it('is built in order, and a change reaches all later partitions', async () => {
      project({ running: text }, columns)
      await build()
      expect(await totals()).toBe('1 10, 2 30, 3 60')
      await warehouse.run('update app.event set value = 11 where id = 1')
      await build()
      expect(await totals()).toBe('1 11, 2 31, 3 61')
      const before = await versions('running')
      await build()
      expect(await versions('running')).toBe(before)
    })

    it('is built anew when its table is gone, and waits for what was never built', async () => {
      project({ running: text }, columns)
      expect((await elt('run --now 2024-01-04 --from 2024-01-02')).stdout).toContain('blocked-by raw_data.running')
      await build()
      await warehouse.run('drop table raw_data.running')
      await build()
      expect(await totals()).toBe('1 10, 2 30, 3 60')
    })

    it('is built anew beside itself with --full-refresh', async () => {
      project({ running: text }, columns)
      await build()
      await warehouse.run('update app.event set value = 11 where id = 1')
      await build(' --full-refresh --yes')
      expect(await totals()).toBe('1 11, 2 31, 3 61')
      expect(await shown("select count(*) from elt.attempts where status not in ('published', 'unchanged')")).toBe('0')
      expect((await elt('run --now 2024-01-04')).stdout).toContain('built 0 models · 3 equal')
    })

    it('has to say which partitions, and of what columns', async () => {
      project({ running: text }, '')
      expect((await elt('compile')).stderr).toContain('error[self-read-untyped]')
      project({ running: text.replace(/ where \{\{ partition_filter\(this.*?\}\}/, '') }, columns)
      expect((await elt('compile')).stderr).toContain('error[self-read]')
    })
  })
}

describe('on DuckDB', () => aWarehouse(async () => duckdbFile(bench.folder)))

describePostgres('on', (server) => {
  let database: Database
  aWarehouse(async () => {
    database = await freshDatabase(server)
    return postgresDatabase(database.url)
  })
  afterEach(() => database.drop())
})
