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

/** Ten UTC files, which hold nine whole days of New York: 2013-01-01 to 2013-01-09. */
function flightsWorld(models = [raw, daily, rolling], sources = [flights], now = later): World {
  const world = new World(now, models, sources)
  for (const source of sources) world.fill(source.id, { start: day('2013-01-01'), end: day('2013-01-11') })
  return world
}

function built(world: World): World {
  world.apply(world.plan())
  return world
}

const says = (world: World, options: Parameters<World['plan']>[0] = {}) => lines(world, world.plan(options))

describe('a first plan', () => {
  it('builds the partitions that lie wholly inside the files, upstreams first', () => {
    expect(says(flightsWorld())).toEqual([
      'raw_data.flights 2013-01-01..2013-01-09 never-built',
      'analytics.daily 2013-01-01..2013-01-09 never-built',
      'analytics.rolling 2013-01-01..2013-01-09 never-built',
    ])
  })

  it('is followed by one that has nothing to do, and shows what is up to date', () => {
    const world = built(flightsWorld())
    const again = world.plan()
    expect(again.steps).toEqual([])
    const window = { start: day('2013-01-01'), end: day('2013-01-10') }
    expect(again.kept).toEqual(
      [raw, daily, rolling].map(({ id }) => ({ model: id, window, why: { kind: 'up-to-date' } })),
    )
  })

  it('resumes exactly after a killed run', () => {
    const world = flightsWorld([{ ...raw, batch: 3 }, daily, rolling])
    world.apply(world.plan(), { killBefore: 'raw_data.flights@2013-01-07' })
    expect(says(world)[0]).toBe('raw_data.flights 2013-01-07..2013-01-09 never-built')
  })

  it('is the same for the same request', () => {
    const world = flightsWorld()
    expect(world.plan()).toEqual(world.plan())
  })

  it('is plain data that survives JSON', () => {
    const world = flightsWorld()
    const planned = world.plan()
    expect(JSON.parse(JSON.stringify(planned))).toEqual(planned)
  })
})

describe('a change of the input', () => {
  it('rebuilds what reads it for certain, and what reads that if it changed', () => {
    const world = built(flightsWorld())
    world.file('source.bts.flights', day('2013-01-05'), 'late rows')
    expect(says(world)).toEqual([
      'raw_data.flights 2013-01-04..2013-01-05 source-changed source.bts.flights',
      'analytics.daily 2013-01-04..2013-01-05 if-changed: upstream-changed raw_data.flights',
      'analytics.rolling 2013-01-04..2013-01-07 if-changed: upstream-changed analytics.daily',
    ])
  })

  it('makes batches of neighbours with different reasons, but not of certain and if-changed ones', () => {
    const world = built(flightsWorld())
    world.file(flights.id, day('2013-01-10'), 'late rows')
    world.file(flights.id, day('2013-01-11'))
    const batches = world.plan().steps.map((step) => step.batches.map(({ id, parts }) => [id, parts.length]))
    expect(batches).toEqual([
      [['raw_data.flights@2013-01-09', 2]],
      [
        ['analytics.daily@2013-01-09', 1],
        ['analytics.daily@2013-01-10', 1],
      ],
      [
        ['analytics.rolling@2013-01-09', 1],
        ['analytics.rolling@2013-01-10', 1],
      ],
    ])
  })

  it('stops where the rows come out equal', () => {
    const world = built(flightsWorld())
    world.file('source.bts.flights', day('2013-01-05'), 'late rows')
    const rebuilt = world.apply(world.plan(), { build: ({ id }) => (id === daily.id ? 'equal' : 'changed') })
    expect(rebuilt.map((part) => part.split('@')[0])).toEqual([raw.id, raw.id, daily.id, daily.id])
    expect(says(world)).toEqual([])
  })

  it('is not forgotten when the run is killed', () => {
    const world = built(flightsWorld())
    world.file('source.bts.flights', day('2013-01-05'), 'late rows')
    world.apply(world.plan(), { killBefore: 'analytics.daily@2013-01-04' })
    expect(says(world)).toEqual([
      'analytics.daily 2013-01-04..2013-01-05 upstream-changed raw_data.flights',
      'analytics.rolling 2013-01-04..2013-01-07 if-changed: upstream-changed analytics.daily',
    ])
  })

  it('reaches partitions before the file when rows may come late', () => {
    const late = fileSource('source.bts.flights', { lateBy: 1 })
    const world = built(flightsWorld([raw], [late]))
    world.file(late.id, day('2013-01-05'), 'late rows')
    expect(says(world)).toEqual(['raw_data.flights 2013-01-03..2013-01-05 source-changed source.bts.flights'])
  })

  it('extends what is due when a new file comes', () => {
    const world = built(flightsWorld([raw]))
    world.file(flights.id, day('2013-01-11'))
    expect(says(world)).toEqual(['raw_data.flights 2013-01-10..2013-01-10 never-built'])
  })

  it('of a table’s whole upstream rebuilds the table', () => {
    const table = model('analytics.routes', { inputs: [wholeOf('raw_data.flights')] })
    const world = built(flightsWorld([raw, table]))
    world.file(flights.id, day('2013-01-05'), 'late rows')
    expect(says(world)[1]).toBe('analytics.routes if-changed: upstream-changed raw_data.flights')
    world.apply(world.plan(), { killBefore: 'analytics.routes' })
    expect(says(world)).toEqual(['analytics.routes upstream-changed raw_data.flights'])
  })
})

describe('absence', () => {
  it('is never a change: a vanished file keeps what was built from it, and is shown', () => {
    const world = built(flightsWorld())
    world.deleteFile(flights.id, day('2013-01-05'))
    expect(says(world)).toEqual(['raw_data.flights 2013-01-04..2013-01-05 kept: input-gone source.bts.flights 1'])
  })

  it('protects rows even when other inputs or the code changed', () => {
    const world = built(flightsWorld([raw]))
    world.deleteFile(flights.id, day('2013-01-05'))
    world.file(flights.id, day('2013-01-06'), 'late rows')
    world.replace({ ...raw, fingerprint: 'new' })
    expect(says(world, { onCodeChange: 'rebuild' })).toEqual([
      'raw_data.flights 2013-01-01..2013-01-03 code-changed',
      'raw_data.flights 2013-01-06..2013-01-06 source-changed source.bts.flights',
      'raw_data.flights 2013-01-07..2013-01-09 code-changed',
      'raw_data.flights 2013-01-04..2013-01-05 kept: input-gone source.bts.flights 1',
    ])
  })

  it('is overcome by --force with --yes, and refused with what would be lost without it', () => {
    const world = built(flightsWorld([raw]))
    world.deleteFile(flights.id, day('2013-01-05'))
    const refused = world.check({ force: true })
    expect(refused.value).toBeUndefined()
    expect(refused.diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['rows-would-be-lost', 'rebuilding raw_data.flights 2013-01-04 … 2013-01-05 would lose rows whose input is gone'],
    ])
    world.apply(world.plan({ force: true, yes: true }))
    expect(says(world)).toEqual([])
  })

  it('does not keep a partition from being built for the first time', () => {
    const world = flightsWorld([raw])
    world.deleteFile(flights.id, day('2013-01-05'))
    expect(says(world)).toEqual(['raw_data.flights 2013-01-01..2013-01-09 never-built'])
  })

  it('of a whole input is no reason, and does not protect', () => {
    const airlines = fileSource('source.ref.airlines', { grid: null })
    const table = model('raw_data.airlines', { inputs: [wholeOf(airlines.id)] })
    const world = new World(later, [table], [airlines])
    world.file(airlines.id, 1)
    world.file(airlines.id, 2)
    built(world)
    world.deleteFile(airlines.id, 1)
    expect(says(world)).toEqual([])
    world.replace({ ...table, fingerprint: 'new' })
    expect(says(world)).toEqual(['raw_data.airlines code-changed'])
  })

  it('of a partition that was retired is wanted: nothing builds it again but --force of a window', () => {
    const world = built(flightsWorld([raw]))
    const row = world.store(raw.id).rows.get(day('2013-01-01'))
    if (row) world.store(raw.id).rows.set(day('2013-01-01'), { ...row, retired: true })
    world.replace({ ...raw, fingerprint: 'new', begin: day('2013-01-01') })
    expect(says(world, { onCodeChange: 'rebuild' })).toEqual(['raw_data.flights 2013-01-02..2013-01-09 code-changed'])
    expect(says(world, { force: true })).toEqual(['raw_data.flights 2013-01-02..2013-01-09 requested'])
    expect(says(world, { force: true, from: '2013-01-01' })).toEqual([
      'raw_data.flights 2013-01-01..2013-01-09 requested',
    ])
  })

  it('of retired partitions is no reason either', () => {
    const world = built(flightsWorld([raw, daily]))
    const { rows } = world.store(raw.id)
    world.store(daily.id).head = undefined
    for (const ordinal of [day('2013-01-01'), day('2013-01-02')]) {
      const row = rows.get(ordinal)
      if (row) rows.set(ordinal, { ...row, retired: true })
    }
    expect(says(world)).toEqual(['analytics.daily 2013-01-01..2013-01-02 kept: input-gone raw_data.flights 1'])
  })
})

describe('what failed', () => {
  const checked = [assertion(raw.id, 'not_null(carrier)')]

  function failedWorld(): World {
    const world = flightsWorld()
    world.assertions = checked
    const fails = day('2013-01-05')
    world.apply(world.plan(), {
      build: ({ id }, ordinal) => (id === raw.id && ordinal === fails ? { failed: 'not_null(carrier)' } : 'changed'),
      killBefore: 'analytics.daily@2013-01-01',
    })
    return world
  }

  it('is still failing until something moves, and blocks only what reads it', () => {
    expect(says(failedWorld())).toEqual([
      'analytics.daily 2013-01-01..2013-01-04 never-built',
      'analytics.daily 2013-01-06..2013-01-09 never-built',
      'analytics.rolling 2013-01-01..2013-01-04 never-built',
      'analytics.rolling 2013-01-08..2013-01-09 never-built',
      'raw_data.flights 2013-01-05..2013-01-05 kept: still-failing not_null(carrier) assertion-failed',
      'analytics.daily 2013-01-05..2013-01-05 kept: blocked-by raw_data.flights true',
      'analytics.rolling 2013-01-05..2013-01-07 kept: blocked-by analytics.daily true',
    ])
  })

  it.each<[string, (world: World) => void]>([
    ['its input changed', (world) => world.file(flights.id, day('2013-01-06'), 'mended')],
    ['its code changed', (world) => world.replace({ ...raw, fingerprint: 'mended' })],
    ['the assertion changed', (world) => (world.assertions = [assertion(raw.id, 'other')])],
    ['the assertion no longer blocks', (world) => (world.assertions = checked.map((a) => ({ ...a, blocking: false })))],
  ])('is tried again when %s', (_, mend) => {
    const world = failedWorld()
    mend(world)
    expect(says(world)).toContain('raw_data.flights 2013-01-05..2013-01-05 never-built')
  })

  it('is tried again when asked for', () => {
    expect(says(failedWorld(), { retryFailed: true })).toContain(
      'raw_data.flights 2013-01-05..2013-01-05 previous-failed',
    )
  })

  it('keeps its old rows and does not block when it was published before', () => {
    const world = built(flightsWorld())
    world.assertions = checked
    world.file(flights.id, day('2013-01-05'), 'late rows')
    world.apply(world.plan(), { build: ({ id }) => (id === raw.id ? { failed: 'not_null(carrier)' } : 'changed') })
    expect(says(world)).toEqual([
      'raw_data.flights 2013-01-04..2013-01-05 kept: still-failing not_null(carrier) assertion-failed',
    ])
    world.replace({ ...raw, fingerprint: 'mended' })
    expect(says(world)[0]).toBe('raw_data.flights 2013-01-04..2013-01-05 source-changed source.bts.flights')
  })

  it('is tried again by the code’s own change, also where the published rows give no reason', () => {
    const world = built(flightsWorld([raw]))
    world.assertions = checked
    world.apply(world.plan({ force: true, partition: '2013-01-05' }), {
      build: () => ({ failed: 'not_null(carrier)' }),
    })
    expect(says(world)).toEqual([
      'raw_data.flights 2013-01-05..2013-01-05 kept: still-failing not_null(carrier) assertion-failed',
    ])
    world.replace({ ...raw, fingerprint: 'mended' })
    expect(says(world)[0]).toMatch(/^raw_data.flights 2013-01-05..2013-01-05 code-changed/)
  })

  it('is tried again with the file that it was published from, since it was refused with another', () => {
    const world = built(flightsWorld([raw]))
    world.assertions = checked
    const at = day('2013-01-05')
    world.file(flights.id, at, 'wrong delivery')
    world.apply(world.plan(), { build: () => ({ failed: 'row_count' }) })
    world.file(flights.id, at)
    expect(says(world)[0]).toBe('raw_data.flights 2013-01-04..2013-01-05 source-changed source.bts.flights')
  })

  it.each(['planned', 'interrupted', 'engine-error'] as const)(
    'is tried again by every run when it was %s',
    (status) => {
      const world = built(flightsWorld([raw]))
      const at = day('2013-01-03')
      world.store(raw.id).outcomes.set(at, {
        start: at,
        end: at + 1,
        status,
        inputs: [],
        fingerprint: raw.fingerprint,
        assertions: [],
        message: 'killed',
        at: later,
      })
      expect(says(world)).toEqual(['raw_data.flights 2013-01-03..2013-01-03 previous-failed'])
    },
  )
})

describe('what is not selected', () => {
  it('is not built, and what reads its holes is blocked without being a failure', () => {
    const world = flightsWorld([raw, daily])
    expect(says(world, { selected: [daily.id] })).toEqual([
      'analytics.daily 2013-01-01..2013-01-09 kept: blocked-by raw_data.flights false',
      'raw_data.flights 2013-01-01..2013-01-09 kept: not-selected',
    ])
  })

  it('does not block where it was published, however stale', () => {
    const world = flightsWorld([raw, daily])
    world.apply(world.plan({ selected: [raw.id] }))
    world.file(flights.id, day('2013-01-05'), 'late rows')
    expect(says(world, { selected: [daily.id] })).toEqual(['analytics.daily 2013-01-01..2013-01-09 never-built'])
  })

  it('blocks a table that reads a relation which does not exist', () => {
    const table = model('analytics.routes', { inputs: [wholeOf('analytics.airlines')] })
    const world = new World(later, [model('analytics.airlines'), table])
    expect(says(world, { selected: [table.id] })).toEqual([
      'analytics.routes kept: blocked-by analytics.airlines false',
      'analytics.airlines kept: not-selected',
    ])
  })

  it('blocks a table that reads a relation which elt never published', () => {
    const table = model('analytics.routes', { inputs: [wholeOf('analytics.airlines')] })
    const world = new World(later, [model('analytics.airlines'), table])
    world.columns.set('analytics.airlines', [])
    expect(says(world, { selected: [table.id] })[0]).toBe('analytics.routes kept: blocked-by analytics.airlines false')
  })

  it('shows the holes that an unpartitioned reader is built over', () => {
    const table = model('analytics.routes', { inputs: [wholeOf(raw.id)] })
    const world = flightsWorld([raw, table])
    world.apply(world.plan({ selected: [raw.id], to: '2013-01-08' }))
    expect(says(world, { selected: [table.id] })).toEqual([
      'analytics.routes never-built',
      'raw_data.flights 2013-01-08..2013-01-09 kept: not-selected',
    ])
  })

  it('is blocked by a relation that somebody dropped', () => {
    const world = built(flightsWorld([raw, daily]))
    world.drop(raw.id)
    world.replace({ ...daily, fingerprint: 'new' })
    expect(says(world, { selected: [daily.id], onCodeChange: 'rebuild' })).toEqual([
      'analytics.daily 2013-01-01..2013-01-09 kept: blocked-by raw_data.flights false',
      'raw_data.flights 2013-01-01..2013-01-09 kept: not-selected',
    ])
  })
})

describe('code', () => {
  it('that changed leaves old partitions as they are, and counts them', () => {
    const world = built(flightsWorld([raw]))
    world.replace({ ...raw, fingerprint: 'new' })
    world.file(flights.id, day('2013-01-11'))
    expect(says(world)).toEqual([
      'raw_data.flights 2013-01-10..2013-01-10 never-built',
      'raw_data.flights 2013-01-01..2013-01-09 kept: older-code-kept',
    ])
  })

  it.each([
    ['the target says so', {}, { onCodeChange: 'rebuild' as const }],
    ['the model says so', { onCodeChange: 'rebuild' as const }, {}],
    ['it is asked for', {}, { rebuildOlderCode: true }],
  ])('that changed rebuilds them when %s', (_, config, options) => {
    const changed = { ...raw, fingerprint: 'new', config: { ...raw.config, ...config } }
    const world = built(flightsWorld([raw]))
    world.replace(changed)
    expect(says(world, options)).toEqual(['raw_data.flights 2013-01-01..2013-01-09 code-changed'])
  })

  it('of the model wins over the target’s default', () => {
    const world = built(flightsWorld([raw]))
    world.replace({ ...raw, fingerprint: 'new', config: { ...raw.config, onCodeChange: 'keep' } })
    expect(says(world, { onCodeChange: 'rebuild' })).toEqual([
      'raw_data.flights 2013-01-01..2013-01-09 kept: older-code-kept',
    ])
  })

  it('of a table always rebuilds it', () => {
    const table = model('analytics.routes')
    const world = built(new World(later, [table]))
    world.replace({ ...table, fingerprint: 'new' })
    expect(says(world)).toEqual(['analytics.routes code-changed'])
  })
})

describe('a reference edge', () => {
  const airlines = fileSource('source.ref.airlines', { grid: null })
  const dimension = model('raw_data.airlines', { inputs: [wholeOf(airlines.id)] })

  function named(onChange: 'keep' | 'rebuild'): World {
    const reader = model('analytics.named', {
      grid: newYorkDays,
      inputs: [windowOn(raw.id, newYorkDays), referenceTo(dimension.id, onChange)],
    })
    const world = flightsWorld([raw, dimension, reader])
    world.sources = [flights, airlines]
    world.file(airlines.id, undefined, 'a')
    built(world)
    world.file(airlines.id, undefined, 'b')
    return world
  }

  it('reopens nothing by default; what was built with the older one is counted', () => {
    const world = named('keep')
    expect(says(world)).toEqual(['raw_data.airlines source-changed source.ref.airlines'])
    built(world)
    expect(says(world)).toEqual(['analytics.named 2013-01-01..2013-01-09 kept: older-reference-kept raw_data.airlines'])
  })

  it('gives new partitions the newest, and makes them wait for it', () => {
    const world = named('keep')
    world.file(flights.id, day('2013-01-11'))
    const planned = world.plan()
    expect(planned.steps.at(-1)?.batches).toMatchObject([
      { id: 'analytics.named@2013-01-10', waitsFor: ['raw_data.airlines', 'raw_data.flights@2013-01-10'] },
    ])
  })

  it('reopens everything when it says so', () => {
    const world = named('rebuild')
    expect(says(world)).toEqual([
      'raw_data.airlines source-changed source.ref.airlines',
      'analytics.named 2013-01-01..2013-01-09 if-changed: upstream-changed raw_data.airlines',
    ])
    world.apply(world.plan(), { killBefore: 'analytics.named@2013-01-01' })
    expect(says(world)).toEqual(['analytics.named 2013-01-01..2013-01-09 upstream-changed raw_data.airlines'])
  })
})

describe('a relation that somebody dropped', () => {
  it('is built again whole', () => {
    const world = built(flightsWorld([raw, daily]))
    world.drop(raw.id)
    expect(says(world)).toEqual([
      'raw_data.flights 2013-01-01..2013-01-09 relation-missing',
      'analytics.daily 2013-01-01..2013-01-09 if-changed: upstream-changed raw_data.flights',
    ])
  })

  it('has no rows left to protect', () => {
    const world = built(flightsWorld([raw]))
    world.deleteFile(flights.id, day('2013-01-05'))
    world.drop(raw.id)
    expect(says(world)).toEqual(['raw_data.flights 2013-01-01..2013-01-09 relation-missing'])
  })
})

describe('a source whose changes cannot be seen', () => {
  const unseen = fileSource('source.bts.flights', { changeSignal: 'none' })
  const status = { ...raw, settled: "status = 'landed'", config: { ...raw.config, giveUpAfterDays: 5 } }
  const openOn = (...dates: string[]) => ({
    settled: (_: unknown, ordinal: number) => !dates.map((text) => day(text)).includes(ordinal),
  })

  it('is polled while the partition is open, and no longer when it is settled', () => {
    const world = flightsWorld([status], [unseen])
    world.apply(world.plan(), openOn('2013-01-07', '2013-01-08'))
    expect(says(world)).toEqual(['raw_data.flights 2013-01-07..2013-01-08 polls open'])
    world.apply(world.plan(), openOn('2013-01-08'))
    expect(says(world)).toEqual(['raw_data.flights 2013-01-08..2013-01-08 polls open'])
    world.apply(world.plan())
    expect(says(world)).toEqual([])
  })

  it('is given up after a while, and reported as stuck', () => {
    const world = flightsWorld([status], [unseen])
    world.apply(world.plan(), openOn('2013-01-03', '2013-01-04', '2013-01-05'))
    // Due to the end of 01-09: five days later than the end of 01-04.
    expect(says(world)).toEqual([
      'raw_data.flights 2013-01-04..2013-01-05 polls open',
      'raw_data.flights 2013-01-03..2013-01-03 kept: stuck 5',
    ])
  })

  it('is polled for the newest partitions of a lookback', () => {
    const world = built(flightsWorld([{ ...raw, config: { ...raw.config, lookback: 2 } }], [unseen]))
    expect(says(world)).toEqual(['raw_data.flights 2013-01-08..2013-01-09 polls lookback'])
  })

  it('is not noticed to change elsewhere', () => {
    const world = built(flightsWorld([raw], [unseen]))
    world.file(unseen.id, day('2013-01-05'), 'late rows')
    expect(says(world)).toEqual([])
  })

  it('still protects what was built from a file that is gone', () => {
    const world = built(flightsWorld([{ ...raw, config: { ...raw.config, lookback: 2 } }], [unseen]))
    world.deleteFile(unseen.id, day('2013-01-10'))
    expect(says(world)).toEqual([
      'raw_data.flights 2013-01-08..2013-01-08 polls lookback',
      'raw_data.flights 2013-01-09..2013-01-09 kept: input-gone source.bts.flights 1',
    ])
  })

  it('is polled by every run of a table', () => {
    const table = model('raw_data.airlines', { inputs: [wholeOf(unseen.id)] })
    const world = built(new World(later, [table], [unseen]))
    expect(says(world)).toEqual(['raw_data.airlines polls unpartitioned'])
  })

  it('makes nothing poll that reads it through a model', () => {
    const reader = { ...daily, settled: 'true' }
    const world = flightsWorld([raw, reader], [unseen])
    world.apply(world.plan(), { settled: () => false })
    expect(says(world)).toEqual(['analytics.daily 2013-01-01..2013-01-09 kept: waiting'])
  })
})

describe('an open partition whose inputs all signal', () => {
  it('waits, and is built when one of them changes', () => {
    const world = flightsWorld([{ ...raw, settled: 'true' }])
    world.apply(world.plan(), { settled: (_, ordinal) => ordinal !== day('2013-01-08') })
    expect(says(world)).toEqual(['raw_data.flights 2013-01-08..2013-01-08 kept: waiting'])
    world.file(flights.id, day('2013-01-08'), 'late rows')
    expect(says(world)).toContain('raw_data.flights 2013-01-07..2013-01-08 source-changed source.bts.flights')
  })
})

describe('the clock', () => {
  it('leaves alone a partition that has not ended, or that reads one which has not', () => {
    // 2013-01-09 22:00 in New York; the UTC file of 01-10 is still being written.
    const world = flightsWorld([raw], [flights], instant('2013-01-10T03:00:00Z'))
    expect(world.plan().due[raw.id]).toEqual({ start: day('2013-01-01'), end: day('2013-01-09') })
    // 01-09 has ended in New York, but not the UTC day that it reads last.
    world.now = instant('2013-01-10T12:00:00Z')
    expect(world.plan().due[raw.id]?.end).toBe(day('2013-01-09'))
    world.now = instant('2013-01-11T00:00:00Z')
    expect(world.plan().due[raw.id]?.end).toBe(day('2013-01-10'))
  })

  it('leaves alone what reads a partition that is not due itself', () => {
    const world = flightsWorld([raw, daily], [flights], instant('2013-01-10T12:00:00Z'))
    // 01-09 is over in New York, but flights of it are still being written: an empty day would be published.
    expect(says(world)).toEqual([
      'raw_data.flights 2013-01-01..2013-01-08 never-built',
      'analytics.daily 2013-01-01..2013-01-08 never-built',
    ])
  })

  it('waits for partitions read ahead only as far as the upstream goes', () => {
    const ahead = model('analytics.ahead', { grid: newYorkDays, inputs: [windowOn(raw.id, newYorkDays, { after: 2 })] })
    const world = flightsWorld([raw, ahead])
    expect(world.plan().due[ahead.id]).toEqual({ start: day('2013-01-01'), end: day('2013-01-10') })
    const going = { ...raw, inputs: [], begin: day('2013-01-01') }
    const open = new World(instant('2013-01-10T12:00:00Z'), [going, ahead])
    expect(open.plan().due[raw.id]?.end).toBe(day('2013-01-10'))
    expect(open.plan().due[ahead.id]?.end).toBe(day('2013-01-08'))
  })

  it('builds the partition it is in when partial ones are allowed, and once more when it has ended', () => {
    const partial = model('analytics.live', {
      grid: newYorkDays,
      begin: day('2013-01-01'),
      config: { allowPartial: true },
    })
    const world = new World(instant('2013-01-03T15:00:00Z'), [partial])
    expect(says(world)).toEqual(['analytics.live 2013-01-01..2013-01-03 never-built'])
    built(world)
    world.now = instant('2013-01-03T20:00:00Z')
    expect(says(world)).toEqual([])
    world.now = instant('2013-01-04T06:00:00Z')
    expect(says(world)).toEqual([
      'analytics.live 2013-01-03..2013-01-03 partial',
      'analytics.live 2013-01-04..2013-01-04 never-built',
    ])
  })
})

describe('begin and end', () => {
  const months = { unit: 'month' as const, timeZone: 'America/New_York' }
  const monthly = model('raw_data.monthly', { grid: months, inputs: [windowOn('source.bts.flights', utcDays)] })
  const january = { ...monthly, begin: day('2013-01', months) }
  const filled = (start: string, end: string, models: World['models']) => {
    const world = new World(instant('2013-05-01T12:00:00Z'), models, [flights])
    world.fill(flights.id, { start: day(start), end: day(end) })
    return says(world)
  }

  it('a beginning before the files takes in a partition that they cover only from there', () => {
    expect(filled('2013-01-02', '2013-02-03', [monthly])).toEqual([])
    expect(filled('2013-01-02', '2013-02-03', [january])).toEqual(['raw_data.monthly 2013-01..2013-01 never-built'])
    expect(filled('2013-01-02', '2013-01-20', [january])).toEqual([])
  })

  it('an end makes no partitions where nothing begins', () => {
    expect(filled('2013-01-01', '2013-01-20', [{ ...monthly, end: day('2013-02', months) }])).toEqual([])
    expect(filled('2013-01-01', '2013-01-01', [{ ...raw, end: day('2013-02-01') }])).toEqual([])
  })

  it('come from the config before anything else', () => {
    const bounded = { ...raw, begin: day('2013-01-03'), end: day('2013-01-05') }
    expect(says(flightsWorld([bounded]))).toEqual(['raw_data.flights 2013-01-03..2013-01-04 never-built'])
  })

  it('are never less than what is published', () => {
    const world = built(flightsWorld([raw, daily]))
    for (let at = day('2013-01-01'); at < day('2013-01-04'); at++) world.files.delete(`source.bts.flights/${at}`)
    expect(world.plan().due[raw.id]?.start).toBe(day('2013-01-01'))
  })

  it('are required where nothing gives them', () => {
    const lost = model('analytics.lost', { grid: newYorkDays, inputs: [referenceTo(raw.id)] })
    const { value, diagnostics } = flightsWorld([raw, lost]).check()
    expect(value).toBeUndefined()
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['begin-required', 'analytics.lost does not say with which day it begins'],
    ])
    expect(diagnostics[0]?.location?.path).toBe('models/m.sql')
  })

  it('of a source without files leave nothing to build', () => {
    expect(says(new World(later, [raw], [flights]))).toEqual([])
  })
})

describe('a table that elt did not make', () => {
  it('is no place for a model, and no obstacle to others', () => {
    const world = flightsWorld([raw, daily])
    const relations = [{ ...raw.relation, kind: 'table' as const, columns: [] }]
    world.catalog = () => ({ relations })
    const { value, diagnostics } = world.check()
    expect(value).toBeUndefined()
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['foreign-relation', 'raw_data.flights exists already in the warehouse, and was not made by elt'],
    ])
  })
})

describe('partitioning that changed', () => {
  it('is refused while the relation stands', () => {
    const world = built(flightsWorld([raw]))
    world.replace({ ...raw, partitioning: { column: 'day', type: 'date', grid: utcDays } })
    const { diagnostics } = world.check()
    expect(diagnostics.map(({ code, label }) => [code, label])).toEqual([
      ['partitioning-changed', 'is by day of day in UTC, was built by day of day in America/New_York'],
    ])
    world.drop(raw.id)
    expect(world.check().diagnostics).toEqual([])
  })

  it('of a partitioned model that becomes a view is refused: its history may be gone', () => {
    const world = built(flightsWorld([raw, daily]))
    world.replace({ ...daily, config: { ...daily.config, materialized: 'view' } })
    const catalog = world.catalog()
    const relations = catalog.relations.map((relation) => ({ ...relation, kind: 'table' as const }))
    world.catalog = () => ({ relations })
    expect(world.check().diagnostics.map(({ code, label }) => [code, label])).toEqual([
      ['partitioning-changed', 'is a view, was built by day of day in America/New_York'],
    ])
  })

  it('is no obstacle to a view that becomes partitioned', () => {
    const world = built(flightsWorld([raw, model(daily.id, { materialized: 'view', dependsOn: [raw.id] })]))
    world.replace(daily)
    world.drop(daily.id)
    expect(says(world)).toEqual(['analytics.daily 2013-01-01..2013-01-09 relation-missing'])
  })

  it('of a table that becomes partitioned is refused as well', () => {
    const world = built(new World(later, [model('analytics.a')]))
    world.replace(model('analytics.a', { grid: utcDays, begin: 0 }))
    expect(world.check().diagnostics.map(({ code }) => code)).toEqual(['partitioning-changed'])
  })
})
