import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { adapterOf } from '../adapters/index.ts'
import { bug } from '../diagnostics/index.ts'
import { catalogue, judgeUsual, type Point } from './index.ts'

/* The year of flights in data/flights, in days of New York, judged day by day as a daily run would. */

const folder = resolve(import.meta.dirname, '../../data/flights')

let days: readonly { readonly date: string; readonly flights: Point; readonly cancelled: Point }[]
beforeAll(async () => {
  const duckdb = adapterOf('duckdb') ?? bug('no duckdb')
  const request = {
    options: { path: ':memory:' },
    projectDirectory: folder,
    readOnly: false,
    readableFolders: [folder],
  }
  const session = await duckdb.connect(request)
  const connection = await session.connect()
  const rows =
    await connection.query(`select strftime(d, '%Y-%m-%d') as date, d - date '1970-01-01' as ordinal, count(*) as flights,
      avg(case when cancelled then 1.0 else 0.0 end) as cancelled
    from (select *, (scheduled_hour at time zone 'America/New_York')::date as d from read_parquet('${folder}/*/*/*.parquet'))
    where d between date '2013-01-01' and date '2013-12-31' group by 1, 2 order by 1`)
  await session.close()
  days = rows.map(({ date, ordinal, flights, cancelled }) => ({
    date: String(date),
    flights: { ordinal: Number(ordinal), value: Number(flights) },
    cancelled: { ordinal: Number(ordinal), value: Number(cancelled) },
  }))
})

function found(
  what: 'flights' | 'cancelled',
  given: Parameters<NonNullable<ReturnType<typeof catalogue.get>>['label']>[0],
) {
  const rule = catalogue.get('anomaly')?.usual?.(given, 'day')
  const points = days.map((day) => day[what])
  const verdict = (point: Point) => rule && judgeUsual(rule, point, points)
  return days.filter((day) => verdict(day[what])?.state === 'unusual').map(({ date }) => date)
}

describe('of the year of flights', () => {
  it('the number of flights is unusual around holidays, Thanksgiving among them, and on no ordinary Sunday', () => {
    const unusual = found('flights', {})
    expect(unusual).toEqual([
      '2013-05-26',
      '2013-07-04',
      '2013-07-05',
      '2013-08-31',
      '2013-09-01',
      '2013-09-14',
      '2013-11-28',
      '2013-11-29',
      '2013-11-30',
      '2013-12-21',
      '2013-12-24',
      '2013-12-25',
      '2013-12-28',
      '2013-12-31',
    ])
    expect(unusual).not.toContain('2013-10-20')
  })

  it('cancellations are unusual in the storms of February', () => {
    const unusual = found('cancelled', { direction: 'rise', min_difference: 0.2 })
    expect(unusual.slice(0, 2)).toEqual(['2013-02-08', '2013-02-09'])
    expect(unusual.length).toBeLessThan(5)
    expect(unusual).not.toContain('2013-10-20')
  })
})
