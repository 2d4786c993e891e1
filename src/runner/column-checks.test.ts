import { beforeEach, describe, expect, it } from 'vitest'
import type { Assertion } from '../assertions/index.ts'
import { assertion, graphOf, model, openWorld, type World } from './testing.ts'

const daily = model('raw_data.daily', {
  sql: 'select d, id, word from fixture.events where d >= [start] and d < [end]',
  day: 'd',
  begin: '2024-01-01',
  end: '2024-01-03',
})

let world: World
beforeEach(async () => {
  world = await openWorld()
  await world.sql(`create schema fixture; create table fixture.events (d date, id integer, word varchar);
    insert into fixture.events values ('2024-01-01', 1, 'a'), ('2024-01-02', 2, null)`)
})

const at = (type: string, options: Partial<Assertion> = {}) => assertion(daily.id, type, options)
const types = (...given: string[]) => at('column_type', { column: 'id', arguments: { types: given } })

describe('checks of columns', () => {
  it('judge staged rows: nothing is published whose columns are others', async () => {
    const results = await world.run(graphOf([daily], [], [types('varchar', 'no_type')]))
    expect(results.assertions).toMatchObject([{ status: 'fail', failures: 1 }])
    expect(results.assertions[0]?.sample).toEqual([{ column: 'id', problem: 'is INTEGER' }])
    expect(
      await world.query(
        "select count(*) as n from duckdb_tables() where schema_name = 'raw_data' and table_name = 'daily'",
      ),
    ).toEqual([{ n: 0 }])
  })

  it('let pass what has the type under any of its names, without a row of it being read', async () => {
    const results = await world.run(graphOf([daily], [], [types('text', 'int4')]))
    expect(results.status).toBe('success')
    expect(results.assertions).toMatchObject([{ status: 'pass', failures: 0 }])
  })

  it('judge published tables, and measure how many columns there are', async () => {
    await world.run(graphOf([daily]))
    const columns = at('columns_match', { arguments: { columns: ['d', 'id', 'text'] } })
    const count = at('column_count', { errorIf: { operator: '>', value: 2, percent: false, measured: true } })
    const { assertions } = await world.test(graphOf([daily], [], [columns, count]))
    expect(assertions.map(({ status, failures, value }) => [status, failures, value])).toEqual([
      ['fail', 2, undefined],
      ['fail', 0, 3],
    ])
    expect(assertions[0]?.sample).toEqual([
      { column: 'text', problem: 'is missing' },
      { column: 'word', problem: 'is not in the list' },
    ])
  })
})
