import { describe, expect, it } from 'vitest'
import { renderDiagnostic } from '../diagnostics/index.ts'
import type { PlanOptions } from './plan.ts'
import { day, instant, lines, model, newYorkDays, World, wholeOf, windowOn } from './testing.ts'

const months = { unit: 'month' as const, timeZone: 'America/New_York' }
const hours = { unit: 'hour' as const, timeZone: 'UTC' }
const daily = model('analytics.daily', { grid: newYorkDays, begin: day('2013-01-10') })
const monthly = model('analytics.monthly', { grid: months, begin: day('2013-01', months) })
const hourly = model('analytics.hourly', { grid: hours, begin: day('2013-03-01', hours) })
const routes = model('analytics.routes', { inputs: [wholeOf(daily.id)] })
const now = instant('2013-03-20T12:00:00Z')

const says = (options: Partial<PlanOptions>, models = [daily, monthly]) => {
  const world = new World(now, models)
  return lines(world, world.plan(options))
}

const refusal = (options: Partial<PlanOptions>, models = [daily, monthly]) => {
  const { value, diagnostics } = new World(now, models).check(options)
  expect(value).toBeUndefined()
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n')
}

describe('--from and --to', () => {
  it('take, of each model, the partitions that overlap the window', () => {
    expect(says({ from: '2013-01-20', to: '2013-02-10' })).toEqual([
      'analytics.daily 2013-01-20..2013-02-09 never-built',
      'analytics.monthly 2013-01..2013-02 never-built',
    ])
  })

  it('end just before `--to`', () => {
    expect(says({ from: '2013-01', to: '2013-02' })).toEqual([
      'analytics.daily 2013-01-10..2013-01-31 never-built',
      'analytics.monthly 2013-01..2013-01 never-built',
    ])
  })

  it('may stand alone', () => {
    expect(says({ to: '2013-01-12' })[0]).toBe('analytics.daily 2013-01-10..2013-01-11 never-built')
    expect(says({ from: '2013-03-18' })[0]).toBe('analytics.daily 2013-03-18..2013-03-19 never-built')
  })

  it('leave unpartitioned models as they are', () => {
    expect(says({ from: '2013-03-18' }, [daily, routes])).toContain('analytics.routes never-built')
  })

  it('reach hours, in UTC', () => {
    expect(says({ from: '2013-03-02T22', to: '2013-03-03' }, [hourly])).toEqual([
      'analytics.hourly 2013-03-02T22:00Z..2013-03-02T23:00Z never-built',
    ])
  })
})

describe('a model of hours', () => {
  const newYorkHours = { unit: 'hour' as const, timeZone: 'America/New_York' }
  const local = model('analytics.local', { grid: newYorkHours, begin: day('2013-03-01', newYorkHours) })

  it('begins at the local midnight of its `begin`', () => {
    expect(says({ partition: '2013-03-01T05' }, [local])).toEqual([
      'analytics.local 2013-03-01T05:00Z..2013-03-01T05:00Z never-built',
    ])
    expect(refusal({ partition: '2013-03-01T04' }, [local])).toContain('window-outside')
  })

  it('has the hours of a local date, 23 of them where clocks go forward', () => {
    expect(says({ partition: '2013-03-09' }, [local])).toEqual([
      'analytics.local 2013-03-09T05:00Z..2013-03-10T04:00Z never-built',
    ])
    expect(says({ partition: '2013-03-10' }, [local])).toEqual([
      'analytics.local 2013-03-10T05:00Z..2013-03-11T03:00Z never-built',
    ])
  })

  it('has every hour that a day of a zone of half hours touches', () => {
    const kathmandu = { unit: 'hour' as const, timeZone: 'Asia/Kathmandu' }
    const hourly = model('analytics.k', { grid: kathmandu, begin: day('2013-03-01', kathmandu) })
    expect(says({ from: '2013-03-02', to: '2013-03-03' }, [hourly])).toEqual([
      'analytics.k 2013-03-01T18:00Z..2013-03-02T18:00Z never-built',
    ])
  })

  it('gives a day that is asked for by an hour in UTC', () => {
    expect(says({ partition: '2013-02-05T03' }, [daily])).toEqual([
      'analytics.daily 2013-02-04..2013-02-04 never-built',
    ])
  })
})

describe('--partition', () => {
  it('is every partition that overlaps the period named', () => {
    expect(says({ partition: '2013-02-05' })).toEqual([
      'analytics.daily 2013-02-05..2013-02-05 never-built',
      'analytics.monthly 2013-02..2013-02 never-built',
    ])
    expect(says({ partition: '2013-02' })[0]).toBe('analytics.daily 2013-02-01..2013-02-28 never-built')
    expect(says({ partition: '2013' })[0]).toBe('analytics.daily 2013-01-10..2013-03-19 never-built')
  })

  it('builds again only what it names, when forced', () => {
    const world = new World(now, [daily])
    world.apply(world.plan())
    expect(lines(world, world.plan({ partition: '2013-02-05', force: true }))).toEqual([
      'analytics.daily 2013-02-05..2013-02-05 requested',
    ])
  })
})

describe('a model that is narrowed', () => {
  it('is not recorded as complete', () => {
    const world = new World(now, [daily])
    expect(world.plan({ to: '2013-02' }).heads).toEqual({})
    expect(world.plan().heads).toEqual({ 'analytics.daily': {} })
  })

  it('blocks readers of what was left out', () => {
    const reader = model('analytics.rolling', {
      grid: newYorkDays,
      inputs: [windowOn(daily.id, newYorkDays, { before: 1 })],
    })
    const world = new World(now, [daily, reader])
    world.apply(world.plan({ selected: [daily.id], to: '2013-01-20' }))
    expect(lines(world, world.plan({ from: '2013-03-01' }))).toEqual([
      'analytics.daily 2013-03-01..2013-03-19 never-built',
      'analytics.rolling 2013-03-02..2013-03-19 never-built',
      'analytics.rolling 2013-03-01..2013-03-01 kept: blocked-by analytics.daily false',
    ])
  })
})

describe('a window that is a mistake', () => {
  it('is refused when it is no date', () => {
    expect(refusal({ from: '2013-02-30' })).toBe(`error[invalid-partition]: --from 2013-02-30 is no date
note: nothing was built
help: write a date that the calendar has: \`--from 2013-01-31\`, \`--from 2013-01\` or \`--from 2013\``)
    expect(refusal({ partition: 'yesterday', selected: [daily.id] })).toContain('--partition yesterday is no date')
  })

  it('tells of every bad date at once', () => {
    expect(refusal({ from: 'x', to: 'y' }).match(/error\[invalid-partition\]/g)).toHaveLength(2)
  })

  it('is refused when it is reversed or empty', () => {
    expect(refusal({ from: '2013-02-01', to: '2013-01-01' })).toBe(
      `error[reversed-window]: the window from 2013-02-01 to 2013-01-01 is empty
why: \`--to\` is exclusive: the window ends just before it
note: nothing was built
help: \`--from 2013-01-01 --to 2013-02-01\` builds what lies between`,
    )
    expect(refusal({ from: '2013-02-01', to: '2013-02-01' })).toContain(
      '`--partition 2013-02-01` builds 2013-02-01 alone',
    )
  })

  it('is refused when it contradicts --partition', () => {
    expect(refusal({ from: '2013-02-01', partition: '2013-02-01' })).toContain(
      'error[window-and-partition]: --partition and --from cannot be used together',
    )
  })

  it('is refused when no selected model has a partition there', () => {
    expect(refusal({ partition: '2012-12-31' })).toBe(
      `error[window-outside]: no selected model has a partition in 2012-12-31
why: analytics.daily has the partitions 2013-01-10 to 2013-03-20
note: nothing was built
help: choose a date from 2013-01-10 to 2013-03-20, or change \`begin\` and \`end\` of the model`,
    )
  })

  it('is refused when nothing in it is due', () => {
    expect(refusal({ partition: '2013-03-20' }, [daily])).toBe(
      `error[window-not-due]: no partition in 2013-03-20 is due yet
why: a partition is due when it has ended and everything it reads has ended; of analytics.daily the last due is 2013-03-19
note: nothing was built
help: wait until the partition has ended, or set \`allow_partial=true\` in the model to build the one that the clock is in`,
    )
    expect(refusal({ from: '2014-01-01', to: '2014-02-01' })).toContain(
      'error[window-not-due]: no partition in the window from 2014-01-01 to 2014-02-01 is due yet',
    )
  })

  it('is a warning when nothing selected is partitioned', () => {
    const { value, diagnostics } = new World(now, [model('analytics.routes')]).check({ to: '2013-02-01' })
    expect(value?.steps).toHaveLength(1)
    expect(diagnostics.map(({ message, severity }) => [severity, message])).toEqual([
      ['warning', '--to has no effect: no selected model is partitioned'],
    ])
  })
})
