import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstAbove, type VersionRange, versionIndex } from './version-index.ts'

/** Sorted, disjoint ranges: gaps and lengths in turn. */
const ranges = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 3 }),
      length: fc.integer({ min: 1, max: 5 }),
      version: fc.integer({ min: 1, max: 9 }),
      retired: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((pieces) => {
    let at = -10
    return pieces.map(({ gap, length, version, retired }): VersionRange => {
      const start = at + gap
      at = start + length
      return { start, end: at, version, retired }
    })
  })

const window = fc
  .record({ start: fc.integer({ min: -15, max: 40 }), length: fc.integer({ min: 1, max: 12 }) })
  .map(({ start, length }) => ({ start, end: start + length }))

function naiveSummary(all: readonly VersionRange[], { start, end }: { start: number; end: number }) {
  const summary = { version: 0, published: 0, retired: 0 }
  for (let ordinal = start; ordinal < end; ordinal++) {
    const range = all.find((candidate) => candidate.start <= ordinal && ordinal < candidate.end)
    if (range?.retired) summary.retired += 1
    else if (range) {
      summary.published += 1
      summary.version = Math.max(summary.version, range.version)
    }
  }
  return summary
}

describe('versionIndex', () => {
  it('sums up any window as counting its partitions does', () => {
    fc.assert(
      fc.property(ranges, window, (all, asked) => {
        expect(versionIndex(all).summary(asked)).toEqual(naiveSummary(all, asked))
      }),
    )
  })

  it('is steady: a window that slides fewer steps than that has the same summary', () => {
    fc.assert(
      fc.property(ranges, window, (all, asked) => {
        const index = versionIndex(all)
        const steps = index.steady(asked)
        expect(steps).toBeGreaterThanOrEqual(1)
        for (let by = 1; by < Math.min(steps, 60); by++) {
          expect(naiveSummary(all, { start: asked.start + by, end: asked.end + by })).toEqual(naiveSummary(all, asked))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('takes long strides where partitions are alike, so that plans cost by the range', () => {
    const index = versionIndex([{ start: 0, end: 315_000, version: 1 }])
    expect(index.steady({ start: 0, end: 28 })).toBe(315_000 - 27)
    expect(index.steady({ start: 400_000, end: 400_028 })).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('firstAbove', () => {
  it('finds what a scan finds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (values, wanted) => {
        const sorted = [...values].sort((a, b) => a - b)
        const scanned = sorted.findIndex((value) => value > wanted)
        expect(firstAbove(sorted, wanted)).toBe(scanned < 0 ? sorted.length : scanned)
      }),
    )
  })
})
