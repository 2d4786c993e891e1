import { describe, expect, it } from 'vitest'
import corpus from './golden/jinja.json' with { type: 'json' }
import { fromJson } from './json.ts'
import { shown } from './testing.ts'

/**
 * What Jinja2 3.1.6 printed for these templates (sandboxed, strict undefined, extensions `do` and `loopcontrols`,
 * `keep_trailing_newline`). The expressions were made at random; where elt differs on purpose (printing none is an error) there
 * is none here.
 */
const globals = Object.fromEntries(
  Object.entries({ x: 5, s: 'Hello World', l: [3, 1, 2], d: { k: 'v', n: [1] }, n: null }).map(([name, value]) => [
    name,
    fromJson(value),
  ]),
)

describe('templates print what Jinja prints', () => {
  it.each(corpus.templates)('%s', (template, expected) => {
    expect(shown(template ?? '', { globals: { y: fromJson({}) } })).toBe(expected)
  })

  it('in 500 random expressions', () => {
    const wrong = corpus.expressions.filter(([template = '', expected]) => shown(template, { globals }) !== expected)
    expect(wrong).toEqual([])
    expect(corpus.expressions).toHaveLength(500)
  })
})
