import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adapterOf } from '../adapters/index.ts'
import { bug } from '../diagnostics/index.ts'
import { openLedger } from './index.ts'

// A process that publishes without end is killed at any moment; what it leaves must be whole.

const duckdb = adapterOf('duckdb') ?? bug('no DuckDB')
const here = fileURLToPath(new URL('.', import.meta.url))
const root = path.resolve(here, '../..')
// Below node_modules, so that the bundle finds the packages it leaves out.
const folder = path.join(root, 'node_modules', '.elt-test')
const program = path.join(folder, `kill-${process.pid}.mjs`)
let directory: string

const source = `
import { adapterOf } from './adapters/index.ts'
import { openLedger } from './ledger/index.ts'
const duckdb = adapterOf('duckdb')
const session = await duckdb.connect({ options: { path: 'w.duckdb' }, projectDirectory: process.argv[2], readOnly: false, readableFolders: [] })
const ledger = await openLedger(session, { dialect: duckdb.dialect, features: duckdb.features, project: 'p' })
const run = 'r' + process.argv[3]
await ledger.startRun({ run, command: 'run', host: 'h', pid: process.pid, version: '0' })
const relation = { schema: 'main', name: 't' }
const lease = (await ledger.acquire(run, [{ node: 'n', relation }])).leases.get('n')
const connection = await session.connect()
await connection.run('create table if not exists main.t (o integer, generation integer)')
await ledger.recordPlanned(run, 'n', { start: 0, end: 6 }, 'f')
process.stdout.write('begun')
for (let generation = 0; ; generation++) {
  const [attempt] = await ledger.startAttempts([{ run, node: 'n', relation, fence: lease.fence, fingerprint: run, reason: 'x', window: { start: 0, end: 5 } }])
  const claim = { lease, attempt, node: 'n' }
  await ledger.publishAll(connection, [claim], async () => {
    await connection.run('delete from main.t where o < 5; insert into main.t select o, ' + generation + ' from range(5) r(o), range(200)')
    const partitions = [0, 1, 2, 3, 4].map((ordinal) => ({ ordinal, key: String(ordinal), rows: 200, checksum: String(generation), settled: true, partial: false, changed: true, inputs: [{ key: 'u', version: generation, published: 1 }] }))
    return [{ ...claim, fingerprint: run, partitions }]
  })
}
`

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  directory = mkdtempSync(path.join(tmpdir(), 'elt-kill-'))
  await build({
    stdin: { contents: source, resolveDir: path.resolve(here, '..'), loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  })
})

afterAll(() => {
  rmSync(program, { force: true })
  rmSync(directory, { recursive: true, force: true })
})

async function killAfter(round: number, milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [program, directory, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<unknown>((resolve) => child.once('exit', (_code, signal) => resolve(signal)))
  const begun = new Promise((resolve) => child.stdout.once('data', resolve))
  await Promise.race([begun, ended.then(() => Promise.reject(new Error('the program ended by itself')))])
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
}

test('rows and ledger agree after kill -9, and the next run knows what was begun', async () => {
  for (let round = 0; round < 5; round++) {
    await killAfter(round, 15 + round * 37)
    const session = await duckdb.connect({
      options: { path: 'w.duckdb' },
      projectDirectory: directory,
      readOnly: false,
      readableFolders: [],
    })
    const { dialect, features } = duckdb
    const ledger = await openLedger(session, { dialect, features, project: 'p' })
    const left = await ledger.startRun({ run: `next${round}`, command: 'run', host: 'h', pid: 1, version: '0' })
    const record = (await ledger.snapshot([{ node: 'n', relation: { schema: 'main', name: 't' } }])).relations.get('n')
    const connection = await session.connect()
    const rows = await connection.query(
      'select o, min(generation) as least, max(generation) as most, count(*) as n from main.t group by o order by o',
    )
    const versions = await ledger.published({ schema: 'main', name: 't' }, undefined)
    // Each partition has the rows of exactly one generation, the one that the ledger names.
    expect(rows).toEqual(
      versions.map((v) => ({ o: v.ordinal, least: Number(v.checksum), most: Number(v.checksum), n: 200 })),
    )
    expect(new Set(versions.map((v) => v.version)).size).toBeLessThanOrEqual(1)
    expect(record?.version).toBe(versions[0]?.version ?? 0)
    expect(record?.published.length).toBeLessThanOrEqual(1)
    // At most one attempt was open; what was planned and never published is not forgotten.
    expect(left.length).toBeLessThanOrEqual(1)
    expect(record?.outcomes.at(-1)).toMatchObject({ end: 6, status: 'planned' })
    if (left.length === 1) expect(record?.outcomes[0]).toMatchObject({ start: 0, end: 5, status: 'interrupted' })
    await connection.release()
    await session.close()
  }
}, 60_000)
