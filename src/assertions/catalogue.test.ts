import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { check, onEveryEngine, parsed, partitioned, partitionedTarget, plainTarget, type Tables } from './testing.ts'

/* Every check on a real engine: rows that pass, rows that fail, NULLs, duplicates, no rows, other scripts. */

onEveryEngine((tables) => {
  let flights: Tables
  let empty: Tables
  let days: Tables

  const columns = 'id integer, status varchar, delay double precision, origin varchar, code varchar'

  beforeAll(async () => {
    flights = await tables(
      `create table staged (${columns})`,
      `insert into staged values
      (1, 'landed', 10, 'ICN', 'a'), (2, 'landed', -5, 'JFK', 'a'), (2, '지연', 1500, 'XXX', null),
      (null, null, null, null, null), (null, 'o''hare', 0, 'ICN', null)`,
      'create table airports (faa varchar)',
      `insert into airports values ('ICN'), ('JFK'), (null)`,
      'create table bts_codes (faa varchar)',
    )
    empty = await tables(`create table staged (${columns})`, 'create table airports (faa varchar)')
    days = await tables(
      'create table staged (day date, id integer, name varchar)',
      'create table rest (day date, id integer, name varchar)',
      `insert into staged values ('2024-01-03', 1, 'a'), ('2024-01-03', 1, 'a'), ('2024-01-04', 2, null), ('2024-01-04', 3, 'c')`,
      `insert into rest values ('2024-01-01', 3, 'x'), ('2024-01-01', 9, 'y'), ('2024-01-01', 9, 'y'), ('2024-01-08', 7, null)`,
    )
  })

  afterAll(async () => {
    for (const made of [flights, empty, days]) await made.close()
  })

  const failing = async (on: Tables, ...of: Parameters<typeof parsed>): Promise<number> =>
    (await check(on, parsed(...of))).failures['0'] ?? 0

  describe('checks of single rows', () => {
    it('not_null counts the NULLs and shows their rows', async () => {
      const { failures, sample } = await check(flights, parsed('not_null(status)'))
      expect(failures).toEqual({ 0: 1 })
      expect(sample).toEqual([{ id: null, status: null, delay: null, origin: null, code: null }])
    })

    it('accepted_values lets NULL pass, and knows quotes and other scripts', async () => {
      expect(await failing(flights, 'accepted_values(status)', { values: ['landed', '지연', "o'hare"] })).toBe(0)
      expect(await failing(flights, 'accepted_values(status)', { values: ['landed'] })).toBe(2)
      expect(await failing(flights, 'accepted_values(id)', { values: [1] })).toBe(2)
      expect(await failing(flights, 'accepted_values(delay)', { values: ['5 * 2', '-5', '1500'], quote: false })).toBe(
        1,
      )
    })

    it('not_accepted_values finds what must not occur', async () => {
      expect(await failing(flights, 'not_accepted_values(status)', { values: ['지연', 'unknown'] })).toBe(1)
    })

    it('accepted_range holds both bounds, inclusive unless told otherwise, and lets NULL pass', async () => {
      expect(await failing(flights, 'accepted_range(delay)', { min_value: -5, max_value: 1500 })).toBe(0)
      expect(
        await failing(flights, 'accepted_range(delay)', { min_value: -5, max_value: 1500, inclusive: false }),
      ).toBe(2)
      expect(await failing(flights, 'accepted_range(delay)', { max_value: 'id * 100' })).toBe(1)
    })

    it('accepted_range takes a date as a date', async () => {
      const range = parsed('accepted_range(day)', { max_value: '2024-01-03' })
      expect((await check(days, range)).failures).toEqual({ 0: 2 })
    })

    it('expression_is_true lets NULL pass, and follows the column it stands at', async () => {
      expect(await failing(flights, 'expression_is_true', { expression: 'delay < 1000 -- a limit' })).toBe(1)
      expect(await failing(flights, 'expression_is_true(delay)', { expression: '>= 0' })).toBe(1)
      expect(await failing(flights, 'expression_is_true', { expression: 'id = 1 or id = 2' })).toBe(0)
    })

    it('where leaves rows out of the count and of the sample', async () => {
      const { failures, sample } = await check(
        flights,
        parsed('not_null(code)', { where: "origin = 'ICN' or origin = 'JFK'" }),
      )
      expect(failures).toEqual({ 0: 1 })
      expect(sample.map((row) => row.status)).toEqual(["o'hare"])
    })

    it('limit bounds the sample, not the count', async () => {
      const { failures, sample } = await check(flights, parsed('not_null(code)', { limit: 1 }))
      expect(failures).toEqual({ 0: 3 })
      expect(sample).toHaveLength(1)
    })
  })

  describe('relationships', () => {
    it('counts values without a parent; NULL passes, also where the parents hold one', async () => {
      const orphans = parsed('relationships(origin)', { to: "ref('airports')", field: 'faa' })
      const { failures, sample } = await check(flights, orphans)
      expect(failures).toEqual({ 0: 1 })
      expect(sample.map((row) => row.origin)).toEqual(['XXX'])
    })

    it('fails every value when there is no parent at all', async () => {
      expect(await failing(flights, 'relationships(origin)', { to: "source('bts', 'codes')", field: 'faa' })).toBe(4)
    })

    it('takes its own model as the table that it will be', async () => {
      const self = parsed(
        'relationships(id)',
        { to: "ref('flights')", field: 'id' },
        {
          ...partitioned,
          resolve: () => partitioned.node,
        },
      )
      expect(self.blocking).toBe(true)
      expect((await check(days, self, partitionedTarget)).failures).toEqual({})
    })
  })

  describe('uniqueness', () => {
    it('unique counts rows that are one too many, and does not judge NULLs', async () => {
      const { failures, sample } = await check(flights, parsed('unique(id)'))
      expect(failures).toEqual({ 0: 1 })
      expect(sample).toEqual([{ id: 2, rows: 2 }])
      expect(await failing(flights, 'unique(id)', { where: "status <> '지연'" })).toBe(0)
    })

    it('unique_key takes NULLs as equal', async () => {
      expect(await failing(flights, 'unique_key', { columns: ['id', 'code'] })).toBe(1)
      expect(await failing(flights, 'unique_key', { columns: ['id', 'status'] })).toBe(0)
      expect(await failing(flights, 'unique_key', { columns: ['code'] })).toBe(3)
    })

    it('judges each partition by itself when the key holds the partition column', async () => {
      const key = parsed('unique_key', { columns: ['day', 'id'] }, partitioned)
      expect((await check(days, key, partitionedTarget)).failures).toEqual({ 2: 1 })
      expect((await check(days, parsed('unique(day)', {}, partitioned), partitionedTarget)).failures).toEqual({
        2: 1,
        3: 1,
      })
    })

    it('judges staged rows with the rest of the table when the key lacks the partition column', async () => {
      // 1 twice on one day: one too many. 3 on this day and an earlier one: counts. 9 is not staged: none of this build's.
      const { failures, sample } = await check(days, parsed('unique(id)', {}, partitioned), partitionedTarget)
      expect(failures).toEqual({ 2: 1, 3: 1 })
      expect(sample.map((row) => row.id).sort()).toEqual([1, 3])
    })

    it('finds a NULL key again in another partition for unique_key, not for unique', async () => {
      const key = parsed('unique_key', { columns: ['name'] }, partitioned)
      expect((await check(days, key, partitionedTarget)).failures).toEqual({ 2: 1, 3: 1 })
      expect((await check(days, parsed('unique(name)', {}, partitioned), partitionedTarget)).failures).toEqual({ 2: 1 })
    })

    it('with scope table judges all rows as one', async () => {
      const whole = parsed('unique(id)', { scope: 'table' }, partitioned)
      expect((await check(days, whole, partitionedTarget)).failures).toEqual({ 0: 3 })
    })
  })

  describe('row_count', () => {
    it('holds each partition, or the relation, to its bounds', async () => {
      expect(await failing(flights, 'row_count', { min: 5, max: 5 })).toBe(0)
      expect(await failing(flights, 'row_count', { equals: 4 })).toBe(1)
      expect(await failing(flights, 'row_count', { min: 1, where: "origin = 'LAX'" })).toBe(1)
      const perDay = parsed('row_count', { min: 3 }, partitioned)
      const { failures, sample } = await check(days, perDay, partitionedTarget)
      expect(failures).toEqual({ 2: 1, 3: 1 })
      expect(sample).toContainEqual({ day: '2024-01-03', rows: 2 })
    })
  })

  describe('scope', () => {
    it('table sees the staged rows and the rest', async () => {
      const count = parsed('row_count', { equals: 8, scope: 'table' }, partitioned)
      expect((await check(days, count, partitionedTarget)).failures).toEqual({ 0: 0 })
    })

    it('last N sees the newest partitions of the table, together', async () => {
      const count = (equals: number) => parsed('row_count', { equals, scope: 'last 5' }, partitioned)
      expect((await check(days, count(3), partitionedTarget)).failures).toEqual({ 0: 0 })
      expect((await check(days, count(5), partitionedTarget)).failures).toEqual({ 0: 1 })
    })
  })

  describe('complete_partitions', () => {
    it('counts the partitions missing between the first and the last, and shows the gaps', async () => {
      const { failures, sample } = await check(days, parsed('complete_partitions', {}, partitioned), partitionedTarget)
      expect(failures).toEqual({ 0: 4 })
      expect(sample.map((row) => [row.after, row.before, Number(row.missing)])).toEqual([
        ['2024-01-01', '2024-01-03', 1],
        ['2024-01-04', '2024-01-08', 3],
      ])
    })
  })

  describe('a relation without rows', () => {
    const passing: Parameters<typeof parsed>[] = [
      ['not_null(id)'],
      ['unique(id)'],
      ['unique_key', { columns: ['id', 'status'] }],
      ['accepted_values(status)', { values: ['landed'] }],
      ['accepted_range(delay)', { min_value: 0 }],
      ['expression_is_true', { expression: 'false' }],
      ['relationships(origin)', { to: 'airports', field: 'faa' }],
      ['row_count', { max: 10 }],
    ]

    it.each(passing)('passes %s', async (...of) => {
      const { failures, sample } = await check(empty, parsed(...of))
      expect(failures['0'] ?? 0).toBe(0)
      expect(sample).toEqual([])
    })

    it('fails row_count with a minimum, in the scan and as the answer for a partition without a group', async () => {
      const { failures } = await check(empty, parsed('row_count', { min: 1 }), plainTarget)
      expect(failures).toEqual({ 0: 1 })
    })
  })
})
