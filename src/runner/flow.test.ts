import { beforeEach, describe, expect, it } from 'vitest'
import type { Connection, Session } from '../adapters/contract.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Clock } from './site/index.ts'
import { graphOf, model, openWorld, type World } from './testing.ts'

const span = { day: 'd', begin: '2024-01-01', end: '2024-01-07' }
const source = (id: string, extra = {}) =>
  model(id, { sql: 'select d, id from fixture.events where d >= [start] and d < [end]', ...span, ...extra })
const reader = (id: string, upstream: string, before = 0, extra = {}) =>
  model(id, {
    sql: `select d, count(*) as n from [${upstream}] where d >= [start] and d < [end] and [before ${before}] is not null group by d`,
    reads: { [upstream]: before },
    ...span,
    ...extra,
  })

let world: World
beforeEach(async () => {
  world = await openWorld()
  await world.sql(`create schema fixture; create table fixture.events as
    select date '2024-01-01' + cast(i % 6 as integer) as d, cast(i as varchar) as id from range(60) as t(i)`)
})

describe('an upstream that failed', () => {
  const broken = source('raw_data.a', {
    sql: 'select d, id::integer as id from fixture.events where d >= [start] and d < [end]',
  })
  const graph = graphOf([
    broken,
    reader('analytics.same_day', 'raw_data.a'),
    reader('analytics.window', 'raw_data.a', 1),
  ])

  it('blocks only the partitions that read what was never built', async () => {
    await world.sql(`update fixture.events set id = 'x' where id = '2'`)
    const results = await world.run(graph)
    expect(
      results.batches.map(({ model: id, status, partitions: { changed, failed, blocked } }) => [
        id,
        status,
        changed,
        failed,
        blocked,
      ]),
    ).toEqual([
      ['raw_data.a', 'partial', 5, 1, 0],
      ['analytics.same_day', 'partial', 5, 0, 1],
      ['analytics.window', 'partial', 4, 0, 2],
    ])
    expect(results.batches[2]?.diagnostics.map(({ message }) => message)).toEqual([
      'analytics.window (2024-01-03 … 2024-01-04) was not built: raw_data.a, which it reads, failed and has never been built',
    ])
    expect(results.status).toBe('failed')
  })

  it('does not block when it still has its old rows', async () => {
    await world.run(graph)
    await world.sql(
      `update fixture.events set id = 'x' where id = '2'; update fixture.events set id = '100' where id = '3'`,
    )
    const results = await world.run(graph, { plan: { force: true } })
    expect(results.batches.map(({ model: id, partitions: { failed, blocked } }) => [id, failed, blocked])).toEqual([
      ['raw_data.a', 1, 0],
      ['analytics.same_day', 0, 0],
      ['analytics.window', 0, 0],
    ])
  })

  it('blocks a table that reads it whole when it was never made', async () => {
    const missing = source('raw_data.a', {
      sql: 'select d, nothing from fixture.events where d >= [start] and d < [end]',
    })
    const table = model('analytics.all', { sql: 'select count(*) as n from [raw_data.a]', whole: ['raw_data.a'] })
    const view = model('analytics.v', {
      sql: 'select * from [analytics.all]',
      whole: ['analytics.all'],
      materialized: 'view',
    })
    const results = await world.run(graphOf([missing, table, view]))
    expect(results.batches.map(({ status }) => status)).toEqual(['failed', 'blocked', 'blocked'])
  })

  it('is built with all that waited for it once it is mended', async () => {
    await world.sql(`update fixture.events set id = 'x' where id = '2'`)
    await world.run(graph)
    await world.sql(`update fixture.events set id = '2' where id = 'x'`)
    const results = await world.run(graph, { plan: { retryFailed: true } })
    expect(results.status).toBe('success')
    expect(await world.query('select count(*) as n, sum(n) as s from analytics.window')).toEqual([{ n: 6, s: 60 }])
    expect((await world.plan(graph)).steps).toEqual([])
  })
})

describe('stopping', () => {
  const slow = source('raw_data.slow', {
    sql: `select d, (select count(*) from range(100000000) as a(i), range(1000) as b(j) where i + j = length(e.id)) as n
      from fixture.events as e where d >= [start] and d < [end]`,
  })

  it('cancels what is running, records it, and builds it the next time', async () => {
    const controller = new AbortController()
    let aborted = 0
    const abort = (): void => {
      aborted = Date.now()
      controller.abort('SIGINT')
    }
    const results = await world.run(graphOf([slow, reader('analytics.r', 'raw_data.slow')]), {
      signal: controller.signal,
      wrap: (session) => onStaging(session, () => setTimeout(abort, 50)),
    })
    expect(Date.now() - aborted).toBeLessThan(1000)
    expect(results.status).toBe('interrupted')
    expect(results.batches.map(({ status }) => status)).toEqual(['cancelled', 'cancelled'])
    expect(results.events.map(({ type }) => type)).toContain('interrupting')
    const fast = source('raw_data.slow', { fingerprint: slow.fingerprint })
    const planned = await world.plan(graphOf([fast]))
    expect(planned.steps[0]?.batches[0]?.parts.map(({ reason }) => reason.kind)).toEqual(['previous-failed'])
    expect((await world.run(graphOf([fast]))).status).toBe('success')
  })

  it('before the start builds nothing', async () => {
    const controller = new AbortController()
    controller.abort('SIGTERM')
    const results = await world.run(graphOf([source('raw_data.a')]), { signal: controller.signal })
    expect(results.status).toBe('interrupted')
    expect((await world.session.catalog(['raw_data'])).relations).toEqual([])
  })

  it('after the first failure starts nothing more when asked to', async () => {
    const bad = model('raw_data.bad', { sql: 'select missing' })
    const good = model('raw_data.good', { sql: 'select 1 as x' })
    const results = await world.run(graphOf([bad, good]), { failFast: true, threads: 1 })
    expect(results.batches.map(({ status }) => status)).toEqual(['failed', 'cancelled'])
    expect(results.status).toBe('failed')
  })

  const inTime = async (later: (milliseconds: number) => void) => {
    later(10_000)
  }
  const hanging = () => new Promise<boolean>(() => undefined)
  const failing = () => Promise.reject(new Error('no answer'))

  it.each([
    ['the lease is lost', async () => false, inTime],
    ['the process slept longer than the lease', async () => true, async (later) => later(26_000)],
    [
      'the lease cannot be renewed, before it ends',
      failing,
      async (later) => {
        for (let second = 0; second < 26; second++) later(1000)
      },
    ],
    [
      'nobody answers',
      hanging,
      async (later) => {
        for (let second = 0; second < 26; second++) later(1000)
      },
    ],
  ] as [string, Ledger['heartbeat'], typeof inTime][])('happens when %s', async (_, heartbeat, happen) => {
    const beats: (() => void)[] = []
    const every: Clock['every'] = (_, action) => {
      beats.push(action)
      return () => undefined
    }
    let slept = 0
    const clock: Clock = { now: () => Date.now() + slept, every }
    const later = (milliseconds: number) => {
      slept += milliseconds
      beats[0]?.()
    }
    const results = await world.run(graphOf([slow]), {
      clock,
      wrapLedger: (ledger): Ledger => ({ ...ledger, leaseLasts: 30_000, heartbeat }),
      onEvent: (event) => {
        if (event.type === 'batch-started') setTimeout(() => happen(later), 100)
      },
    })
    expect(results.status).toBe('failed')
    expect(results.diagnostics.map(({ code }) => code)).toEqual(['lease-lost'])
    expect(results.batches.map(({ status }) => status)).toEqual(['cancelled'])
  })
})

/** Calls `action` when rows are being staged. */
function onStaging(session: Session, action: () => void): Session {
  const connect: Session['connect'] = async () => {
    const connection = await session.connect()
    const run: Connection['run'] = (sql, options) => {
      if (sql.includes('elt_staging')) action()
      return connection.run(sql, options)
    }
    return { ...connection, run }
  }
  return { ...session, connect }
}

describe('a run', () => {
  it('never writes a relation that somebody made since it was planned', async () => {
    const wrapLedger = (ledger: Ledger): Ledger => ({
      ...ledger,
      startRun: async (start) => {
        await world.sql('create schema raw_data; create table raw_data.a as select 1 as mine')
        return ledger.startRun(start)
      },
    })
    const running = world.run(graphOf([source('raw_data.a')]), { wrapLedger })
    await expect(running).rejects.toThrow('exists already in the warehouse, and was not made by elt')
    expect(await world.query('select * from raw_data.a')).toEqual([{ mine: 1 }])
  })

  it('lets the first batch make the table alone, then runs as many as it may', async () => {
    let atWork = 0
    const seen: [string, number][] = []
    const graph = graphOf([source('raw_data.a', { batch: 1 })])
    await world.run(graph, {
      threads: 3,
      onEvent: (event) => {
        if (event.type === 'batch-started') seen.push([event.batch, ++atWork])
        if (event.type === 'batch-finished') atWork -= 1
      },
    })
    expect(seen).toHaveLength(6)
    expect(seen[1]?.[1]).toBe(1)
    expect(Math.max(...seen.map(([, count]) => count))).toBe(3)
    expect(await world.query('select count(*) as n from raw_data.a')).toEqual([{ n: 60 }])
  })

  it('starts a reader as soon as the batches of its window are published', async () => {
    const order: string[] = []
    const graph = graphOf([source('raw_data.a', { batch: 1 }), reader('analytics.r', 'raw_data.a', 0, { batch: 1 })])
    await world.run(graph, {
      threads: 2,
      onEvent: (event) => {
        if (event.type === 'batch-finished') order.push(event.result.model)
      },
    })
    expect(order.indexOf('analytics.r')).toBeLessThan(order.lastIndexOf('raw_data.a'))
  })

  it('tells every batch once, between the beginning and the end', async () => {
    const { events, batches } = await world.run(graphOf([source('raw_data.a', { batch: 2 })]))
    const types = events.map(({ type }) => type)
    expect(types[0]).toBe('run-started')
    expect(types.at(-1)).toBe('run-finished')
    expect(types.filter((type) => type === 'batch-finished')).toHaveLength(batches.length)
    expect(batches.map(({ rows }) => rows)).toEqual([20, 20, 20])
  })

  it('keeps an emptied partition as an empty one, open where it can be', async () => {
    const settled = source('raw_data.a', { settled: "id <> '3'" })
    await world.run(graphOf([settled]))
    await world.sql(`delete from fixture.events where d = date '2024-01-02'`)
    const results = await world.run(graphOf([settled]), { plan: { force: true, partition: '2024-01-02' } })
    expect(results.batches[0]?.partitions).toMatchObject({ changed: 1, equal: 0 })
    const { relations } = await (await ledgerOf(world)).snapshot([{ node: 'raw_data.a', relation: settled.relation }])
    const published = relations.get('raw_data.a')?.published ?? []
    expect(published.map(({ start, end, settled: s, rows }) => [start - 19723, end - 19723, s, rows])).toEqual([
      [0, 1, true, 10],
      [1, 2, false, 0],
      [2, 3, true, 10],
      [3, 4, false, 10],
      [4, 6, true, 20],
    ])
  })
})

async function ledgerOf({ session }: World): Promise<Ledger> {
  const { openLedger } = await import('../ledger/index.ts')
  const { duckdb } = await import('../adapters/duckdb/index.ts')
  return openLedger(session, { dialect: duckdb.dialect, features: duckdb.features, project: 'test' })
}
