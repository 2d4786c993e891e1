import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type Workbench, workbench } from './testing.ts'

const benches: Workbench[] = []
afterAll(() => {
  for (const bench of benches) bench.remove()
})

const countries =
  'code,name,since,population,area\nKR,"Korea, ""South""",1948-08-15,51780579,100210.5\nFR,France,,67391582,543940\n'

let bench: Workbench
beforeEach(() => {
  bench = workbench()
  benches.push(bench)
  bench.write(
    'project.yml',
    'name: shop\ntargets:\n  local: { type: duckdb, path: shop.duckdb, on_code_change: rebuild }\n',
  )
  bench.write('data/seeds/countries.csv', countries)
  bench.write(
    'models/analytics/names.sql',
    "{{ config(materialized='table') }}\nselect code, name from {{ ref('countries') }}\n",
  )
})

const elt = (line: string) => bench.elt(line.split(' '))

async function rows(sql: string): Promise<unknown> {
  const shown = await bench.elt(['show', '--inline', sql, '--limit', '100', '--output', 'json'])
  expect(shown.stderr).not.toContain('error')
  return JSON.parse(shown.stdout).rows
}

describe('a seed', () => {
  it('is a table with the types of its values, read by ref', async () => {
    const ran = await elt('build')
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('built 2 models')])
    expect(await rows("select * from {{ ref('countries') }} order by code")).toEqual([
      { code: 'FR', name: 'France', since: null, population: 67391582, area: 543940 },
      { code: 'KR', name: 'Korea, "South"', since: '1948-08-15', population: 51780579, area: 100210.5 },
    ])
    expect(
      await rows("select typeof(since) as t, typeof(population) as n from {{ ref('countries') }} limit 1"),
    ).toEqual([{ t: 'DATE', n: 'BIGINT' }])
  })

  it('is built again when its content changes, and not when its time does', async () => {
    await elt('build')
    const path = join(bench.folder, 'data/seeds/countries.csv')
    utimesSync(path, new Date(), new Date(Date.now() + 60_000))
    expect((await elt('build')).stdout).toContain('nothing to do')
    bench.write('data/seeds/countries.csv', `${countries}JP,Japan,,,\n`)
    const plan = await elt('plan')
    expect(plan.stdout).toMatch(/raw_data.countries +table +source-changed data\/seeds\/countries.csv/)
    await elt('build')
    expect(await rows("select count(*) as n from {{ ref('names') }}")).toEqual([{ n: 3 }])
    expect((await elt('build')).stdout).toContain('nothing to do')
  })

  it('is made again when its columns change', async () => {
    await elt('build')
    bench.write('data/seeds/countries.csv', 'code,name,capital\nKR,Korea,Seoul\n')
    expect((await elt('seed')).code).toBe(0)
    expect(await rows("select * from {{ ref('countries') }}")).toEqual([
      { code: 'KR', name: 'Korea', capital: 'Seoul' },
    ])
    bench.write('models/seeds.yml', 'seeds: [{ name: countries, config: { column_types: { capital: json } } }]\n')
    bench.write('data/seeds/countries.csv', 'code,name,capital\nKR,Korea,"{""a"": 1}"\n')
    expect((await elt('seed')).code).toBe(0)
    expect(await rows("select typeof(capital) as t from {{ ref('countries') }}")).toEqual([{ t: 'JSON' }])
  })

  it('takes settings from project.yml and properties, as in dbt', async () => {
    bench.write(
      'project.yml',
      `name: shop
seed-paths: [csv]
targets: { local: { type: duckdb, path: shop.duckdb } }
seeds:
  shop:
    +schema: reference
    geo:
      +delimiter: ';'
      +tags: [geo]
      cities: { +column_types: { id: text }, +alias: towns }
`,
    )
    bench.write('csv/geo/cities.csv', 'id;name;size\n7;Seoul;1\n')
    bench.write(
      'csv/geo/geo.yml',
      `seeds:
  - name: cities
    description: Where people live
    columns: [{ name: size, data_type: 'decimal(5,2)' }, { name: id, data_tests: [unique, not_null] }]
`,
    )
    bench.write('models/analytics/names.sql', "select id, name from {{ ref('cities') }}\n")
    const ran = await elt('build')
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('2 passed')])
    expect(await rows('select *, typeof(size) as t from reference.towns')).toEqual([
      { id: '7', name: 'Seoul', size: '1.00', t: 'DECIMAL(5,2)' },
    ])
    expect((await elt('ls --resource-type seed')).stdout).toContain('raw_data.cities')
    expect((await elt('ls --select tag:geo')).stdout).toContain('raw_data.cities')
    expect((await elt('ls --select path:csv/geo')).stdout).toContain('raw_data.cities')
    expect((await elt('ls --select resource_type:model')).stdout).not.toContain('raw_data.cities')
  })

  it('is not built by run, which says so of what reads it', async () => {
    expect((await elt('run')).stdout).toContain(
      'analytics.names: blocked-by raw_data.countries, which has not been built',
    )
    expect((await elt('seed')).stdout).toContain('built 1 model · 2 rows')
    expect((await elt('run')).stdout).toContain('built 1 model · 2 rows')
    expect((await elt('seed')).stdout).toContain('nothing to do')
  })

  it('that fails an assertion keeps its rows', async () => {
    await elt('build')
    bench.write('models/seeds.yml', 'seeds: [{ name: countries, columns: [{ name: code, data_tests: [unique] }] }]\n')
    bench.write('data/seeds/countries.csv', `${countries}KR,Again,,,\n`)
    expect((await elt('build')).code).toBe(1)
    expect(await rows("select count(*) as n from {{ ref('countries') }}")).toEqual([{ n: 2 }])
    expect((await elt('plan')).stdout).toContain('still-failing')
  })

  it('that is switched off is none', async () => {
    bench.write('models/seeds.yml', 'seeds: [{ name: countries, config: { enabled: false } }]\n')
    expect((await elt('build')).stderr).toContain('error[ref-disabled]')
  })

  it('is a seed in the manifest', async () => {
    await elt('build')
    const { readFileSync } = await import('node:fs')
    const manifest = JSON.parse(readFileSync(join(bench.folder, 'target/manifest.json'), 'utf8'))
    expect(manifest.nodes['seed.shop.countries']).toMatchObject({
      resource_type: 'seed',
      original_file_path: 'data/seeds/countries.csv',
      relation_name: '"raw_data"."countries"',
      config: { materialized: 'seed', column_types: { code: 'text', since: 'date' } },
    })
    expect(manifest.nodes['model.shop.names'].depends_on.nodes).toEqual(['seed.shop.countries'])
    expect(manifest.sources).toEqual({})
    const results = JSON.parse(readFileSync(join(bench.folder, 'target/run_results.json'), 'utf8'))
    expect(JSON.stringify(results)).toContain('seed.shop.countries')
  })
})

describe('a CSV file that is wrong', () => {
  const told = async (text: string | Buffer): Promise<string> => {
    bench.write('data/seeds/countries.csv', text as string)
    const ran = await elt('build')
    expect(ran.code).toBe(2)
    return ran.stderr.split('\n').slice(0, 2).join('\n')
  }

  it.each([
    ['a row with too many fields', 'a,b\n1,2\n1,2,3\n', /a row has 3 fields, and the header 2\n.*countries\.csv:3:5/],
    ['a row with too few', 'a,b\n"x\ny",2\n1\n', /a row has 1 field, and the header 2\n.*countries\.csv:4:2/],
    ['a row without values', 'a,b\n1,2\n,\n', /a row has no value at all\n.*countries\.csv:3:1/],
    ['an open quote', 'a,b\n1,"2\n3,4\n', /a quote is opened here and never closed\n.*countries\.csv:2:3/],
    ['text behind a quote', 'a,b\n1,"2" x\n', /a field goes on behind its closing quote\n.*countries\.csv:2:6/],
    ['a name used twice', 'a,b,A\n', /names the column A twice\n.*countries\.csv:1:5/],
    ['a column without a name', 'a,,b\n', /a column without a name\n.*countries\.csv:1:3/],
    ['no header', '', /it has no header\n.*countries\.csv:1:1/],
    ['a NUL', 'a\nx\0y\n', /a NUL character\n.*countries\.csv:2:2/],
    ['other characters than UTF-8', Buffer.from([97, 10, 0xff, 10]), /not UTF-8\n.*countries\.csv:1:1/],
  ])('with %s is an error with its place', async (_, text, message) => {
    expect(await told(text)).toMatch(message)
  })

  it.each([
    ['integer', 'n\n1\n1.5\n', /`1\.5` is no integer, the type of column n of seed countries\n.*countries\.csv:3:1/],
    ['integer', 'n\n3000000000\n', /`3000000000` is no integer/],
    ['decimal(4,2)', 'n\n12.5\n123.4\n', /`123\.4` is no decimal\(4,2\).*\n.*:3:1/],
    ['date', 'm,n\nx,2013-02-28\nx,2013-02-29\n', /`2013-02-29` is no date.*\n.*:3:3/],
    ['whatever', 'n\n1\n', /unknown column type `whatever`/],
  ])('with a value that is no %s is an error with its place', async (type, text, message) => {
    bench.write('models/seeds.yml', `seeds: [{ name: countries, config: { column_types: { n: '${type}' } } }]\n`)
    expect(await told(text)).toMatch(message)
  })

  it('changes nothing of what was built', async () => {
    await elt('build')
    await told('a,b\n1\n')
    bench.write('data/seeds/countries.csv', countries)
    expect((await elt('build')).stdout).toContain('nothing to do')
  })

  it('with types for columns that it has not names the nearest', async () => {
    bench.write('models/seeds.yml', 'seeds: [{ name: countries, config: { column_types: { nmae: text } } }]\n')
    expect((await elt('build')).stderr).toContain('a similar column exists: name')
  })
})
