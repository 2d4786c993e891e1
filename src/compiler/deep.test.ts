import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFiles } from './compile.fixture.ts'

const ref = (name: string) => `{{ ref('${name}') }}`
const config = (materialized: string) => `{{ config(materialized='${materialized}') }}`

/** `count` models, of which each reads those before it that `reads` names. */
function chain(count: number, storedAs: (index: number) => string, reads: (index: number) => readonly number[]) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const upstreams = reads(index)
      const from = upstreams.length === 0 ? '' : ` from ${upstreams.map((at) => ref(`m${at}`)).join(', ')}`
      return [`models/analytics/m${index}.sql`, `${config(storedAs(index))}select 1 as a${from}`]
    }),
  )
}

const before = (index: number) => (index === 0 ? [] : [index - 1])
test('a chain of views is as deep as it likes, and its last reader has one input', () => {
  const count = 12_000
  const stored = (index: number) => (index === 0 || index === count - 1 ? 'table' : 'view')
  const { value } = compileFiles(chain(count, stored, before))
  expect(value?.models.find(({ name }) => name === `m${count - 1}`)?.inputs).toMatchObject([
    { upstream: 'analytics.m0' },
  ])
})

test('views that each read the two before them make as many inputs as there are tables behind', () => {
  // As many ways lead from the last to the first as the hundredth Fibonacci number says.
  const stored = (index: number) => (index < 2 || index === 99 ? 'table' : 'view')
  const { value } = compileFiles(chain(100, stored, (index) => (index < 2 ? [] : [index - 1, index - 2])))
  expect(
    value?.models
      .at(-1)
      ?.inputs.map(({ upstream }) => upstream)
      .sort(),
  ).toEqual(['analytics.m0', 'analytics.m1'])
})

test('views over views over ever more tables hold what they read themselves, and their readers all of it', () => {
  const width = 1500
  const files = Object.fromEntries(
    Array.from({ length: width }, (_, i) => [
      [`models/analytics/t${i}.sql`, `${config('table')}select 1 as a`],
      [
        `models/analytics/v${i}.sql`,
        `${config('view')}select 1 as a from ${ref(`t${i}`)}${i === 0 ? '' : `, ${ref(`v${i - 1}`)}`}`,
      ],
    ]).flat(),
  )
  const last = { 'models/analytics/last.sql': `${config('table')}select * from ${ref(`v${width - 1}`)}` }
  const { value } = compileFiles({ ...files, ...last })
  const made = value?.models.filter(({ name }) => /^(?:[tv]\d+|last)$/.test(name)) ?? []
  const inputs = made.map((model) => model.inputs.length)
  expect(Math.max(...inputs)).toBe(width)
  // Linear: each view has its own table, and the one reader has them all.
  expect(inputs.reduce((sum, length) => sum + length, 0)).toBe(2 * width)
})

test('the inputs of a model are the tables that it reaches through views, however they are woven', () => {
  const node = fc.record({ stored: fc.boolean(), reads: fc.uniqueArray(fc.nat(11), { maxLength: 4 }) })
  fc.assert(
    fc.property(fc.array(node, { minLength: 2, maxLength: 12 }), (nodes) => {
      const reads = (index: number) => (nodes[index]?.reads ?? []).filter((at) => at < index)
      const storedAs = (index: number) => (nodes[index]?.stored ? 'table' : 'view')
      const behind = (index: number): number[] => reads(index).flatMap((at) => (nodes[at]?.stored ? [at] : behind(at)))
      const { value } = compileFiles(chain(nodes.length, storedAs, reads))
      nodes.forEach(({ stored }, index) => {
        const found = value?.models.find(({ name }) => name === `m${index}`)?.inputs.map(({ upstream }) => upstream)
        const own = reads(index).filter((at) => nodes[at]?.stored)
        const expected = new Set((stored ? behind(index) : own).map((at) => `analytics.m${at}`))
        expect(found?.sort()).toEqual([...expected].sort())
      })
    }),
    { numRuns: 50 },
  )
})
