import { describe, expect, it } from 'vitest'
import type { Session } from '../adapters/contract.ts'
import type { Graph, Hook, Model } from '../compiler/index.ts'
import { mortal } from './mortal.fixture.ts'
import { copyWorld, graphOf, model, openWorld, type RunSettings, stillClock, type World } from './testing.ts'

/** Hooks write what they saw into a table: what ran, when, and over which rows. */

const numbers = `create schema fixture; create sequence fixture.turn;
create table fixture.audit (turn bigint, event text);
create table fixture.days as select date '2024-01-01' + cast(i as integer) as d, 1 as x from range(12) as t(i)`

const hook = (sql: string, transaction = true): Hook => ({ sql: { pieces: [{ text: sql }] }, transaction })
const says = (event: string): string => `insert into fixture.audit select nextval('fixture.turn'), ${event}`
const saysRows = (name: string, relation: string): string =>
  says(`'${name} ' || (select count(*) || '/' || sum(x) from ${relation})`)

function hooked(of: Model, pre: readonly Hook[], post: readonly Hook[]): Model {
  return { ...of, preHooks: pre, postHooks: post }
}

/** Twelve days, a table that sums them up, and a view: each with hooks. */
function graphWith(code = 'one', factor = 1, post: (name: string) => readonly Hook[] = postOf): Graph {
  const days = model('raw_data.days', {
    sql: `select d, x * ${factor} as x from fixture.days where d >= [start] and d < [end]`,
    ...{ day: 'd', begin: '2024-01-01', end: '2024-01-13', batch: 1, fingerprint: code },
  })
  const sums = model('analytics.sums', {
    sql: 'select sum(x) as x from [raw_data.days]',
    whole: ['raw_data.days'],
    fingerprint: code,
  })
  const shown = model('analytics.shown', {
    sql: 'select x from [analytics.sums]',
    materialized: 'view',
    whole: ['analytics.sums'],
    fingerprint: code,
  })
  const graph = graphOf([days, sums, shown].map((one) => hooked(one, [hook(says(`'pre ${one.name}'`))], post(one.id))))
  return {
    ...graph,
    onRunStart: [hook(says("'start'"))],
    onRunEnd: [hook(says("'end'"))],
  }
}

function postOf(id: string): readonly Hook[] {
  return [hook(saysRows(`post ${id.split('.')[1]}`, id))]
}

async function prepared(): Promise<World> {
  const world = await openWorld()
  await world.sql(numbers)
  return world
}

async function events(world: World, more = ''): Promise<string[]> {
  const rows = await world.query(`select event from fixture.audit ${more} order by turn`)
  await world.sql('delete from fixture.audit')
  return rows.map(({ event }) => String(event))
}

const everything = [
  'start',
  'pre days',
  'post days 12/12',
  'pre sums',
  'post sums 1/12',
  'pre shown',
  'post shown 1/12',
  'end',
]

const ways: readonly [string, RunSettings][] = [
  ['one at a time', { threads: 1 }],
  ['side by side', { threads: 4 }],
  ['together', { threads: 1, clock: stillClock }],
  ['together and side by side', { threads: 3, clock: stillClock }],
]

describe('the hooks of a run', () => {
  it.each(ways)('run in their order, once a model, whether its batches are built %s', async (_, settings) => {
    const world = await prepared()
    const graph = graphWith()
    expect(await world.run(graph, settings)).toMatchObject({ status: 'success' })
    expect((await events(world)).sort()).toEqual([...everything].sort())
    expect(await world.run(graph, settings)).toMatchObject({ status: 'success', batches: [] })
    expect(await events(world)).toEqual(['start', 'end'])
    expect(await world.query('select * from elt.pending_hooks')).toEqual([])
  })

  it('come before and after what they belong to', async () => {
    const world = await prepared()
    await world.run(graphWith(), { threads: 1 })
    expect(await events(world, "where event not like '%shown%'")).toEqual(
      everything.filter((e) => !e.includes('shown')),
    )
  })

  it('run for what is built, and not for what is cut to nothing', async () => {
    const world = await prepared()
    await world.run(graphWith('one'))
    await events(world)
    await world.run(graphWith('two', 1))
    // Every row is equal: the days are built again, and the sums are because their code changed.
    expect((await events(world)).sort()).toEqual([...everything].sort())
    const graph = graphWith('two', 1)
    const changed = graph.models.map((one) => (one.name === 'days' ? { ...one, fingerprint: 'three' } : one))
    await world.run({ ...graph, models: changed })
    expect(await events(world)).toEqual(['start', 'pre days', 'post days 12/12', 'end'])
  })
})

describe('a hook that fails', () => {
  const nothing = 'insert into nowhere select 1'

  it('before staging keeps its model from being built, and only that', async () => {
    const world = await prepared()
    const graph = graphWith()
    const models = graph.models.map((one) => (one.name === 'days' ? { ...one, preHooks: [hook(nothing)] } : one))
    const other = hooked(model('analytics.other', { sql: 'select 1 as x' }), [], postOf('analytics.other'))
    const results = await world.run({ ...graph, models: [...models, other] })
    expect(results.status).toBe('failed')
    const codes = results.batches.flatMap(({ diagnostics }) =>
      diagnostics.map(({ code, message }) => `${code} ${message}`),
    )
    expect(new Set(codes.filter((code) => code.startsWith('hook')))).toEqual(
      new Set(['hook-failed pre_hook of raw_data.days failed: Table with name nowhere does not exist!']),
    )
    expect((await events(world)).filter((event) => event.startsWith('post'))).toEqual(['post other 1/1'])
    expect((await world.session.catalog(['raw_data'])).relations).toEqual([])
  })

  it.each(ways)('in the transaction takes its publication back, and no other, built %s', async (_, settings) => {
    const world = await prepared()
    await world.run(graphWith('one', 1))
    await events(world)
    const bad = graphWith('two', 2, (id) => [...postOf(id), ...(id === 'analytics.sums' ? [hook(nothing)] : [])])
    const lone = hooked(model('analytics.alone', { sql: 'select 7 as x' }), [], postOf('analytics.alone'))
    const results = await world.run({ ...bad, models: [...bad.models, lone] }, settings)
    const failed = results.batches.filter(({ status }) => status === 'failed')
    expect(failed.map(({ batch, diagnostics }) => [batch, diagnostics[0]?.code, diagnostics[0]?.notes])).toEqual([
      ['analytics.sums', 'hook-failed', ['nothing was changed: analytics.sums keeps the rows it had']],
    ])
    expect(await world.query('select x from analytics.sums')).toEqual([{ x: 12 }])
    expect(await world.query('select sum(x) as x from raw_data.days')).toEqual([{ x: 24 }])
    expect((await events(world)).filter((event) => /post (?:sums|alone|days)/.test(event)).sort()).toEqual([
      'post alone 1/7',
      'post days 12/24',
    ])
    await world.run(graphWith('two', 2))
    expect(await world.query('select x from analytics.sums')).toEqual([{ x: 24 }])
    expect(await events(world)).toContain('post sums 1/24')
  })

  it('after the publication stays pending until it passes, and is run first thing', async () => {
    const world = await prepared()
    const failing = (sql: string) => graphWith('one', 1, (id) => (id === 'analytics.sums' ? [hook(sql, false)] : []))
    const results = await world.run(failing(nothing))
    expect(results).toMatchObject({ status: 'failed', diagnostics: [{ code: 'hook-failed' }] })
    expect(results.batches.every(({ status }) => status === 'success')).toBe(true)
    expect(await world.query('select x from analytics.sums')).toEqual([{ x: 12 }])
    expect((await world.plan(failing(nothing))).pendingHooks).toEqual(['analytics.sums'])
    expect(await world.run(failing(nothing))).toMatchObject({ status: 'failed', batches: [] })
    await events(world)
    expect(await world.run(failing(says("'at last'")))).toMatchObject({ status: 'success', batches: [] })
    expect(await events(world)).toEqual(['start', 'at last', 'end'])
    expect((await world.plan(failing(nothing))).pendingHooks).toBeUndefined()
  })

  it('at the start lets nothing begin; at the end what was built stays', async () => {
    const world = await prepared()
    const graph = graphWith()
    const begun = await world.run({ ...graph, onRunStart: [hook(nothing)] })
    expect(begun).toMatchObject({ status: 'failed', diagnostics: [{ code: 'hook-failed' }] })
    expect(begun.batches.every(({ status }) => status === 'cancelled')).toBe(true)
    expect(await events(world)).toEqual([])
    const ended = await world.run({ ...graph, onRunEnd: [hook(says("'lost'")), hook(nothing)] })
    expect(ended).toMatchObject({ status: 'failed', diagnostics: [{ code: 'hook-failed' }] })
    expect(await world.query('select x from analytics.shown')).toEqual([{ x: 12 }])
    expect(await events(world)).not.toContain('lost')
    expect(await world.run(graph)).toMatchObject({ status: 'success', batches: [] })
  })

  it('is not forgotten when the last batches of its model fail', async () => {
    const world = await prepared()
    await world.sql("update fixture.days set x = null where d = date '2024-01-12'")
    const graph = graphWith()
    const models = graph.models.map((one) =>
      one.name === 'days' ? { ...one, sql: bad(one) } : { ...one, postHooks: [], preHooks: [] },
    )
    const results = await world.run({ ...graph, models }, { threads: 1 })
    expect(results.batches.filter(({ status }) => status === 'failed').map(({ batch }) => batch)).toEqual([
      'raw_data.days@2024-01-12',
    ])
    expect(await events(world)).toEqual(['start', 'pre days', 'post days 11/11', 'end'])
  })
})

/** The query with a cast that fails for rows without `x`. */
function bad({ sql }: Model): Model['sql'] {
  const [first, ...rest] = sql.pieces
  const text =
    first && 'text' in first ? first.text.replace('x * 1', "cast(coalesce(cast(x as text), 'none') as integer)") : ''
  return { pieces: [{ text }, ...rest] }
}

/** Runs in a copy of the world until the session dies; the copy is opened again, as the next process would. */
async function runUntil(before: World, graph: Graph, diesAt: number, settings: RunSettings) {
  const world = await copyWorld(before)
  const points = { count: 0 }
  const wrap = (session: Session): Session => mortal(session, diesAt, points)
  await world.run(graph, { ...settings, wrap }).catch(() => undefined)
  return { world: await world.reopen(), points: points.count }
}

const every = process.env.ELT_SWEEP ? Number(process.env.ELT_SWEEP) : 13

describe('a run that is killed', () => {
  const post = (id: string): readonly Hook[] => [
    hook(saysRows(`post ${id.split('.')[1]}`, id)),
    ...(id === 'analytics.sums' ? [hook(saysRows('after sums', id), false)] : []),
  ]

  it.each([
    ['one at a time', { threads: 1 }],
    ['together', { threads: 1, clock: stillClock }],
  ] as const)(
    'at any step has every post_hook run over the last rows by the next one, built %s',
    async (_, settings) => {
      const first = await prepared()
      await first.run(graphWith('one', 1, post))
      await first.session.close()
      const graph = graphWith('two', 2, post)
      const clean = await runUntil(first, graph, Number.POSITIVE_INFINITY, settings)
      expect(clean.points).toBeGreaterThan(50)
      for (let diesAt = 1; diesAt <= clean.points; diesAt += every) {
        const { world } = await runUntil(first, graph, diesAt, settings)
        expect({ diesAt, run: (await world.run(graph, { threads: 1 })).status }).toEqual({ diesAt, run: 'success' })
        // What a model's post_hook saw last are the rows it has now.
        const told = await events(world)
        for (const seen of ['post days 12/24', 'post sums 1/24', 'after sums 1/24', 'post shown 1/24']) {
          const kind = seen.split(' ').slice(0, 2).join(' ')
          expect({ diesAt, last: told.findLast((event) => event.startsWith(kind)) }).toEqual({ diesAt, last: seen })
        }
        const { steps, pendingHooks } = await world.plan(graph)
        expect({ diesAt, steps, pendingHooks }).toEqual({ diesAt, steps: [], pendingHooks: undefined })
        expect(await world.query('select * from elt.pending_hooks')).toEqual([])
        await world.session.close()
      }
    },
    600_000,
  )
})
