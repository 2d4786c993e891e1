/**
 * `npm run bench`: measures the built command against raw DuckDB doing the same SQL, in one run, and prints a table of
 * ratios beside the budgets. Nothing here is asserted: machines differ, and a budget that is missed is reported.
 *
 *   npm run bench                 everything
 *   npm run bench -- backfill     one part (backfill, batches, postgres, guards, tables, nothing, hours, checks, sample, compile)
 *   ELT_BENCH_POSTGRES=postgres://… npm run bench -- postgres     on an empty database, whose schemas analytics and elt it drops (checks: raw_data and elt)
 *   npm run bench -- compile --most 100000     the compile part up to as many models (default 10000)
 *   npm run bench -- --peers      dbt, installed from PyPI into a temporary folder, on the projects of the compile part
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { withOpenDrivers } from './open-drivers.mjs'
import { installDbt } from './peers.mjs'
import {
  backfill,
  backfillOnPostgres,
  hoursOfYears,
  layeredProject,
  oneRowTables,
  twentyChecks,
  wideYear,
} from './projects.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const elt = join(root, 'dist', 'elt.js')
const raw = join(root, 'bench', 'raw-duckdb.mjs')
const scratch = mkdtempSync(join(tmpdir(), 'elt-bench-'))
const { values: flags, positionals: wanted } = parseArgs({
  options: { peers: { type: 'boolean', default: false }, most: { type: 'string', default: '10000' } },
  allowPositionals: true,
})
const sizes = [1000, 10_000, 100_000].filter((size) => size <= Number(flags.most))
const rows = []

/** Runs a script in a process of its own: wall and CPU seconds, peak megabytes. */
function measure(script, args, folder, { input, env = { CI: 'true' }, preload = 'measure.mjs' } = {}) {
  const report = join(scratch, 'measure.json')
  const started = performance.now()
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--import', join(root, 'bench', preload), script, ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      input,
      env: { ...process.env, ELT_MEASURE: report, ...env },
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

const rawRun = (folder, statements) =>
  measure(raw, [join(folder, 'raw.duckdb')], folder, { input: JSON.stringify(statements) })
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
  postgres() {
    const server = process.env.ELT_BENCH_POSTGRES
    if (!server) return show('Postgres', 'not measured: ELT_BENCH_POSTGRES names no server', '')
    const sent = (statements) =>
      measure(join(root, 'bench', 'raw-postgres.mjs'), [server], scratch, { input: JSON.stringify(statements) })
    const clear = ['drop schema if exists analytics, elt cascade']
    const measured = (batch, work) => {
      sent(clear)
      const folder = fresh('postgres')
      const { select } = backfillOnPostgres(folder, { batch, work, url: server })
      const ours = measure(elt, ['run', '--threads', '1'], folder)
      const idle = measure(elt, ['run', '--threads', '1'], folder)
      sent(clear)
      return { select, ours, idle }
    }
    const alone = measured(1, 100)
    const table = `create schema analytics; create table analytics.daily as ${alone.select(day(0), day(1))} limit 0`
    const byHand = Array.from({ length: 365 }, (_, i) => [
      'begin',
      `create temp table staged as ${alone.select(day(i), day(i + 1))}`,
      `delete from analytics.daily where day >= ${day(i)} and day < ${day(i + 1)}`,
      'insert into analytics.daily select * from staged',
      'drop table staged',
      'commit',
    ])
    const theirs = sent([table, ...byHand.flat()])
    const start = sent(clear)
    const [each, rawEach] = [alone.ours.wall - alone.idle.wall, theirs.wall - start.wall].map((s) => (s / 365) * 1000)
    const ratio = `${(each / rawEach).toFixed(2)} × (${each.toFixed(1)} ms, by hand ${rawEach.toFixed(1)} ms)`
    show('Postgres: one partition at a time (365), each', ratio, '≤ 1.5 ×')
    const batched = measured(366, 20_000)
    const once = sent([`create schema analytics; create table analytics.daily as ${batched.select(day(0), day(365))}`])
    sent(clear)
    const [year, rawYear] = [batched.ours.wall - batched.idle.wall, once.wall - start.wall]
    const whole = `${(year / rawYear).toFixed(2)} × (raw ${seconds(rawYear)})`
    show('Postgres: 365 partitions in default batches', whole, '≤ 1.3 ×')
  },
  tables() {
    const folder = fresh('tables')
    const { statements } = oneRowTables(folder, 1000)
    const ours = measure(elt, ['run'], folder)
    const theirs = rawRun(folder, ['create schema analytics', ...statements])
    show('1,000 one-row tables, CPU', `${(ours.cpu / theirs.cpu).toFixed(2)} × (raw ${seconds(theirs.cpu)})`, '≤ 2 ×')
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
  hours() {
    const folder = fresh('hours')
    hoursOfYears(folder, 10)
    measure(elt, ['ls'], folder)
    const base = measure(elt, ['plan', '--select', 'h0', '--to', '1980-01-02'], folder)
    const planned = measure(elt, ['plan'], folder)
    const json = measure(elt, ['plan', '--output', 'json'], folder)
    const cost = ({ cpu, megabytes }) => `${seconds(cpu)} CPU, ${megabytes.toFixed(0)} MB`
    show('plan of one day of hours, the process itself', cost(base), '')
    show('plan of 10 models × 315,576 hours', cost(planned), '≤ 150 MB')
    show('… as JSON, with its 4,250 batches', cost(json), '≤ 150 MB')
    measure(elt, ['run', '--to', '1980-01-20'], folder)
    measure(join(root, 'bench', 'fill-ledger.mjs'), [join(folder, '.elt', 'warehouse.duckdb'), '403224'], folder)
    show('… with all of them in the ledger', cost(measure(elt, ['plan'], folder)), '≤ 150 MB')
  },
  checks() {
    const server = process.env.ELT_BENCH_POSTGRES
    const middle = (turn) => [turn(), turn(), turn()].sort((a, b) => a - b)[1]
    const measured = (engine, times, target, send) => {
      const folder = fresh('checks')
      cpSync(join(root, 'data'), join(folder, 'data'), { recursive: true })
      const { queries, together } = twentyChecks(folder, times, target)
      measure(elt, ['run'], folder)
      const test = (model) => middle(() => measure(elt, ['test', '--select', model], folder).wall)
      const sent = (statements) => middle(() => send(folder, JSON.stringify(statements)).wall)
      const ours = test('flights') - test('one_of_them')
      const start = sent(['select 1'])
      const [theirs, once] = [sent(queries) - start, sent([together]) - start]
      const shown = `${seconds(ours)}; raw, a query each ${seconds(theirs)}, one scan ${seconds(once)}`
      show(`${engine}: 20 checks on flights × ${times}`, `${(ours / theirs).toFixed(2)} × (${shown})`, '')
    }
    measured('DuckDB', 10, undefined, (folder, input) =>
      measure(raw, [join(folder, '.elt', 'warehouse.duckdb'), '--keep'], folder, { input }),
    )
    if (!server) return show('Postgres: 20 checks', 'not measured: ELT_BENCH_POSTGRES names no server', '')
    const postgres = join(root, 'bench', 'raw-postgres.mjs')
    const clear = JSON.stringify(['drop schema if exists raw_data, elt cascade'])
    measure(postgres, [server], scratch, { input: clear })
    measured('Postgres', 3, `{ type: postgres, url: "${server}" }`, (folder, input) =>
      measure(postgres, [server], folder, { input }),
    )
    measure(postgres, [server], scratch, { input: clear })
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

/** What leases, heartbeats, fences and attempts take of a build of about a second, everything built anew; the middle of five. */
parts.guards = async () => {
  const open = join(root, 'dist', 'open-drivers')
  const script = await withOpenDrivers(root, open)
  const server = process.env.ELT_BENCH_POSTGRES
  const measured = (folder) => {
    measure(script, ['run'], folder)
    const again = () => measure(script, ['run', '--force', '--yes'], folder, { preload: 'ledger-time.mjs' })
    const runs = Array.from({ length: 5 }, again).sort((a, b) => a.guarding / a.wall - b.guarding / b.wall)
    return runs[2]
  }
  const tell = (engine, { wall, guarding, guardingTexts, ledger, ledgerTexts }) => {
    const share = (milliseconds) => `${(milliseconds / wall / 10).toFixed(1)} %`
    const of = `of a build of ${seconds(wall)}`
    show(
      `${engine}: leases, heartbeats, fences, attempts`,
      `${share(guarding)} (${guardingTexts} texts) ${of}`,
      '< 5 %',
    )
    show(`${engine}: the whole ledger`, `${share(ledger)} (${ledgerTexts} texts) ${of}`, '')
  }
  const folder = fresh('guards')
  backfill(folder, { batch: 366, work: 60_000 })
  tell('DuckDB', measured(folder))
  if (!server)
    show('Postgres: leases, heartbeats, fences, attempts', 'not measured: ELT_BENCH_POSTGRES names no server', '')
  else {
    const clear = () =>
      measure(join(root, 'bench', 'raw-postgres.mjs'), [server], scratch, {
        input: JSON.stringify(['drop schema if exists analytics, elt cascade']),
      })
    clear()
    const there = fresh('guards-postgres')
    backfillOnPostgres(there, { batch: 366, work: 8000, url: server })
    tell('Postgres', measured(there))
    clear()
  }
  rmSync(open, { recursive: true, force: true })
}

/** The budgets of DESIGN §15, in CPU seconds. */
const compileBudgets = {
  1000: { cold: '≤ 1.2 s', warm: '≤ 0.3 s', changed: '≤ 0.35 s' },
  10000: { cold: '≤ 6 s', warm: '≤ 1 s, 500 MB', selected: '≤ 1 s' },
}

/** The middle of three: a single run is anything on a busy machine. */
function middle(run) {
  return [run(), run(), run()].sort((a, b) => a.cpu - b.cpu)[1]
}

/** Compiling a project of many models: a person's terminal, so that what strangers' templates cost is not in it. */
parts.compile = () => {
  for (const size of sizes) {
    const folder = fresh(`compile-${size}`)
    const { changed } = layeredProject(folder, size)
    const elsewhere = { env: { CI: '' } }
    const run = (...args) => measure(elt, args, folder, elsewhere)
    const budget = compileBudgets[size] ?? {}
    const cpu = ({ cpu: used, megabytes }) => `${seconds(used)}, ${megabytes.toFixed(0)} MB`
    const models = `${size.toLocaleString('en-US')} models, ${(2 * size).toLocaleString('en-US')} assertions`
    const cold = () => {
      rmSync(join(folder, 'target'), { recursive: true, force: true })
      return run('ls')
    }
    const change = () => {
      appendFileSync(changed, `-- ${Math.random()}\n`)
      return run('ls')
    }
    show(`${models}: ls, cold, CPU`, cpu(size > 1000 ? cold() : middle(cold)), budget.cold ?? '')
    show(`${models}: ls, warm`, cpu(middle(() => run('ls'))), budget.warm ?? '')
    const selector = 'tag:area_3,config.materialized:view+'
    show(`${models}: ls --select, warm`, cpu(middle(() => run('ls', '--select', selector))), budget.selected ?? '')
    show(`${models}: ls, one file changed`, cpu(size > 1000 ? change() : middle(change)), budget.changed ?? '')
    if (size > 10_000) continue
    show(`${models}: compile, first (writes every query)`, cpu(run('compile')), '')
    show(`${models}: compile, again`, cpu(run('compile')), '')
  }
}

/** dbt on the same projects: its own CPU seconds, of the whole process. */
function peers() {
  const dbt = installDbt(fresh('dbt'))
  for (const size of sizes.filter((one) => one <= 10_000)) {
    const folder = fresh(`peers-${size}`)
    layeredProject(folder, size)
    const models = `${size.toLocaleString('en-US')} models`
    for (const args of [['parse'], ['parse'], ['ls'], ['compile']]) {
      const { cpu, megabytes } = dbt.measure(args, folder)
      show(`${dbt.version} ${args.join(' ')}, ${models}`, `${seconds(cpu)}, ${megabytes.toFixed(0)} MB`, '')
    }
    const cold = measure(elt, ['ls'], folder, { env: { CI: '' } })
    const warm = measure(elt, ['ls'], folder, { env: { CI: '' } })
    show(`elt ls, cold and warm, ${models}`, `${seconds(cold.cpu)}, ${seconds(warm.cpu)}`, '')
    const compiled = measure(elt, ['compile'], folder, { env: { CI: '' } })
    show(`elt compile, ${models}`, `${seconds(compiled.cpu)}, ${compiled.megabytes.toFixed(0)} MB`, '')
  }
}
if (flags.peers) parts.peers = peers

for (const [name, part] of Object.entries(parts)) {
  if ((wanted.length > 0 || flags.peers) && !wanted.includes(name) && name !== 'peers') continue
  process.stderr.write(`${name} …\n`)
  await part()
}
rmSync(scratch, { recursive: true, force: true })

const width = (key) => Math.max(...rows.map((row) => row[key].length))
for (const row of rows) {
  console.log(`${row.name.padEnd(width('name'))}  ${row.measured.padEnd(width('measured'))}  ${row.budget}`)
}
