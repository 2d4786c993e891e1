import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SourceDefinition } from '../project/index.ts'
import { matchesSource } from './match.ts'

/** Wildcards by a regular expression, which takes exponential time on hostile patterns. */
function naive(text: string, pattern: string): boolean {
  const parts = pattern.split(/(\*\*|\*|\?)/).map((part) => {
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    return part === '?' ? '[^/]' : part.replace(/[.]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`, 's').test(text)
}

function matched(group: string, value: string): boolean {
  const source = { group, name: '\n' } as SourceDefinition
  return matchesSource(source, { text: value, method: 'source', value, complete: false })
}

test('wildcards match what a regular expression would', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?'), maxLength: 8 })
  fc.assert(
    fc.property(text, pattern, (group, value) => {
      const [whole, withName] = [naive(group, value), naive(`${group}.\n`, value)]
      expect(matched(group, value)).toBe(whole || withName)
    }),
    { numRuns: 5000 },
  )
})

test('a hostile pattern ends soon', () => {
  const started = performance.now()
  expect(matched('a'.repeat(5000), `${'*a'.repeat(2000)}b`)).toBe(false)
  expect(matched('a/'.repeat(2000), `${'**a'.repeat(1000)}b`)).toBe(false)
  expect(performance.now() - started).toBeLessThan(2000)
})
