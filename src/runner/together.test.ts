import { beforeEach, describe, expect, it } from 'vitest'
import type { Ledger } from '../ledger/index.ts'
import { graphOf, model, openWorld, stillClock, type World } from './testing.ts'

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
