import fc from 'fast-check'
import { expect, test } from 'vitest'
import { patternOf } from './pattern.ts'

/** Wildcards by a regular expression, which takes exponential time on hostile patterns. */
function naive(text: string, pattern: string, paths: boolean): boolean {
  const any = paths ? '[^/]' : '[^]'
  const parts = pattern.split(/(\*\*|\*|\?|\[!?[ab]+\])/).map((part) => {
    if (part === '**') return '[^]*'
    if (part === '*') return `${any}*`
    if (part === '?') return any
    if (/^\[.+\]$/.test(part)) return part.replace('[!', paths ? '[^/' : '[^')
    return part.replace(/[.[\]!]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`).test(text)
}

const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 8 })
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?', '[a]', '[!b]', '[ab]'), maxLength: 8 })

test.each([true, false])('wildcards match what a regular expression would (paths: %s)', (paths) => {
  fc.assert(
    fc.property(text, pattern, (subject, value) => {
      expect(patternOf(value, { paths }).matches(subject)).toBe(naive(subject, value, paths))
    }),
    { numRuns: 5000 },
  )
})

test.each([
  ['stg_[a-c]', 'stg_b', true],
  ['stg_[a-c]', 'stg_d', false],
  ['x[!0-9]', 'xy', true],
  ['x[!0-9]', 'x7', false],
  ['a[b', 'a[b', true],
  ['[]]', ']', true],
  ['A*', 'abc', false],
])('%s on %s: %s', (value, subject, expected) => expect(patternOf(value).matches(subject)).toBe(expected))

test('a hostile pattern ends soon', () => {
  const started = performance.now()
  expect(patternOf(`${'*a'.repeat(2000)}b*c`).matches(`${'a'.repeat(5000)}c`)).toBe(false)
  expect(patternOf(`${'**a'.repeat(1000)}b*/`, { paths: true }).matches('a/'.repeat(2000))).toBe(false)
  expect(performance.now() - started).toBeLessThan(20_000)
})
