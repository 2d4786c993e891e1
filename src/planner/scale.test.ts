import { describe, expect, it } from 'vitest'
import { instant, model, World, wholeOf, windowOn } from './testing.ts'

const hours = { unit: 'hour' as const, timeZone: 'UTC' }
const count = 315_000
const now = instant('2013-02-01T12:00:00Z')

/** Ten models in a chain, each reading a window of the one before, over 315,000 hours. */
function chain(): World {
  const first = Math.floor(now / 3_600_000) - count
  const models = Array.from({ length: 10 }, (_, i) =>
    model(`analytics.m${i}`, {
      grid: hours,
      begin: first,
      batch: 744,
      inputs: i === 0 ? [] : [windowOn(`analytics.m${i - 1}`, hours, { before: 24, after: i % 2 })],
    }),
  )
  return new World(now, models)
}

/** Everything of a world published in one version, without building it partition by partition. */
function publish(world: World, partitions: number): void {
  const relations = new Map(
    world.models.map(({ id, relation, fingerprint, inputs, begin = 0, partitioning }) => {
      const range = { fingerprint, settled: true, partial: false, builtFrom: 1, builtTo: 1, rows: 1, retired: false }
      const records = inputs.map(({ key }) => ({ key, version: 1, published: 25 }))
      const published = [{ start: begin, end: begin + partitions, version: 1, inputs: records, ...range }]
      const grid = partitioning ? { grid: partitioning.grid, column: 'day' } : {}
      return [id, { node: id, relation, version: 1, published, outcomes: [], ...grid }] as const
    }),
  )
  world.relations = () => new Map(relations)
  for (const { id } of world.models) world.columns.set(id, [])
}

describe('a plan of ten models and 315,000 partitions each', () => {
  it('costs by the range, not by the partition', () => {
    const world = chain()
    publish(world, count - 1)
    const request = world.request()
    const started = process.hrtime.bigint()
    const planned = world.plan()
    const seconds = Number(process.hrtime.bigint() - started) / 1e9
    expect(request.graph.models).toHaveLength(10)
    expect(planned.steps.flatMap(({ batches }) => batches).length).toBeGreaterThanOrEqual(10)
    expect(planned.kept.length).toBeLessThan(100)
    // Looking at each of 3,150,000 partitions takes several seconds; by ranges it is milliseconds.
    expect(seconds).toBeLessThan(1)
  })

  it('has only its batches when nothing was built yet', () => {
    const planned = chain().plan()
    const batches = planned.steps.flatMap((step) => step.batches)
    expect(batches).toHaveLength(10 * Math.ceil(count / 744))
    const edges = batches.reduce((sum, batch) => sum + batch.waitsFor.length, 0)
    expect(edges).toBeLessThan(3 * batches.length)
  })
})

describe('batches', () => {
  it('of a table wait for all batches of what it reads, once', () => {
    const upstream = model('analytics.a', { grid: hours, begin: Math.floor(now / 3_600_000) - 10, batch: 4 })
    const planned = new World(now, [upstream, model('analytics.b', { inputs: [wholeOf(upstream.id)] })]).plan()
    expect(planned.steps[1]?.batches[0]?.waitsFor).toEqual(planned.steps[0]?.batches.map(({ id }) => id))
  })
})
