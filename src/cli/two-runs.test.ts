import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { postgresDatabase, type Ran, type TestWarehouse, type Workbench, workbench } from './testing.ts'

// Two runs in one warehouse at a time, as two processes would be: each with connections of its own.

describePostgres('two runs at once', (server) => {
  let bench: Workbench
  let database: Database
  let warehouse: TestWarehouse

  /** Staged when the gate is open. */
  const slow = `{{ config(materialized='table') }}select 1 as id, cast(pg_advisory_xact_lock(7) as text) as gate`
  let gate: pg.Client
  const openGate = () => gate.query('select pg_advisory_unlock(7)')
  const elt = (line: string, more: Parameters<Workbench['elt']>[1] = {}) => bench.elt(line.split(' '), more)
  const counted = () => warehouse.query('select count(*) as n from raw_data.slow')

  /** Begins a run of the slow model, and goes on when it holds its lease. */
  async function begun(): Promise<{ readonly first: Promise<Ran> }> {
    const first = elt('run -s slow')
    const held = () => warehouse.query('select 1 from elt.leases where run is not null')
    while ((await held()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    return { first }
  }

  beforeEach(async () => {
    bench = workbench()
    database = await freshDatabase(server)
    warehouse = postgresDatabase(database.url)
    bench.write('project.yml', `name: till\ntargets: { local: ${warehouse.target} }\n`)
    bench.write('models/raw_data/slow.sql', slow)
    bench.write('models/raw_data/other.sql', "{{ config(materialized='table') }}select 2 as id")
    await elt('run -s other')
    gate = new pg.Client({ connectionString: database.url })
    await gate.connect()
    await gate.query('select pg_advisory_lock(7)')
  }, 60_000)

  afterEach(async () => {
    bench.remove()
    await gate.end()
    await database.drop()
  })

  it('of one model: the second says who holds it, and changes nothing', async () => {
    const { first } = await begun()
    const second = await elt('run -s slow --no-wait')
    expect(second).toMatchObject({ code: 3, stdout: '' })
    expect(second.stderr).toMatch(
      /error\[lease-held]: raw_data.slow is held by run \d{8}T\d{6}Z-[0-9a-f]{6} on host .+ since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00\n/,
    )
    await openGate()
    expect(await first).toMatchObject({ code: 0 })
    expect(await counted()).toEqual([{ n: 1 }])
  })

  it('of one model: with --wait the second waits, says so once, and plans anew', async () => {
    const { first } = await begun()
    const onProgress = (text: string) => text.startsWith('waiting: ') && void openGate()
    const second = await elt('run -s slow --wait', { onProgress })
    expect(second.code).toBe(0)
    expect(second.stderr.match(/^waiting: raw_data.slow is held by run/gm)).toHaveLength(1)
    expect(second.stdout).toContain('nothing to do: 1 model up to date')
    expect(await first).toMatchObject({ code: 0 })
    expect(await counted()).toEqual([{ n: 1 }])
  })

  it('of one model: Ctrl-C ends the wait', async () => {
    const { first } = await begun()
    const stop = new AbortController()
    const onProgress = (text: string) => text.startsWith('waiting: ') && stop.abort('SIGINT')
    const second = await elt('run -s slow --wait', { signal: stop.signal, onProgress })
    expect(second).toMatchObject({ code: 130, stdout: '' })
    expect(second.stderr).toContain('interrupted by SIGINT')
    await openGate()
    expect(await first).toMatchObject({ code: 0 })
  })

  it('of different models do not wait for each other', async () => {
    const { first } = await begun()
    expect(await elt('run -s other --force')).toMatchObject({ code: 0 })
    expect(await warehouse.query('select 1 from elt.leases where run is not null')).toHaveLength(1)
    await openGate()
    expect(await first).toMatchObject({ code: 0 })
  })
})
