import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import type { Row } from '../adapters/contract.ts'
import { duckdbFile, postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

// Columns that change, as a person sees them: the same project on every engine.

interface Place {
  readonly warehouse: TestWarehouse
  readonly drop: () => Promise<void>
}

/** A daily model over the table `feed.days`, with these columns beside its day. */
const daily = (columns: string, config = '') =>
  `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-04', batch=1${config}) }}
select day, ${columns} from feed.days where {{ in_window('day') }}`

function cases(open: (bench: Workbench) => Promise<Place>): void {
  let bench: Workbench
  let place: Place
  const elt = async (line: string) => {
    const ran = await bench.elt(line.split(' '))
    expect({ line, code: ran.code, stderr: ran.code === 0 ? '' : ran.stderr }).toEqual({ line, code: 0, stderr: '' })
    return ran
  }
  const rows = (columns: string): Promise<Row[]> =>
    place.warehouse.query(`select ${columns} from raw_data.daily order by day`)
  const model = (columns: string, config?: string) => bench.write('models/raw_data/daily.sql', daily(columns, config))

  beforeEach(async () => {
    bench = workbench()
    place = await open(bench)
    bench.write('project.yml', `name: till\ntime_zone: UTC\ntargets: { local: ${place.warehouse.target} }\n`)
    await place.warehouse.query('create schema feed')
    await place.warehouse.query('create table feed.days (day date, n integer)')
    await place.warehouse.query(
      "insert into feed.days values (date '2024-01-01', 1), (date '2024-01-02', 2), (date '2024-01-03', 3)",
    )
    model('n')
    await elt('run')
  }, 60_000)

  afterEach(async () => {
    bench.remove()
    await place.drop()
  })

  it('are appended and widened by the partitions that are built, and null in the others', async () => {
    model("cast(n as bigint) * 10 as n, cast('x' as text) as more")
    await elt('run --force --partition 2024-01-02')
    const text = 'cast(n as text) as n, more'
    expect(await rows(text)).toEqual([
      { n: '1', more: null },
      { n: '20', more: 'x' },
      { n: '3', more: null },
    ])
  })

  it('are all taken by a full refresh, and nothing is left to do', async () => {
    model("cast(n as text) || '!' as n")
    await elt('run --full-refresh --yes')
    expect(await rows('n')).toEqual([{ n: '1!' }, { n: '2!' }, { n: '3!' }])
    expect((await elt('run')).stdout).toContain('up to date')
    const shadows = await place.warehouse.query(
      "select table_name from information_schema.tables where table_name like 'elt_shadow%'",
    )
    expect(shadows).toEqual([])
  })

  it('end as a build from nothing does, whatever they were in between', async () => {
    const columns = { a: 'n as a', b: "cast('x' as text) as b", c: 'cast(n as bigint) as c', d: 'n + 1 as d' }
    const names = Object.keys(columns) as (keyof typeof columns)[]
    const step = fc.record({
      some: fc.subarray(names, { minLength: 1 }),
      line: fc.constantFrom('run --force', 'run --force --partition 2024-01-02', 'run --full-refresh', 'run'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), async (steps) => {
        for (const { some, line } of steps) {
          model(some.map((name) => columns[name]).join(', '), ", on_schema_change='append_new_columns'")
          await elt(line)
        }
        const last = names.filter((name) => steps.at(-1)?.some.includes(name))
        const select = last.map((name) => `cast(${name} as text) as ${name}`).join(', ')
        await elt('run --force')
        const grown = await rows(select)
        await elt('run --full-refresh')
        expect(grown).toEqual(await rows(select))
        const kept = await place.warehouse.query(
          "select column_name as name from information_schema.columns where table_schema = 'raw_data' and table_name = 'daily' order by 1",
        )
        expect(kept.map(({ name }) => name)).toEqual([...last, 'day'].sort())
      }),
      { numRuns: 3 },
    )
  }, 240_000)
}

describe('columns that change (duckdb)', () => {
  cases(async (bench) => ({ warehouse: duckdbFile(bench.folder), drop: async () => undefined }))

  it('are added without building a partition where older code is kept', async () => {
    const bench = workbench()
    const warehouse = duckdbFile(bench.folder)
    bench.write('project.yml', `name: till\ntime_zone: UTC\ntargets: { local: ${warehouse.target} }\n`)
    bench.write(
      'models/raw_data/daily.sql',
      daily('1 as n').replace('feed.days', "(values (date '2024-01-01')) as days(day)"),
    )
    expect((await bench.elt(['run'])).code).toBe(0)
    bench.write(
      'models/raw_data/daily.sql',
      daily("1 as n, {'a': 'x'} as more").replace('feed.days', "(values (date '2024-01-01')) as days(day)"),
    )
    const ran = await bench.elt(['run'])
    expect(ran.code).toBe(0)
    const columns = await warehouse.query(
      "select column_name as name from information_schema.columns where table_name = 'daily' order by ordinal_position",
    )
    expect(columns.map(({ name }) => name)).toEqual(['day', 'n', 'more'])
    expect(await warehouse.query('select n, more from raw_data.daily')).toEqual([{ n: 1, more: null }])
    expect(await warehouse.query("select count(*)::integer as n from elt.columns where name = 'more'")).toEqual([
      { n: 1 },
    ])
    bench.remove()
  })
})

describePostgres('columns that change', (server) => {
  cases(async () => {
    const database = await freshDatabase(server)
    return { warehouse: postgresDatabase(database.url), drop: database.drop }
  })
})
