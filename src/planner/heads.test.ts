import { describe, expect, it } from 'vitest'
import { day, fileSource, instant, lines, model, newYorkDays, utcDays, World, wholeOf, windowOn } from './testing.ts'

const flights = fileSource('source.bts.flights')
const raw = model('raw_data.flights', { grid: newYorkDays, inputs: [windowOn(flights.id, utcDays)] })
const daily = model('analytics.daily', { grid: newYorkDays, inputs: [windowOn(raw.id, newYorkDays)] })
const rolling = model('analytics.rolling', {
  grid: newYorkDays,
  inputs: [windowOn(daily.id, newYorkDays, { before: 2 })],
})
const routes = model('analytics.routes', { inputs: [wholeOf(daily.id)] })
const view = model('analytics.view', { materialized: 'view', dependsOn: [daily.id], inputs: [wholeOf(daily.id)] })
const other = model('analytics.other', { grid: newYorkDays, begin: day('2013-01-01') })

function built(models = [raw, daily, rolling, routes, view, other]): World {
  const world = new World(instant('2013-01-20T12:00:00Z'), models, [flights])
  world.fill(flights.id, { start: day('2013-01-01'), end: day('2013-01-11') })
  world.apply(world.plan())
  return world
}

describe('needsPartitions', () => {
  it('is empty when nothing can have changed', () => {
    const { needed, plan } = built().planByHeads()
    expect(needed).toEqual([])
    expect(plan.steps).toEqual([])
    expect(plan.due[rolling.id]).toEqual({ start: day('2013-01-01'), end: day('2013-01-10') })
  })

  it('is everything before the first build', () => {
    const world = new World(instant('2013-01-20T12:00:00Z'), [raw, daily, routes], [flights])
    expect(world.planByHeads().needed).toEqual([raw.id, daily.id, routes.id])
  })

  it('follows a change to its readers, and leaves out the others', () => {
    const world = built()
    world.file(flights.id, day('2013-01-05'), 'late rows')
    expect(world.planByHeads().needed).toEqual([raw.id, daily.id, rolling.id, routes.id, view.id])
  })

  it('includes the windows that a moved model reads, though they did not move', () => {
    const world = built()
    world.replace({ ...rolling, fingerprint: 'new' })
    expect(world.planByHeads().needed).toEqual([daily.id, rolling.id])
  })

  it('includes what these read in turn, where no head says up to where it was complete', () => {
    const world = new World(instant('2013-01-20T12:00:00Z'), [raw, daily, rolling], [flights])
    world.fill(flights.id, { start: day('2013-01-01'), end: day('2013-01-11') })
    world.apply(world.plan({ to: '2013-01-08' }))
    expect(world.planByHeads({ selected: [rolling.id] }).needed).toEqual([raw.id, daily.id, rolling.id])
  })

  it.each<[string, (world: World) => void]>([
    ['a late file', (world) => world.file(flights.id, day('2013-01-05'), 'late rows')],
    ['a new file', (world) => world.file(flights.id, day('2013-01-11'))],
    ['a vanished file', (world) => world.deleteFile(flights.id, day('2013-01-05'))],
    ['a dropped relation', (world) => world.drop(daily.id)],
    ['a dropped view', (world) => world.drop(view.id)],
    ['other columns', (world) => world.columns.set(daily.id, [{ name: 'x', type: 'DATE' }])],
    ['new code', (world) => world.replace({ ...daily, fingerprint: 'new' })],
    ['the clock', (world) => (world.now = instant('2013-01-21T12:00:00Z'))],
    ['an upstream built alone', (world) => world.apply(world.plan({ selected: [raw.id], force: true }))],
    ['a failure', (world) => world.apply(world.plan({ force: true }), { build: () => ({ failed: 'rows' }) })],
    ['a killed run', (world) => world.apply(world.plan({ force: true }), { killBefore: 'analytics.daily@2013-01-01' })],
    ['a narrowed selection', (world) => world.replace({ ...rolling, fingerprint: 'new' })],
  ])('leaves out nothing that a plan with all partitions would build after %s', (_, happen) => {
    const world = built()
    happen(world)
    for (const options of [{}, { onCodeChange: 'rebuild' as const }, { selected: [rolling.id, view.id] }]) {
      const byHeads = world.planByHeads(options).plan
      for (const stored of world.stored.values()) if (stored.head) stored.head = { ...stored.head, clean: false }
      const full = world.plan(options)
      expect(lines(world, byHeads)).toEqual(lines(world, full))
      expect(byHeads.steps).toEqual(full.steps)
      expect(byHeads.due).toEqual(full.due)
    }
  })

  it('counts older code by every plan, and so never records it as complete', () => {
    const world = built()
    world.replace({ ...daily, fingerprint: 'new' })
    const says = () => lines(world, world.planByHeads().plan)
    expect(says()).toEqual(['analytics.daily 2013-01-01..2013-01-09 kept: older-code-kept'])
    world.apply(world.plan())
    expect(says()).toEqual(['analytics.daily 2013-01-01..2013-01-09 kept: older-code-kept'])
  })

  it('remembers older code of partitions that a run left as they were, because what they read did not change', () => {
    const world = built([raw, daily])
    world.replace({ ...daily, fingerprint: 'new' })
    for (const path of world.files.values()) world.file(flights.id, path.ordinal, 'written again')
    const equal = day('2013-01-04')
    world.apply(world.plan(), {
      build: ({ id }, ordinal) => (id === raw.id && ordinal === equal ? 'equal' : 'changed'),
    })
    expect(lines(world, world.planByHeads({ onCodeChange: 'rebuild' }).plan)).toEqual([
      'analytics.daily 2013-01-04..2013-01-04 code-changed',
    ])
  })

  it('always includes what polls', () => {
    const unseen = fileSource(flights.id, { changeSignal: 'none' })
    const polling = { ...raw, config: { ...raw.config, lookback: 1 } }
    const world = new World(instant('2013-01-20T12:00:00Z'), [polling], [unseen])
    world.fill(flights.id, { start: day('2013-01-01'), end: day('2013-01-11') })
    world.apply(world.plan())
    expect(world.planByHeads().needed).toEqual([raw.id])
  })
})

describe('plan.heads', () => {
  it('has what every complete model read: versions of models, digests of sources', () => {
    const world = built()
    world.replace({ ...routes, fingerprint: 'new' })
    const { heads } = world.plan({ selected: [routes.id] })
    expect(heads).toEqual({ [routes.id]: { [daily.id]: '1' } })
    const sources = new World(world.now, [raw], [flights]).plan().heads[raw.id]
    expect(Object.keys(sources ?? {})).toEqual([flights.id])
  })

  it('leaves out what stays open, failed or behind', () => {
    const world = built([raw])
    world.deleteFile(flights.id, day('2013-01-05'))
    expect(world.plan().heads).toEqual({})
  })
})
