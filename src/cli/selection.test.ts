import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Workbench, workbench } from './testing.ts'

/* What commands make of a selection. */

let bench: Workbench
const elt = (...words: string[]) => bench.elt(words, { cwd: 'shop' })
const told = async (...words: string[]) => {
  const { code, stdout, stderr } = await elt(...words)
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('error[') })
  return stdout.trimEnd().split('\n')
}

beforeAll(async () => {
  bench = workbench()
  bench.write('shop/project.yml', 'name: shop\ntargets: { local: { type: duckdb, path: .elt/w.duckdb } }\n')
  bench.write(
    'shop/models/raw_data/prices.sql',
    "{{ config(materialized='table', tags='nightly') }}select 1 as price, 1 as day",
  )
  bench.write(
    'shop/models/analytics/revenue.sql',
    "{{ config(materialized='table') }}select * from {{ ref('prices') }}",
  )
  bench.write(
    'shop/models/analytics/models.yml',
    `models:
  - name: revenue
    data_tests: [{ unique_key: { columns: [price, day], severity: warn, where: "day + 1 > 0 and price in (1, 2)" } }]
    columns: [{ name: price, data_tests: [not_null] }]
exposures:
  - { name: weekly, type: dashboard, owner: { name: Ada }, depends_on: [ref('revenue')] }
`,
  )
  bench.write(
    'shop/models/raw_data/sources.yml',
    `sources:
  - name: logs
    tables:
      - { name: rides, files: data/*.csv, columns: [{ name: n, data_type: bigint, data_tests: [not_null] }] }
`,
  )
  bench.write('shop/data/a.csv', 'n\n1\n')
  bench.write('shop/tests/sql/cheap.sql', "select * from {{ ref('revenue') }} where price > 100")
  bench.write(
    'shop/selectors.yml',
    `selectors:
  - { name: night, default: true, definition: tag:nightly }
  - { name: all, definition: '*' }
`,
  )
  await elt('build', '--selector', 'all')
}, 60_000)
afterAll(() => bench.remove())

describe('ls', () => {
  test('lists models, and other things where they are asked for or nothing else is selected', async () => {
    expect(await told('ls', '--selector', 'all', '--output', 'name')).toEqual(['prices', 'revenue'])
    expect(await told('ls', '-s', 'test_type:singular', '--output', 'name')).toEqual(['test.cheap'])
    expect(await told('ls', '-s', 'revenue', '--resource-type', 'test', 'exposure', '--output', 'path')).toEqual([
      'models/analytics/models.yml',
      'models/analytics/models.yml',
      'tests/sql/cheap.sql',
    ])
    expect(await told('ls', '-s', 'revenue+', '--exclude-resource-type', 'test,model', '--output', 'name')).toEqual([
      'weekly',
    ])
  })

  test('takes the default of selectors.yml where nothing is selected, and leaves out of it', async () => {
    expect(await told('ls', '--output', 'name')).toEqual(['prices'])
    expect(await told('ls', '-s', 'revenue', '--output', 'name')).toEqual(['revenue'])
    expect((await elt('ls', '-x', 'prices')).stderr).toContain('excludes all that is selected')
  })

  test('what --output selector prints names that thing and nothing else', async () => {
    for (const kind of ['model', 'source', 'test', 'exposure']) {
      const words = ['--resource-type', kind, '--indirect-selection', 'empty', '--output']
      const everything = ['-s', '*', 'source:*', 'exposure:*', 'test_type:data']
      const names = await told('ls', ...everything, ...words, 'name')
      const selectors = await told('ls', ...everything, ...words, 'selector')
      expect(selectors.length).toBe(names.length)
      for (const [index, selector] of selectors.entries()) {
        expect(await told('ls', '-s', selector, ...words, 'name')).toEqual([names[index]])
      }
    }
  })

  test('prints the keys of JSON that are asked for', async () => {
    const { stdout } = await elt('ls', '-s', 'revenue', '--output', 'json', '--output-keys', 'id', 'depends_on')
    expect(JSON.parse(stdout)).toEqual([{ id: 'analytics.revenue', depends_on: ['raw_data.prices'] }])
    expect((await elt('ls', '--output', 'json', '--output-keys', 'nme')).stderr).toContain(
      'a similar value exists: `name`',
    )
    expect((await elt('ls', '--output-keys', 'id')).code).toBe(2)
  })
})

describe('build and test', () => {
  const judged = async (...words: string[]) => {
    const { stdout } = await elt(...words, '--output', 'json')
    const { results } = JSON.parse(stdout) as { results: { unique_id: string; status: string }[] }
    return results.map(({ unique_id }) => unique_id.replace(/^(\w+)\.shop\./, '$1 ')).sort()
  }

  test('test judges the selected assertions', async () => {
    expect(await judged('test', '-s', 'cheap')).toEqual(['test cheap'])
    expect((await judged('test', '-s', 'revenue')).length).toBe(3)
    expect(await judged('test', '-s', 'revenue,test_name:not_null')).toEqual([expect.stringContaining('not_null')])
    expect((await judged('test', '-s', 'source:logs')).length).toBe(1)
    expect(await judged('test', '-s', 'revenue', '--indirect-selection', 'empty')).toEqual([])
  })

  test('build of assertions alone judges them', async () => {
    expect(await judged('build', '-s', 'cheap')).toEqual(['test cheap'])
    expect(await elt('build', '-s', 'cheap')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 assertion') })
  })

  test('build leaves out the assertions that were not selected', async () => {
    const { stdout } = await elt('build', '-s', 'revenue', '--force', '-x', 'cheap', '--output', 'json')
    expect(stdout).toContain('not_null')
    expect(stdout).not.toContain('cheap')
  })

  test('what works on models alone says so', async () => {
    for (const command of ['run', 'plan', 'compile']) {
      const { code, stderr } = await elt(command, '-s', 'exposure:weekly')
      expect([code, stderr]).toEqual([2, expect.stringContaining('select what they read: `+exposure:weekly`')])
    }
  })

  test('nothing that matches today is success', async () => {
    for (const command of ['build', 'run', 'plan', 'compile', 'test']) {
      const { code, stdout } = await elt(command, '-s', 'result:error')
      expect([code, stdout]).toEqual([0, '✓ nothing to do: nothing matches result:error today\n'])
    }
    expect(await elt('ls', '-s', 'result:error', '--output', 'json')).toMatchObject({ code: 0, stdout: '[]\n' })
  })
})

test('source_status:fresher sees new files', async () => {
  bench.write(
    'shop/models/raw_data/rides.sql',
    "{{ config(materialized='table') }}select * from {{ source('logs', 'rides') }}",
  )
  const fresher = () => told('ls', '-s', 'source_status:fresher+', '--output', 'name')
  expect(await fresher()).toEqual(['rides'])
  await elt('build', '-s', 'rides')
  expect(await fresher()).toEqual([''])
  bench.write('shop/data/b.csv', 'n\n2\n')
  expect(await fresher()).toEqual(['rides'])
})
