import { spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect } from 'vitest'
import { openLedger } from '../../src/ledger/index.ts'
import { conforms, describeEngines, type Fixture, type Warehouse } from './fixtures.ts'

/** A client that publishes without end is killed at any moment; what it leaves must be whole, and the next one goes on at once. */

// Below node_modules, so that the bundle finds the packages that it leaves out.
const folder = resolve(import.meta.dirname, '../../node_modules/.elt-test')
const program = join(folder, `killed-${process.pid}.mjs`)
const minute = 60_000

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  await build({
    entryPoints: [join(import.meta.dirname, 'killed.fixture.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  })
})

afterAll(() => rmSync(program, { force: true }))

async function killAfter(
  { adapter }: Fixture,
  warehouse: Warehouse,
  round: number,
  milliseconds: number,
): Promise<void> {
  const { options } = warehouse
  const given = { adapter: adapter.name, options, folder: warehouse.folder, round, ahead: round * 10 * minute }
  const child = spawn(process.execPath, [program, JSON.stringify(given)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<unknown>((end) => child.once('exit', (_code, signal) => end(signal)))
  const begun = new Promise((begin) => child.stdout.once('data', begin))
  await Promise.race([begun, ended.then(() => Promise.reject(new Error('the program ended by itself')))])
  await new Promise((wake) => setTimeout(wake, milliseconds))
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
}

describeEngines('killed clients', (fixture) => {
  const { dialect, features } = fixture.adapter
  let warehouse: Warehouse
  beforeAll(async () => {
    warehouse = await fixture.newWarehouse()
    const session = await warehouse.open()
    const connection = await session.connect()
    const integer = dialect.type('integer') ?? 'integer'
    const columns = ['o', 'generation'].map((name) => ({ name, type: integer }))
    await connection.run(dialect.ddl.createSchema('killed'))
    await connection.run(dialect.ddl.createTable({ schema: 'killed', name: 't' }, columns))
    await connection.release()
    await session.close()
  })
  afterAll(() => warehouse.remove())

  async function look(round: number): Promise<void> {
    const session = await warehouse.open()
    const ledger = await openLedger(session, {
      dialect,
      features,
      project: 'p',
      now: () => Date.now() + (round * 10 + 5) * minute,
    })
    const left = await ledger.startRun({ run: `next${round}`, command: 'run', host: 'h', pid: 1, version: '0' })
    const record = (await ledger.snapshot([{ node: 'n', relation: { schema: 'killed', name: 't' } }])).relations.get(
      'n',
    )
    const connection = await session.connect()
    const rows = await connection.query(
      'select o, min(generation) as least, max(generation) as most, count(*) as n from killed.t group by o order by o',
    )
    const versions = await ledger.published({ schema: 'killed', name: 't' }, undefined)
    // Each partition has the rows of exactly one generation, the one that the ledger names.
    const named = versions.map((v) => ({ o: v.ordinal, least: Number(v.checksum), most: Number(v.checksum), n: 40 }))
    expect(rows).toEqual(named)
    expect(new Set(versions.map((v) => v.version)).size).toBeLessThanOrEqual(1)
    expect(record?.version).toBe(versions[0]?.version ?? 0)
    // At most one attempt was open; what was planned and never published is not forgotten.
    expect(left.length).toBeLessThanOrEqual(1)
    expect(record?.outcomes.at(-1)).toMatchObject({ end: 6, status: 'planned' })
    if (left.length === 1) expect(record?.outcomes[0]).toMatchObject({ start: 0, end: 5, status: 'interrupted' })
    // Nothing that the dead client held keeps others out.
    await connection.transaction(() => connection.run('update killed.t set generation = generation'))
    await connection.release()
    await session.close()
  }

  conforms(fixture, 'rows and ledger agree after a client was killed, and nobody has to wait for it', async () => {
    for (let round = 0; round < 4; round++) {
      await killAfter(fixture, warehouse, round, 15 + round * 37)
      await look(round)
    }
  })
})
