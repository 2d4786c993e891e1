import { array, assert, asyncProperty, boolean, constantFrom, integer, option, record } from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { check, onEveryEngine, parsed, type Tables } from './testing.ts'

/* The shift between two distributions against a model that computes it by hand. */

type Row = { readonly isOld: boolean; readonly n: number | null }
const rows = array(record({ isOld: boolean(), n: option(integer({ min: 0, max: 6 }), { nil: null, freq: 8 }) }), {
  maxLength: 30,
})

const sum = (of: readonly number[]): number => of.reduce((total, one) => total + one, 0)

/** Undefined where one side has nothing. */
function shift(of: readonly Row[], method: string, place: (n: number) => number): number | undefined {
  const valued = of.flatMap(({ isOld, n }) => (n === null ? [] : [{ isOld, value: place(n) }]))
  const values = [...new Set(valued.map(({ value }) => value))].sort((a, b) => a - b)
  const count = (isOld: boolean) =>
    values.map((value) => valued.filter((r) => r.value === value && r.isOld === isOld).length)
  const [here, there] = [count(false), count(true)]
  if (sum(here) === 0 || sum(there) === 0) return undefined
  const share = (counts: readonly number[]) => counts.map((n) => (n + 0.5) / (sum(counts) + 0.5 * values.length))
  const [p, q] = [share(here), share(there)]
  const each = (term: (p: number, q: number, n: number) => number) =>
    sum(p.map((one, i) => term(one, q[i] ?? 0, here[i] ?? 0)))
  if (method === 'psi') return each((a, b) => (a - b) * Math.log(a / b))
  if (method === 'kl') return each((a, b) => a * Math.log(a / b))
  if (method === 'chi2') return each((_, b, n) => (n - sum(here) * b) ** 2 / (sum(here) * b))
  const upTo = (counts: readonly number[], i: number) => sum(counts.slice(0, i + 1)) / sum(counts)
  return Math.max(...values.map((_, i) => Math.abs(upTo(here, i) - upTo(there, i))))
}

/** The interval of a value, of three between the least and the greatest. */
function binOf(of: readonly Row[]): (n: number) => number {
  const all = of.flatMap(({ n }) => (n === null ? [] : [n]))
  const [least, most] = [Math.min(...all), Math.max(...all)]
  return (n) => (most === least ? 0 : Math.min(2, Math.floor(((n - least) / (most - least)) * 3)))
}

onEveryEngine((tables) => {
  let made: Tables
  beforeAll(async () => {
    made = await tables('create table staged (old boolean, n integer)')
  })
  afterAll(() => made.close())

  it.each(['psi', 'kl', 'chi2', 'ks'])('distribution_shift measures %s', async (method) => {
    await assert(
      asyncProperty(rows, constantFrom(undefined, 3), async (of, bins) => {
        await made.connection.run('delete from staged')
        const values = of.map(({ isOld, n }) => `(${isOld}, ${n})`).join(', ')
        if (of.length > 0) await made.connection.run(`insert into staged values ${values}`)
        const given = { baseline: 'old', method, threshold: 0.25, ...(bins === undefined ? {} : { bins }) }
        const found = await check(made, parsed('distribution_shift(n)', given))
        const expected = shift(of, method, bins === undefined ? (n) => n : binOf(of))
        if (expected === undefined) expect(found.values['0']).toBeUndefined()
        else expect(found.values['0']).toBeCloseTo(expected, 9)
        expect(found.failures['0'] ?? 0).toBe(expected !== undefined && expected > 0.25 + 1e-12 ? 1 : 0)
      }),
      { numRuns: 20 },
    )
  })
})
