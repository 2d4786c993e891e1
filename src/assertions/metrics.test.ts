import { array, assert, asyncProperty, constantFrom, integer, option, record } from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { check, onEveryEngine, parsed, type Tables } from './testing.ts'

/* Checks of numbers against models that compute the same by hand. */

type Row = { readonly group: string; readonly n: number | null }

const rows = array(
  record({ group: constantFrom('a', 'b'), n: option(integer({ min: -20, max: 20 }), { nil: null }) }),
  { maxLength: 25 },
)

const numbers = (of: readonly Row[]): number[] => of.flatMap(({ n }) => (n === null ? [] : [n]))
const mean = (of: readonly number[]): number => of.reduce((sum, n) => sum + n, 0) / of.length
const deviation = (of: readonly number[]): number =>
  Math.sqrt(of.reduce((sum, n) => sum + (n - mean(of)) ** 2, 0) / (of.length - 1))

/** Between the two values that a share lies between. */
function quantile(of: readonly number[], share: number): number {
  const sorted = of.toSorted((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const [low = 0, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return low + (high - low) * (place - Math.floor(place))
}

onEveryEngine((tables) => {
  let made: Tables
  beforeAll(async () => {
    made = await tables('create table staged (word varchar, n double precision)')
  })
  afterAll(() => made.close())

  const fill = async (of: readonly Row[]): Promise<void> => {
    await made.connection.run('delete from staged')
    const values = of.map(({ group, n }) => `('${group}', ${n})`).join(', ')
    if (of.length > 0) await made.connection.run(`insert into staged values ${values}`)
  }
  const failures = async (...of: Parameters<typeof parsed>): Promise<number> =>
    (await check(made, parsed(...of))).failures['0'] ?? 0

  it('z_score finds the values that are too far from the mean of their group', async () => {
    await assert(
      asyncProperty(rows, constantFrom(0.75, 1.25, 2), async (of, n) => {
        await fill(of)
        const isFar = (group: string): number => {
          const own = numbers(of.filter((row) => row.group === group))
          const limit = n * deviation(own)
          return own.length < 2 || limit === 0 ? 0 : own.filter((x) => Math.abs(x - mean(own)) > limit + 1e-9).length
        }
        expect(await failures('z_score(n)', { n, group_by: ['word'] })).toBe(isFar('a') + isFar('b'))
      }),
      { numRuns: 25 },
    )
  })

  it('metric_between measures what a metric is', async () => {
    await assert(
      asyncProperty(rows, constantFrom(0, 0.1, 0.5, 0.9, 1), async (of, share) => {
        await fill(of)
        const all = numbers(of)
        const measured = async (given: Record<string, string | number>): Promise<number | undefined> =>
          (await check(made, parsed('metric_between(n)', { ...given, min: -1000 }))).values['0']
        if (all.length === 0) {
          expect(await measured({ metric: 'mean' })).toBeUndefined()
          return
        }
        expect(await measured({ metric: 'mean' })).toBeCloseTo(mean(all), 9)
        expect(await measured({ metric: 'quantile', quantile: share })).toBeCloseTo(quantile(all, share), 9)
        if (all.length > 1) expect(await measured({ metric: 'stddev' })).toBeCloseTo(deviation(all), 9)
      }),
      { numRuns: 15 },
    )
  })

  it('quantiles counts those outside of their ranges', async () => {
    await assert(
      asyncProperty(rows, integer({ min: -10, max: 0 }), integer({ min: 0, max: 10 }), async (of, least, most) => {
        await fill(of)
        const shares = [0.25, 0.5, 0.75]
        const all = numbers(of)
        const bad = shares.filter((share) => {
          const value = quantile(all, share)
          return all.length > 0 && (value < least || value > most)
        })
        const given = { quantiles: shares, ranges: shares.map(() => [least, most]) }
        expect(await failures('quantiles(n)', given)).toBe(bad.length)
      }),
      { numRuns: 25 },
    )
  })
})
