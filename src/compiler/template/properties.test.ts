import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../project/index.ts'
import { fromJson, toJson } from './json.ts'
import { parseTemplate } from './parse.ts'
import { attempt, modelFile, shown } from './testing.ts'

/** Pieces of templates that meet in every order, well formed or not. */
const fragment = fc.constantFrom(
  ...[
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    '{%-',
    '-%}',
    '{{-',
    '-}}',
    ' ',
    '\n',
    "'",
    '"',
    '\\',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    'a',
    'x',
    '1',
    '2.5',
    'if',
    'else',
    'elif',
    'endif',
    'for',
    'in',
    'endfor',
    'set',
    'endset',
    'macro',
    'endmacro',
    'm()',
  ],
  ...[
    'call',
    'endcall',
    'raw',
    'endraw',
    'do',
    'filter',
    'upper',
    'endfilter',
    '|',
    '=',
    '==',
    '+',
    '-',
    '*',
    '**',
    '~',
    ',',
    '.',
  ],
  ...[
    ':',
    'is',
    'not',
    'defined',
    'none',
    'select',
    'include',
    'break',
    '{% if x %}',
    '{% endif %}',
    '{{ x }}',
    '{% for i in [1] %}',
    '{% endfor %}',
  ],
)
const soup = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(''))

describe('any text', () => {
  it('is read, or refused with a place in it; and what is read can be run', () => {
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: 'grapheme' })), (text) => {
        const { value, diagnostics } = parseTemplate(modelFile(text))
        expect(value === undefined).toBe(diagnostics.length > 0)
        const all = value ? attempt(text, { globals: { x: 1, a: fromJson([1, 'b']) } }).diagnostics : diagnostics
        const lines = text.split('\n').length
        for (const { location } of all) {
          expect(location?.line).toBeGreaterThanOrEqual(1)
          expect(location?.endLine).toBeLessThanOrEqual(lines)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('what is printed from text is that text, at its place', () => {
    fc.assert(
      fc.property(soup, (text) => {
        for (const piece of attempt(text, { globals: { x: 1 } }).pieces ?? []) {
          if (!piece.origin?.verbatim || !('text' in piece)) continue
          expect(text.slice(piece.origin.start, piece.origin.end)).toBe(piece.text)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('without tags it is itself', () => {
    fc.assert(
      fc.property(
        fc.string().filter((s) => !/\{[{%#]/.test(s)),
        (text) => {
          expect(shown(text)).toBe(text)
        },
      ),
    )
  })
})

describe('against naive models', () => {
  const bound = fc.option(fc.integer({ min: -7, max: 7 }), { nil: undefined })

  it('slices take the indices that Python takes', () => {
    const pythonIndices = (length: number, from?: number, to?: number, step = 1): number[] => {
      const all = Array.from({ length }, (_, i) => i)
      const place = (i: number) => (i < 0 ? i + length : i)
      const order = step > 0 ? all : all.reverse()
      const isAfter = (i: number) => from === undefined || (step > 0 ? i >= place(from) : i <= place(from))
      const isBefore = (i: number) => to === undefined || (step > 0 ? i < place(to) : i > place(to))
      return order.filter((i) => isAfter(i) && isBefore(i)).filter((_, n) => n % Math.abs(step) === 0)
    }
    const step = fc.integer({ min: -3, max: 3 }).filter((s) => s !== 0)
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        bound,
        bound,
        fc.option(step, { nil: undefined }),
        (length, from, to, by) => {
          const list = Array.from({ length }, (_, i) => i)
          const template = `{{ x[${from ?? ''}:${to ?? ''}${by === undefined ? '' : `:${by}`}] | join(',') }}`
          expect(shown(template, { globals: { x: fromJson(list) } })).toBe(
            pythonIndices(length, from, to, by).join(','),
          )
        },
      ),
    )
  })

  it('floor division and remainder agree: a == b * (a // b) + a % b, with the sign of b', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -99, max: 99 }),
        fc.integer({ min: -9, max: 9 }).filter((b) => b !== 0),
        (a, b) => {
          const [quotient = 0, remainder = 0] = shown(`{{ (${a}) // (${b}) }} {{ (${a}) % (${b}) }}`)
            .split(' ')
            .map(Number)
          expect(b * quotient + remainder).toBe(a)
          expect(remainder === 0 || Math.sign(remainder) === Math.sign(b)).toBe(true)
        },
      ),
    )
  })

  it('texts survive being written as literals of the template', () => {
    const literal = (text: string) =>
      `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
    fc.assert(
      fc.property(
        fc.string().filter((s) => !/[\ue000-\uf8ff]/.test(s)),
        (text) => {
          expect(shown(`{{ ${literal(text)} }}`)).toBe(text)
        },
      ),
    )
  })

  it('JSON survives the way through a template value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(JSON.stringify(toJson(fromJson(json as Json)))).toBe(JSON.stringify(json))
      }),
    )
  })
})
