import { copyFileSync, cpSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyWorkspace, sampleWorkspace, type Workspace } from './workspace.ts'

/**
 * What the tables hold must not depend on how they came to be: in one go, day by day, in any order, twice, killed half
 * way. Every case compares whole tables of real flights with an undisturbed build of the same files.
 */

const workspaces: Workspace[] = []

function kept(workspace: Workspace): Workspace {
  workspaces.push(workspace)
  return workspace
}

/** A copy of a workspace, warehouse included. */
function copyOf(workspace: Workspace): Workspace {
  const copy = kept(emptyWorkspace())
  cpSync(workspace.folder, copy.folder, { recursive: true, preserveTimestamps: true })
  return copy
}

/** A command that must succeed; what it printed is in the message when it does not. */
function succeed(workspace: Workspace, ...args: readonly string[]): string {
  const { code, stdout, stderr } = workspace.elt(...args)
  expect(code, `elt ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
  return `${stdout}\n${stderr}`
}

/** Makes every incremental model build one partition a statement. */
function oneByOne(workspace: Workspace): Workspace {
  for (const path of readdirSync(workspace.path('models'), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.sql')) continue
    const text = workspace.read(`models/${path}`)
    if (!text.includes("materialized='incremental'")) continue
    workspace.write(`models/${path}`, text.replace(/materialized='incremental'/, "materialized='incremental', batch=1"))
  }
  return workspace
}

/** Dates of a table on which the rows of two workspaces differ. */
async function changedDates(before: Workspace, after: Workspace, table: string, column: string): Promise<string[]> {
  const sql = `select ${column}::varchar as day, count(*) || ':' || sum(hash(t)) as content from ${table} as t group by 1`
  const [a, b] = [await before.query(sql), await after.query(sql)]
  const contents = new Map(a.map((row) => [row.day, row.content]))
  const days = new Set([...a, ...b].map((row) => String(row.day)))
  const later = new Map(b.map((row) => [row.day, row.content]))
  return [...days].filter((day) => contents.get(day) !== later.get(day)).sort()
}

/** Partition names that the ledger gave a version above what it had given before. */
async function newVersions(before: Workspace, after: Workspace, node: string): Promise<string[]> {
  const sql = `select p.key as key, p.version as version from elt.partitions as p
    join elt.relations as r on r.id = p.relation where r.node = '${node}'`
  const known = new Map((await before.query(sql)).map((row) => [row.key, row.version]))
  return (await after.query(sql))
    .filter((row) => known.get(row.key) !== row.version)
    .map((row) => String(row.key))
    .sort()
}

function daysFrom(first: string, count: number): string[] {
  const start = Date.parse(`${first}T00:00:00Z`)
  return Array.from({ length: count }, (_, i) => new Date(start + i * 86_400_000).toISOString().slice(0, 10))
}

/** A shuffle that is the same in every run. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items]
  let state = seed
  for (let i = result.length - 1; i > 0; i--) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    const j = state % (i + 1)
    ;[result[i], result[j]] = [result[j] as T, result[i] as T]
  }
  return result
}

/** Rewrites a Parquet file of flights with a query over its rows (`flights`). */
async function rewriteFlights(workspace: Workspace, date: string, select: string): Promise<void> {
  const path = `data/flights/${date.replaceAll('-', '/')}.parquet`
  await workspace.sql(
    `create table flights as from read_parquet('${path}'); copy (${select}) to '${path}' (format parquet)`,
  )
}

afterAll(() => {
  for (const workspace of workspaces) workspace.dispose()
})

describe('a year of flights', () => {
  let year: Workspace
  beforeAll(() => {
    year = kept(sampleWorkspace())
    succeed(year, 'run')
  })

  it('has every flight on its local date and no other', async () => {
    const [row] = await year.query(
      `select count(*)::int as flights, count(distinct flight_date)::int as days, min(flight_date)::varchar as first,
         max(flight_date)::varchar as last,
         count(*) filter (where (scheduled_departure at time zone 'America/New_York')::date <> flight_date)::int as misplaced
       from raw_data.flights`,
    )
    expect(row).toEqual({ flights: 336_776, days: 365, first: '2013-01-01', last: '2013-12-31', misplaced: 0 })
  })

  it('is the same built one day at a time', async () => {
    const daily = oneByOne(kept(sampleWorkspace()))
    succeed(daily, 'run')
    expect(await daily.contents()).toEqual(await year.contents())
  })

  it('has nothing to do when it is run again, and says so', async () => {
    const before = await year.contents()
    const output = succeed(year, 'build')
    expect(output).toMatch(/nothing to do|up to date/)
    expect(await year.contents()).toEqual(before)
  })

  it('is the same after any day was built twice', async () => {
    const again = copyOf(year)
    succeed(again, 'run', '--partition', '2013-11-03', '--force', '--yes')
    succeed(again, 'run', '--partition', '2013-03-10', '--force', '--yes')
    expect(await again.contents()).toEqual(await year.contents())
    expect(await newVersions(year, again, 'raw_data.flights')).toEqual([])
  })

  it('a late row changes exactly the partitions it reaches, the 28-day window included', async () => {
    const late = copyOf(year)
    await rewriteFlights(
      late,
      '2013-06-10',
      `from flights union all by name select * replace (9999 as flight, timestamptz '2013-06-10 18:00:00+00' as scheduled_hour)
       from (from flights where not cancelled and not diverted order by all limit 1)`,
    )
    succeed(late, 'run')
    expect(await changedDates(year, late, 'raw_data.flights', 'flight_date')).toEqual(['2013-06-10'])
    expect(await changedDates(year, late, 'analytics.daily_carrier_delays', 'flight_date')).toEqual(['2013-06-10'])
    const reached = daysFrom('2013-06-10', 28)
    expect(await changedDates(year, late, 'analytics.carrier_delay_28d', 'flight_date')).toEqual(reached)
    expect(await newVersions(year, late, 'analytics.carrier_delay_28d')).toEqual(reached)
    expect(await newVersions(year, late, 'raw_data.weather')).toEqual([])
  })

  it('a late row equals a build from scratch of the same files', async () => {
    const late = copyOf(year)
    copyFileSync(late.path('data/late/flights/2013/12/28.parquet'), late.path('data/flights/2013/12/28.parquet'))
    succeed(late, 'run')
    const scratch = copyOf(late)
    rmSync(scratch.path('.elt'), { recursive: true })
    succeed(scratch, 'run')
    expect(await late.contents()).toEqual(await scratch.contents())
  })

  it('a late row without effect stops at the first equal checksum', async () => {
    const late = copyOf(year)
    await rewriteFlights(
      late,
      '2013-06-10',
      `select * exclude (rank) replace (case when rank = 1 then 'N00000' else tail_number end as tail_number)
       from (select *, row_number() over (order by scheduled_hour, carrier, flight, origin) as rank from flights)`,
    )
    succeed(late, 'run')
    expect(await newVersions(year, late, 'raw_data.flights')).toHaveLength(1)
    expect(await newVersions(year, late, 'analytics.daily_carrier_delays')).toEqual([])
    expect(await newVersions(year, late, 'analytics.carrier_delay_28d')).toEqual([])
  })

  it('a file rewritten with the same rows changes no partition at all', async () => {
    const late = copyOf(year)
    await rewriteFlights(late, '2013-06-10', 'from flights order by carrier desc, flight')
    succeed(late, 'run')
    expect(await newVersions(year, late, 'raw_data.flights')).toEqual([])
    expect(await late.contents()).toEqual(await year.contents())
  })

  it('a file touched without a change of content is settled by its hash', async () => {
    const touched = copyOf(year)
    const path = touched.path('data/flights/2013/06/10.parquet')
    const size = statSync(path).size
    utimesSync(path, new Date(), new Date())
    expect(statSync(path).size).toBe(size)
    expect(succeed(touched, 'run')).toMatch(/nothing to do|up to date/)
  })

  it('a vanished file changes nothing and is named by the plan', async () => {
    const poorer = copyOf(year)
    rmSync(poorer.path('data/flights/2013/06/10.parquet'))
    succeed(poorer, 'run')
    expect(await poorer.contents()).toEqual(await year.contents())
    expect(poorer.elt('plan').stdout).toContain('input-gone')
  })

  it('a changed dimension reopens nothing by default, and everything with on_change=rebuild', async () => {
    const renamed = copyOf(year)
    const airlines = renamed.read('data/dimensions/airlines.csv')
    renamed.write('data/dimensions/airlines.csv', airlines.replace('Virgin America', 'Virgin Columbia'))
    succeed(renamed, 'run')
    expect(await newVersions(year, renamed, 'raw_data.airlines')).toEqual(['all'])
    expect(await newVersions(year, renamed, 'analytics.carrier_delay_28d')).toEqual([])

    const model = 'models/analytics/carrier_delay_28d.sql'
    renamed.write(
      model,
      renamed
        .read(model)
        .replace(
          "from moving as m\nleft join {{ ref('airlines') }}",
          "from moving as m\nleft join {{ ref('airlines', on_change='rebuild') }}",
        ),
    )
    succeed(renamed, 'run')
    const [row] = await renamed.query(
      `select count(distinct flight_date)::int as days from analytics.carrier_delay_28d where airline = 'Virgin Columbia'`,
    )
    const [all] = await renamed.query(
      `select count(distinct flight_date)::int as days from analytics.carrier_delay_28d where carrier = 'VX'`,
    )
    expect(row).toEqual(all)
  })
})

describe('a few weeks of flights', () => {
  const january = (date: string) => date < '2013-01-15'
  let weeks: Workspace
  beforeAll(() => {
    weeks = kept(sampleWorkspace(january))
    succeed(weeks, 'run')
  })

  it('are the same built in a random order of days', async () => {
    const random = kept(sampleWorkspace(january))
    const days = daysFrom('2013-01-01', 13)
    succeed(random, 'run', '--select', 'airlines airports planes')
    for (const [seed, model] of [
      'flights weather',
      'daily_carrier_delays',
      'carrier_delay_28d flight_status',
    ].entries()) {
      for (const day of shuffled(days, seed + 7)) succeed(random, 'run', '--select', model, '--partition', day)
    }
    succeed(random, 'run')
    expect(await random.contents()).toEqual(await weeks.contents())
  })

  it('are the same after kills at random moments', async () => {
    for (let round = 0; round < 2; round++) {
      const killed = oneByOne(kept(sampleWorkspace(january)))
      for (let kill = 0; kill < 3; kill++) {
        const child = killed.start('run')
        const ended = new Promise((resolve) => child.once('exit', resolve))
        await sleep(350 + Math.random() * 900)
        child.kill('SIGKILL')
        await ended
      }
      succeed(killed, 'run')
      expect(await killed.contents()).toEqual(await weeks.contents())
      const [left] = await killed.query(
        `select count(*)::int as tables from duckdb_tables() where table_name like '%stag%'`,
      )
      expect(left).toEqual({ tables: 0 })
    }
  })

  it('are the same after an interrupted run, which exits 130', async () => {
    const stopped = oneByOne(kept(sampleWorkspace(january)))
    const child = stopped.start('run')
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    await sleep(900)
    child.kill('SIGINT')
    expect([0, 130]).toContain(await ended)
    succeed(stopped, 'run')
    expect(await stopped.contents()).toEqual(await weeks.contents())
  })
})

describe('a source that cannot signal changes', () => {
  it('is polled while partitions are open, and no more when they are settled', async () => {
    const workspace = kept(sampleWorkspace((date) => date >= '2013-12-26'))
    const sources = 'models/raw_data/sources.yml'
    workspace.write(
      sources,
      workspace
        .read(sources)
        .replace('event_time: scheduled_hour', 'change_signal: none\n        event_time: scheduled_hour'),
    )
    const model = 'models/raw_data/flights.sql'
    workspace.write(
      model,
      workspace
        .read(model)
        .replace(
          "partition_by='flight_date'",
          `partition_by='flight_date', settled="cancelled or diverted or arrival_delay is not null", give_up_after='36500 days'`,
        ),
    )
    succeed(workspace, 'run')
    expect(workspace.elt('plan', '--select', 'flights').stdout).toMatch(/polls/)
    for (const day of ['28', '29', '30']) {
      const [from, to] = [`data/late/flights/2013/12/${day}.parquet`, `data/flights/2013/12/${day}.parquet`]
      copyFileSync(workspace.path(from), workspace.path(to))
    }
    succeed(workspace, 'run')
    const [open] = await workspace.query(
      `select count(*)::int as flights from analytics.flight_status where status = 'departed'`,
    )
    expect(open).toEqual({ flights: 0 })
    expect(workspace.elt('plan', '--select', 'flights').stdout).not.toMatch(/polls/)
  })
})
