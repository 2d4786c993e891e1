import { readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

// How old sources and models are: the same project on every engine.

interface Place {
  readonly warehouse: TestWarehouse
  readonly drop: () => Promise<void>
}

// A Monday.
const now = Date.parse('2024-03-04T12:00:00Z')

function cases(open: (bench: Workbench) => Promise<Place>): void {
  let bench: Workbench
  let place: Place
  const elt = async (line: string, at = now) => {
    const { code, stdout, stderr } = await bench.elt(line.split(' '), { now: () => at })
    return { code, stdout, stderr, lines: stdout.split('\n').map((text) => text.replace(/ +/g, ' ').trim()) }
  }
  const source = (freshness: string, more = '') =>
    bench.write(
      'models/raw_data/sources.yml',
      `sources:\n  - name: crm\n    tables:\n      - name: calls\n        loaded_at_field: loaded_at\n${more}        freshness: ${freshness}\n`,
    )
  const model = (config: string, sql = 'select 1 as id') =>
    bench.write('models/analytics/daily.sql', `{{ config(${config}) }}\n${sql}`)

  beforeEach(async () => {
    bench = workbench()
    place = await open(bench)
    bench.write('project.yml', `name: shop\ntime_zone: UTC\ntargets: { local: ${place.warehouse.target} }\n`)
    await place.warehouse.run('create schema crm')
    await place.warehouse.run(
      "create table crm.calls as select cast('2024-03-01 18:00:00' as timestamp) as loaded_at, 'a' as team union all select cast('2024-03-04 09:00:00' as timestamp), 'b'",
    )
  }, 60_000)

  afterEach(async () => {
    bench.remove()
    await place.drop()
  })

  it('that are misspelt for all tables of a source are told once, where that is written', async () => {
    const freshness = '{ warn_after: { count: 1, period: huor } }'
    const tables = '[{ name: calls }, { name: texts }]'
    bench.write('models/raw_data/sources.yml', `sources: [{ name: crm, freshness: ${freshness}, tables: ${tables} }]\n`)
    const { code, stderr } = await elt('freshness')
    expect(code).toBe(2)
    expect(stderr.match(/^error\[.*/gm)).toEqual([
      'error[wrong-value]: `period` must be one of minute, hour, day, and is the text "huor"',
    ])
  })

  it('of a table are judged by its newest row, as dbt spells it, too', async () => {
    source('{ warn_after: { count: 2, period: hour }, error_after: { count: 1, period: day } }')
    const ran = await elt('source freshness')
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.lines).toEqual([
      'source.crm.calls warn 2024-03-04 09:00 3 h 00 min old older than 2 hours',
      '',
      '! 0 fresh, 1 late',
      '',
    ])
    expect(await elt('freshness', now + 24 * 3_600_000)).toMatchObject({ code: 1 })
    const written = JSON.parse(readFileSync(join(bench.folder, 'target/sources.json'), 'utf8'))
    expect(written.metadata.dbt_schema_version).toBe('https://schemas.getdbt.com/dbt/sources/v3.json')
    expect(written.results).toEqual([
      expect.objectContaining({
        unique_id: 'source.shop.crm.calls',
        max_loaded_at: '2024-03-04T09:00:00.000Z',
        snapshotted_at: '2024-03-05T12:00:00.000Z',
        max_loaded_at_time_ago_in_s: 27 * 3600,
        status: 'error',
        criteria: {
          warn_after: { count: 2, period: 'hour' },
          error_after: { count: 1, period: 'day' },
          filter: null,
        },
      }),
    ])
  })

  it('look at rows of a filter alone, by an expression or by a query', async () => {
    const hours = (count: number) => `error_after: { count: ${count}, period: hour }`
    source(`{ ${hours(1)}, filter: "team = 'a'" }`)
    expect((await elt('freshness')).stdout).toContain('2024-03-01 18:00')
    source(`{ ${hours(1)} }`, '        loaded_at_query: "select min(loaded_at) from crm.calls"\n')
    expect((await elt('freshness')).stdout).toContain('2024-03-01 18:00')
    bench.write(
      'models/raw_data/sources.yml',
      `sources: [{ name: crm, loaded_at_field: "loaded_at + interval '1' hour", freshness: { ${hours(1)} }, tables: [{ name: calls }] }]\n`,
    )
    expect((await elt('freshness')).stdout).toContain('2024-03-04 10:00')
  })

  it('of time on other days do not age anything', async () => {
    const limit = 'error_after: { count: 20, period: hour }'
    const filter = `filter: "team = 'a'"`
    source(`{ ${limit}, ${filter} }`)
    expect(await elt('freshness')).toMatchObject({ code: 1 })
    source(`{ ${limit}, ${filter}, days: [business] }`)
    const ran = await elt('freshness')
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.stdout).toContain('18 h 00 min old')
    source(`{ ${limit}, ${filter}, days: [business], holidays: ['2024-03-04'] }`)
    expect((await elt('freshness')).stdout).toContain('6 h 00 min old')
  })

  it('are due by a time of each day that counts', async () => {
    source(`{ by: '10:30', time_zone: Europe/Berlin, days: [business], filter: "team = 'a'" }`)
    expect(await elt('freshness', Date.parse('2024-03-04T09:29:00Z'))).toMatchObject({ code: 0 })
    const late = await elt('freshness', Date.parse('2024-03-04T09:30:00Z'))
    expect(late.code).toBe(1)
    expect(late.stdout).toContain('nothing of 2024-03-04, due by 10:30')
  })

  it('that cannot be asked are told, and others are judged all the same', async () => {
    source('{ error_after: { count: 1, period: day } }')
    bench.write(
      'models/raw_data/others.yml',
      'sources: [{ name: lost, tables: [{ name: calls, loaded_at_field: at, freshness: { warn_after: { count: 1, period: day } } }] }]\n',
    )
    const ran = await elt('freshness')
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/source\.crm\.calls +pass/)
    expect(ran.stdout).toMatch(/source\.lost\.calls +runtime error/)
  })

  it('of a table without rows are an error where there is one to have', async () => {
    source('{ error_after: { count: 1, period: day }, filter: "team = \'c\'" }')
    const ran = await elt('freshness')
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.stdout).toContain('there is nothing')
  })

  it('of a partitioned model are how far it reaches, with the partitions between that are missing', async () => {
    const config =
      "materialized='incremental', partition_by='day', begin='2024-03-01', freshness={'error_after': {'count': 1, 'period': 'day'}}"
    model(config, "select day from (select cast('2024-03-01' as date) as day) as days where {{ in_window('day') }}")
    expect(await elt('run --partition 2024-03-01')).toMatchObject({ code: 0 })
    expect(await elt('run --partition 2024-03-03')).toMatchObject({ code: 0 })
    const ran = await elt('freshness')
    expect(ran.code).toBe(0)
    expect(ran.lines[0]).toBe('analytics.daily pass 2024-03-04 00:00 12 h 00 min old 1 partition missing: 2024-03-02')
    expect(await elt('freshness', Date.parse('2024-03-05T00:01Z'))).toMatchObject({ code: 1 })
    expect(JSON.parse((await elt('freshness --output json')).stdout)).toMatchObject([{ first_missing: ['2024-03-02'] }])
    expect((await elt('source freshness')).stdout).not.toContain('analytics.daily')
  })

  it('of other models are when they were built, or what their rows say', async () => {
    model("materialized='table', freshness={'warn_after': {'count': 1, 'period': 'hour'}}")
    expect((await elt('freshness')).stdout).toContain('there is nothing')
    expect(await elt('run')).toMatchObject({ code: 0 })
    expect((await elt('freshness', Date.now() + 1000)).stdout).toMatch(/analytics\.daily +pass/)
    expect((await elt('freshness', Date.now() + 7_200_000)).stdout).toMatch(/analytics\.daily +warn/)
    const config = "materialized='view', loaded_at_field='at', freshness={'warn_after': {'count': 1, 'period': 'hour'}}"
    model(config, "select cast('2024-03-04 11:30:00' as timestamp) as at")
    expect(await elt('run')).toMatchObject({ code: 0 })
    expect((await elt('freshness')).stdout).toContain('30 min 00 s old')
  })

  it('are not asked of what is not selected', async () => {
    source('{ error_after: { count: 1, period: minute } }')
    model("materialized='table', freshness={'warn_after': {'count': 1, 'period': 'hour'}}")
    expect((await elt('freshness --select daily')).stdout).not.toContain('source.crm.calls')
    expect((await elt('freshness --select source:crm')).stdout).not.toContain('analytics.daily')
  })
}

describe('ages on duckdb', () => {
  cases(async (bench) => ({ warehouse: duckdbFile(bench.folder), drop: async () => {} }))

  it('of files are those of the newest one', async () => {
    const bench = workbench()
    bench.write('project.yml', 'name: shop\ntime_zone: UTC\ntargets: { local: { type: duckdb, path: w.duckdb } }\n')
    bench.write('data/a.csv', 'n\n1\n')
    bench.write(
      'models/raw_data/sources.yml',
      'sources: [{ name: logs, tables: [{ name: rides, files: data/*.csv, columns: [{ name: n, data_type: bigint }], freshness: { error_after: { count: 1, period: hour } } }] }]\n',
    )
    utimesSync(join(bench.folder, 'data/a.csv'), now / 1000, now / 1000)
    expect((await bench.elt(['freshness'], { now: () => now + 1_800_000 })).code).toBe(0)
    const late = await bench.elt(['freshness'], { now: () => now + 7_200_000 })
    expect(late).toMatchObject({ code: 1, stderr: '' })
    expect(late.stdout).toContain('older than 1 hour')
    bench.remove()
  })
})

describePostgres('ages on postgres', (server) => {
  cases(async () => {
    const database: Database = await freshDatabase(server)
    return { warehouse: postgresDatabase(database.url), drop: database.drop }
  })
})
