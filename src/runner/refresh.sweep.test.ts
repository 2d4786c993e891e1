import { describe, expect, it } from 'vitest'
import type { Row, Session } from '../adapters/contract.ts'
import { mortal } from './mortal.fixture.ts'
import { copyWorld, graphOf, model, openWorld, stillClock, type World } from './testing.ts'

/** Kills runs that alter tables or build them from nothing, before and after each statement: readers see the old table or the new one. */

const before = graphOf([daily('x', 'one')])
const after = graphOf([daily("{a: x, b: 'new'} as s, x::bigint as x", 'two')])

function daily(columns: string, fingerprint: string) {
  return model('raw_data.events', {
    sql: `select d, ${columns} from fixture.events where d >= [start] and d < [end]`,
    fingerprint,
    ...{ day: 'd', begin: '2024-01-01', end: '2024-01-04', batch: 1 },
  })
}

const fixture = `create schema fixture; create table fixture.events as
  select date '2024-01-01' + cast(i % 3 as integer) as d, cast(i as integer) as x from range(12) as t(i)`

const rowsOf = (world: World): Promise<Row[]> => world.query('select * from raw_data.events order by d, x')
const shadows = (world: World): Promise<Row[]> =>
  world.query("select table_name from duckdb_tables() where table_name like 'elt_shadow%'")

async function prepared(): Promise<World> {
  const world = await openWorld()
  await world.sql(fixture)
  await world.run(before)
  await world.session.close()
  return world
}

interface Dying {
  readonly world: World
  readonly points: number
}

async function runUntil(scene: World, diesAt: number, fullRefresh: boolean): Promise<Dying> {
  const world = await copyWorld(scene)
  const points = { count: 0 }
  const wrap = (session: Session): Session => mortal(session, diesAt, points)
  const settings = { threads: 1, clock: stillClock, wrap, plan: { fullRefresh } }
  await world.run(after, settings).catch((error: unknown) => error)
  return { world: await world.reopen(), points: points.count }
}

// All points take minutes on a busy machine: ELT_SWEEP=1 asks for them.
const every = process.env.ELT_SWEEP ? Number(process.env.ELT_SWEEP) : 7

describe('a run killed at any step', () => {
  it('of a full refresh leaves the old table or the new one, and the next run no shadow', async () => {
    const scene = await prepared()
    const old = await rowsOf(await copyWorld(scene))
    const clean = await runUntil(scene, Number.POSITIVE_INFINITY, true)
    const fresh = await rowsOf(clean.world)
    expect(fresh).not.toEqual(old)
    expect(clean.points).toBeGreaterThan(30)
    for (let diesAt = 1; diesAt <= clean.points; diesAt += every) {
      const { world } = await runUntil(scene, diesAt, true)
      const rows = await rowsOf(world)
      expect([old, fresh]).toContainEqual(rows)
      // Whatever was killed is either all there or not at all: to a run of its code, nothing is left to do.
      const now = JSON.stringify(rows) === JSON.stringify(old) ? before : after
      expect({ diesAt, steps: (await world.plan(now)).steps }).toEqual({ diesAt, steps: [] })
      expect({ diesAt, ...(await world.run(after, { plan: { fullRefresh: true } })) }).toMatchObject({
        diesAt,
        status: 'success',
      })
      expect({ diesAt, rows: await rowsOf(world), left: await shadows(world) }).toEqual({
        diesAt,
        rows: fresh,
        left: [],
      })
      await world.session.close()
    }
  }, 600_000)

  it('that alters a table leaves every partition old or new, and is completed by the next run', async () => {
    const scene = await prepared()
    const clean = await runUntil(scene, Number.POSITIVE_INFINITY, false)
    const fresh = await rowsOf(clean.world)
    for (let diesAt = 1; diesAt <= clean.points; diesAt += every) {
      const { world } = await runUntil(scene, diesAt, false)
      for (const row of await rowsOf(world)) {
        const isNew = fresh.some((one) => JSON.stringify(one) === JSON.stringify(row))
        expect({ diesAt, row, isOld: isNew || (row.s ?? null) === null }).toMatchObject({ isOld: true })
      }
      await world.run(after, { threads: 1 })
      expect({ diesAt, rows: await rowsOf(world) }).toEqual({ diesAt, rows: fresh })
      expect({ diesAt, steps: (await world.plan(after)).steps }).toEqual({ diesAt, steps: [] })
      await world.session.close()
    }
  }, 600_000)
})
