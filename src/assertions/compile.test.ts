import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileAssertion, compileSingularAssertion, parseSingularAssertion } from './index.ts'
import {
  dialect,
  memory,
  messages,
  parsed,
  partitioned,
  partitionedTarget,
  place,
  plainTarget,
  raw,
  type Tables,
} from './testing.ts'

/* The SQL itself, so that a change of it is seen in review; that it is right is proved by catalogue.test.ts. */

const plain = (...of: Parameters<typeof parsed>) => compileAssertion(parsed(...of), plainTarget, dialect)
const cut = (written: string, given = {}) =>
  compileAssertion(parsed(written, given, partitioned), partitionedTarget, dialect)

describe('the SQL of a check', () => {
  it('is one aggregate for the scan that all checks of the rows share', () => {
    expect(plain('not_null(carrier)', { where: 'id > 0' })).toEqual({
      from: 'staged',
      perPartition: true,
      measure: {
        kind: 'aggregate',
        expression: 'count(case when (id > 0) and "carrier" is null then 1 end)',
        whenEmpty: 0,
      },
      failingRows: 'select * from staged as judged where (id > 0) and "carrier" is null order by all limit 100',
    })
    expect(plain('unique(id)', { where: 'x' }).measure).toEqual({
      kind: 'aggregate',
      expression: 'count(case when (x) then "id" end) - count(distinct case when (x) then "id" end)',
      whenEmpty: 0,
    })
    expect(plain('row_count', { min: 1, max: 9 }).measure).toEqual({
      kind: 'aggregate',
      expression: 'case when not (count(*) >= 1 and count(*) <= 9) then 1 else 0 end',
      whenEmpty: 1,
      value: 'count(*)',
      valueWhenEmpty: 0,
    })
  })

  it('is a query where rows must be compared with others', () => {
    expect(plain('relationships(origin)', { to: 'airports', field: 'faa', limit: 2 })).toMatchObject({
      measure: {
        kind: 'query',
        sql: 'select 0 as "partition", count(*) as "failures" from (select * from staged as candidate where "origin" is not null) as judged where not exists (select 1 from airports as parent where parent."faa" = judged."origin")',
      },
    })
    expect(cut('unique_key', { columns: ['day', 'id'] }).measure).toEqual({
      kind: 'query',
      sql: `select "partition", sum(extra) as "failures" from (select ("day" - date '2024-01-01') as "partition", count(*) - 1 as extra from staged as candidate group by ("day" - date '2024-01-01'), "day", "id" having count(*) > 1) as repeated group by "partition"`,
    })
  })

  it('judges partitions apart only within the window', () => {
    expect(cut('not_null(id)')).toMatchObject({ from: 'staged', perPartition: true })
    expect(cut('not_null(id)', { scope: 'table' })).toMatchObject({
      from: partitionedTarget.whole,
      perPartition: false,
    })
    expect(cut('complete_partitions').perPartition).toBe(false)
  })

  it('writes hostile identifiers and values through the dialect', () => {
    const name = 'a"; drop table staged; --'
    expect(plain(`not_null(${name})`).failingRows).toContain('"a""; drop table staged; --" is null')
    expect(plain('accepted_values(a)', { values: ["x'); drop table staged; --"] }).failingRows).toContain(
      `"a" not in ('x''); drop table staged; --')`,
    )
  })
})

describe('a singular assertion', () => {
  let tables: Tables
  beforeAll(async () => {
    tables = await memory('create table t as select range as id from range(5)')
  })
  afterAll(() => tables.close())

  const sql = { pieces: [{ text: 'select id from t where id > 1 -- bad' }] }
  const parse = (given: Parameters<typeof raw>[0]) =>
    parseSingularAssertion(raw(given), { name: 'no_big_ids', sql, reads: ['analytics.t'], location: place })

  it('counts and shows the rows that its SELECT returns, also when it ends in a comment', async () => {
    const assertion = parse({ limit: 2 }).value
    if (!assertion) throw new Error('refused')
    const compiled = compileSingularAssertion(assertion, 'select id from t where id > 1 -- bad', dialect)
    expect(await tables.connection.query(compiled.measure.sql)).toEqual([{ failures: 3 }])
    expect(await tables.connection.query(compiled.failingRows)).toHaveLength(2)
    expect(compiled.measure.sql.slice(compiled.offset.measure)).toMatch(/^select id from t/)
    expect(compiled.failingRows.slice(compiled.offset.failingRows)).toMatch(/^select id from t/)
  })

  it.each([
    ['select id from t', [0, 1]],
    ['select id from t order by id desc', [4, 3]],
    ['select id from (select id from t order by id desc) as x', [0, 1]],
  ])('shows the same rows each time, in the order that it asks for: %s', async (sql, ids) => {
    const assertion = parse({ limit: 2 }).value
    if (!assertion) throw new Error('refused')
    const { failingRows } = compileSingularAssertion(assertion, sql, dialect)
    expect(await tables.connection.query(failingRows)).toEqual(ids.map((id) => ({ id })))
  })

  it('takes its settings from config(), and runs after what it reads without blocking', () => {
    expect(parse({ severity: 'warn', tags: ['x'] }).value).toMatchObject({
      id: 'test.no_big_ids',
      type: 'sql',
      severity: 'warn',
      reads: ['analytics.t'],
      blocking: false,
    })
    expect(messages(parse({ where: 'x', severty: 'warn' }).diagnostics)).toEqual([
      'assertion-argument-unknown: `no_big_ids` has no argument `where`',
      'assertion-argument-unknown: `no_big_ids` has no argument `severty`',
    ])
  })
})
