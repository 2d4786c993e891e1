import { beforeEach, describe, expect, it } from 'vitest'
import type { Assertion } from '../assertions/index.ts'
import { openLedger } from '../ledger/index.ts'
import { duckdb } from '../ledger/testing.ts'
import { assertion, graphOf, model, openWorld, type World } from './testing.ts'

let world: World
// Ten rows a day, three on Sundays; nothing of a Wednesday, and a Sunday like any other day.
const unusual = { '2024-01-31': 1, '2024-02-04': 10 }
beforeEach(async () => {
  world = await openWorld()
  await world.sql(`create schema fixture; create table fixture.events as
    select d::date as d, i as id from range(date '2024-01-01', date '2024-02-15', interval 1 day) as days(d), range(10) as t(i)
    where i < case when d = date '2024-01-31' then 1 when d = date '2024-02-04' then 10 when dayofweek(d) = 0 then 3 else 10 end`)
})

const events = (end: string) =>
  model('raw_data.events', {
    sql: 'select d, id from fixture.events where d >= [start] and d < [end]',
    day: 'd',
    begin: '2024-01-01',
    end,
  })
const volume = (given: Partial<Assertion> = {}): Assertion =>
  assertion('raw_data.events', 'volume_anomaly', { arguments: { min_history: 3 }, limit: 100, ...given })
const soft = volume({ severity: 'warn', blocking: false })

const partitions = (rows: readonly Readonly<Record<string, unknown>>[] = []) => rows.map(({ partition }) => partition)

describe('anomalies', () => {
  it('of published partitions are found at once, each among those before it', async () => {
    const results = await world.run(graphOf([events('2024-02-14')], [], [soft]), { assertions: 'all' })
    expect(results.status).toBe('success')
    expect(partitions(results.assertions[0]?.sample)).toEqual(Object.keys(unusual))
    expect(results.assertions[0]?.sample[0]).toEqual({
      ...{ partition: '2024-01-31', value: 1, expected: 10, at_least: 8.5, at_most: 11.5 },
    })
  })

  it('of staged partitions are found by what is recorded, and by what is published where nobody has measured it', async () => {
    await world.run(graphOf([events('2024-01-30')]))
    const statements: string[] = []
    const first = await world.run(graphOf([events('2024-01-31')], [], [volume()]))
    expect(first.status).toBe('success')
    const recorded = await world.query('select count(*) as n from elt.assertion_results where value is not null')
    expect(recorded).toEqual([{ n: 30 }])
    const second = await world.run(graphOf([events('2024-02-05')], [], [volume()]), {
      wrap: (session) => ({
        ...session,
        connect: async () => {
          const connection = await session.connect()
          const query: typeof connection.query = (sql, options) => {
            statements.push(sql)
            return connection.query(sql, options)
          }
          return { ...connection, query }
        },
      }),
    })
    expect([second.status, partitions(second.assertions[0]?.sample)]).toEqual(['failed', Object.keys(unusual)])
    expect(await world.query('select max(d) as d, count(distinct d) as n from raw_data.events')).toEqual([
      { d: '2024-02-03', n: 33 },
    ])
    expect(statements.filter((sql) => sql.includes('"raw_data"."events" where'))).toEqual([])
  })

  it('that are known incidents do not count as usual, also when their acknowledgement has ended', async () => {
    await world.run(graphOf([events('2024-02-14')], [], [soft]), { assertions: 'all' })
    const strict = volume({ arguments: { min_history: 4 }, severity: 'warn', blocking: false })
    const judge = async () =>
      partitions((await world.test(graphOf([events('2024-02-14')], [], [strict]))).assertions[0]?.sample)
    expect(await judge()).toEqual(Object.keys(unusual))
    const ledger = await openLedger(world.session, { ...duckdb, project: 'test' })
    const day = { first: '2024-01-07', last: '2024-01-07' }
    const known = { assertion: `${soft.node}.another`, reason: 'a holiday', author: 'ann', endsAt: 1 }
    await ledger.quality.acknowledge({ ...known, partitions: day })
    // One Sunday fewer is known: too little to say anything of Sundays.
    expect(await judge()).toEqual(['2024-01-31'])
  })

  it('are told as acknowledged where they are known', async () => {
    await world.run(graphOf([events('2024-02-03')]))
    const ledger = await openLedger(world.session, { ...duckdb, project: 'test' })
    const day = { first: '2024-01-31', last: '2024-01-31' }
    await ledger.quality.acknowledge({
      assertion: soft.id,
      reason: 'x',
      author: 'ann',
      endsAt: undefined,
      partitions: day,
    })
    const results = await world.test(graphOf([events('2024-02-03')], [], [soft]))
    expect([results.status, results.assertions[0]?.status]).toEqual(['success', 'acknowledged'])
  })

  it('are looked for in values of which only new ones are written down', async () => {
    const values = () => world.query('select count(value) as n, count(*) as results from elt.assertion_results')
    await world.run(graphOf([events('2024-01-20')], [], [soft]), { assertions: 'all' })
    expect(await values()).toEqual([{ n: 19, results: 19 }])
    await world.run(graphOf([events('2024-01-21')], [], [soft]), { assertions: 'all' })
    expect(await values()).toEqual([{ n: 20, results: 21 }])
    await world.sql("delete from fixture.events where d = date '2024-01-02' and id > 7")
    await world.run(graphOf([{ ...events('2024-01-21'), fingerprint: 'again' }], [], [soft]), { assertions: 'all' })
    expect(await values()).toEqual([{ n: 21, results: 23 }])
  })

  it('are never found while there is too little to know', async () => {
    const results = await world.run(
      graphOf([events('2024-02-14')], [], [{ ...soft, arguments: { min_history: 50 } }]),
      {
        assertions: 'all',
      },
    )
    expect(results.assertions[0]?.status).toBe('pass')
  })
})
