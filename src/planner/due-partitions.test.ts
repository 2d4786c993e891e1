import { describe, expect, it } from 'vitest'
import { duePartitions } from './due-partitions.ts'
import { day, fileSource, instant, model, newYorkDays, utcDays, World, wholeOf, windowOn } from './testing.ts'

const flights = fileSource('source.bts.flights')
const raw = model('raw_data.flights', { grid: newYorkDays, inputs: [windowOn(flights.id, utcDays)] })
const daily = model('analytics.daily', { grid: newYorkDays, inputs: [windowOn(raw.id, newYorkDays)] })
const total = model('analytics.total', { inputs: [wholeOf(daily.id)] })

function built(): World {
  const world = new World(instant('2013-02-01T12:00:00Z'), [raw, daily, total], [flights])
  world.fill(flights.id, { start: day('2013-01-01'), end: day('2013-01-11') })
  world.apply(world.plan())
  return world
}

/** What `duePartitions` gives, and the same parts of a whole plan. */
function both(world: World, options: Parameters<World['request']>[0] = {}) {
  const { value, diagnostics } = world.check(options)
  const whole = { value: value && { due: value.due, sources: value.sources }, diagnostics }
  return [duePartitions(world.request(options)), whole]
}

describe('duePartitions', () => {
  it('gives the due partitions and the files of a plan', () => {
    const [cheap, whole] = both(built())
    expect(cheap).toEqual(whole)
    expect(cheap?.value?.due).toEqual({
      [raw.id]: { start: day('2013-01-01'), end: day('2013-01-10') },
      [daily.id]: { start: day('2013-01-01'), end: day('2013-01-10') },
    })
  })

  it('leaves out what is not selected', () => {
    const [cheap, whole] = both(built(), { selected: [daily.id, total.id] })
    expect(cheap).toEqual(whole)
    expect(Object.keys(cheap?.value?.due ?? {})).toEqual([daily.id])
  })

  it.each([
    ['a window that no model has', { from: '2031-01-01' }, 'window-outside'],
    ['a partition that cannot be read', { partition: 'yesterday' }, 'invalid-partition'],
  ])('says as a plan does: %s', (_, options, code) => {
    const [cheap, whole] = both(built(), options)
    expect(cheap).toEqual(whole)
    expect(cheap?.diagnostics.map((found) => found.code)).toEqual([code])
  })

  it('says as a plan does: partitions of another kind than those that are there', () => {
    const world = built()
    world.replace({ ...raw, partitioning: { column: 'day', type: 'date', grid: { unit: 'month', timeZone: 'UTC' } } })
    const [cheap, whole] = both(world)
    expect(cheap).toEqual(whole)
    expect(cheap?.diagnostics.map((found) => found.code)).toEqual(['partitioning-changed'])
  })

  it('does not mind rows that a rebuild would lose', () => {
    const world = built()
    world.deleteFile(flights.id, day('2013-01-05'))
    const [cheap, whole] = both(world, { force: true })
    expect(whole?.value).toBeUndefined()
    expect(cheap?.diagnostics).toEqual([])
  })
})
