import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pattern } from './pattern.ts'

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '\\b', '^', '$', '-')
const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc.oneof(
    { weight: 3, arbitrary: fc.array(tie('piece'), { minLength: 1, maxLength: 4 }).map((all) => all.join('')) },
    { weight: 1, arbitrary: fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}|${b}`) },
  ),
  piece: fc.oneof(
    { weight: 4, arbitrary: atom },
    { weight: 1, arbitrary: tie('pattern').map((inner) => `(${inner})`) },
    { weight: 1, arbitrary: tie('pattern').map((inner) => `(?:${inner})`) },
    { weight: 1, arbitrary: tie('pattern').map((inner) => `(?=${inner})`) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom('a', 'b', '.', '[ab]', '(a)', '(?:ab|b)'),
          fc.constantFrom('*', '+', '?', '{1,2}', '{2}', '{1,}'),
          fc.constantFrom('', '?'),
        )
        .map((all) => all.join('')),
    },
  ),
}))
const text = fc.array(fc.constantFrom('a', 'b', '-', '1', ' '), { maxLength: 8 }).map((all) => all.join(''))

describe('the matcher of patterns', () => {
  it('finds what JavaScript finds, where both mean the same', () => {
    fc.assert(
      fc.property(pattern, text, (source, given) => {
        const found = new Pattern(source, false, () => undefined).search(given, 0)
        const expected = new RegExp(source).exec(given)
        expect(found && [found[0], given.slice(found[0], found[1])]).toEqual(
          expected ? [expected.index, expected[0]] : undefined,
        )
      }),
      { numRuns: 3000 },
    )
  })

  it('counts its steps', () => {
    let steps = 0
    const counting = new Pattern('(a+)+$', false, () => {
      if (++steps > 10_000) throw new Error('too many')
    })
    expect(() => counting.search(`${'a'.repeat(40)}b`, 0)).toThrow('too many')
  })
})
