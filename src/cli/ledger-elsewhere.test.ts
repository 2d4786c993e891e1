import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

describePostgres('a target whose ledger lies in another database', (server) => {
  let bench: Workbench
  let databases: Database[]
  const url = (which: number) => databases[which]?.url ?? ''
  const elt = (line: string) => bench.elt(line.split(' '))

  beforeEach(async () => {
    bench = workbench()
    databases = [await freshDatabase(server), await freshDatabase(server)]
    bench.write('models/raw_data/days.sql', "{{ config(materialized='table') }}select 1 as n union all select 1")
    bench.write(
      'models/analytics/total.sql',
      "{{ config(materialized='table') }}select sum(n) as n from {{ ref('days') }}",
    )
    bench.write('models/analytics/shown.sql', "{{ config(materialized='view') }}select n from {{ ref('total') }}")
  }, 60_000)

  afterEach(async () => {
    bench.remove()
    for (const database of databases) await database.drop()
  })

  function project(target: string, ledger: string): void {
    bench.write('project.yml', `name: till\ntargets: { local: ${target.replace(/ }$/, `, ledger: ${ledger} }`)} }\n`)
  }

  async function lives(warehouse: TestWarehouse): Promise<void> {
    project(warehouse.target, `{ type: postgres, url: "${url(1)}" }`)
    const built = await elt('build --now 2024-01-03')
    expect(built, built.stderr).toMatchObject({ code: 0 })
    expect(await warehouse.query('select n from analytics.shown')).toEqual([{ n: 2 }])
    expect((await elt('plan --now 2024-01-03')).stdout).toContain('nothing to build')
    const ledger = postgresDatabase(url(1))
    expect(await ledger.query('select count(*) as n from elt.partitions')).toEqual([{ n: 3 }])
    await expect(warehouse.query('select 1 from elt.partitions')).rejects.toThrow()
    expect((await elt('build --now 2024-01-03 --force')).code).toBe(0)
    expect(await warehouse.query('select n from analytics.shown')).toEqual([{ n: 2 }])
    expect((await elt('debug')).stdout).toMatch(/✓ ledger +in a database of its own \(postgres\), url: /)
  }

  /** What was appended stands once, whatever asks for it again: rows and the word of them are one transaction of the warehouse. */
  async function appends(warehouse: TestWarehouse): Promise<void> {
    project(warehouse.target, `{ type: postgres, url: "${url(1)}" }`)
    const days = (end: string) =>
      bench.write(
        'models/analytics/kept.sql',
        `{{ config(materialized='incremental', strategy='append', partition_by='day', begin='2024-01-01', end='${end}') }}
select {{ window.start }} as day, n from {{ ref('days') }}`,
      )
    days('2024-01-03')
    const held = () => warehouse.query('select count(*) as n, count(distinct day) as days from analytics.kept')
    expect((await elt('build --now 2024-01-05')).code).toBe(0)
    expect(await held()).toEqual([{ n: 4, days: 2 }])
    days('2024-01-04')
    expect((await elt('build --now 2024-01-05')).code).toBe(0)
    expect((await elt('build --now 2024-01-05')).code).toBe(0)
    expect(await held()).toEqual([{ n: 6, days: 3 }])
  }

  it('appends once, on DuckDB', () => appends(duckdbFile(bench.folder)))

  it('appends once, on Postgres', () => appends(postgresDatabase(url(0))))

  it('is built and planned like any other, on DuckDB', () => lives(duckdbFile(bench.folder)))

  it('is built and planned like any other, on Postgres', () => lives(postgresDatabase(url(0))))

  it('is refused where the options are wrong, and its password is never shown', async () => {
    const { target } = duckdbFile(bench.folder)
    project(target, '{ type: duckdb, path: ledger.duckdb }')
    const other = await elt('plan')
    expect(other.code).toBe(2)
    expect(other.stderr).toContain('error[ledger-engine]: a ledger cannot lie in duckdb')
    project(target, '{ type: postgres, hots: x, port: yes }')
    const { code, stderr } = await elt('plan')
    expect(code).toBe(2)
    expect(stderr).toContain('target-option-unknown')
    expect(stderr).toContain('target-option-type')
    project(target, '{ type: postgres, host: 127.0.0.1, port: 1, user: u, password: hidden-canary, database: d }')
    const gone = await elt('build')
    expect(gone.code).toBe(3)
    expect(gone.stdout + gone.stderr).not.toContain('hidden-canary')
    expect((await elt('debug')).stdout).not.toContain('hidden-canary')
  })
})
