/**
 * `npm run bench`: measures the built command against raw DuckDB doing the same SQL, in one run, and prints a table of
 * ratios beside the budgets. Nothing here is asserted: machines differ, and a budget that is missed is reported.
 *
 *   npm run bench                 everything
 *   npm run bench -- backfill     one part (backfill, batches, tables, nothing, sample)
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backfill, oneRowTables, wideYear } from './projects.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const elt = join(root, 'dist', 'elt.js')
const raw = join(root, 'bench', 'raw-duckdb.mjs')
const scratch = mkdtempSync(join(tmpdir(), 'elt-bench-'))
const wanted = process.argv.slice(2)
const rows = []

/** Runs a script in a process of its own: wall and CPU seconds, peak megabytes. */
function measure(script, args, folder, input) {
  const report = join(scratch, 'measure.json')
  const started = performance.now()
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--import', join(root, 'bench', 'measure.mjs'), script, ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      input,
      env: { ...process.env, ELT_MEASURE: report, CI: 'true' },
      maxBuffer: 1 << 28,
    },
  )
  const wall = (performance.now() - started) / 1000
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`)
  return { wall, ...JSON.parse(readFileSync(report, 'utf8')) }
}

function fresh(name) {
  const folder = join(scratch, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

const rawRun = (folder, statements) => measure(raw, [join(folder, 'raw.duckdb')], folder, JSON.stringify(statements))
const show = (name, measured, budget) => rows.push({ name, measured, budget })
const seconds = (value) => `${value.toFixed(2)} s`
const day = (i) => `'${new Date(Date.UTC(2013, 0, 1 + i)).toISOString().slice(0, 10)}'`

const parts = {
  backfill() {
    const folder = fresh('backfill')
    const { select } = backfill(folder, { batch: 1, work: 100 })
    const ours = measure(elt, ['run', '--threads', '1'], folder)
    const idle = measure(elt, ['run', '--threads', '1'], folder)
    const statements = ['create schema analytics', `create table analytics.daily as ${select(day(0), day(1))} limit 0`]
    for (let i = 0; i < 365; i++) {
      statements.push(
        `begin; create temp table staged as ${select(day(i), day(i + 1))}; delete from analytics.daily where day >= ${day(i)} and day < ${day(i + 1)}; insert into analytics.daily select * from staged; drop table staged; commit`,
      )
    }
    const theirs = rawRun(folder, statements)
    const start = rawRun(fresh('empty'), ['select 1'])
    const each = ((ours.wall - idle.wall) / 365) * 1000
    const rawEach = ((theirs.wall - start.wall) / 365) * 1000
    show('one partition at a time (365), each', `${each.toFixed(1)} ms (raw ${rawEach.toFixed(1)} ms)`, '≤ 8 ms')
  },
  batches() {
    const folder = fresh('batches')
    const { select } = backfill(folder, { batch: 366, work: 250_000 })
    const ours = measure(elt, ['run'], folder)
    const theirs = rawRun(folder, [
      'create schema analytics',
      `create table analytics.daily as ${select(day(0), day(365))}`,
    ])
    show(
      '365 partitions in default batches',
      `${(ours.wall / theirs.wall).toFixed(2)} × (raw ${seconds(theirs.wall)})`,
      '≤ 1.3 ×',
    )
  },
  tables() {
    const folder = fresh('tables')
    const { statements } = oneRowTables(folder, 1000)
    const ours = measure(elt, ['run'], folder)
    const theirs = rawRun(folder, ['create schema analytics', ...statements])
    show('1,000 one-row tables, CPU', `${(ours.cpu / theirs.cpu).toFixed(2)} × (raw ${seconds(theirs.cpu)})`, '≤ 3 ×')
    show(
      '1,000 one-row tables, peak memory',
      `${ours.megabytes.toFixed(0)} MB (raw ${theirs.megabytes.toFixed(0)} MB)`,
      '',
    )
  },
  nothing() {
    const folder = fresh('nothing')
    wideYear(folder, 1000)
    const first = measure(elt, ['run'], folder)
    const second = measure(elt, ['run'], folder)
    show('1,000 models × 365 partitions, first run, CPU', seconds(first.cpu), '')
    show('nothing to do over them, CPU', seconds(second.cpu), '≤ 0.6 s')
    show('nothing to do over them, peak memory', `${second.megabytes.toFixed(0)} MB`, '')
  },
  sample() {
    const folder = fresh('sample')
    for (const path of ['project.yml', 'models', 'macros', 'tests/sql', 'data']) {
      cpSync(join(root, path), join(folder, path), { recursive: true })
    }
    const first = measure(elt, ['build'], folder)
    const second = measure(elt, ['build'], folder)
    show(
      'first build of the sample',
      `${seconds(first.wall)} wall, ${seconds(first.cpu)} CPU, ${first.megabytes.toFixed(0)} MB`,
      '≤ 15 s',
    )
    show('second build of the sample', `${seconds(second.wall)} wall, ${seconds(second.cpu)} CPU`, '≤ 1 s')
    const version = measure(elt, ['--version'], folder)
    show('elt --version', `${seconds(version.cpu)} CPU, ${version.megabytes.toFixed(0)} MB`, '≤ 0.08 s, 50 MB')
  },
}

for (const [name, part] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stderr.write(`${name} …\n`)
  part()
}
rmSync(scratch, { recursive: true, force: true })

const width = (key) => Math.max(...rows.map((row) => row[key].length))
for (const row of rows) {
  console.log(`${row.name.padEnd(width('name'))}  ${row.measured.padEnd(width('measured'))}  ${row.budget}`)
}
