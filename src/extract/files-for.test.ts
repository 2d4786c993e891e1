import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startInstant } from '../calendar/index.ts'
import { filesFor } from './index.ts'
import type { SourceFileState, SourceSignal } from './signal.ts'
import { sourceOf } from './testing.ts'

const zones = ['UTC', 'America/New_York', 'Asia/Seoul', 'Australia/Lord_Howe', 'America/Sao_Paulo']
const hour = 3_600_000

function signalOf(ordinals: readonly number[]): SourceSignal {
  const files = ordinals.map(
    (ordinal): SourceFileState => ({ path: `${ordinal}`, size: 1, modified: 0, hash: '', ordinal, gone: false }),
  )
  return { source: 'source.bts.flights', files }
}

describe('the files of a range', () => {
  it('are all without a range or without dates, of a table as of files', () => {
    const signal = signalOf([1, 2, 3])
    expect(filesFor(sourceOf('x'), signal, undefined)).toEqual(signal.files)
    const { grid: _, ...undated } = sourceOf('x').origin as { grid: unknown; kind: 'files' }
    const source = { ...sourceOf('x'), origin: undated as never }
    expect(filesFor(source, signal, { start: 0, end: 1 })).toEqual(signal.files)
    const relation = { ...source, origin: { kind: 'relation', schema: 's', identifier: 'i', watch: 30 } as const }
    expect(filesFor(relation, signal, undefined)).toEqual(signal.files)
  })

  it('of a New York day are the two UTC files that it touches', () => {
    const day = 15_705 // 2012-12-31
    const range = { start: day * 24 * hour + 5 * hour, end: (day + 1) * 24 * hour + 5 * hour }
    const files = filesFor(sourceOf('x'), signalOf([day - 1, day, day + 1, day + 2]), range)
    expect(files.map((file) => file.ordinal)).toEqual([day, day + 1])
  })

  it('keep those that are gone, marked', () => {
    const signal = { source: 's', files: signalOf([0]).files.map((file) => ({ ...file, gone: true })) }
    expect(filesFor(sourceOf('x'), signal, { start: 0, end: hour }).map((file) => file.gone)).toEqual([true])
  })

  it('are exactly those of which a moment, late ones included, lies in the range', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 15_700, max: 16_100 }),
        fc.integer({ min: 0, max: 24 * 40 }),
        fc.integer({ min: 1, max: 24 * 5 }),
        fc.integer({ min: 0, max: 3 }),
        (timeZone, first, offset, length, lateBy) => {
          const grid = { unit: 'day', timeZone } as const
          const ordinals = Array.from({ length: 45 }, (_, i) => first + i)
          const start = startInstant(grid, first) + offset * hour
          const range = { start, end: start + length * hour }
          const touches = (ordinal: number) =>
            startInstant(grid, ordinal) < range.end && startInstant(grid, ordinal + 1) > range.start
          const naive = ordinals.filter((ordinal) =>
            Array.from({ length: lateBy + 1 }, (_, by) => ordinal - by).some(touches),
          )
          const files = filesFor(sourceOf('x', { grid, lateBy }), signalOf(ordinals), range)
          expect(files.map((file) => file.ordinal)).toEqual(naive)
        },
      ),
    )
  })
})
