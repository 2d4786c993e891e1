import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import type { Connection, Session } from '../adapters/contract.ts'
import { adapterOf } from '../adapters/index.ts'
import { postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

/** Somebody who reads a table for long, and a run that has to alter it. */

describePostgres('a table that somebody reads', (server) => {
  let bench: Workbench
  let database: Database
  let warehouse: TestWarehouse
  let session: Session
  let reader: Connection

  const fares = (columns: string) =>
    bench.write('models/analytics/fares.sql', `{{ config(materialized='table') }}\nselect ${columns}\n`)
  const build = async (): Promise<string> => {
    const { code, stdout, stderr } = await bench.elt(['build'])
    return `${code} ${stdout}${stderr}`
  }

  beforeEach(async () => {
    bench = workbench()
    database = await freshDatabase(server)
    warehouse = postgresDatabase(database.url)
    const target = warehouse.target.replace(/ }$/, ', lock_timeout: 1 }')
    bench.write('project.yml', `name: house\ntargets: { local: ${target} }\n`)
    fares('1 as id, 10 as fare')
    expect(await build()).toMatch(/^0/)
    const adapter = adapterOf('postgres')
    if (!adapter) throw new Error('no adapter')
    session = await adapter.connect({
      options: { url: database.url },
      projectDirectory: bench.folder,
      readOnly: true,
      readableFolders: [],
    })
    session.label?.('a long report')
    reader = await session.connect()
    await reader.run('begin; select * from analytics.fares')
  }, 60_000)

  afterEach(async () => {
    await reader.run('rollback')
    await reader.release()
    await session.close()
    bench.remove()
    await database.drop()
  })

  const held = () => warehouse.query('select * from analytics.fares')

  it('gets new rows at once', async () => {
    fares('1 as id, 20 as fare')
    expect(await build()).toMatch(/^0/)
    expect(await held()).toEqual([{ id: 1, fare: 20 }])
  })

  it('is altered when the reader ends in time', async () => {
    fares('1 as id, cast(12.5 as decimal(10, 2)) as fare')
    const building = build()
    await expect
      .poll(() => warehouse.query("select 1 from pg_locks where not granted and mode = 'AccessExclusiveLock'"), {
        timeout: 30_000,
      })
      .not.toEqual([])
    await reader.run('rollback')
    expect(await building).toMatch(/^0/)
    expect(await held()).toEqual([{ id: 1, fare: '12.50' }])
  })

  it('keeps its rows and columns otherwise, and the error names the reader', async () => {
    fares('1 as id, cast(12.5 as decimal(10, 2)) as fare')
    const told = await build()
    expect(told).toMatch(/^1/)
    expect(told).toMatch(/it is held by process \d+ of \w+ \(a long report, idle in transaction since /)
    expect(told).toContain('models/analytics/fares.sql')
    expect(told).toContain('nothing was changed: analytics.fares keeps the rows it had')
    expect(told).toContain('the same command may pass later')
    expect(await held()).toEqual([{ id: 1, fare: 10 }])
    await reader.run('rollback')
    expect(await build()).toMatch(/^0/)
    expect(await held()).toEqual([{ id: 1, fare: '12.50' }])
  })
})
