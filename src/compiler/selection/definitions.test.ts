import { describe, expect, test } from 'vitest'
import type { Json } from '../../project/index.ts'
import { plainConfig, plainGraph, plainModel } from '../testing.ts'
import { selectorProblems } from './definitions.ts'
import { type Indirect, select } from './index.ts'
import { plainAssertion, plainSelector } from './testing.ts'

const tagged = (...tags: string[]) => ({ ...plainConfig, tags })
const graph = plainGraph({
  models: [
    plainModel('raw_data.orders', { config: tagged('nightly') }),
    plainModel('raw_data.visits', { config: tagged('nightly', 'slow') }),
    plainModel('analytics.revenue', { dependsOn: ['raw_data.orders', 'raw_data.visits'] }),
  ],
  assertions: [plainAssertion('pairs', ['raw_data.orders', 'raw_data.visits'], { node: 'raw_data.orders' })],
})

function chosen(definition: Json, more: { exclude?: string[]; indirect?: Indirect } = {}) {
  const selectors = [plainSelector('mine', definition), plainSelector('slow', 'tag:slow')]
  const { exclude = [], indirect = 'eager' } = more
  const { value, diagnostics } = select({ ...graph, selectors }, { select: [], exclude, selector: 'mine', indirect })
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return [...value.models, ...value.assertions].map((id) => id.replace(/^\w+\./, ''))
}

describe('definitions', () => {
  test.each<[string, Json, string[]]>([
    ['a text', 'tag:nightly+1', ['orders', 'visits', 'revenue', 'orders.pairs']],
    ['a text of several selectors', 'revenue tag:slow,visits', ['visits', 'revenue', 'orders.pairs']],
    ['one method', { tag: 'slow' }, ['visits', 'orders.pairs']],
    ['a nested setting', { 'config.materialized': 'view' }, ['orders', 'visits', 'orders.pairs']],
    [
      'a full mapping',
      { method: 'fqn', value: 'orders', children: true, indirect_selection: 'empty' },
      ['orders', 'revenue'],
    ],
    [
      'parents of some depth',
      { method: 'fqn', value: 'revenue', parents: true, parents_depth: 1 },
      ['orders', 'visits', 'revenue', 'orders.pairs'],
    ],
    [
      'children’s parents',
      { method: 'fqn', value: 'orders', childrens_parents: true, indirect_selection: 'empty' },
      ['orders', 'visits', 'revenue'],
    ],
    ['an exclusion', { method: 'tag', value: 'nightly', exclude: [{ tag: 'slow' }] }, ['orders']],
    [
      'an exclusion that leaves assertions',
      { method: 'tag', value: 'nightly', exclude: [{ method: 'tag', value: 'slow', indirect_selection: 'empty' }] },
      ['orders', 'orders.pairs'],
    ],
    [
      'a union with an exclusion',
      { union: ['orders', 'revenue', { exclude: ['revenue'] }] },
      ['orders', 'orders.pairs'],
    ],
    ['an intersection', { intersection: [{ tag: 'nightly' }, { tag: 'slow' }] }, ['visits', 'orders.pairs']],
    [
      'nesting',
      { union: [{ intersection: ['tag:nightly', { tag: 'slow' }] }, { fqn: 'revenue' }] },
      ['visits', 'revenue', 'orders.pairs'],
    ],
    [
      'another selector',
      { union: [{ method: 'selector', value: 'slow' }, 'revenue'] },
      ['visits', 'revenue', 'orders.pairs'],
    ],
    [
      'another selector with what reads it',
      { method: 'selector', value: 'slow', children: true },
      ['visits', 'revenue', 'orders.pairs'],
    ],
  ])('%s', (_, definition, expected) => expect(chosen(definition)).toEqual(expected))

  test('the command line’s mode holds where a definition says nothing, and excludes more', () => {
    expect(chosen('tag:slow', { indirect: 'cautious' })).toEqual(['visits'])
    expect(chosen({ method: 'tag', value: 'slow', indirect_selection: 'eager' }, { indirect: 'empty' })).toEqual([
      'visits',
      'orders.pairs',
    ])
    expect(chosen('tag:nightly', { exclude: ['visits'] })).toEqual(['orders'])
    expect(
      chosen(
        { union: [{ method: 'fqn', value: 'orders', indirect_selection: 'cautious' }, 'visits'] },
        { indirect: 'cautious' },
      ),
    ).toEqual(['orders', 'visits', 'orders.pairs'])
  })

  test('the default is what commands select that select nothing', () => {
    const selectors = [plainSelector('mine', 'tag:slow', { isDefault: true })]
    const of = (words: readonly string[], exclude: readonly string[] = []) =>
      select({ ...graph, selectors }, { select: words, exclude, indirect: 'empty' }).value?.models
    expect(of([])).toEqual(['raw_data.visits'])
    expect(of(['revenue'])).toEqual(['analytics.revenue'])
    expect(of([], ['tag:nightly'])).toBeUndefined()
  })

  test('a chain of 20,000 selectors is no deeper than one', () => {
    const selectors = Array.from({ length: 20_000 }, (_, i) =>
      plainSelector(`s${i}`, i === 0 ? 'revenue' : { method: 'selector', value: `s${i - 1}` }),
    )
    expect(selectorProblems(selectors)).toEqual([])
    const { value } = select({ ...graph, selectors }, { select: ['selector:s19999'], exclude: [], indirect: 'eager' })
    expect(value?.models).toEqual(['analytics.revenue'])
  })
})

describe('problems are found whether a selector is used or not', () => {
  const problems = (definitions: Readonly<Record<string, Json>>) =>
    selectorProblems(Object.entries(definitions).map(([name, definition]) => plainSelector(name, definition))).map(
      ({ code, message, notes, help }) => [code, message, ...notes, ...help],
    )

  test('unknown methods, values and selectors', () => {
    expect(problems({ a: { tagg: 'x' } })).toEqual([
      ['selector-invalid', 'the selector `tagg:x` uses the unknown method `tagg:`', 'a similar one exists: `tag:`'],
    ])
    expect(problems({ a: 'access:publik' })[0]?.[0]).toBe('selector-invalid')
    expect(problems({ nightly: 'tag:x', b: { method: 'selector', value: 'nightli' } })).toEqual([
      ['selector-unknown', 'there is no selector `nightli`', 'a selector with a similar name exists: `nightly`'],
    ])
  })

  test('circles, each once', () => {
    const of = (value: string) => ({ method: 'selector', value })
    expect(problems({ a: of('b'), b: { union: [of('c'), 'x'] }, c: of('b'), d: of('d') })).toEqual([
      [
        'selector-cycle',
        'the selector `b` is made of itself',
        '`b` uses `c` uses `b`',
        'write one of them without `selector:`',
      ],
      ['selector-cycle', 'the selector `d` is made of itself', '`d` uses `d`', 'write one of them without `selector:`'],
    ])
  })

  test('a problem stands at the selector', () => {
    expect(selectorProblems([plainSelector('a', 'tagg:x')])[0]?.location?.path).toBe('selectors.yml')
  })
})
