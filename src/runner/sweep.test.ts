import { describe, expect, it } from 'vitest'
import type { Row, Session } from '../adapters/contract.ts'
import { mortal } from './mortal.fixture.ts'
import { copyWorld, graphOf, model, openWorld, stillClock, type World } from './testing.ts'

/**
 * Kills the run before and after each statement and transaction that it sends, the ledger's included, one after the other:
 * no reader ever sees half a partition, whether batches are published alone or together, and the next run brings everything to what a clean run gives.
 */

const span = { day: 'd', begin: '2024-01-01', end: '2024-01-05', batch: 1 }

function graphWith(code: string, factor: number) {
  return graphOf([
    model('raw_data.events', {
      sql: `select d, x * ${factor} as x from fixture.events where d >= [start] and d < [end]`,
      fingerprint: code,
      ...span,
    }),
    model('analytics.totals', {
      sql: `select sum(x) as total, count(*) as n from [raw_data.events]`,
      whole: ['raw_data.events'],
      fingerprint: code,
    }),
    model('analytics.shown', {
      sql: `select total + ${factor} - ${factor} as total, '${code}' as code from [analytics.totals]`,
      materialized: 'view',
      whole: ['analytics.totals'],
      fingerprint: code,
    }),
  ])
}

const fixture = `create schema fixture; create table fixture.events as
  select date '2024-01-01' + cast(i % 4 as integer) as d, i as x from range(40) as t(i)`

/** The rows of the partitioned table; none while it does not exist. */
async function valuesOf(world: World): Promise<Row[]> {
  const { relations } = await world.session.catalog(['raw_data'])
  return relations.length === 0 ? [] : world.query('select d, x from raw_data.events order by d, x')
}

/** Whether each partition is wholly what one of the two clean states has. */
function isOneOf(rows: readonly Row[], states: readonly (readonly Row[])[]): boolean {
  const day = (all: readonly Row[], d: unknown): string => JSON.stringify(all.filter((row) => row.d === d))
  return ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04'].every((d) =>
    states.some((state) => day(rows, d) === day(state, d)),
  )
}

interface Scene {
  /** Closed: what is there before. */
  readonly before: World
  readonly code: string
  readonly factor: number
}

/** Runs the scene in a copy of the world until it dies; the copy is opened again, as the next process would. */
async function runUntil(scene: Scene, diesAt: number): Promise<{ world: World; points: number }> {
  const world = await copyWorld(scene.before)
  const points = { count: 0 }
  const wrap = (session: Session): Session => mortal(session, diesAt, points)
  const graph = graphWith(scene.code, scene.factor)
  const ended = await world.run(graph, { threads: 1, clock: stillClock, wrap }).catch((error: unknown) => error)
  if (points.count < diesAt) expect(ended).toMatchObject({ status: 'success' })
  return { world: await world.reopen(), points: points.count }
}

/** `every`: how far apart the deaths are; 1 sweeps them all. */
async function sweep(scene: Scene, every: number): Promise<void> {
  const graph = graphWith(scene.code, scene.factor)
  const before = await valuesOf(await copyWorld(scene.before))
  const clean = await runUntil(scene, Number.POSITIVE_INFINITY)
  const after = await valuesOf(clean.world)
  const shown = await clean.world.query('select * from analytics.shown')
  expect(clean.points).toBeGreaterThan(50)
  for (let diesAt = 1; diesAt <= clean.points; diesAt += every) {
    const { world } = await runUntil(scene, diesAt)
    expect({ diesAt, whole: isOneOf(await valuesOf(world), [before, after]) }).toEqual({ diesAt, whole: true })
    await world.run(graph, { threads: 1 })
    expect({ diesAt, rows: await valuesOf(world) }).toEqual({ diesAt, rows: after })
    expect({ diesAt, shown: await world.query('select * from analytics.shown') }).toEqual({ diesAt, shown })
    expect({ diesAt, steps: (await world.plan(graph)).steps }).toEqual({ diesAt, steps: [] })
    await world.session.close()
  }
}

async function prepared(code?: string): Promise<World> {
  const world = await openWorld()
  await world.sql(fixture)
  if (code) await world.run(graphWith(code, 1))
  await world.session.close()
  return world
}

// All points take minutes on a busy machine: ELT_SWEEP=1 asks for them, every seventh is enough to notice a broken protocol.
const every = process.env.ELT_SWEEP ? Number(process.env.ELT_SWEEP) : 7

describe('a run killed at any step', () => {
  it('of a first build is completed exactly by the next run', async () => {
    await sweep({ before: await prepared(), code: 'one', factor: 1 }, every)
  }, 600_000)

  it('of a rebuild leaves every partition old or new, and is completed exactly by the next run', async () => {
    await sweep({ before: await prepared('one'), code: 'two', factor: 2 }, every)
  }, 600_000)
})
