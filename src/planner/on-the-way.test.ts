import { expect, test } from 'vitest'
import { viewsThrough } from './on-the-way.ts'
import { model } from './testing.ts'

const view = (id: string, dependsOn: readonly string[]) => model(id, { materialized: 'view', dependsOn })
const through = (models: ReturnType<typeof model>[], ids: readonly string[], enough = (_: { id: string }) => false) =>
  viewsThrough(new Map(models.map((one) => [one.id, one])), ids, enough).map(({ id }) => id)

test('views are looked through, nearest first and each once; tables are not', () => {
  const models = [view('a', []), model('t', { dependsOn: ['a'] }), view('b', ['a']), view('c', ['a', 'b', 't', 'gone'])]
  expect(through(models, ['c', 'b'])).toEqual(['c', 'b', 'a'])
  expect(through(models, ['t'])).toEqual([])
})

test('an ephemeral is looked through, and is none of the views', () => {
  const models = [view('a', []), model('e', { materialized: 'ephemeral', dependsOn: ['a'] })]
  expect(through(models, ['e'])).toEqual(['a'])
})

test('nobody looks behind a view that is enough', () => {
  const models = [view('a', []), view('b', ['a']), view('c', ['b'])]
  expect(through(models, ['c'], ({ id }) => id === 'b')).toEqual(['c', 'b'])
})

test('views stand as deep as they like', () => {
  const deep = Array.from({ length: 100_000 }, (_, i) => view(`v${i}`, i === 0 ? [] : [`v${i - 1}`]))
  expect(through(deep, ['v99999'])).toHaveLength(100_000)
})
