import { beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../adapters/contract.ts'
import { csvSource, graphOf, model, openWorld, type World } from './testing.ts'

const january = { begin: '2024-01-01', end: '2024-01-11' }

/** Events by day in a table that elt does not know, so that models alone decide when it is read. */
const events = `create schema fixture; create table fixture.events as
  select date '2024-01-01' + cast(i % 10 as integer) as d, i as id, i % 3 as kind from range(100) as t(i)`

const daily = model('raw_data.daily', {
  sql: 'select d, id, kind from fixture.events where d >= [start] and d < [end]',
  day: 'd',
  ...january,
})
const counts = model('analytics.counts', {
  sql: 'select d, count(*) as n from [raw_data.daily] where d >= [start] and d < [end] group by d',
  day: 'd',
  reads: { 'raw_data.daily': 0 },
  ...january,
})
const rolling = model('analytics.rolling', {
  sql: `select t.d, sum(n) as n from (select distinct d from [analytics.counts] where d >= [start] and d < [end]) as t
    join [analytics.counts] as c on c.d between t.d - 2 and t.d and c.d >= [before 2] and c.d < [end] group by t.d`,
  day: 'd',
  reads: { 'analytics.counts': 2 },
  ...january,
})
const totals = model('analytics.totals', {
  sql: 'select kind, count(*) as n from [raw_data.daily] group by kind',
  whole: ['raw_data.daily'],
})
const shown = model('analytics.shown', {
  sql: 'select kind, n * 2 as twice from [analytics.totals]',
  materialized: 'view',
  whole: ['analytics.totals'],
})

let world: World
beforeEach(async () => {
  world = await openWorld()
})

describe('building', () => {
  it('builds partitions, windows, tables and views in one run, exactly as their SQL says', async () => {
    await world.sql(events)
    const results = await world.run(graphOf([daily, counts, rolling, totals, shown]))
    expect(results.batches.flatMap((batch) => batch.diagnostics)).toEqual([])
    expect(results.status).toBe('success')
    expect(await world.query('select count(*) as n, sum(id) as s from raw_data.daily')).toEqual([{ n: 100, s: 4950 }])
    const sums = await world.query('select n from analytics.rolling order by d')
    expect(sums.map(({ n }) => Number(n))).toEqual([10, 20, 30, 30, 30, 30, 30, 30, 30, 30])
    expect(await world.query('select * from analytics.shown order by kind')).toEqual([
      { kind: 0, twice: 68 },
      { kind: 1, twice: 66 },
      { kind: 2, twice: 66 },
    ])
  })

  it('has nothing to do the second time, also in another process', async () => {
    await world.sql(events)
    const graph = graphOf([daily, counts, rolling, totals, shown])
    await world.run(graph)
    const next = await world.reopen()
    expect((await next.plan(graph)).steps).toEqual([])
    expect((await next.run(graph)).status).toBe('success')
  })

  it('gives equal tables whatever the size of the batches', async () => {
    await world.sql(events)
    await world.run(graphOf([daily, counts, rolling]))
    const expected = await world.query('select * from analytics.rolling order by d')
    const other = await openWorld()
    await other.sql(events)
    await other.run(graphOf([daily, counts, rolling].map((m) => ({ ...m, batch: 1 }))), { threads: 4 })
    expect(await other.query('select * from analytics.rolling order by d')).toEqual(expected)
  })

  it('removes rows that are gone upstream and keeps partitions that stay equal', async () => {
    await world.sql(events)
    const graph = graphOf([daily, counts])
    await world.run(graph)
    await world.sql(
      `delete from fixture.events where d = date '2024-01-03' and id > 50; delete from fixture.events where d = date '2024-01-04'`,
    )
    const results = await world.run(graph, { plan: { force: true, selected: ['raw_data.daily'], yes: true } })
    expect(results.batches.map(({ partitions }) => partitions)).toEqual([
      { changed: 2, equal: 8, failed: 0, blocked: 0, skipped: 0 },
    ])
    expect(await world.query(`select count(*) as n from raw_data.daily where d = date '2024-01-04'`)).toEqual([
      { n: 0 },
    ])
    const after = await world.run(graph)
    expect(after.batches.map(({ window }) => window)).toEqual([{ start: 19725, end: 19727 }])
    expect(await world.query('select count(*) as n from analytics.counts')).toEqual([{ n: 9 }])
  })

  it('takes the new columns of a table that is overwritten whole, and tells its views', async () => {
    await world.sql(events)
    await world.run(graphOf([daily, totals, shown]))
    const wider = model('analytics.totals', {
      sql: 'select kind, count(*) as n, max(id) as latest from [raw_data.daily] group by kind',
      whole: ['raw_data.daily'],
    })
    const results = await world.run(graphOf([daily, wider, shown]))
    expect(results.batches.map(({ model: id, status }) => [id, status])).toEqual([
      ['analytics.totals', 'success'],
      ['analytics.shown', 'success'],
    ])
    expect(await world.query('select max(latest) as latest from analytics.totals')).toEqual([{ latest: 99 }])
  })

  it('knows a table again whatever the types of its columns are', async () => {
    const values = [
      'true as a, 1::tinyint as b, 1::hugeint as c, 1.5::decimal(10,2) as d2, 1.5::double as e, 1::float as f',
      `'x' as g, 'x'::blob as h, uuid '00000000-0000-0000-0000-000000000001' as i, '101'::bit as j, interval 1 day as k`,
      `time '01:02:03' as l, timestamp '2024-01-01' as m, timestamptz '2024-01-01' as n, timestamp_ns '2024-01-01' as o`,
      `[1, 2] as p, {'q': 1, 'r s': 'x'} as q, map {'a': 1} as r, 'x'::enum('x', 'y') as s, [1, 2]::integer[2] as t, '{}'::json as u`,
      `union_value(num := 1) as v, 1::ubigint as w, date '2024-01-01' as x, null as y, [{'a': [1]}] as z`,
    ].join(', ')
    const wide = model('raw_data.wide', {
      sql: `select date '2024-01-01' as "the day", ${values} where [start] < [end]`,
      day: 'the day',
      begin: '2024-01-01',
      end: '2024-01-02',
    })
    const table = model('analytics.wide', { sql: `select ${values}` })
    expect((await world.run(graphOf([wide, table]))).batches.flatMap(({ diagnostics }) => diagnostics)).toEqual([])
    const again = await world.run(graphOf([wide, table]), { plan: { force: true } })
    expect(again.batches.map(({ status }) => status)).toEqual(['unchanged', 'unchanged'])
  })

  it('turns a view into a table and back', async () => {
    await world.sql(events)
    const asTable = model('analytics.shown', { sql: 'select 1 as x' })
    const asView = model('analytics.shown', { sql: 'select 1 as x', materialized: 'view', fingerprint: 'other' })
    for (const [step, kind] of [
      [asView, 'view'],
      [asTable, 'table'],
      [asView, 'view'],
    ] as const) {
      expect((await world.run(graphOf([step]), { plan: { force: true } })).status).toBe('success')
      const found = (await world.session.catalog(['analytics'])).relations
      expect(found.map((relation) => relation.kind)).toEqual([kind])
    }
  })

  it('refuses a view that returns one column twice, which the engine would rename in silence', async () => {
    const twice = model('analytics.shown', { sql: 'select 1 as x, 2 as X', materialized: 'view' })
    const results = await world.run(graphOf([twice]))
    expect(results.batches.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))).toEqual([
      'duplicate-columns',
    ])
    expect((await world.session.catalog(['analytics'])).relations).toEqual([])
  })

  it('builds everything again when the table was dropped by hand', async () => {
    await world.sql(events)
    const graph = graphOf([daily])
    await world.run(graph)
    await world.sql('drop table raw_data.daily')
    const part = await world.run(graph, { plan: { partition: '2024-01-02' } })
    expect(part.status).toBe('success')
    expect(await world.query('select count(*) as n from raw_data.daily')).toEqual([{ n: 10 }])
    await world.run(graph)
    expect(await world.query('select count(*) as n from raw_data.daily')).toEqual([{ n: 100 }])
  })
})

describe('files', () => {
  const source = csvSource('rides', { id: 'integer', d: 'date' })
  const rides = model('raw_data.rides', {
    sql: 'select d, id from [source.files.rides] as r where d >= [start] and d < [end]',
    day: 'd',
    reads: { 'source.files.rides': 0 },
    begin: '2024-01-01',
    end: '2024-01-05',
  })
  const perDay = model('analytics.per_day', {
    sql: 'select d, count(*) as n from [raw_data.rides] where d >= [start] and d < [end] group by d',
    day: 'd',
    reads: { 'raw_data.rides': 0 },
    begin: '2024-01-01',
    end: '2024-01-05',
  })
  const sumPerDay = model('analytics.sum_per_day', {
    sql: 'select d, sum(n) as n from [analytics.per_day] where d >= [start] and d < [end] group by d',
    day: 'd',
    reads: { 'analytics.per_day': 0 },
    begin: '2024-01-01',
    end: '2024-01-05',
  })
  const graph = graphOf([rides, perDay, sumPerDay], [source])
  const write = (name: string, ids: readonly number[]): void =>
    world.write(`data/rides/${name}.csv`, `id,d\n${ids.map((id) => `${id},${name}`).join('\n')}\n`)

  it('of a changed day rebuild what they reach, and stop where the rows come out equal', async () => {
    for (const [name, ids] of [
      ['2024-01-01', [1, 2]],
      ['2024-01-02', [3]],
      ['2024-01-03', [4]],
    ] as const)
      write(name, ids)
    await world.run(graph)
    expect(await world.query('select sum(n) as n from analytics.sum_per_day')).toEqual([{ n: 4 }])
    write('2024-01-02', [7])
    const results = await world.run(graph)
    expect(results.batches.map(({ model: id, status, partitions }) => [id, status, partitions.skipped])).toEqual([
      ['raw_data.rides', 'success', 0],
      ['analytics.per_day', 'unchanged', 0],
      ['analytics.sum_per_day', 'skipped', 1],
    ])
    expect((await world.plan(graph)).steps).toEqual([])
  })

  it('that are missing leave an empty partition, recorded without a statement', async () => {
    write('2024-01-01', [1])
    await world.run(graph, { plan: { partition: '2024-01-01' } })
    const staged: string[] = []
    const results = await world.run(graph, {
      plan: { selected: ['raw_data.rides'] },
      wrap: (session) => ({
        ...session,
        connect: async () => {
          const connection = await session.connect()
          const run: Connection['run'] = (sql, options) => {
            staged.push(sql)
            return connection.run(sql, options)
          }
          return { ...connection, run }
        },
      }),
    })
    expect(results.status).toBe('success')
    expect(staged.filter((sql) => sql.includes('elt_staging'))).toEqual([])
    expect((await world.plan(graph, { plan: { selected: ['raw_data.rides'] } })).steps).toEqual([])
    write('2024-01-03', [5, 6])
    await world.run(graph)
    expect(await world.query('select d, n from analytics.sum_per_day order by d')).toEqual([
      { d: '2024-01-01', n: 1 },
      { d: '2024-01-03', n: 2 },
    ])
  })

  it('that vanish change nothing', async () => {
    for (const name of ['2024-01-01', '2024-01-02']) write(name, [1])
    await world.run(graph)
    world.remove('data/rides/2024-01-01.csv')
    expect((await world.plan(graph)).steps).toEqual([])
    await world.run(graph)
    expect(await world.query('select count(*) as n from raw_data.rides')).toEqual([{ n: 2 }])
  })
})
