import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Case, type CheckCases, cases } from '../../tests/checks/index.ts'
import { catalogue } from './index.ts'
import { check, onEveryEngine, parsed, partitioned, partitionedTarget, plainTarget, type Tables } from './testing.ts'

/* Every check of the catalogue on every engine, by the cases of tests/checks: a check without cases fails here. */

const kinds = ['passes', 'fails', 'nulls', 'duplicates', 'empty', 'unicode'] as const

const titles: Readonly<Record<(typeof kinds)[number], string>> = {
  passes: 'passes good rows',
  fails: 'finds bad rows',
  nulls: 'knows what NULLs are to it',
  duplicates: 'counts rows that are there twice',
  empty: 'has an answer for no rows',
  unicode: 'reads every script',
}

function everyCase(of: CheckCases): (readonly [string, Case])[] {
  return [...kinds.map((kind) => [titles[kind], of[kind]] as const), ...Object.entries(of.more ?? {})]
}

const names = (columns: string): string =>
  columns
    .split(/,(?![^(]*\))/)
    .map((column) => column.trim().split(' ')[0])
    .join(', ')

/** The tables of a case, in the place of those of the case before. */
async function fill({ connection }: Tables, of: CheckCases, { rows, others = '' }: Case): Promise<void> {
  const day = of.only === undefined ? `, day date default date '2024-01-03'` : ''
  const other = of.otherColumns ?? 'faa varchar'
  const insert = (table: string, columns: string, values: string): string =>
    values === '' ? '' : `; insert into ${table} (${names(columns)}) values ${values}`
  await connection.run(
    `drop table if exists staged; drop table if exists rest; drop table if exists airports; create table staged (${of.columns}${day}); create table rest as select * from staged; create table airports (${other})${insert('staged', of.columns, rows)}${insert('airports', other, others)}`,
  )
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

it('has cases for every check', () => {
  // What is usual is known by other partitions: usual.test.ts, and anomalies.test.ts of the runner.
  const own = [...catalogue].filter(([, { usual }]) => !usual).map(([name]) => name)
  expect(Object.keys(cases).sort()).toEqual(own.sort())
})

onEveryEngine((tables) => {
  let made: Tables
  beforeAll(async () => {
    made = await tables()
  })
  afterAll(() => made.close())

  describe.each(Object.entries(cases))('%s', (name, of) => {
    const written = of.column === undefined ? name : `${name}(${of.column})`

    it.each(everyCase(of))('%s', async (_, one) => {
      await fill(made, of, one)
      const given = { ...of.given, ...one.given }
      const expected = { failures: one.failures, ...(one.value === undefined ? {} : { value: one.value }) }
      if (of.only !== 'partitioned') {
        const { failures, values, sample } = await check(made, parsed(written, given), plainTarget)
        const found = { failures: failures['0'] ?? 0, ...(one.value === undefined ? {} : { value: values['0'] }) }
        expect(found).toEqual(expected)
        expect(sample.length > 0).toBe(one.failures > 0)
      }
      if (of.only !== 'plain' && (one.rows !== '' || of.only === 'partitioned')) {
        const { failures, values, sample } = await check(made, parsed(written, given, partitioned), partitionedTarget)
        const [value] = Object.values(values)
        const found = { failures: sum(Object.values(failures)), ...(one.value === undefined ? {} : { value }) }
        expect(found).toEqual(expected)
        expect(sample.length > 0).toBe(one.failures > 0)
      }
    })
  })
})
