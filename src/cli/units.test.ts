import { afterAll, describe, expect, it } from 'vitest'
import { describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, workbench } from './testing.ts'

/** Hours, days, months and a year of one project, each read from another, against sums taken in JavaScript. */

const zones = ['America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe']
const hour = 3_600_000
const first = Date.parse('2013-03-29T00:00:00Z')
const now = '2014-01-03T00:00:00Z'

interface Event {
  readonly at: number
  readonly n: number
}

/** Three events an hour, over the change of clocks of Lord Howe on 7 April. */
const events: Event[] = Array.from({ length: 11 * 24 * 3 }, (_, i) => ({ at: first + (i * hour) / 3, n: (i % 17) + 1 }))

function project(timeZone: string, target: string, rows: readonly Event[]): Record<string, string> {
  const values = rows.map(({ at, n }) => `('${new Date(at).toISOString()}', ${n})`).join(', ')
  const cut = (column: string, unit: string) => `partition_by={'column': '${column}', 'unit': '${unit}'}`
  const incremental = (config: string) => `{{ config(materialized='incremental', ${config}) }}\n`
  return {
    'project.yml': `name: units\ntime_zone: ${timeZone}\ndefault_target: local\ntargets:\n  local: ${target}\n`,
    'models/raw_data/events.sql': `{{ config(materialized='table') }}
select cast(v.happened as timestamp with time zone) as happened, v.n from (values ${values}) as v(happened, n)`,
    'models/analytics/hourly.sql': `${incremental(`${cut('hour', 'hour')}, begin='2013-03-29T00', end='2013-04-09T00'`)}
select date_trunc('hour', e.happened) as hour, sum(e.n) as n
from {{ ref('events', on_change='rebuild') }} as e where {{ in_window('happened', alias='e') }} group by 1`,
    'models/analytics/daily.sql': `${incremental("partition_by='day', begin='2013-03-28', end='2013-04-10'")}
select {{ local_date('h.hour') }} as day, sum(h.n) as n
from {{ ref('hourly') }} as h where {{ partition_filter('hourly', alias='h') }} group by 1`,
    'models/analytics/monthly.sql': `${incremental(`${cut('month', 'month')}, begin='2013-03', end='2013-05'`)}
select {{ window.start }} as month, sum(d.n) as n
from {{ ref('daily') }} as d where {{ partition_filter('daily', alias='d') }}`,
    'models/analytics/yearly.sql': `${incremental(`${cut('year', 'year')}, begin='2013', end='2014'`)}
select {{ window.start }} as year, sum(m.n) as n
from {{ ref('monthly') }} as m where {{ partition_filter('monthly', alias='m') }}`,
    'models/analytics/shares.sql': `${incremental("partition_by='day', begin='2013-03-29'")}
select d.day, d.n, m.n as of_month
from {{ ref('daily') }} as d join {{ ref('monthly') }} as m on m.month <= d.day and d.day < m.month + interval '1 month'
where {{ partition_filter('daily', alias='d') }} and {{ partition_filter('monthly', alias='m') }}`,
    'models/analytics/utc_days.sql': `${incremental("partition_by={'column': 'day', 'time_zone': 'UTC'}, begin='2013-03-30', batch=1")}
select cast(h.hour at time zone 'UTC' as date) as day, sum(h.n) as n, count(distinct d.day) as local_days
from {{ ref('hourly') }} as h, {{ ref('daily') }} as d
where {{ partition_filter('hourly', alias='h') }} and {{ partition_filter('daily', alias='d') }} group by 1`,
  }
}

type Place = { readonly target: string; readonly close: () => Promise<void> }

/** Makes an empty warehouse; a folder is there for one in a file. */
type MakePlace = (folder: string) => Promise<Place>

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

async function open(timeZone: string, makePlace: MakePlace) {
  const bench = workbench()
  const place = await makePlace(bench.folder)
  closing.push(async () => {
    await place.close()
    bench.remove()
  })
  const write = (rows: readonly Event[]) => {
    for (const [path, text] of Object.entries(project(timeZone, place.target, rows))) bench.write(path, text)
  }
  const elt = (...words: string[]) => bench.elt([...words, '--now', now])
  const rows = async (sql: string): Promise<Record<string, unknown>[]> => {
    const shown = await elt('show', '--limit', '1000', '--output', 'json', '--inline', sql)
    return shown.code === 0 ? JSON.parse(shown.stdout).rows : [{ error: shown.stderr }]
  }
  return { write, elt, rows }
}

/** Sums by whatever a key names; an event belongs where its hour begins. */
function sums(rows: readonly Event[], keyOf: (at: number) => string): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { at, n } of rows) {
    const key = keyOf(Math.floor(at / hour) * hour)
    found[key] = (found[key] ?? 0) + n
  }
  return found
}

function dateOf(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return (at: number) => format.format(at)
}

const byKey = (rows: readonly Record<string, unknown>[], key: string) =>
  Object.fromEntries(rows.map((row) => [String(row[key]).slice(0, 10), Number(row.n)]))

async function judge(
  { rows }: Awaited<ReturnType<typeof open>>,
  timeZone: string,
  now: readonly Event[],
): Promise<void> {
  const local = dateOf(timeZone)
  expect(byKey(await rows("select day, n from {{ ref('daily') }}"), 'day')).toEqual(sums(now, local))
  const months = sums(now, (at) => `${local(at).slice(0, 7)}-01`)
  expect(byKey(await rows("select month, n from {{ ref('monthly') }}"), 'month')).toEqual(months)
  const years = await rows("select year, n from {{ ref('yearly') }}")
  expect(byKey(years, 'year')).toEqual(sums(now, () => '2013-01-01'))
  const utc = dateOf('UTC')
  const ofUtc = await rows("select day, n / local_days as n, local_days from {{ ref('utc_days') }}")
  const expected = sums(now, utc)
  for (const row of ofUtc) expect(Number(row.n)).toBe(expected[String(row.day).slice(0, 10)])
  expect(ofUtc.some(({ local_days: days }) => Number(days) === 2)).toBe(true)
  for (const row of await rows("select day, n, of_month from {{ ref('shares') }}")) {
    expect(Number(row.of_month)).toBe(months[`${String(row.day).slice(0, 7)}-01`])
  }
}

function cutEveryWay(makePlace: MakePlace, some: readonly string[]): void {
  it.each(some)(
    'hold what they read of each other in %s, and follow one changed hour and nothing else',
    async (timeZone) => {
      const bench = await open(timeZone, makePlace)
      bench.write(events)
      const built = await bench.elt('build')
      expect(built.stderr).not.toContain('error')
      expect(built.code).toBe(0)
      await judge(bench, timeZone, events)
      expect((await bench.elt('run')).stdout).toContain('nothing to do')

      const changed = events.map((event, i) => (i === 500 ? { ...event, n: 1000 } : event))
      bench.write(changed)
      const again = await bench.elt('run', '--output', 'json')
      const results = JSON.parse(again.stdout).results as { unique_id: string }[]
      const partitions = new Map<string, number>()
      for (const { unique_id: id, ...result } of results) {
        const counts = [...JSON.stringify(result).matchAll(/"changed":(\d+)/g)].map(([, count]) => Number(count))
        partitions.set(id, (partitions.get(id) ?? 0) + counts.reduce((sum, count) => sum + count, 0))
      }
      expect(Object.fromEntries(partitions)).toMatchObject({
        'model.units.hourly': 1,
        'model.units.daily': 1,
        'model.units.monthly': 1,
        'model.units.yearly': 1,
      })
      await judge(bench, timeZone, changed)
    },
    240_000,
  )

  it('name an hour by its beginning in UTC, also where dates of its zone choose it', async () => {
    const bench = await open('America/New_York', makePlace)
    bench.write(events)
    expect((await bench.elt('plan', '-s', 'hourly', '--partition', '2013-04-01T14')).stdout).toContain(
      '2013-04-01T14:00Z',
    )
    expect((await bench.elt('plan', '-s', 'hourly', '--partition', '2013-04-01')).stdout).toContain(
      '2013-04-01T04:00Z … 2013-04-02T03:00Z',
    )
    await bench.elt('run', '-s', '+hourly')
    const explained = await bench.elt('explain', 'hourly', '2013-04-01T14')
    expect(explained.stdout).toContain('2013-04-01T14:00Z')
    const shown = await bench.elt('compile', '-s', 'hourly', '--partition', '2013-04-01T14')
    expect(shown.stdout).toContain('e."happened" >= timestamptz \'2013-04-01 14:00:00+00\'')
  })
}

describe('hours, days, months and a year (duckdb)', () =>
  cutEveryWay(async (folder) => ({ target: duckdbFile(folder).target, close: async () => {} }), zones))

describePostgres('hours, days, months and a year', (server) =>
  cutEveryWay(async () => {
    const database = await freshDatabase(server, 'contrary')
    return { target: postgresDatabase(database.url).target, close: database.drop }
  }, zones.slice(-1)),
)
