import { beforeEach, describe, expect, it } from 'vitest'
import type { Assertion, Threshold } from '../assertions/index.ts'
import { assertion, graphOf, model, openWorld, type World } from './testing.ts'

const daily = model('raw_data.daily', {
  sql: 'select d, id, word from fixture.events where d >= [start] and d < [end]',
  day: 'd',
  begin: '2024-01-01',
  end: '2024-01-04',
})

let world: World
beforeEach(async () => {
  world = await openWorld()
  await world.sql(`create schema fixture; create table fixture.events (d date, id integer, word varchar);
    insert into fixture.events values ('2024-01-01', 1, 'a'), ('2024-01-01', 2, null), ('2024-01-02', 3, 'a')`)
})

const at = (type: string, options: Partial<Assertion> = {}) => assertion(daily.id, type, options)
const measured = (operator: Threshold['operator'], value: number, percent = false): Threshold => ({
  operator,
  value,
  percent,
  measured: true,
})
const kept = () =>
  world.query(
    'select assertion, partition, failures, value, threshold, status from elt.assertion_results order by assertion, partition',
  )

describe('values that checks measure', () => {
  it('are kept for every partition, those that pass and those without rows among them', async () => {
    await world.run(graphOf([daily], [], [at('row_count', { arguments: { max: 5 } })]))
    expect(await kept()).toMatchObject([
      { partition: '2024-01-01', value: 2, failures: 0, status: 'pass' },
      { partition: '2024-01-02', value: 1, failures: 0, status: 'pass' },
      { partition: '2024-01-03', value: 0, failures: 0, status: 'pass' },
    ])
  })

  it('are what conditions are held against: a partition that breaks one is not published', async () => {
    const few = at('row_count', { errorIf: measured('<', 2) })
    const results = await world.run(graphOf([daily], [], [few]))
    expect(results.assertions).toMatchObject([{ status: 'fail', failures: 0, value: 1 }])
    expect(results.assertions[0]?.diagnostics[0]?.message).toBe(
      'row_count failed on raw_data.daily: the number of rows is 0 to 1 (error_if < 2) in 2024-01-02 … 2024-01-03',
    )
    expect(await world.query('select distinct cast(d as varchar) as d from raw_data.daily')).toEqual([
      { d: '2024-01-01' },
    ])
    expect(await kept()).toMatchObject([
      { partition: '2024-01-01', threshold: '< 2', status: 'pass' },
      { partition: '2024-01-02', value: 1, status: 'fail' },
      { partition: '2024-01-03', value: 0, status: 'fail' },
    ])
  })

  it('share the scan with counts, and are told by checks that need a query of their own, too', async () => {
    const share = at('not_null_proportion', { column: 'word', errorIf: measured('<', 60, true) })
    const checks = [at('not_null', { column: 'id' }), share, at('unique', { column: 'id' })]
    const results = await world.run(graphOf([daily], [], checks))
    expect(results.assertions.map(({ status, value }) => [status, value])).toEqual([
      ['pass', undefined],
      ['fail', 0.5],
      ['pass', undefined],
    ])
    const others = {
      arguments: { to: daily.id, to_where: 'id > 1' },
      scope: { kind: 'table' as const },
      blocking: false,
    }
    const { assertions } = await world.test(graphOf([daily], [], [at('equal_rowcount', others)]))
    expect(assertions).toMatchObject([{ status: 'pass', value: 0 }])
  })
})

describe('on_empty', () => {
  it('speaks for partitions without a row that where leaves', async () => {
    const where = at('not_null', { column: 'id', where: `(word = 'a')`, onEmpty: 'fail' })
    const results = await world.run(graphOf([daily], [], [where]))
    expect(results.assertions[0]?.diagnostics[0]?.message).toBe(
      'not_null(id) failed on raw_data.daily: there is no row to judge in 2024-01-03',
    )
  })

  it('speaks for published partitions without rows, also for checks with queries of their own', async () => {
    await world.run(graphOf([daily]))
    const key = at('unique_key', { arguments: { columns: ['d', 'id'] }, onEmpty: 'warn', where: '(id <> 3)' })
    const { assertions } = await world.test(graphOf([daily], [], [key]))
    expect(assertions[0]?.diagnostics[0]?.message).toContain('there is no row to judge in 2024-01-02 … 2024-01-03')
  })
})

describe('an assertion that expired', () => {
  const over = at('not_null', { column: 'word', expires: '2020-01-01' })

  it('stops nothing, and is told', async () => {
    const results = await world.run(graphOf([daily], [], [over]))
    expect(results.status).toBe('success')
    expect(results.assertions).toEqual([])
    expect(results.diagnostics.map(({ code }) => code)).toEqual(['assertion-expired'])
    const tested = await world.test(graphOf([daily], [], [over]))
    expect([tested.assertions, tested.diagnostics.map(({ code }) => code)]).toEqual([[], ['assertion-expired']])
  })

  it('no longer keeps back what it kept back before', async () => {
    await world.run(graphOf([daily], [], [at('not_null', { column: 'word', hash: over.hash })]))
    const results = await world.run(graphOf([daily], [], [over]))
    expect(results.status).toBe('success')
    expect(await world.query('select count(*) as n from raw_data.daily')).toEqual([{ n: 3 }])
  })

  it('is judged until its day begins', async () => {
    const results = await world.run(graphOf([daily], [], [at('not_null', { column: 'word', expires: '2999-01-01' })]))
    expect(results.assertions).toMatchObject([{ status: 'fail' }])
  })
})

describe('fail_calc', () => {
  it('stands for the number of failing rows, partition by partition', async () => {
    const heavy = at('not_null', {
      column: 'word',
      failCalc: 'sum(id) * 10',
      errorIf: { operator: '>', value: 20, percent: false },
    })
    const results = await world.run(graphOf([daily], [], [heavy]))
    expect(results.assertions).toMatchObject([{ status: 'warn', failures: 20 }])
  })
})
