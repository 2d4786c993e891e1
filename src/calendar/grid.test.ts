import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  contained,
  type Grid,
  instantsOf,
  isTimeZone,
  ordinalAt,
  overlapping,
  parsePartition,
  partitionKey,
  partitionsIn,
  startDate,
  startInstant,
  type Unit,
  units,
} from './index.ts'

const hour = 3_600_000

/** Zones that do what naive arithmetic gets wrong: see the named cases below. */
const zones = [
  'UTC',
  'America/New_York',
  'Asia/Seoul',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Asia/Kathmandu',
]

const days = (timeZone: string): Grid => ({ unit: 'day', timeZone })
const day = (text: string): number => parsePartition(days('UTC'), text) ?? Number.NaN

const grid = fc.record({ unit: fc.constantFrom<Unit>(...units), timeZone: fc.constantFrom(...zones) })
/** 1984 to 2040: every rule of the zones above, Seoul's summer time of 1987 and 1988 included. */
const instant = fc.integer({ min: Date.UTC(1984, 0, 1), max: Date.UTC(2040, 0, 1) })

const formats = new Map<string, Intl.DateTimeFormat>()

/** The local date of an instant, by ICU and not by the code under test. */
function localDate(timeZone: string, at: number): string {
  const known = formats.get(timeZone)
  const format =
    known ?? new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  formats.set(timeZone, format)
  return format.format(at)
}

describe('partitions of a grid', () => {
  it('tile time: every instant lies in the one that ordinalAt names, and in no other', () => {
    fc.assert(
      fc.property(grid, instant, (cut, at) => {
        const ordinal = ordinalAt(cut, at)
        expect(startInstant(cut, ordinal)).toBeLessThanOrEqual(at)
        expect(startInstant(cut, ordinal + 1)).toBeGreaterThan(at)
      }),
      { numRuns: 500 },
    )
  })

  it('hold exactly the instants of their local date', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (timeZone, at) => {
        const cut = days(timeZone)
        const ordinal = ordinalAt(cut, at)
        expect(startDate(cut, ordinal)).toBe(localDate(timeZone, at))
        const { start, end } = instantsOf(cut, { start: ordinal, end: ordinal + 1 })
        expect(localDate(timeZone, start)).toBe(localDate(timeZone, at))
        expect(localDate(timeZone, end - 1)).toBe(localDate(timeZone, at))
        expect(localDate(timeZone, start - 1)).not.toBe(localDate(timeZone, at))
      }),
      { numRuns: 500 },
    )
  })

  it('begin at an instant that ordinalAt maps back, unless the zone skipped the whole day', () => {
    fc.assert(
      fc.property(grid, instant, (cut, at) => {
        const ordinal = ordinalAt(cut, at)
        expect(ordinalAt(cut, startInstant(cut, ordinal))).toBe(ordinal)
        expect(ordinalAt(cut, startInstant(cut, ordinal) - 1)).toBeLessThan(ordinal)
      }),
      { numRuns: 300 },
    )
  })

  it('are named by keys that parse back', () => {
    fc.assert(
      fc.property(grid, instant, (cut, at) => {
        const ordinal = ordinalAt(cut, at)
        expect(parsePartition(cut, partitionKey(cut, ordinal))).toBe(ordinal)
      }),
      { numRuns: 300 },
    )
  })

  it('are named by keys that parse back in the first centuries as well', () => {
    for (const unit of ['day', 'month', 'year'] as const) {
      const cut: Grid = { unit, timeZone: 'UTC' }
      const ordinal = parsePartition(cut, '0050-06-01') ?? Number.NaN
      expect(parsePartition(cut, partitionKey(cut, ordinal))).toBe(ordinal)
    }
  })
})

describe('days', () => {
  const length = (timeZone: string, text: string): number => {
    const { start, end } = instantsOf(days(timeZone), { start: day(text), end: day(text) + 1 })
    return (end - start) / hour
  }

  it.each([
    ['America/New_York', '2013-03-10', 23],
    ['America/New_York', '2013-11-03', 25],
    ['America/New_York', '2013-07-04', 24],
    ['Asia/Seoul', '1988-05-08', 23],
    ['Asia/Seoul', '1988-10-09', 25],
    ['Asia/Seoul', '2024-03-10', 24],
    ['Australia/Lord_Howe', '2013-04-07', 24.5],
    ['Australia/Lord_Howe', '2013-10-06', 23.5],
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['America/Sao_Paulo', '2018-02-17', 25],
    ['Pacific/Apia', '2011-12-29', 24],
    ['Pacific/Apia', '2011-12-30', 0],
    ['Pacific/Apia', '2011-12-31', 24],
    ['UTC', '2024-02-29', 24],
  ])('in %s, %s has %d hours', (timeZone, text, hours) => {
    expect(length(timeZone, text)).toBe(hours)
  })

  it('begin at one o’clock where midnight is skipped', () => {
    const start = startInstant(days('America/Sao_Paulo'), day('2018-11-04'))
    expect(new Date(start).toISOString()).toBe('2018-11-04T03:00:00.000Z')
    expect(localDate('America/Sao_Paulo', start - 1)).toBe('2018-11-03')
  })

  it('begin once where clocks go back across midnight', () => {
    const cut = days('America/St_Johns')
    expect(localDate('America/St_Johns', Date.parse('2010-11-07T02:45:00Z'))).toBe('2010-11-06')
    expect(ordinalAt(cut, Date.parse('2010-11-07T02:29:59Z'))).toBe(day('2010-11-06'))
    expect(ordinalAt(cut, Date.parse('2010-11-07T02:45:00Z'))).toBe(day('2010-11-07'))
    expect(startInstant(cut, day('2010-11-07'))).toBe(Date.parse('2010-11-07T02:30:00Z'))
  })

  it('include the leap day, between its neighbours', () => {
    const [before, leap, after] = ['2024-02-28', '2024-02-29', '2024-03-01'].map(day)
    expect([before, after]).toEqual([(leap ?? 0) - 1, (leap ?? 0) + 1])
    expect(parsePartition(days('UTC'), '2023-02-29')).toBeUndefined()
  })
})

describe('months and years', () => {
  it('begin where their first day begins', () => {
    const first = startInstant(days('America/New_York'), day('2013-12-01'))
    expect(startInstant({ unit: 'month', timeZone: 'America/New_York' }, 43 * 12 + 11)).toBe(first)
    const newYear = startInstant(days('Asia/Seoul'), day('2013-01-01'))
    expect(startInstant({ unit: 'year', timeZone: 'Asia/Seoul' }, 43)).toBe(newYear)
  })
})

describe('overlapping and contained', () => {
  const range = fc.tuple(instant, fc.integer({ min: 1, max: 90 * 24 * hour })).map(([start, length]) => ({
    start,
    end: start + length,
  }))
  const cut = fc.record({ unit: fc.constantFrom<Unit>('day', 'month', 'year'), timeZone: fc.constantFrom(...zones) })

  it('overlapping is every partition that shares a moment, contained every one that lies wholly inside', () => {
    fc.assert(
      fc.property(cut, range, (chosen, asked) => {
        const shared = overlapping(chosen, asked)
        const inside = contained(chosen, asked)
        for (let ordinal = shared.start - 2; ordinal < shared.end + 2; ordinal++) {
          const { start, end } = instantsOf(chosen, { start: ordinal, end: ordinal + 1 })
          if (start === end) continue
          expect(ordinal >= shared.start && ordinal < shared.end).toBe(start < asked.end && end > asked.start)
          expect(ordinal >= inside.start && ordinal < inside.end).toBe(start >= asked.start && end <= asked.end)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('nothing overlaps an empty range', () => {
    const { start, end } = overlapping(days('UTC'), { start: 5 * hour, end: 5 * hour })
    expect(end - start).toBe(0)
  })
})

describe('parsePartition', () => {
  const month: Grid = { unit: 'month', timeZone: 'UTC' }

  it('takes what lies in the partition, or what begins with it', () => {
    expect(partitionKey(month, parsePartition(month, '2013-12-30') ?? 0)).toBe('2013-12')
    expect(partitionKey(days('UTC'), parsePartition(days('UTC'), '2013-12') ?? 0)).toBe('2013-12-01')
    const hours: Grid = { unit: 'hour', timeZone: 'UTC' }
    expect(partitionKey(hours, parsePartition(hours, '2013-12-30T05') ?? 0)).toBe('2013-12-30T05:00Z')
  })

  it.each(['', 'yesterday', '2013-13-01', '2013-02-30', '2013-1-1', '2013-01-01T24', '20130101', '2013-01-01 05'])(
    'refuses %j',
    (text) => {
      expect(parsePartition(days('UTC'), text)).toBeUndefined()
    },
  )
})

describe('partitionsIn', () => {
  it('covers the time asked for, however short the partitions are', () => {
    expect(partitionsIn(days('UTC'), 27, 'days')).toBe(27)
    expect(partitionsIn({ unit: 'hour', timeZone: 'UTC' }, 2, 'days')).toBe(48)
    expect(partitionsIn({ unit: 'month', timeZone: 'UTC' }, 29, 'days')).toBe(2)
    expect(partitionsIn(days('UTC'), 1, 'months')).toBe(31)
  })
})

describe('isTimeZone', () => {
  it('knows the names of the database, and takes no offsets', () => {
    expect(['Asia/Seoul', 'UTC', 'America/Argentina/Buenos_Aires'].every(isTimeZone)).toBe(true)
    expect(['Asia/Soul', '+09:00', '', 'Mars/Olympus'].some(isTimeZone)).toBe(false)
  })
})
