import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { businessTime, newestDue } from './index.ts'

const hour = 3_600_000
const utc = { timeZone: 'UTC', holidays: [] }
const workdays = { ...utc, weekdays: [1, 2, 3, 4, 5] }
const at = Date.parse

describe('time that counts', () => {
  it('is all of it where every day counts', () => {
    const moments = fc.integer({ min: at('2020-01-01'), max: at('2026-01-01') })
    fc.assert(
      fc.property(moments, moments, (a, b) => {
        expect(businessTime(a, b, { timeZone: 'America/New_York', holidays: [] })).toBe(Math.max(0, b - a))
      }),
    )
  })

  it('leaves out weekends and holidays', () => {
    // 2024-03-01 is a Friday.
    expect(businessTime(at('2024-03-01T18:00Z'), at('2024-03-04T07:00Z'), workdays)).toBe(13 * hour)
    const off = { ...workdays, holidays: ['2024-03-04'] }
    expect(businessTime(at('2024-03-01T18:00Z'), at('2024-03-05T07:00Z'), off)).toBe(13 * hour)
    expect(businessTime(at('2024-03-02T18:00Z'), at('2024-03-03T07:00Z'), workdays)).toBe(0)
  })

  it('is the sum of its parts', () => {
    const moments = fc.integer({ min: at('2024-01-01'), max: at('2024-06-01') })
    const days = { timeZone: 'Europe/Berlin', weekdays: [1, 2, 3, 4, 5], holidays: ['2024-04-01'] }
    fc.assert(
      fc.property(moments, moments, moments, (...all) => {
        const [a = 0, b = 0, c = 0] = all.sort((x, y) => x - y)
        expect(businessTime(a, b, days) + businessTime(b, c, days)).toBe(businessTime(a, c, days))
      }),
    )
  })
})

describe('the newest day that is due by a time', () => {
  it('is today from that time on, and the business day before until then', () => {
    const due = (now: string) => new Date(newestDue(at(now), 7 * 60, workdays) ?? 0).toISOString().slice(0, 10)
    expect(due('2024-03-05T07:00Z')).toBe('2024-03-05')
    expect(due('2024-03-05T06:59Z')).toBe('2024-03-04')
    expect(due('2024-03-04T06:59Z')).toBe('2024-03-01')
    expect(due('2024-03-03T12:00Z')).toBe('2024-03-01')
  })

  it('goes by the clocks of the zone, also on the day on which they are moved', () => {
    const days = { timeZone: 'America/New_York', holidays: [] }
    // 2024-03-10: clocks go from 2:00 to 3:00, so that 7:00 is eleven o'clock UTC.
    const start = at('2024-03-10T05:00Z')
    expect(newestDue(at('2024-03-10T11:00Z'), 7 * 60, days)).toBe(start)
    expect(newestDue(at('2024-03-10T10:59Z'), 7 * 60, days)).toBe(at('2024-03-09T05:00Z'))
  })

  it('is none where no day counts', () => {
    expect(newestDue(at('2024-03-05T07:00Z'), 0, { ...utc, weekdays: [] })).toBeUndefined()
  })
})
