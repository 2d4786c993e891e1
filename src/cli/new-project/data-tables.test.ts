import { describe, expect, it } from 'vitest'
import { tablesOf } from './data-tables.ts'

const seen = (...paths: readonly string[]) =>
  tablesOf(paths).map(({ name, pattern, unit, files }) => `${name}: ${pattern} ${unit ?? '-'} ${files.length}`)

describe('tables found among data files', () => {
  it.each([
    ['data/flights/2013/03/31.parquet', 'flights: data/flights/{yyyy}/{MM}/{dd}.parquet day 1'],
    ['data/orders/2024-01-01.ndjson', 'orders: data/orders/{yyyy}-{MM}-{dd}.ndjson day 1'],
    ['data/events_20240101.csv.gz', 'events: data/events_{yyyy}{MM}{dd}.csv.gz day 1'],
    ['data/clicks/dt=2024-01-01/part-0.parquet', 'clicks: data/clicks/dt={yyyy}-{MM}-{dd}/part-0.parquet day 1'],
    ['data/clicks/year=2024/month=01/day=05/x.csv', 'x: data/clicks/year={yyyy}/month={MM}/day={dd}/x.csv day 1'],
    ['data/log/2024/01/02/13.ndjson', 'log: data/log/{yyyy}/{MM}/{dd}/{HH}.ndjson hour 1'],
    ['data/sales-2024-07.csv', 'sales: data/sales-{yyyy}-{MM}.csv month 1'],
    ['data/airports.csv', 'airports: data/airports.csv - 1'],
    ['data/20139999.csv', 'rows: data/20139999.csv - 1'],
  ])('%s', (path, expected) => {
    expect(seen(path)).toEqual([expected])
  })

  it('takes files that differ in dates and numbers only as one table', () => {
    expect(seen('d/a/2024-01-01.csv', 'd/a/2024-01-02.csv', 'd/b1.csv', 'd/b2.csv', 'd/c.csv')).toEqual([
      'a: d/a/{yyyy}-{MM}-{dd}.csv day 2',
      'b: d/b*.csv - 2',
      'c: d/c.csv - 1',
    ])
    expect(seen('d/e/2024-01-01/part-0001.csv', 'd/e/2024-01-01/part-0002.csv')).toEqual([
      'e: d/e/{yyyy}-{MM}-{dd}/part-*.csv day 2',
    ])
  })

  it('gives every table a name of its own, and leaves out what is no data or cannot be named', () => {
    expect(seen('a/x.csv', 'b/x.csv', 'readme.md', 'a/[1].csv', 'a/x.txt')).toEqual([
      'x: a/x.csv - 1',
      'b_x: b/x.csv - 1',
    ])
    expect(tablesOf(['a/2024-01-02.json'])[0]).toMatchObject({ format: 'ndjson', files: [{ partition: '2024-01-02' }] })
  })
})
