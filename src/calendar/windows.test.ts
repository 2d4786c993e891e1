import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coalesce, intersect, lengthOf, overlaps, subtract, type Window, windowsOf } from './index.ts'

const window = fc
  .record({ start: fc.integer({ min: 0, max: 30 }), length: fc.integer({ min: 0, max: 6 }) })
  .map(({ start, length }): Window => ({ start, end: start + length }))

/** The partitions of windows, one by one. */
function partitions(windows: readonly Window[]): number[] {
  const found = new Set<number>()
  for (const { start, end } of windows) for (let ordinal = start; ordinal < end; ordinal++) found.add(ordinal)
  return [...found].sort((a, b) => a - b)
}

describe('windows', () => {
  it('coalesce covers the same partitions with sorted windows that do not touch', () => {
    fc.assert(
      fc.property(fc.array(window), (windows) => {
        const result = coalesce(windows)
        expect(partitions(result)).toEqual(partitions(windows))
        expect(result.every(({ start, end }) => start < end)).toBe(true)
        expect(result.every((next, i) => i === 0 || (result[i - 1]?.end ?? 0) < next.start)).toBe(true)
      }),
    )
  })

  it('coalesce leaves its argument as it was', () => {
    const windows = [
      { start: 3, end: 5 },
      { start: 0, end: 4 },
    ]
    expect(coalesce(windows)).toEqual([{ start: 0, end: 5 }])
    expect(windows).toEqual([
      { start: 3, end: 5 },
      { start: 0, end: 4 },
    ])
  })

  it('windowsOf takes ordinals in any order, more than once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 })), (ordinals) => {
        expect(partitions(windowsOf(ordinals))).toEqual([...new Set(ordinals)].sort((a, b) => a - b))
      }),
    )
  })

  it('subtract leaves what none of the others has', () => {
    fc.assert(
      fc.property(window, fc.array(window), (whole, others) => {
        const taken = new Set(partitions(others))
        expect(partitions(subtract(whole, others))).toEqual(partitions([whole]).filter((o) => !taken.has(o)))
      }),
    )
  })

  it('intersect and overlaps agree with sets', () => {
    fc.assert(
      fc.property(window, window, (a, b) => {
        const common = partitions([a]).filter((ordinal) => partitions([b]).includes(ordinal))
        expect(partitions([intersect(a, b)])).toEqual(common)
        expect(lengthOf(intersect(a, b))).toBe(common.length)
        if (lengthOf(a) > 0 && lengthOf(b) > 0) expect(overlaps(a, b)).toBe(common.length > 0)
      }),
    )
  })
})
