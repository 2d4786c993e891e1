import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lines, minimal, read } from '../testing.ts'
import { toJson } from './yaml-node.ts'
import { parseYaml } from './yaml-parse.ts'

const parse = (text: string) => parseYaml({ path: 'p.yml', text })
const json = (text: string) => {
  const { value } = parse(text)
  return value && toJson(value.root)
}
const problems = (text: string): string[] => lines(parse(text).diagnostics)

describe('what YAML may hold', () => {
  it('keeps a byte order mark and Windows line ends out of the values, and the places right', () => {
    expect(json('\uFEFFa: x\r\nb:\r\n  - "y"\r\n')).toEqual({ a: 'x', b: ['y'] })
    expect(problems('\uFEFFa: 1\r\na: 2\r\n')).toEqual(['duplicate-key p.yml:2:1-2 the key `a` is given twice'])
  })

  it('resolves aliases and merges, what stands beside a merge wins', () => {
    expect(json('a: &x { k: 1, l: 2 }\nb: *x\nc: { <<: *x, k: 3 }\nd: { <<: [*x, { m: 4 }] }\n')).toEqual({
      a: { k: 1, l: 2 },
      b: { k: 1, l: 2 },
      c: { k: 3, l: 2 },
      d: { k: 1, l: 2, m: 4 },
    })
    expect(json('a: &x 1\nb: *x\nc: &x 2\nd: *x')).toEqual({ a: 1, b: 1, c: 2, d: 2 })
  })

  it('takes an empty file, or one of comments, for an empty mapping', () => {
    for (const text of ['', '\n\n', '# nothing', '---\n', '~']) expect([json(text), problems(text)]).toEqual([{}, []])
  })

  it('takes numbers, dates and booleans by YAML 1.2', () => {
    expect(json('a: 2013-01-01\nb: yes\nc: true\nd: 010\ne: 0x1F\nf: "1"\n2: x')).toEqual({
      a: '2013-01-01',
      b: 'yes',
      c: true,
      d: 10,
      e: 31,
      f: '1',
      2: 'x',
    })
  })
})

describe('what YAML may not hold', () => {
  it.each([
    ['a:\n\tb: 1', 'yaml-syntax p.yml:2:1-2 invalid YAML: a tab cannot indent, use spaces'],
    ['a: 1\n---\nb: 2', 'yaml-syntax p.yml:2:1-5 invalid YAML: a file holds one document, and --- begins a second'],
    ['a: "x', 'yaml-syntax p.yml:1:6-6 invalid YAML: missing closing quote "'],
    [
      'a: b: c',
      'yaml-syntax p.yml:1:4-5 invalid YAML: a colon inside text needs quotes, or the mapping a line of its own',
    ],
    [
      'a: [1, 2',
      'yaml-syntax p.yml:1:9-9 invalid YAML: the indentation fits nothing above it, or a bracket is not closed',
    ],
    ['a\0: 1', 'file-not-text p.yml:1:2-3 p.yml is not a text file'],
    ['- a', 'wrong-root p.yml:1:1-2 p.yml must hold a mapping of keys, and holds a list'],
    ['text', 'wrong-root p.yml:1:1-5 p.yml must hold a mapping of keys, and holds a single value'],
    ['a: {x: 1, x: 2, x: 3}', 'duplicate-key p.yml:1:11-12 the key `x` is given twice'],
    ['a: { __proto__: { y: 1 } }', 'forbidden-key p.yml:1:6-15 the key `__proto__` is not allowed'],
    ['constructor: 1', 'forbidden-key p.yml:1:1-12 the key `constructor` is not allowed'],
    ['a: *x', 'yaml-value p.yml:1:4-6 there is no anchor &x before this alias'],
    ['a: &x [*x]', 'yaml-value p.yml:1:8-10 the alias *x stands inside its own anchor'],
    ['a: !secret x', 'yaml-value p.yml:1:12-13 the tag !secret is unknown'],
    ['a: .inf', 'yaml-value p.yml:1:4-8 a number must be finite'],
    ['<<: 1', 'yaml-value p.yml:1:5-6 only a mapping can be merged with <<'],
    ["a: {{ env_var('X') }}", 'yaml-key p.yml:1:5-21 a key must be text, and is a mapping'],
    ['? [a]\n: 1', 'yaml-key p.yml:1:3-6 a key must be text, and is a list'],
  ])('%o', (text, problem) => {
    expect(problems(text)[0]).toBe(problem)
  })

  it('tells who writes a template without quotes what to write', () => {
    expect(parse("a: {{ env_var('X') }}").diagnostics[0]?.help[0]).toContain('put quotes around templates')
  })

  it('stops aliases that multiply, soon', () => {
    const bomb = Array.from({ length: 30 }, (_, i) => `l${i}: &l${i} [${i === 0 ? 'x, x' : `*l${i - 1}, *l${i - 1}`}]`)
    const before = performance.now()
    expect(problems(bomb.join('\n'))).toEqual([
      expect.stringContaining('the YAML holds more than 200,000 values once its aliases are resolved'),
    ])
    expect(performance.now() - before).toBeLessThan(20_000)
  })

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['dashes', '- '.repeat(100_000)],
    ['explicit keys', '? '.repeat(100_000)],
    ['indentation', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['closed brackets', `a: ${'['.repeat(70)}${']'.repeat(70)}`],
  ])('is nested as deep as %s allow', (_, text) => {
    expect(problems(text)).toEqual([expect.stringContaining('nested more than 64 levels deep')])
  })
})

describe('anything at all', () => {
  const piece = fc.constantFrom(
    ...[
      'models:',
      'sources:',
      '- name: revenue',
      'columns:',
      'data_tests:',
      '  ',
      '\n',
      '\r\n',
      '\t',
      '{',
      '}',
      '[',
      ']',
      ': ',
      '- ',
    ],
    ...[
      '&a ',
      '*a',
      '<<: ',
      '"',
      "'",
      '|',
      '>',
      '#',
      '{{ var("x") }}',
      '{{',
      '__proto__',
      'null',
      '1e999',
      '\uFEFF',
      '\0',
      '--- ',
    ],
    ...[
      'files: ',
      'config: ',
      'targets: ',
      'layers: ',
      'name: shop',
      'materialized: ',
      '!x ',
      '? ',
      '~',
      '😀',
      '\u2028',
    ],
  )

  it('is answered with a value or a diagnostic with a place, never with an exception', () => {
    const soup = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(soup, fc.boolean(), (text, asProject) => {
        const { value, diagnostics } = read(
          asProject ? { 'project.yml': `${minimal['project.yml']}${text}` } : { 'models/p.yml': text },
        )
        for (const { location } of diagnostics) expect(location).toBeDefined()
        return value !== undefined || diagnostics.some((d) => d.severity === 'error')
      }),
      { numRuns: 400 },
    )
  })
})
