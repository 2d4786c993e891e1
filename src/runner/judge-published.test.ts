import { beforeEach, describe, expect, it } from 'vitest'
import type { Assertion } from '../assertions/index.ts'
import { assertion, csvSource, graphOf, model, openWorld, type World } from './testing.ts'

const daily = model('raw_data.daily', {
  sql: 'select d, id from fixture.events where d >= [start] and d < [end]',
  day: 'd',
  begin: '2024-01-01',
  end: '2024-01-05',
})
const view = model('analytics.v', {
  sql: 'select * from [raw_data.daily]',
  materialized: 'view',
  whole: ['raw_data.daily'],
})

let world: World
beforeEach(async () => {
  world = await openWorld()
  await world.sql(`create schema fixture; create table fixture.events as
    select date '2024-01-01' + cast(i % 4 as integer) as d, i as id from range(40) as t(i) where i % 4 <> 2`)
})

const isTrue = (node: string, expression: string, options: Partial<Assertion> = {}) =>
  assertion(node, 'expression_is_true', { arguments: { expression }, id: `${node}.${expression}`, ...options })

const singular = (name: string, sql: string, reads: readonly string[]): Assertion => {
  const { node: _, ...rest } = assertion(`test.${name}`, 'sql', { id: `test.${name}`, name, reads, blocking: false })
  const file = `tests/sql/${name}.sql`
  const pieces = sql
    .split(/(\[[^\]]+\])/)
    .map((text) =>
      text.startsWith('[')
        ? { hole: { kind: 'relation' as const, node: text.slice(1, -1) } }
        : { text, origin: { path: file, start: 0, end: text.length, verbatim: true } },
    )
  return { ...rest, sql: { pieces } }
}

describe('judging published rows', () => {
  it('of tables, views and SELECTs gives one outcome each, with rows to look at', async () => {
    await world.run(graphOf([daily, view]))
    const graph = graphOf(
      [daily, view],
      [],
      [
        isTrue('raw_data.daily', 'id >= 0'),
        isTrue('raw_data.daily', 'id <> 7'),
        isTrue('analytics.v', 'id < 39', { blocking: false }),
        singular('no_even', 'select * from [raw_data.daily] where id = 8', ['raw_data.daily']),
      ],
    )
    const results = await world.test(graph)
    expect(results.status).toBe('failed')
    expect(results.assertions.map(({ status, failures, rows }) => [status, failures, rows])).toEqual([
      ['pass', 0, 30],
      ['fail', 1, 30],
      ['fail', 1, 30],
      ['fail', 1, 1],
    ])
    expect(results.assertions[1]?.sample).toMatchObject([{ id: 7 }])
    expect(results.assertions.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message))).toEqual([
      'expression_is_true failed on raw_data.daily: 1 of 10 rows in 2024-01-04',
      'expression_is_true failed on analytics.v: 1 of 30 rows',
      'no_even failed on raw_data.daily: 1 row',
    ])
  })

  it('judges published partitions that have no rows', async () => {
    const everyDay = assertion('raw_data.daily', 'row_count', {
      arguments: { min: 1 },
      blocking: false,
      severity: 'warn',
    })
    await world.run(graphOf([daily]))
    const results = await world.test(graphOf([daily], [], [everyDay]))
    expect(results.status).toBe('success')
    expect(results.assertions[0]?.diagnostics[0]?.message).toContain('2024-01-03')
  })

  it('tells of an error in the SQL of one, and judges the others', async () => {
    await world.run(graphOf([daily]))
    const graph = graphOf(
      [daily],
      [],
      [
        isTrue('raw_data.daily', 'nonsense > 1'),
        isTrue('raw_data.daily', 'id >= 0'),
        singular('bad', 'select oops', []),
      ],
    )
    const results = await world.test(graph)
    expect(results.assertions.map(({ status }) => status)).toEqual(['error', 'pass', 'error'])
    expect(results.assertions[2]?.diagnostics[0]?.message).toContain('the engine refused bad: ')
  })

  it('leaves out what was never built, with a warning', async () => {
    const results = await world.test(graphOf([daily], [], [isTrue('raw_data.daily', 'id >= 0')]))
    expect(results.assertions).toEqual([])
    expect(results.diagnostics.map(({ code }) => code)).toEqual(['not-judged'])
    expect(results.status).toBe('success')
  })

  it('reads file sources whole', async () => {
    world.write('data/rides/2024-01-01.csv', 'id,d\n1,2024-01-01\n')
    world.write('data/rides/2024-01-02.csv', 'id,d\n,2024-01-02\n')
    const source = csvSource('rides', { id: 'integer', d: 'date' })
    const graph = graphOf([], [source], [assertion(source.id, 'not_null', { column: 'id', blocking: false })])
    const results = await world.test(graph)
    expect(results.assertions).toMatchObject([{ status: 'fail', failures: 1, rows: 2 }])
  })

  it('stops when asked to', async () => {
    await world.run(graphOf([daily]))
    const controller = new AbortController()
    controller.abort('SIGTERM')
    const results = await world.test(graphOf([daily], [], [isTrue('raw_data.daily', 'id >= 0')]), {
      signal: controller.signal,
    })
    expect(results.status).toBe('interrupted')
    expect(results.assertions).toEqual([])
  })
})
