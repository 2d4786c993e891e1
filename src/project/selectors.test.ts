import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lines, pointed, read } from './testing.ts'

const found = (text: string) => lines(read({ 'selectors.yml': text }).diagnostics)

describe('selectors.yml', () => {
  test('every form of a definition is read, with the place of its name', () => {
    const { value, diagnostics } = read({
      'selectors.yml': `selectors:
  - name: nightly
    description: What runs at night.
    default: true
    definition: tag:nightly
  - name: slow
    definition:
      union:
        - intersection: [{ tag: slow }, 'models/raw_data']
        - { method: config.meta.tier, value: 1, children: true, children_depth: 2, indirect_selection: cautious }
        - exclude: ['tag:{{ var("skipped") }}']
`,
      'project.yml': 'name: shop\nvars: { skipped: old }\ntargets: { local: { type: duckdb, path: w.duckdb } }\n',
    })
    expect(lines(diagnostics)).toEqual([])
    expect(value?.selectors).toMatchObject([
      { name: 'nightly', description: 'What runs at night.', isDefault: true, definition: 'tag:nightly' },
      {
        name: 'slow',
        isDefault: false,
        definition: {
          union: [
            { intersection: [{ tag: 'slow' }, 'models/raw_data'] },
            { method: 'config.meta.tier', value: 1, children: true, children_depth: 2, indirect_selection: 'cautious' },
            { exclude: ['tag:old'] },
          ],
        },
      },
    ])
    expect(value?.selectors[1]?.location).toMatchObject({ path: 'selectors.yml', line: 6, column: 11 })
  })

  test.each([
    ['selector: []', 'unknown-key selectors.yml:1:1-9 unknown key `selector` in selectors.yml'],
    ['selectors: {}', 'wrong-value selectors.yml:1:12-14 `selectors` must be a list of selectors, and is a mapping'],
    ['selectors: [{ name: a }]', 'missing-key selectors.yml:1:13-24 a selector lacks the key `definition`'],
    [
      'selectors: [{ name: a, definition: x, tag: b }]',
      'unknown-key selectors.yml:1:39-42 unknown key `tag` in a selector',
    ],
    [
      'selectors: [{ name: a, definition: { method: tag } }]',
      'selector-form selectors.yml:1:36-51 a part of this selector has no `value`',
    ],
    [
      'selectors: [{ name: a, definition: { method: tag, value: x, child: true } }]',
      'unknown-key selectors.yml:1:61-66 unknown key `child` in a selector',
    ],
    [
      'selectors: [{ name: a, definition: { method: tag, value: x, children: 1 } }]',
      'wrong-value selectors.yml:1:71-72 `children` must be true or false, and is 1',
    ],
    [
      'selectors: [{ name: a, definition: { method: tag, value: x, parents_depth: 0 } }]',
      'wrong-value selectors.yml:1:76-77 `parents_depth` must be a whole number, at least 1, and is 0',
    ],
    [
      'selectors: [{ name: a, definition: { method: tag, value: x, indirect_selection: eagre } }]',
      'wrong-value selectors.yml:1:81-86 `indirect_selection` must be one of eager, cautious, buildable, empty, and is the text "eagre"',
    ],
    [
      'selectors: [{ name: a, definition: { union: [] } }]',
      'wrong-value selectors.yml:1:45-47 `union` must be a list of selectors, and is a list',
    ],
    [
      'selectors: [{ name: a, definition: { union: [a], intersection: [b] } }]',
      'unknown-key selectors.yml:1:50-62 unknown key `intersection` in a selector with union',
    ],
    [
      'selectors: [{ name: a, definition: { union: [exclude: [b]] } }]',
      'selector-form selectors.yml:1:45-59 a part of this selector selects nothing to exclude from',
    ],
    [
      'selectors: [{ name: a, definition: { exclude: [b] } }]',
      'selector-form selectors.yml:1:36-52 a part of this selector has nothing to exclude from',
    ],
    [
      'selectors: [{ name: a, definition: [b] }]',
      'selector-form selectors.yml:1:36-39 a part of this selector is a list',
    ],
    [
      'selectors: [{ name: a, definition: 1 }]',
      'selector-form selectors.yml:1:36-37 a part of this selector is no text',
    ],
    [
      'selectors: [{ name: a, definition: x, default: maybe }]',
      'wrong-value selectors.yml:1:48-53 `default` must be true or false, and is the text "maybe"',
    ],
    [
      'selectors: [{ name: a, definition: x }, { name: a, definition: y }]',
      'selector-taken selectors.yml:1:49-50 there are two selectors `a`',
    ],
    [
      'selectors: [{ name: a, definition: x, default: true }, { name: b, definition: y, default: true }]',
      'selector-defaults selectors.yml:1:64-65 the selector `b` is a second default',
    ],
  ])('%s', (text, expected) => expect(found(text)).toEqual([expected]))

  test('a misspelt mode points at itself and names the right one', () => {
    const [diagnostic] = read({
      'selectors.yml': 'selectors: [{ name: a, definition: { method: tag, value: x, indirect_selection: eagre } }]',
    }).diagnostics
    expect(pointed(diagnostic)).toBe('eagre')
    expect(diagnostic?.help).toEqual(['a similar value exists: eager'])
  })

  test('definitions of any depth are read or refused', () => {
    const nested = (depth: number) =>
      `selectors: [{ name: a, definition: ${'{ union: ['.repeat(depth)}x${'] }'.repeat(depth)} }]`
    expect(found(nested(20))).toEqual([])
    expect(found(nested(60))).toEqual([expect.stringContaining('yaml-too-deep')])
  })

  test('whatever stands in it is read or refused at a place', () => {
    const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('x', 'tag:x', 1, true, null, ''),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom('union', 'intersection', 'exclude', 'method', 'value', 'children', 'tag', 'name'),
          tie('node'),
          { maxKeys: 3 },
        ),
      ),
    })).node
    fc.assert(
      fc.property(value, (definition) => {
        const { diagnostics } = read({ 'selectors.yml': JSON.stringify({ selectors: [{ name: 'a', definition }] }) })
        for (const { location } of diagnostics) expect(location?.path).toBe('selectors.yml')
      }),
      { numRuns: 500 },
    )
  })
})
