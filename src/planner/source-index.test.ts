import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SourceFileState, SourceSignal } from '../extract/index.ts'
import { sourceIndex } from './source-index.ts'

const files = fc.uniqueArray(
  fc.record({
    ordinal: fc.integer({ min: 0, max: 9 }),
    part: fc.integer({ min: 0, max: 2 }),
    hash: fc.constantFrom('a', 'b'),
    gone: fc.boolean(),
  }),
  { selector: (file) => `${file.ordinal}/${file.part}`, maxLength: 20 },
)

type Shape = { ordinal: number; part: number; hash: string; gone: boolean }

function signalOf(shapes: readonly Shape[]): SourceSignal {
  const states = shapes.map(
    ({ ordinal, part, hash, gone }): SourceFileState => ({
      path: `${ordinal}/${part}`,
      size: 1,
      modified: 1,
      hash,
      gone,
      ordinal,
    }),
  )
  return { source: 'source.a.b', files: states }
}

const inside = (shapes: readonly Shape[], start: number, end: number) =>
  shapes.filter(({ ordinal }) => ordinal >= start && ordinal < end)

describe('sourceIndex', () => {
  it('counts the files of a window, and digests them alike exactly when paths and contents are the same', () => {
    const bounds = fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 }))
    fc.assert(
      fc.property(files, files, bounds, (before, after, [a, b]) => {
        const window = { start: Math.min(a, b), end: Math.max(a, b) }
        const [then, now] = [before, after].map((shapes) => sourceIndex(signalOf(shapes)).summary(window))
        const chosen = inside(after, window.start, window.end)
        expect(now?.present).toBe(chosen.filter(({ gone }) => !gone).length)
        expect(now?.gone).toBe(chosen.filter(({ gone }) => gone).length)
        const names = (shapes: readonly Shape[]) =>
          inside(shapes, window.start, window.end)
            .map(({ ordinal, part, hash }) => `${ordinal}/${part} ${hash}`)
            .sort()
        expect(then?.digest === now?.digest).toBe(JSON.stringify(names(before)) === JSON.stringify(names(after)))
      }),
      { numRuns: 500 },
    )
  })

  it('does not depend on the order of the files', () => {
    fc.assert(
      fc.property(files, (shapes) => {
        const [there, back] = [shapes, [...shapes].reverse()].map((order) => sourceIndex(signalOf(order)))
        expect(there?.whole).toEqual(back?.whole)
        expect(there?.hull).toEqual(back?.hull)
      }),
    )
  })

  it('remembers a file that is gone: its loss changes the count, not the digest', () => {
    const there = { ordinal: 3, part: 0, hash: 'a', gone: false }
    const before = sourceIndex(signalOf([there])).whole
    const after = sourceIndex(signalOf([{ ...there, gone: true }])).whole
    expect(after).toEqual({ present: 0, gone: 1, digest: before.digest })
  })
})
