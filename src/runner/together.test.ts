import { beforeEach, describe, expect, it } from 'vitest'
import type { Session } from '../adapters/contract.ts'
import type { Ledger } from '../ledger/index.ts'
import { mortal } from './mortal.fixture.ts'
import { assertion, graphOf, model, openWorld, stillClock, type World } from './testing.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})

const tables = Array.from({ length: 30 }, (_, i) => model(`raw_data.t${i}`, { sql: `select ${i} as id` }))
const graph = graphOf(tables)

const builtTables = async (): Promise<number> => (await world.session.catalog(['raw_data'])).relations.length
const recorded = (): Promise<unknown> =>
  world.query('select count(*) as n, count(distinct attempt) as attempts from elt.partitions').then((rows) => rows[0])

/** A ledger that notes how many publications each transaction has, and refuses some. */
function watched(refuses: (nodes: readonly string[]) => boolean) {
  const sizes: number[] = []
  const attempts: number[] = []
  const wrapLedger = (ledger: Ledger): Ledger => ({
    ...ledger,
    startAttempts: (some) => {
      attempts.push(some.length)
      return ledger.startAttempts(some)
    },
    publishAll: async (connection, claims, write) => {
      if (refuses(claims.map(({ node }) => node))) throw new Error('refused')
      sizes.push(claims.length)
      return ledger.publishAll(connection, claims, write)
    },
  })
  return { sizes, attempts, wrapLedger }
}

describe('batches that take no time', () => {
  it('share the statement of their attempts and the transaction of their publications', async () => {
    const { sizes, attempts, wrapLedger } = watched(() => false)
    const results = await world.run(graph, { threads: 1, clock: stillClock, wrapLedger })
    expect(results.status).toBe('success')
    expect(sizes).toEqual([1, 29])
    expect(attempts).toEqual([1, 29])
    expect(await builtTables()).toBe(30)
    expect(await recorded()).toEqual({ n: 30, attempts: 30 })
    expect((await world.plan(graph)).steps).toEqual([])
  })

  it('are published one by one when that fails together', async () => {
    const { sizes, wrapLedger } = watched((nodes) => nodes.length > 1)
    const results = await world.run(graph, { threads: 1, clock: stillClock, wrapLedger })
    expect(results.status).toBe('success')
    expect(new Set(sizes)).toEqual(new Set([1]))
    expect(await recorded()).toEqual({ n: 30, attempts: 30 })
  })

  it('do not fail with one that fails', async () => {
    const { wrapLedger } = watched((nodes) => nodes.includes('raw_data.t7'))
    const results = await world.run(graph, { threads: 1, clock: stillClock, wrapLedger })
    expect(results.batches.filter(({ status }) => status !== 'success').map((batch) => batch.model)).toEqual([
      'raw_data.t7',
    ])
    expect(await builtTables()).toBe(29)
    expect((await world.plan(graph)).steps.map((step) => step.model)).toEqual(['raw_data.t7'])
  })

  it('of one relation share a version, and are told apart by their attempts', async () => {
    await world.sql(`create schema fixture; create table fixture.events as
      select date '2024-01-01' + cast(i % 4 as integer) as d, i as x from range(40) as t(i)`)
    const daily = model('raw_data.daily', {
      sql: 'select d, x from fixture.events where d >= [start] and d < [end]',
      ...{ day: 'd', begin: '2024-01-01', end: '2024-01-05', batch: 1 },
    })
    await world.run(graphOf([daily]), { threads: 1, clock: stillClock })
    expect(await world.query('select version, attempt, rows from elt.partitions order by ordinal')).toEqual([
      { version: 1, attempt: 1, rows: 10 },
      { version: 2, attempt: 2, rows: 10 },
      { version: 2, attempt: 3, rows: 10 },
      { version: 2, attempt: 4, rows: 10 },
    ])
    expect(await world.query('select status, count(*) as n from elt.attempts group by status')).toEqual([
      { status: 'published', n: 4 },
    ])
    expect(await world.query('select count(*) as n from raw_data.daily')).toEqual([{ n: 40 }])
  })
})

/** Notes what is sent to the warehouse. */
function listened() {
  const sent: string[] = []
  const wrap = (session: Session): Session => ({
    ...session,
    connect: async () => {
      const connection = await session.connect()
      const noted =
        <T>(send: (sql: string, options?: object) => Promise<T>) =>
        (sql: string, options?: object) => {
          sent.push(sql)
          return send(sql, options)
        }
      return { ...connection, run: noted(connection.run), query: noted(connection.query) }
    },
  })
  return { sent, wrap }
}

describe('tables that are new', () => {
  it('are made where readers find them, in the transaction that records them', async () => {
    const { sent, wrap } = listened()
    const results = await world.run(graph, { threads: 1, clock: stillClock, wrap })
    expect(results.batches.map(({ status, rows }) => [status, rows])).toEqual(tables.map(() => ['success', 1]))
    // The first one is alone: nobody knows yet how long these take.
    expect(sent.filter((sql) => sql.startsWith('create or replace temporary'))).toHaveLength(1)
    expect(sent.filter((sql) => sql.includes('elt_place'))).toHaveLength(1)
    expect(await world.query('select count(distinct checksum) as n, sum(rows) as rows from elt.partitions')).toEqual([
      { n: 30, rows: 30 },
    ])
    const again = await world.run(graph, { threads: 1, clock: stillClock, plan: { force: true } })
    expect(again.batches.map(({ status }) => status)).toEqual(tables.map(() => 'unchanged'))
  })

  it('that fail an assertion are not made, and the others are', async () => {
    const judged = graphOf(
      tables,
      [],
      ['raw_data.t5', 'raw_data.t6'].map((node) =>
        assertion(node, 'accepted_values', { column: 'id', arguments: { values: [6] } }),
      ),
    )
    const results = await world.run(judged, { threads: 1, clock: stillClock })
    const failed = results.batches.filter(({ status }) => status !== 'success')
    expect(failed.map((batch) => [batch.model, batch.status])).toEqual([['raw_data.t5', 'failed']])
    expect(await builtTables()).toBe(29)
    expect(await world.query('select count(*) as n from elt.outcomes')).toEqual([{ n: 1 }])
    expect(await world.query('select status, count(*) as n from elt.attempts group by 1 order by 1')).toEqual([
      { status: 'failed', n: 1 },
      { status: 'published', n: 29 },
    ])
  })

  it('that cannot be made leave nothing of the others half done', async () => {
    const broken = model('raw_data.broken', { sql: "select cast('x' as integer) as id" })
    const results = await world.run(graphOf([...tables, broken]), { threads: 1, clock: stillClock })
    expect(results.batches.filter(({ status }) => status !== 'success').map((batch) => batch.model)).toEqual([
      'raw_data.broken',
    ])
    expect(await builtTables()).toBe(30)
    expect(await recorded()).toEqual({ n: 30, attempts: 30 })
  })

  it('are there with their record, or not at all, wherever the run is killed', async () => {
    const few = graphOf(tables.slice(0, 4))
    const points = { count: 0 }
    await world.run(few, { threads: 1, clock: stillClock, wrap: (session) => mortal(session, Infinity, points) })
    const { count } = points
    expect(count).toBeGreaterThan(20)
    for (let diesAt = 2; diesAt <= count; diesAt += 11) {
      const fresh = await openWorld()
      const wrap = (session: Session): Session => mortal(session, diesAt, { count: 0 })
      await fresh.run(few, { threads: 1, clock: stillClock, wrap }).catch(() => undefined)
      const next = await fresh.reopen()
      const { relations } = await next.session.catalog(['raw_data'])
      const [known] = await next.query('select count(*) as n from elt.partitions').catch(() => [{ n: 0 }])
      expect({ diesAt, tables: relations.length }).toEqual({ diesAt, tables: known?.n })
      await next.run(few, { threads: 1, clock: stillClock })
      expect({ diesAt, steps: (await next.plan(few)).steps }).toEqual({ diesAt, steps: [] })
      await next.session.close()
    }
  }, 240_000)

  it('never take the place of what somebody else put there meanwhile', async () => {
    const wrapLedger = (ledger: Ledger): Ledger => ({
      ...ledger,
      startAttempts: async (some) => {
        if (some.some(({ node }) => node === 'raw_data.t7'))
          await world.sql("create table if not exists raw_data.t7 as select 'theirs' as id")
        return ledger.startAttempts(some)
      },
    })
    const results = await world.run(graph, { threads: 1, clock: stillClock, wrapLedger })
    expect(results.batches.filter(({ status }) => status !== 'success').map((batch) => batch.model)).toEqual([
      'raw_data.t7',
    ])
    expect(await world.query('select id from raw_data.t7')).toEqual([{ id: 'theirs' }])
  })
})
