import { type ChildProcess, spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../engines/index.ts'
import { emptyWorkspace, type Workspace } from './workspace.ts'

/** Signals to the built command while a statement of its runs on a server. `SIGNALS` says how often each is sent. */

const command = join(resolve(import.meta.dirname, '../..'), 'dist', 'elt.js')
const times = Number(process.env.SIGNALS ?? 1)
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

describePostgres('a signal', (server) => {
  let workspace: Workspace
  let database: Database
  let client: pg.Client

  beforeEach(async () => {
    workspace = emptyWorkspace()
    database = await freshDatabase(server)
    workspace.write('project.yml', `name: till\ntargets: { local: { type: postgres, url: "${database.url}" } }\n`)
    workspace.write(
      'models/raw_data/slow.sql',
      "{{ config(materialized='table') }}select 1 as id, cast(pg_sleep(600) as text) as nothing",
    )
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
  })

  afterEach(async () => {
    await client.end()
    await database.drop()
    workspace.dispose()
  })

  const ask = async (sql: string) => (await client.query(sql)).rows
  const sleeping = () =>
    ask(
      "select 1 from pg_stat_activity where state = 'active' and query like '%pg_sleep(600)%' and pid <> pg_backend_pid()",
    )

  /** Starts a run, and waits until its statement is at work. */
  async function begun() {
    const child: ChildProcess = spawn(process.execPath, [command, 'run'], {
      cwd: workspace.folder,
      env: { ...process.env, CI: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((end) => child.once('exit', (code) => end(code)))
    while ((await sleeping()).length === 0) await new Promise((wake) => setTimeout(wake, 20))
    return { child, ended }
  }

  /** How long the server goes on after the signal, in milliseconds. */
  async function untilCancelled(): Promise<number> {
    const began = Date.now()
    while ((await sleeping()).length > 0) await new Promise((wake) => setTimeout(wake, 10))
    return Date.now() - began
  }

  for (const [name, code] of Object.entries(codes) as [keyof typeof codes, number][]) {
    it(`${name} cancels the statement on the server, is recorded, and ends with ${code}`, async () => {
      const took: number[] = []
      for (let n = 0; n < times; n++) {
        const { child, ended } = await begun()
        // A closed terminal takes no words any more.
        if (name === 'SIGHUP') for (const stream of [child.stdout, child.stderr]) stream?.destroy()
        child.kill(name)
        took.push(await untilCancelled())
        expect(await ended).toBe(code)
        const [run] = await ask('select run, status from elt.runs order by started_at desc limit 1')
        expect(run?.status).toBe('interrupted')
        expect(await ask(`select status from elt.attempts where run = '${run?.run}'`)).not.toContainEqual({
          status: 'running',
        })
        expect(await ask('select 1 from elt.leases where run is not null')).toEqual([])
      }
      console.log(`${name}: ${times} times, the statement was gone after at most ${Math.max(...took)} ms`)
    })
  }

  it('that comes twice ends the command at once', async () => {
    // Whoever holds what the end of the run would be written to keeps it from being recorded.
    const { child, ended } = await begun()
    const holder = new pg.Client({ connectionString: database.url })
    await holder.connect()
    await holder.query('begin')
    await holder.query('lock table elt.attempts in exclusive mode')
    child.kill('SIGINT')
    await untilCancelled()
    expect(child.exitCode).toBe(null)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    await holder.end()
  })
})
