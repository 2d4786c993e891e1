import { describe, expect, it } from 'vitest'
import { day, instant, lines, model, newYorkDays, World, wholeOf, windowOn } from './testing.ts'

const raw = model('raw_data.flights', { grid: newYorkDays, begin: day('2013-01-01'), end: day('2013-01-05'), batch: 2 })
const view = model('analytics.delays', {
  materialized: 'view',
  dependsOn: [raw.id],
  inputs: [windowOn(raw.id, newYorkDays)],
})
const reader = model('analytics.daily', {
  grid: newYorkDays,
  dependsOn: [view.id],
  inputs: [windowOn(raw.id, newYorkDays)],
  batch: 1,
})
const now = instant('2013-02-01T12:00:00Z')

function built(models = [raw, view, reader]): World {
  const world = new World(now, models)
  world.apply(world.plan())
  return world
}

const says = (world: World, options = {}) => lines(world, world.plan(options))

describe('a view', () => {
  it('is waited for by whoever reads it through other views, also when it reads nothing itself', () => {
    const constant = model('analytics.constant', { materialized: 'view' })
    const outer = model('analytics.outer', { materialized: 'view', dependsOn: [constant.id] })
    const table = model('analytics.table', { materialized: 'table', dependsOn: [outer.id] })
    const models = [constant, outer, table]
    const waits = (planned: ReturnType<World['plan']>) =>
      planned.steps.flatMap(({ batches }) => batches.map(({ id, waitsFor }) => [id, waitsFor]))
    expect(waits(new World(now, models).plan())).toEqual([
      [constant.id, []],
      [outer.id, [constant.id]],
      [table.id, [outer.id]],
    ])
  })

  it('is made once, after what it reads exists, and before its readers', () => {
    const planned = new World(now, [raw, view, reader]).plan()
    expect(planned.steps.map(({ kind, batches }) => [kind, batches.map(({ id, waitsFor }) => [id, waitsFor])])).toEqual(
      [
        [
          'partitions',
          [
            ['raw_data.flights@2013-01-01', []],
            ['raw_data.flights@2013-01-03', []],
          ],
        ],
        ['view', [['analytics.delays', ['raw_data.flights@2013-01-01', 'raw_data.flights@2013-01-03']]]],
        [
          'partitions',
          [
            ['analytics.daily@2013-01-01', ['analytics.delays', 'raw_data.flights@2013-01-01']],
            ['analytics.daily@2013-01-02', ['analytics.delays', 'raw_data.flights@2013-01-01']],
            ['analytics.daily@2013-01-03', ['analytics.delays', 'raw_data.flights@2013-01-03']],
            ['analytics.daily@2013-01-04', ['analytics.delays', 'raw_data.flights@2013-01-03']],
          ],
        ],
      ],
    )
    expect(says(built())).toEqual([])
  })

  it('lets versions pass through to its readers, and stays as it is', () => {
    const world = built()
    world.apply(world.plan({ selected: [raw.id], force: true, partition: '2013-01-02' }))
    expect(says(world)).toEqual(['analytics.daily 2013-01-02..2013-01-02 upstream-changed raw_data.flights'])
  })

  it('is made again when its code changed, at once', () => {
    const world = built()
    world.replace({ ...view, fingerprint: 'new' })
    expect(world.plan().steps.map(({ batches }) => batches)).toMatchObject([
      [{ id: 'analytics.delays', waitsFor: [], parts: [{ reason: { kind: 'code-changed' }, certainty: 'certain' }] }],
    ])
  })

  it('is made again when somebody dropped it', () => {
    const world = built()
    world.drop(view.id)
    expect(says(world)).toEqual(['analytics.delays relation-missing'])
  })

  it('is made again when a table stands in its place', () => {
    const world = built()
    const catalog = world.catalog()
    const relations = catalog.relations.map((relation) => ({ ...relation, kind: 'table' as const }))
    world.catalog = () => ({ relations })
    expect(says(world)).toEqual(['analytics.delays relation-missing'])
  })

  it('is made again when the columns it reads are others than it was made with', () => {
    const world = built()
    world.columns.set(raw.id, [
      { name: 'day', type: 'DATE' },
      { name: 'gate', type: 'VARCHAR' },
    ])
    expect(says(world)).toEqual(['analytics.delays columns-changed raw_data.flights'])
    world.apply(world.plan())
    expect(says(world)).toEqual([])
  })

  it('is looked at again when new code of an upstream may change them', () => {
    const world = built([raw, view])
    world.replace({ ...raw, fingerprint: 'new' })
    expect(says(world, { onCodeChange: 'rebuild' })).toEqual([
      'raw_data.flights 2013-01-01..2013-01-02 code-changed',
      'raw_data.flights 2013-01-03..2013-01-04 code-changed',
      'analytics.delays if-changed: columns-changed raw_data.flights',
    ])
    expect(world.apply(world.plan({ onCodeChange: 'rebuild' }))).not.toContain(view.id)
  })

  it('is left alone when only rows are new', () => {
    const world = built([raw, view])
    expect(says(world, { selected: [raw.id, view.id], force: false, partition: '2013-01-01' })).toEqual([])
    const table = model('analytics.t', { inputs: [wholeOf(raw.id)] })
    const onTable = model('analytics.v', { materialized: 'view', dependsOn: [table.id], inputs: [wholeOf(table.id)] })
    const chain = built([raw, table, onTable])
    chain.apply(chain.plan({ selected: [raw.id], force: true }))
    expect(says(chain)).toEqual(['analytics.t upstream-changed raw_data.flights'])
  })

  it('waits for what does not exist, and so do its readers', () => {
    const world = new World(now, [raw, view, reader])
    expect(says(world, { selected: [view.id, reader.id] })).toEqual([
      'analytics.delays kept: blocked-by raw_data.flights false',
      'analytics.daily 2013-01-01..2013-01-04 kept: blocked-by analytics.delays false',
      'raw_data.flights 2013-01-01..2013-01-04 kept: not-selected',
    ])
  })

  it('that is not selected and does not exist blocks its readers', () => {
    const world = new World(now, [raw, view, reader])
    world.apply(world.plan({ selected: [raw.id] }))
    expect(says(world, { selected: [reader.id] })).toEqual([
      'analytics.daily 2013-01-01..2013-01-04 kept: blocked-by analytics.delays false',
    ])
  })

  it('over an ephemeral model needs what that reads', () => {
    const ephemeral = model('analytics.e', { materialized: 'ephemeral', dependsOn: [raw.id] })
    const over = model('analytics.v', { materialized: 'view', dependsOn: [ephemeral.id], inputs: [wholeOf(raw.id)] })
    const world = new World(now, [raw, ephemeral, over])
    const planned = world.plan()
    expect(planned.models).toEqual([raw.id, over.id])
    expect(planned.steps.at(-1)?.batches[0]?.waitsFor).toHaveLength(2)
  })

  it('of a view waits for that view', () => {
    const outer = model('analytics.outer', { materialized: 'view', dependsOn: [view.id], inputs: [wholeOf(raw.id)] })
    const world = built([raw, view, outer])
    world.replace({ ...view, fingerprint: 'new' })
    world.replace({ ...outer, fingerprint: 'new' })
    expect(world.plan().steps.at(-1)?.batches[0]?.waitsFor).toEqual([view.id])
    world.apply(world.plan())
    const forced = world.plan({ selected: [view.id, outer.id], force: true })
    expect(forced.steps.at(-1)?.batches[0]?.waitsFor).toEqual([view.id])
  })
})
