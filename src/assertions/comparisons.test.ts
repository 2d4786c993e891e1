import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { check, memory, parsed, type Tables } from './testing.ts'

/* Checks that compare rows with rows, against counting by hand. */

interface Row {
  readonly key: string | null
  readonly n: number | null
}

const aRow = fc.record({
  key: fc.option(fc.constantFrom('a', '지', '')),
  n: fc.option(fc.integer({ min: -3, max: 3 })),
})
const rows = fc.array(aRow, { maxLength: 8 })

const literal = ({ key, n }: Row): string => `(${key === null ? 'null::varchar' : `'${key}'`}, ${n ?? 'null::integer'})`

let made: Tables
beforeAll(async () => {
  made = await memory('create table staged (k varchar, n integer)', 'create table airports (k varchar, n integer)')
})
afterAll(() => made.close())

async function fill(table: string, some: readonly Row[]): Promise<void> {
  await made.connection.run(`truncate ${table}`)
  if (some.length > 0) await made.connection.run(`insert into ${table} values ${some.map(literal).join(', ')}`)
}

const failures = async (...of: Parameters<typeof parsed>): Promise<number> =>
  (await check(made, parsed(...of))).failures['0'] ?? 0

/** How often each value occurs. */
function counted<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** The values whose numbers differ, with both numbers. */
function differing<T>(ours: readonly T[], theirs: readonly T[]): number[] {
  const [left, right] = [counted(ours), counted(theirs)]
  return [...new Set([...ours, ...theirs])]
    .map((value) => Math.abs((left.get(value) ?? 0) - (right.get(value) ?? 0)))
    .filter((difference) => difference > 0)
}

const sumOf = (some: readonly Row[]): number | null => {
  const values = some.flatMap(({ n }) => (n === null ? [] : [n]))
  return values.length === 0 ? null : values.reduce((sum, n) => sum + n, 0)
}

describe('comparisons of two relations', () => {
  it('agree with counting by hand, by group and as a whole', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, fc.nat(3), async (ours, theirs, tolerance) => {
        await fill('staged', ours)
        await fill('airports', theirs)
        const to = { to: 'airports' }
        const keys = [ours, theirs].map((some) => some.map(({ key }) => key)) as [(string | null)[], (string | null)[]]
        expect(await failures('equal_rowcount', { ...to, group_by: ['k'] })).toBe(differing(...keys).length)
        expect(await failures('cardinality_equality(k)', to)).toBe(differing(...keys).length)
        const whole = [ours, theirs].map((some) => some.map((row) => JSON.stringify(row))) as [string[], string[]]
        expect(await failures('equality', to)).toBe(differing(...whole).reduce((sum, one) => sum + one, 0))
        const bad = [...new Set(keys.flat())].filter((key) => {
          const [own, other] = [ours, theirs].map((some) => sumOf(some.filter((row) => row.key === key)))
          if (own === null || other === null || own === undefined || other === undefined) return own !== other
          return Math.abs(own - other) > tolerance
        })
        expect(await failures('reconcile_sum(n)', { ...to, tolerance, group_by: ['k'] })).toBe(bad.length)
      }),
      { numRuns: 60 },
    )
  })
})

describe('orders', () => {
  it('agree with walking along the rows', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        await fill('staged', some)
        const groups = [...new Set(some.map(({ key }) => key))].map((key) =>
          some.flatMap((row) => (row.key === key && row.n !== null ? [row.n] : [])).sort((a, b) => a - b),
        )
        const steps = groups.flatMap((values) => values.slice(1).map((n, i) => n - (values[i] ?? 0)))
        expect(await failures('sequential(n)', { group_by: ['k'] })).toBe(steps.filter((step) => step !== 1).length)
        const strictly = await failures('increasing(n)', { group_by: ['k'], strict: true })
        expect(strictly).toBe(steps.filter((step) => step === 0).length)
        expect(await failures('decreasing(n)', { group_by: ['k'], order_by: 'n desc' })).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it('find what overlaps', async () => {
    const range = fc.record({ key: fc.constant('a'), n: fc.integer({ min: 0, max: 30 }) })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(range, { maxLength: 6, selector: ({ n }) => n }),
        fc.integer({ min: 1, max: 6 }),
        async (some, length) => {
          await fill('staged', some)
          await made.connection.run(`create or replace view ranges as select k, n as a, n + ${length} as b from staged`)
          const starts = some.map(({ n }) => n).sort((a, b) => a - b)
          const gaps = starts.slice(1).map((start, i) => start - ((starts[i] ?? 0) + length))
          const count = async (kept: string): Promise<number> => {
            const assertion = parsed('mutually_exclusive_ranges', { lower: 'a', upper: 'b', gaps: kept })
            const { failures: found } = await check(made, assertion, { rows: 'ranges', relation: (node) => node })
            return found['0'] ?? 0
          }
          expect(await count('allowed')).toBe(gaps.filter((gap) => gap < 0).length)
          expect(await count('not_allowed')).toBe(gaps.filter((gap) => gap !== 0).length)
          expect(await count('required')).toBe(gaps.filter((gap) => gap <= 0).length)
        },
      ),
      { numRuns: 40 },
    )
  })
})
