import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Explanation } from '../reports/index.ts'
import { type Workbench, workbench } from './testing.ts'

let bench: Workbench
const elt = (...words: readonly string[]) => bench.elt(words, { cwd: 'shop' })
const explain = async (...words: readonly string[]): Promise<Explanation> =>
  JSON.parse((await elt('explain', ...words, '--output', 'json')).stdout)
const path = (name: string) => join(bench.folder, 'shop', name)
const day = (date: string) => `data/orders/${date}.ndjson`

beforeAll(async () => {
  bench = workbench()
  await bench.elt(['init', 'shop', '--time-zone', 'UTC'])
})
afterAll(() => bench.remove())

describe('elt explain of a model', () => {
  it('says before anything is built that everything would be', async () => {
    const { published, ranges, decisions, attempts, due } = await explain('daily_orders')
    expect({ published, ranges, attempts }).toEqual({ published: null, ranges: [], attempts: [] })
    expect(due).toEqual({ from: '2024-01-01', to: '2024-01-08' })
    expect(decisions).toMatchObject([{ builds: true, reason: 'never-built', partitions: 7 }])
    expect((await elt('explain', 'daily_orders', '2024-01-03')).stdout).toContain('published  nothing: never built\n')
  })

  it('tells of a partition what it has and from what, as the ledger has it', async () => {
    await elt('build')
    const explained = await explain('daily_orders', '2024-01-03')
    expect(explained).toMatchObject({
      model: 'analytics.daily_orders',
      form: 'incremental, day by order_date',
      relation: '"analytics"."daily_orders"',
      partition: '2024-01-03',
      published: { version: 1, rows: 3, older_code: false, settled: true, run: expect.stringMatching(/^20/) },
      reads: [
        {
          upstream: 'raw_data.orders',
          kind: 'window',
          from: '2024-01-03',
          to: '2024-01-04',
          built_from: { version: 1, published: 1 },
          changed: false,
        },
      ],
      decisions: [{ builds: false, reason: 'up-to-date' }],
      attempts: [
        { status: 'published', reason: 'never-built', command: 'elt build', from: '2024-01-01', to: '2024-01-08' },
      ],
    })
    expect(explained.published?.checksum).toMatch(/^3:/)
  })

  it('names the files of a source, and that one of them changed', async () => {
    const before = await explain('orders', '2024-01-03')
    expect(before.reads).toMatchObject([{ upstream: 'source.shop.orders', files: [day('2024-01-03')], changed: false }])
    const text = readFileSync(path(day('2024-01-03')), 'utf8')
    bench.write(`shop/${day('2024-01-03')}`, text.replace(/"amount":\d+/g, '"amount":1'))
    expect(await explain('orders', '2024-01-03')).toMatchObject({
      reads: [{ changed: true }],
      decisions: [{ builds: true, reason: 'source-changed' }],
    })
    expect((await explain('orders', '2024-01-05')).decisions).toMatchObject([{ reason: 'up-to-date' }])
  })

  it('looks through upstreams that would be built first', async () => {
    const { decisions } = await explain('daily_orders', '2024-01-03')
    expect(decisions).toMatchObject([
      { builds: true, reason: 'upstream-changed', words: expect.stringContaining('if-changed') },
    ])
  })

  it('sums up a model: ranges by code, decisions by reason, newest attempts', async () => {
    await elt('build')
    const sql = readFileSync(path('models/analytics/daily_orders.sql'), 'utf8')
    bench.write('shop/models/analytics/daily_orders.sql', sql.replace('count(*)', 'count(*) + 0'))
    bench.write('shop/project.yml', readFileSync(path('project.yml'), 'utf8').replace(/ +on_code_change.*\n/, ''))
    const explained = await explain('daily_orders')
    expect(explained.ranges).toMatchObject([{ from: '2024-01-01', to: '2024-01-08', partitions: 7, older_code: true }])
    expect(explained.decisions.map(({ reason }) => reason)).toEqual(['older-code-kept'])
    expect(explained.attempts).toHaveLength(2)
    const { stdout } = await elt('explain', 'daily_orders')
    expect(stdout).toMatch(/7 partitions {3}\d+ rows {3}newest version 2 {3}older code/)
    expect(stdout).toContain('built by older code, which on_code_change: keep allows')
  })

  it('explains models without partitions, by name or id, and what failed', async () => {
    const sql = readFileSync(path('models/analytics/customers.sql'), 'utf8')
    bench.write('shop/models/analytics/customers.sql', sql.replace('sum(amount)', "sum(amount) + error('no')::int"))
    await elt('build')
    const explained = await explain('analytics.customers')
    expect(explained).toMatchObject({
      form: 'table',
      partition: null,
      published: { older_code: true },
      decisions: [{ builds: false, reason: 'still-failing' }],
    })
    expect(explained.attempts[0]).toMatchObject({ status: 'failed', error: expect.stringContaining('no') })
    expect((await elt('explain', 'customers')).stdout).toContain('now        still-failing: ')
  })

  it('says what is due of a partition that is not, and changes nothing', async () => {
    expect((await explain('orders', '2030-01-01')).decisions).toMatchObject([
      { builds: false, reason: 'not-due', words: expect.stringContaining('due are 2024-01-01 to 2024-01-07') },
    ])
    rmSync(path('.elt'), { recursive: true })
    await explain('orders')
    expect(() => readFileSync(path('.elt/warehouse.duckdb'))).toThrow()
  })
})
