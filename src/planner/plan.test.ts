import { describe, expect, it } from 'vitest'
import {
  assertion,
  day,
  fileSource,
  instant,
  lines,
  model,
  newYorkDays,
  referenceTo,
  utcDays,
  World,
  wholeOf,
  windowOn,
} from './testing.ts'

const flights = fileSource('source.bts.flights')
const raw = model('raw_data.flights', { grid: newYorkDays, inputs: [windowOn('source.bts.flights', utcDays)] })
const daily = model('analytics.daily', { grid: newYorkDays, inputs: [windowOn('raw_data.flights', newYorkDays)] })
const rolling = model('analytics.rolling', {
  grid: newYorkDays,
  inputs: [windowOn('analytics.daily', newYorkDays, { before: 2 })],
})

const later = instant('2013-02-01T12:00:00Z')

/** Ten UTC files, so nine whole days of New York less the first: 2013-01-01 to 2013-01-09. */
function flightsWorld(models = [raw, daily, rolling], now = later): World {
  const world = new World(now, models, [flights])
  world.fill('source.bts.flights', { start: day('2013-01-01'), end: day('2013-01-11') })
  return world
}

function built(world: World): World {
  world.apply(world.plan())
  return world
}

describe('a first plan', () => {
  it('builds the partitions that lie wholly inside the files, upstreams first', () => {
    const world = flightsWorld()
    expect(lines(world, world.plan())).toEqual([
      'raw_data.flights 2013-01-01..2013-01-09 never-built',
      'analytics.daily 2013-01-01..2013-01-09 never-built',
      'analytics.rolling 2013-01-01..2013-01-09 never-built',
    ])
  })

  it('is followed by one that has nothing to do', () => {
    const world = built(flightsWorld())
    const again = world.plan()
    expect(again.steps).toEqual([])
    expect(lines(world, again)).toEqual([])
    expect(again.kept.map(({ model: id, window }) => [id, window])).toEqual(
      ['raw_data.flights', 'analytics.daily', 'analytics.rolling'].map((id) => [
        id,
        { start: day('2013-01-01'), end: day('2013-01-10') },
      ]),
    )
  })

  it('resumes exactly after a killed run', () => {
    const small = { ...raw, batch: 3 }
    const world = flightsWorld([small, daily, rolling])
    world.apply(world.plan(), { killBefore: 'raw_data.flights@2013-01-07' })
    expect(lines(world, world.plan())[0]).toBe('raw_data.flights 2013-01-07..2013-01-09 never-built')
  })
})
