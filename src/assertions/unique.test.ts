import fc from 'fast-check'
import { expect, it } from 'vitest'
import { check, memory, parsed, partitioned, partitionedTarget } from './testing.ts'

interface Row {
  readonly day: number
  readonly id: number | null
}

/** Rows of each staged day that would have to go: all whose key another day holds, else those that are one too many. */
function naive(staged: readonly Row[], rest: readonly Row[], nullsCount: boolean): Record<string, number> {
  const all = [...staged, ...rest].filter((row) => nullsCount || row.id !== null)
  const failures: Record<string, number> = {}
  for (const day of new Set(staged.map((row) => row.day))) {
    const own = all.filter((row) => row.day === day)
    let count = 0
    for (const id of new Set(own.map((row) => row.id))) {
      const here = own.filter((row) => row.id === id).length
      count += all.some((row) => row.id === id && row.day !== day) ? here : here - 1
    }
    if (count > 0) failures[day - 1] = count
  }
  return failures
}

const row = (day: fc.Arbitrary<number>) => fc.record({ day, id: fc.option(fc.nat(3)) })
const values = (rows: readonly Row[]): string =>
  rows.map(({ day, id }) => `(date '2024-01-0${day}', ${id ?? 'null::integer'})`).join(', ')

it('uniqueness across partitions agrees with counting by hand', async () => {
  const tables = await memory('create table staged (day date, id integer)', 'create table rest (day date, id integer)')
  const unique = parsed('unique(id)', {}, partitioned)
  const key = parsed('unique_key', { columns: ['id'] }, partitioned)
  // A day is staged or published, never both: the staged rows replace its partition.
  const cases = fc.tuple(
    fc.array(row(fc.integer({ min: 1, max: 3 })), { maxLength: 8 }),
    fc.array(row(fc.integer({ min: 4, max: 5 })), { maxLength: 5 }),
  )
  await fc.assert(
    fc.asyncProperty(cases, async ([staged, rest]) => {
      await tables.connection.run('truncate staged; truncate rest')
      if (staged.length > 0) await tables.connection.run(`insert into staged values ${values(staged)}`)
      if (rest.length > 0) await tables.connection.run(`insert into rest values ${values(rest)}`)
      const of = async (assertion: typeof key) => {
        const { failures } = await check(tables, assertion, partitionedTarget)
        return Object.fromEntries(Object.entries(failures).filter(([, count]) => count > 0))
      }
      expect(await of(unique)).toEqual(naive(staged, rest, false))
      expect(await of(key)).toEqual(naive(staged, rest, true))
    }),
    { numRuns: 60 },
  )
  await tables.close()
})
