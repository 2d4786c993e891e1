import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type Workbench, workbench } from './testing.ts'

const project = `name: shop
default_target: local
targets:
  local: { type: duckdb, path: .elt/warehouse.duckdb }
`
const rides = (columns: string) => `{{ config(materialized='table') }}\nselect ${columns}\n`
const starOf = (model: string) =>
  `{{ config(materialized='table') }}\nselect {{ dbt_utils.star(ref('${model}')) }} from {{ ref('${model}') }}\n`

const benches: Workbench[] = []
let bench: Workbench
beforeEach(() => {
  bench = workbench()
  benches.push(bench)
  bench.write('project.yml', project)
  bench.write('models/raw_data/rides.sql', rides("1 as id, 'ada' as rider"))
})
afterAll(() => {
  for (const one of benches) one.remove()
})

const show = async (model: string) =>
  JSON.parse((await bench.elt(['show', '--select', model, '--output', 'json'])).stdout).rows

const columnsOfRiders = async () => {
  const text =
    "select column_name from information_schema.columns where table_name = 'riders' and table_schema = 'analytics'"
  const { stdout } = await bench.elt(['show', '--inline', text, '--output', 'json'])
  return JSON.parse(stdout).rows.map((row: { column_name: string }) => row.column_name)
}

/** What something else than elt does in the warehouse. */
async function inWarehouse(sql: string): Promise<void> {
  const path = join(bench.folder, '.elt/warehouse.duckdb')
  mkdirSync(dirname(path), { recursive: true })
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  await connection.run(sql)
  connection.closeSync()
  instance.closeSync()
}

/** Models over a table that something else loads, by `*` and by the names of its columns. */
function writeFares(): void {
  bench.write('project.yml', `${project}layers: { raw_data: { reads: [sources] } }\n`)
  bench.write('models/sources.yml', 'sources: [{ name: till, schema: raw, tables: [{ name: fares }] }]')
  bench.write('models/raw_data/fares.sql', "select * from {{ source('till', 'fares') }}")
  bench.write(
    'models/raw_data/more.sql',
    "select {{ dbt_utils.star(source('till', 'fares')) }} from {{ source('till', 'fares') }}",
  )
  bench.write('models/analytics/a.sql', starOf('fares'))
  bench.write('models/analytics/b.sql', starOf('more'))
}

describe('built-in macros of a project', () => {
  it('know the columns of models that were never built, one after the other, and follow them at once', async () => {
    const names = ['rides', 'a', 'b', 'c', 'd', 'e', 'f', 'g']
    for (const [i, name] of names.slice(1).entries())
      bench.write(`models/analytics/${name}.sql`, starOf(names[i] ?? ''))
    expect(await bench.elt(['build'])).toMatchObject({ code: 0, stderr: expect.not.stringContaining('query-not-run') })
    expect(await show('g')).toEqual([{ id: 1, rider: 'ada' }])
    bench.write('models/raw_data/rides.sql', rides('1 as id, 2 as fare'))
    expect(await bench.elt(['build'])).toMatchObject({ code: 0 })
    expect(await show('g')).toEqual([{ id: 1, fare: 2 }])
  })

  it('build a model with the default values of a table that is not there, and again with its own', async () => {
    const pivot = `{{ config(materialized='table') }}
select {{ dbt_utils.pivot('rider', dbt_utils.get_column_values(ref('rides'), 'rider', default=['nobody'])) }} from {{ ref('rides') }}`
    bench.write('models/analytics/riders.sql', pivot)
    expect(await bench.elt(['build'])).toMatchObject({ code: 0, stderr: expect.not.stringContaining('query-not-run') })
    expect(await columnsOfRiders()).toEqual(['nobody'])
    expect((await bench.elt(['build'])).code).toBe(0)
    expect(await columnsOfRiders()).toEqual(['ada'])
  })

  it('without a default do not build the model, and say why', async () => {
    bench.write(
      'models/analytics/riders.sql',
      "{{ config(materialized='table') }}select {{ dbt_utils.get_column_values(ref('rides'), 'rider') | length }} as n",
    )
    const { code, stderr } = await bench.elt(['build'])
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('warning[query-not-run]') })
    expect((await bench.elt(['build', '--select', 'rides'])).code).toBe(0)
    expect((await bench.elt(['build'])).code).toBe(0)
  })

  it('compile where templates of strangers do', async () => {
    bench.write('models/analytics/a.sql', starOf('rides'))
    expect(await bench.elt(['build', '--untrusted'])).toMatchObject({ code: 0 })
    expect(await show('a')).toEqual([{ id: 1, rider: 'ada' }])
  })

  it('leave the mistakes of other models alone', async () => {
    bench.write('models/analytics/a.sql', starOf('rides'))
    bench.write('models/analytics/wrong.sql', "select {{ dbt_utils.star('rides') }}")
    const { code, stderr } = await bench.elt(['compile'])
    expect({ code, codes: stderr.match(/^\w+\[.*?\]/gm) }).toEqual({ code: 2, codes: ['error[invalid-argument]'] })
  })

  it('know the columns of tables that something else loads, and of what is made of them, before anything is built', async () => {
    await inWarehouse('create schema raw; create table raw.fares as select 7 as id, 2.5 as fare')
    writeFares()
    expect(await bench.elt(['compile'])).toMatchObject({ code: 0, stderr: '' })
    expect(await bench.elt(['build'])).toMatchObject({ code: 0 })
    expect([await show('a'), await show('b')]).toEqual([[{ id: 7, fare: '2.5' }], [{ id: 7, fare: '2.5' }]])
    await inWarehouse('alter table raw.fares add column tip integer')
    expect(await bench.elt(['build'])).toMatchObject({ code: 0 })
    expect(await show('b')).toEqual([{ id: 7, fare: '2.5', tip: null }])
  })

  it.each(['compile', 'build'])(
    'say nothing of the columns of tables that are not there, which %s tells',
    async (command) => {
      writeFares()
      for (const sql of ['', 'create schema raw']) {
        if (sql !== '') await inWarehouse(sql)
        const { code, stderr } = await bench.elt([command])
        expect({ code, codes: stderr.match(/^\w+\[.*?\]/gm) }).toEqual({
          code: 2,
          codes: ['error[source-table-missing]'],
        })
      }
    },
  )

  it('cannot be asked for the columns of an ephemeral', async () => {
    bench.write('models/raw_data/rides.sql', "{{ config(materialized='ephemeral') }}select 1 as id")
    bench.write('models/analytics/a.sql', starOf('rides'))
    expect((await bench.elt(['compile'])).stderr).toContain('`raw_data.rides` is no table or view of the warehouse')
  })
})
