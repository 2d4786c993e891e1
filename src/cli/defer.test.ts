import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

let bench: Workbench
let warehouse: TestWarehouse

const daily = (columns = 'day, sum(fare) as fare') => `{{ config(materialized='incremental', partition_by='day') }}
select ${columns} from {{ ref('rides') }} where {{ partition_filter('rides') }} group by day`

/** Two targets in one database: production, and a developer's. */
async function project(): Promise<void> {
  const dev = warehouse.target.replace(/ }$/, `, schema: "{layer}_{{ env_var('USER', 'ann') }}", defer_to: prod }`)
  bench.write(
    'project.yml',
    `name: till\ndefault_target: prod\nenv: [USER]\ntargets:\n  prod: ${warehouse.target}\n  dev: ${dev}\n`,
  )
  bench.write(
    'models/raw_data/app.yml',
    'sources:\n  - name: app\n    tables:\n      - name: ride\n        partition_by: day\n        change_signal: count\n',
  )
  bench.write(
    'models/raw_data/rides.sql',
    `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01') }}
select day, id, fare from {{ source('app', 'ride') }} where {{ partition_filter('app.ride') }}`,
  )
  bench.write('models/raw_data/prices.sql', "{{ config(materialized='table') }}\nselect 1 as id, 10 as price")
  bench.write('models/analytics/cheap.sql', "select id, price from {{ ref('prices') }} where price < 100")
  bench.write('models/analytics/daily.sql', daily())
  bench.write(
    'models/analytics/total.sql',
    "{{ config(materialized='table') }}\nselect sum(price) as price from {{ ref('cheap') }}",
  )
  bench.write(
    'models/analytics/models.yml',
    'models:\n  - name: total\n    columns:\n      - name: price\n        data_tests: [not_null]\n',
  )
  await warehouse.run(
    `create schema app;
create table app.ride (day date, id integer, fare integer);
insert into app.ride values (date '2024-01-01', 1, 10), (date '2024-01-02', 2, 20), (date '2024-01-03', 3, 30)`,
  )
}

async function elt(words: string, env: Readonly<Record<string, string>> = {}, code = 0): Promise<string> {
  const now = words.startsWith('test') ? [] : ['--now', '2024-01-04']
  const ran = await bench.elt([...words.split(' '), ...now], { env })
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ code })
  return ran.stdout + ran.stderr
}

const fares = async (schema: string) =>
  (await warehouse.query(`select fare from ${schema}.daily order by day`)).map(({ fare }) => Number(fare))

const relations = async () =>
  (
    await warehouse.query(
      "select table_schema, table_name from information_schema.tables where table_schema like 'analytics%' or table_schema like 'raw%' order by 1, 2",
    )
  ).map(({ table_schema: schema, table_name: name }) => `${schema}.${name}`)

/** Everything of production: what its tables hold, and what the ledger knows of them. */
async function production() {
  const rows = await warehouse.query('select * from analytics.daily order by day')
  const ledger = await warehouse.query(
    `select r.node, l.version, l.fence, r.head_clean, p.ordinal, p.version as v, p.checksum from elt.relations as r
join elt.leases as l on l.relation = r.id left join elt.partitions as p on p.relation = r.id
where r.schema_name in ('analytics', 'raw_data') order by 1, 5`,
  )
  return { rows, ledger }
}

function everywhere(open: () => Promise<TestWarehouse>): void {
  beforeEach(async () => {
    bench = workbench()
    warehouse = await open()
    await project()
    await elt('build')
  }, 60_000)
  afterEach(() => bench.remove())

  it('a developer reads the upstream of production, and writes nothing but own schemas', async () => {
    const before = await production()
    const plan = await elt('plan -t dev --select daily')
    expect(plan).toContain('reads of prod: raw_data.rides from raw_data.rides')
    expect(await elt('compile -t dev --select daily')).toContain('raw_data')
    bench.write('models/analytics/daily.sql', daily('day, sum(fare) * 2 as fare'))
    await elt('run -t dev --select daily')
    expect(await fares('analytics_ann')).toEqual([20, 40, 60])
    expect(await fares('analytics')).toEqual([10, 20, 30])
    expect(await relations()).toEqual([
      ...['analytics.cheap', 'analytics.daily', 'analytics.total', 'analytics_ann.daily'],
      ...['raw_data.prices', 'raw_data.rides'],
    ])
    expect(await production()).toEqual(before)
    expect(await elt('run -t dev --select daily')).toContain('nothing to do')
    expect(await elt('explain daily 2024-01-02 -t dev')).toContain('raw_data.rides of prod (raw_data.rides)')
    expect(await elt('explain daily 2024-01-02 -t dev')).toContain('unchanged')
  }, 60_000)

  it('what production builds anew is built anew by who reads it, and by nobody else', async () => {
    await elt('run -t dev --select daily')
    await warehouse.run("insert into app.ride values (date '2024-01-02', 4, 5)")
    await elt('run --select rides')
    expect(await elt('plan -t dev --select daily')).toMatch(
      /daily +1 partition +2024-01-02 +upstream-changed raw_data.rides/,
    )
    await elt('run -t dev --select daily')
    expect(await fares('analytics_ann')).toEqual([10, 25, 30])
    expect(await elt('run -t dev --select daily')).toContain('nothing to do')
    expect(await fares('analytics')).toEqual([10, 20, 30])
    expect(await elt('plan')).toMatch(/daily +1 partition/)
  }, 60_000)

  it('a model that is built here is read here from then on', async () => {
    await elt('run -t dev --select daily')
    await elt('run -t dev --select rides')
    const plan = await elt('plan -t dev --select daily')
    expect(plan).not.toContain('reads of prod')
    expect(plan).toMatch(/daily +3 partitions +2024-01-01 … 2024-01-03 +upstream-changed raw_data.rides/)
    await elt('run -t dev --select daily')
    expect(await elt('run -t dev --select daily')).toContain('nothing to do')
    await warehouse.run('update raw_data_ann.rides set fare = 7')
    await elt('run -t dev --select daily --force')
    expect(await fares('analytics_ann')).toEqual([7, 7, 7])
  }, 60_000)

  it('two developers and production live side by side, in any order', async () => {
    const bob = { USER: 'bob' }
    await elt('run -t dev --select daily')
    await elt('run -t dev --select daily', bob)
    const before = await production()
    expect(await elt('run -t dev --select daily')).toContain('nothing to do')
    expect(await elt('run -t dev --select daily', bob)).toContain('nothing to do')
    expect(await elt('build')).toContain('nothing to do')
    expect(await production()).toEqual(before)
    await elt('run -t dev --select rides', bob)
    expect(await elt('plan -t dev --select daily')).toContain('nothing to build')
    expect(await elt('plan -t dev --select daily', bob)).toContain('upstream-changed')
  }, 60_000)

  it('views are made over what is there, and made again over what is built here', async () => {
    await elt('run -t dev --select cheap total')
    expect(await elt('test -t dev --select total')).toContain('1 passed')
    await elt('run -t dev --select prices')
    await warehouse.run('update raw_data_ann.prices set price = 7')
    await elt('run -t dev --select cheap')
    expect((await warehouse.query('select price from analytics_ann.cheap')).map(({ price }) => Number(price))).toEqual([
      7,
    ])
  }, 60_000)

  it('tests and queries read production where nothing is here', async () => {
    expect(await elt('test -t dev --select total')).toContain('1 passed')
    const shown = await bench.elt(['show', '-t', 'dev', '--inline', "select price from {{ ref('total') }}"])
    expect(shown.stdout, shown.stderr).toContain('10')
    expect((await bench.elt(['show', '-t', 'dev', '--select', 'daily', '--partition', '2024-01-02'])).stdout).toContain(
      '20',
    )
  }, 60_000)

  it('a view of production is not read over what is here, since it shows the rows of there', async () => {
    await elt('run -t dev --select prices')
    expect(await elt('plan -t dev --select total')).toMatch(/total .*blocked-by analytics.cheap/)
    await elt('run -t dev --select cheap total')
    expect(await elt('plan -t dev --select total')).toContain('nothing to build')
  }, 60_000)

  it('a saved plan holds what is read from where, and is refused when that is elsewhere', async () => {
    const { stdout } = await bench.elt('plan -t dev --select daily --output json --now 2024-01-04'.split(' '))
    expect(JSON.parse(stdout).deferred).toEqual({
      target: 'prod',
      models: { 'raw_data.rides': { schema: 'raw_data', name: 'rides' } },
      unseen: [],
    })
    bench.write('plan.json', stdout)
    await elt('run -t dev --select rides')
    const stale = await bench.elt('run -t dev --plan plan.json'.split(' '))
    expect(stale).toMatchObject({ code: 2 })
    expect(stale.stderr).toContain('`raw_data.rides` is now read from elsewhere')
    await warehouse.run('drop table raw_data_ann.rides')
    const ran = await bench.elt('run -t dev --plan plan.json'.split(' '))
    expect(ran, ran.stderr).toMatchObject({ code: 0 })
    expect(await fares('analytics_ann')).toEqual([10, 20, 30])
  }, 60_000)

  it('what the ledger does not know is read, and its readers poll', async () => {
    await warehouse.run('create schema raw_data_old; create table raw_data_old.prices as select 1 as id, 30 as price')
    const text = `name: other\ntargets:\n  old: ${warehouse.target.replace(/ }$/, ', schema: "{layer}_old" }')}\n  dev: ${warehouse.target.replace(/ }$/, ', schema: "{layer}_ann", defer_to: old }')}\n`
    bench.write('project.yml', text)
    bench.write(
      'models/analytics/cheap.sql',
      "{{ config(materialized='table') }}\nselect price from {{ ref('prices') }}",
    )
    expect(await elt('plan -t dev --select cheap')).toContain(
      'reads of old: raw_data.prices from raw_data_old.prices (changes not seen)',
    )
    await elt('run -t dev --select cheap')
    expect(Number((await warehouse.query('select price from analytics_ann.cheap'))[0]?.price)).toBe(30)
    expect(await elt('plan -t dev --select cheap')).toContain('polls')
  }, 60_000)
}

describe('duckdb', () => everywhere(async () => duckdbFile(bench.folder)))

describePostgres('postgres', (server) => {
  let database: Database
  everywhere(async () => {
    database = await freshDatabase(server)
    return postgresDatabase(database.url)
  })
  afterEach(() => database.drop())
})

describe('a target cannot defer to one', () => {
  const refused = async (targets: string) => {
    const one = workbench()
    one.write('project.yml', `name: till\ntargets: { ${targets} }\n`)
    one.write('models/analytics/one.sql', 'select 1 as one')
    const { code, stderr } = await one.elt(['plan', '-t', 'dev'])
    one.remove()
    expect(code).toBe(2)
    return stderr
  }

  it.each([
    [
      'that does not exist',
      'dev: { type: duckdb, path: a, defer_to: prd }, prod: { type: duckdb, path: a }',
      'there is no target `prd`',
    ],
    ['that is itself', 'dev: { type: duckdb, path: a, defer_to: dev }', 'there is no target `dev`'],
    [
      'of another engine',
      'dev: { type: duckdb, path: a, defer_to: p }, p: { type: postgres, url: "postgres://x@h/d" }',
      'dev cannot read what p has built: its engine is postgres, and here it is duckdb',
    ],
    [
      'in another file',
      'dev: { type: duckdb, path: a, schema: "{layer}_x", defer_to: p }, p: { type: duckdb, path: b }',
      'its file is ',
    ],
    [
      'in another database',
      'dev: { type: postgres, url: "postgres://x@h/d", defer_to: p }, p: { type: postgres, url: "postgres://y@h/e" }',
      'its database is e, and here it is d',
    ],
    [
      'in the very same schemas',
      'dev: { type: duckdb, path: a, defer_to: p }, p: { type: duckdb, path: a }',
      'dev defers to p, and stores its models in the very same place, {layer}',
    ],
  ])('%s', async (_, targets, message) => {
    expect(await refused(targets)).toContain(message)
  })
})
