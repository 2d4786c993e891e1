import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAnyYaml } from './yaml-parse.ts'
import { readPlainYaml } from './yaml-plain.ts'

const withLibrary = (text: string) => {
  const { value, diagnostics } = parseAnyYaml({ path: 'p.yml', text })
  return { root: value?.root, diagnostics }
}

/** The library's answer, which the plain reader gives too, or leaves to the library. */
function agrees(text: string): boolean {
  const plain = readPlainYaml(text)
  if (plain === undefined) return false
  expect({ root: plain, diagnostics: [] }).toEqual(withLibrary(text))
  return true
}

const properties = `# what the analysts own
version: 2

models:
  - name: daily_delays   # the main one
    description: Delays, by day & carrier; see https://example.org/x#y.
    config:
      materialized: table
      tags: [a, 'b c', "d: e", 7, -1.5, true]
      meta: { owner: ann, tier: 1, deep: [{ x: y }] }
    columns:
    - name: id
      data_tests:
        - not_null
        - unique: { where: "a > 1" }
        - accepted_values:
            values: ['a', "it's", it's, null, ~, '']
      description: >-
        Folded text
        of two lines,

        and a paragraph.
    - name: "other"
      description: |
        As it is:
          - indented

        kept
  - name: empty
    columns:
    description: ''
sources: []
`

describe('plain YAML', () => {
  test('is read like the library reads it, places included', () => {
    expect(agrees(properties)).toBe(true)
    expect(agrees('---\na: 1\n')).toBe(true)
    expect(agrees('a:')).toBe(true)
    expect(agrees('a:   # nothing\nb: 010\n"c d": 1e3\n')).toBe(true)
    expect(agrees('a: +1\nb: .5\nc: 1.\nd: -0\ne: 2013-01-01\nf: 12e\ng: 0.\nh: TRUE\ni: tRUE\n')).toBe(true)
  })

  test.each([
    ['anchors and aliases', 'a: &x 1\nb: *x\n'],
    ['merges', 'a: { <<: { b: 1 } }\n'],
    ['tags', 'a: !!str 1\n'],
    ['two documents', 'a: 1\n---\nb: 1\n'],
    ['text over several lines', 'a: one\n  two\n'],
    ['a quoted text over several lines', 'a: "one\n  two"\n'],
    ['tabs', 'a:\n\tb: 1\n'],
    ['Windows line ends', 'a: 1\r\nb: 2\r\n'],
    ['a template without quotes', "a: {{ var('x') }}\n"],
    ['a key given twice', 'a: 1\na: 2\n'],
    ['a forbidden key', '__proto__: 1\n'],
    ['a colon inside text', 'a: b: c\n'],
    ['an item of no list', 'a: 1\n- b\n'],
    ['an indentation that fits nothing', 'a:\n    b: 1\n  c: 1\n'],
    ['a list as root', '- a\n'],
    ['a single value', 'a\n'],
    ['a number that is none', 'a: .nan\n'],
    ['a quote that is not closed', "a: 'b\n"],
    ['a bracket that is not closed', 'a: [1, 2\n'],
  ])('leaves %s to the library', (_, text) => expect(readPlainYaml(text)).toBeUndefined())

  const words = fc.constantFrom(
    ...[
      'a',
      'b c',
      'x:y',
      'u#v',
      'k: v',
      "it's",
      '"q"',
      "'s'",
      '12',
      '-3.5',
      '1e3',
      '0x1f',
      '.inf',
      'null',
      '~',
      'yes',
    ],
    ...[
      'true',
      '',
      '-',
      '- x',
      '?',
      ': ',
      '#c',
      ' #c',
      '[1, 2]',
      '{ a: b }',
      '[]',
      '{}',
      '[a, [b, { c: d }]]',
      '{a: 1}',
    ],
    ...[
      '|',
      '>',
      '|-',
      '>+',
      '*x',
      '&x y',
      '!t',
      '@',
      '%',
      '{{ x }}',
      '"{{ x }}"',
      'a\\b',
      '"a\\nb"',
      '"a\\x41"',
      '<<',
    ],
    ...[
      'é',
      '日本',
      '\u00a0',
      '...',
      '---',
      'a,b',
      'a]',
      '2013-01-01',
      '012',
      'https://a/b?c=d',
      '"a: b"',
      '=',
      '<',
      '(x)',
    ],
  )
  const indents = fc.constantFrom(0, 0, 1, 2, 2, 2, 4, 4, 6, 8)
  const shape = fc.constantFrom(
    'key',
    'key',
    'key',
    'item',
    'item key',
    'text',
    'comment',
    'blank',
    'bare key',
    'bare item',
  )
  const line = fc.tuple(indents, shape, words, words, fc.boolean()).map(([indent, form, first, second, comment]) => {
    const pad = ' '.repeat(indent)
    const tail = comment ? '  # c' : ''
    if (form === 'key') return `${pad}${first}: ${second}${tail}`
    if (form === 'bare key') return `${pad}${first}:${tail}`
    if (form === 'item') return `${pad}- ${second}${tail}`
    if (form === 'bare item') return `${pad}-${tail}`
    if (form === 'item key') return `${pad}- ${first}: ${second}${tail}`
    if (form === 'text') return `${pad}${second}${tail}`
    return form === 'comment' ? `${pad}# c` : pad
  })

  test('is never read otherwise than by the library, whatever lines come together', () => {
    let plain = 0
    fc.assert(
      fc.property(fc.array(line, { maxLength: 7 }), fc.boolean(), (lines, ended) => {
        if (agrees(lines.join('\n') + (ended ? '\n' : ''))) plain++
      }),
      { numRuns: 3000 },
    )
    expect(plain).toBeGreaterThan(100)
  })

  const scalar = fc.constantFrom('a', 'b c', '1', 'true', '"x: y"', "'it''s'", '[a, 2]', '{ k: v }', 'a#b', 'http://x')
  const key = fc.constantFrom('name', 'k1', 'k2', 'k3', 'a b', '"q"', '7')
  type Tree = { [key: string]: Tree } | Tree[] | string
  const tree = fc.letrec<{ tree: Tree; map: Tree; list: Tree }>((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, scalar, scalar, tie('map'), tie('list')),
    map: fc.dictionary(key, tie('tree'), { minKeys: 1, maxKeys: 4 }) as fc.Arbitrary<Tree>,
    list: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Tree>,
  }))

  /** The tree as people write it: lists at the column of their key or below it, comments here and there. */
  function written(node: Tree, indent: number, style: () => number): string {
    const pad = ' '.repeat(indent)
    const gap = () => ['', '', '', '\n', `${pad}# c\n`][style() % 5]
    if (typeof node === 'string') return ` ${node}${style() % 4 === 0 ? ' # c' : ''}\n`
    if (Array.isArray(node)) {
      const item = (one: Tree) =>
        typeof one === 'string' || Array.isArray(one)
          ? written(Array.isArray(one) ? 'nested' : one, 0, style)
          : written(one, indent + 2, style)
              .trimStart()
              .replace(/^/, ' ')
      return node.map((one) => `${gap()}${pad}-${item(one)}`).join('')
    }
    return Object.entries(node)
      .map(([name, value]) => {
        const below = Array.isArray(value) ? indent + 2 * (style() % 2) : indent + 2
        return `${gap()}${pad}${name}:${typeof value === 'string' ? '' : '\n'}${written(value, below, style)}`
      })
      .join('')
  }

  test('is what people write: trees of mappings, lists and scalars', () => {
    let plain = 0
    let all = 0
    fc.assert(
      fc.property(
        fc.dictionary(key, tree.tree, { minKeys: 1, maxKeys: 4 }),
        fc.infiniteStream(fc.nat(59)),
        (root, stream) => {
          all++
          if (agrees(written(root, 0, () => Number(stream.next().value)))) plain++
        },
      ),
      { numRuns: 1000 },
    )
    expect(plain).toBeGreaterThan(0.9 * all)
  })

  const blockLine = fc.constantFrom(
    'text',
    'more text',
    '',
    '  deeper',
    'a: b',
    '# no comment',
    '- x',
    'ends with space ',
  )
  test('has blocks of text', () => {
    let plain = 0
    const head = fc.constantFrom('|', '>', '|-', '>-', '|+', '>+')
    fc.assert(
      fc.property(head, fc.array(blockLine, { maxLength: 5 }), fc.boolean(), (start, lines, more) => {
        const text = `a:\n  b: ${start}\n${lines.map((one) => (one === '' ? '' : `    ${one}`)).join('\n')}\n${more ? '  c: 1\n' : ''}`
        if (agrees(text)) plain++
      }),
      { numRuns: 500 },
    )
    expect(plain).toBeGreaterThan(10)
  })
})
