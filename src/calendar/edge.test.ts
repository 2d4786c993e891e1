import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  downstreamWindow,
  type Grid,
  instantsOf,
  overlapping,
  parsePartition,
  sourceInstants,
  startInstant,
  type Unit,
  units,
  upstreamWindow,
  type Window,
} from './index.ts'

const zones = [
  'UTC',
  'America/New_York',
  'Asia/Seoul',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Pacific/Apia',
]
const grid = fc.record({ unit: fc.constantFrom<Unit>(...units), timeZone: fc.constantFrom(...zones) })
const reach = fc.record({ before: fc.integer({ min: 0, max: 4 }), after: fc.integer({ min: 0, max: 3 }) })

/** The partitions beside the ends of a window, where mistakes show. */
function aroundEnds({ start, end }: Window): number[] {
  const near = [start, end].flatMap((at) => Array.from({ length: 6 }, (_, i) => at - 3 + i))
  return [...new Set([...near, Math.floor((start + end) / 2)])]
}

const hops = fc.array(fc.record({ grid, reach }), { maxLength: 2 })

const day = (text: string): number => parsePartition({ unit: 'day', timeZone: 'UTC' }, text) ?? Number.NaN

/** An ordinal of the grid near changes of clocks: 2011-12 (Apia), 2013 and 2018 (Sao Paulo). */
function ordinalIn({ unit }: Grid, offset: number): number {
  const base = ['2011-12-20', '2013-03-01', '2013-10-01', '2018-10-25'][offset % 4] ?? ''
  const at = day(base) + Math.floor(offset / 4)
  if (unit === 'hour') return (at - Math.floor(offset / 4)) * 24 + offset
  return unit === 'day' ? at : Math.floor(at / (unit === 'month' ? 30.437 : 365.25))
}

const offset = fc.integer({ min: 0, max: 200 })
const hasTime = (cut: Grid, ordinal: number) => startInstant(cut, ordinal) < startInstant(cut, ordinal + 1)

describe('upstreamWindow', () => {
  it('is every upstream partition that shares a moment with the window, widened by the reach', () => {
    fc.assert(
      fc.property(grid, grid, reach, offset, (downstream, upstream, wide, place) => {
        const ordinal = ordinalIn(downstream, place)
        const window = { start: ordinal, end: ordinal + 1 }
        const { start, end } = instantsOf(downstream, window)
        const read = upstreamWindow(downstream, window, { grid: upstream, reach: wide })
        const inner = { start: read.start + wide.before, end: read.end - wide.after }
        for (const candidate of aroundEnds(inner)) {
          if (!hasTime(upstream, candidate)) continue
          const shares = startInstant(upstream, candidate) < end && startInstant(upstream, candidate + 1) > start
          expect(candidate >= inner.start && candidate < inner.end).toBe(shares)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('and downstreamWindow are adjoint: one reads the other exactly when the other is read by it', () => {
    fc.assert(
      fc.property(grid, grid, reach, offset, hops, (downstream, upstream, wide, place, through) => {
        const ordinal = ordinalIn(downstream, place)
        const edge = { grid: upstream, reach: wide, through }
        const read = upstreamWindow(downstream, { start: ordinal, end: ordinal + 1 }, edge)
        for (const candidate of aroundEnds(read)) {
          const readers = downstreamWindow(edge, { start: candidate, end: candidate + 1 }, downstream)
          const isRead = candidate >= read.start && candidate < read.end
          const isReader = ordinal >= readers.start && ordinal < readers.end
          // A day that the zone skipped has no moment to share: it may be named a reader, and then reads nothing.
          if (isRead || hasTime(downstream, ordinal)) expect(isReader).toBe(isRead)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('an edge through partitions in between', () => {
  it('reads what these read, one after the other', () => {
    fc.assert(
      fc.property(grid, grid, reach, offset, hops, (downstream, upstream, wide, place, through) => {
        const ordinal = ordinalIn(downstream, place)
        const window = { start: ordinal, end: ordinal + 1 }
        const naive = [...through, { grid: upstream, reach: wide }].reduce(
          (at, hop) => ({ grid: hop.grid, window: upstreamWindow(at.grid, at.window, hop) }),
          { grid: downstream, window },
        )
        expect(upstreamWindow(downstream, window, { grid: upstream, reach: wide, through })).toEqual(naive.window)
      }),
      { numRuns: 200 },
    )
  })
})

describe('sourceInstants', () => {
  it('without reach is the window’s own instants', () => {
    const newYork: Grid = { unit: 'day', timeZone: 'America/New_York' }
    const window = { start: day('2013-03-10'), end: day('2013-03-11') }
    const range = sourceInstants(newYork, window, { unit: 'day', timeZone: 'UTC' }, { before: 0, after: 0 })
    expect(range).toEqual({ start: Date.parse('2013-03-10T05:00Z'), end: Date.parse('2013-03-11T04:00Z') })
  })

  it('moves by whole days of the source’s zone, which may have 23 hours', () => {
    const newYork: Grid = { unit: 'day', timeZone: 'America/New_York' }
    const window = { start: day('2013-03-11'), end: day('2013-03-12') }
    const range = sourceInstants(newYork, window, newYork, { before: 1, after: 0 })
    expect(range.start).toBe(Date.parse('2013-03-10T05:00Z'))
  })

  it('never leaves the files of its window, and holds all instants of the window', () => {
    fc.assert(
      fc.property(grid, grid, reach, offset, (downstream, source, wide, place) => {
        const ordinal = ordinalIn(downstream, place)
        const window = { start: ordinal, end: ordinal + 1 }
        if (!hasTime(downstream, ordinal)) return
        const range = sourceInstants(downstream, window, source, wide)
        const own = instantsOf(downstream, window)
        expect(range.start).toBeLessThanOrEqual(own.start)
        expect(range.end).toBeGreaterThanOrEqual(own.end)
        const files = upstreamWindow(downstream, window, { grid: source, reach: wide })
        const covered = overlapping(source, range)
        expect(covered.start).toBeGreaterThanOrEqual(files.start)
        expect(covered.end).toBeLessThanOrEqual(files.end)
      }),
      { numRuns: 300 },
    )
  })
})
