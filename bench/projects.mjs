/** Generated projects that the benchmarks run; each returns the SQL that raw DuckDB needs for the same rows. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

function write(folder, path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function projectFile(folder, name, target = '{ type: duckdb, path: .elt/warehouse.duckdb }') {
  write(folder, 'project.yml', `name: ${name}\ntime_zone: UTC\ndefault_target: local\ntargets:\n  local: ${target}\n`)
}

/** One incremental model of 365 daily partitions; `work` is the number of rows that each day aggregates. */
export function backfill(folder, { batch, work }) {
  projectFile(folder, 'backfill')
  const select = (
    from,
    to,
  ) => `select day, count(*) as rows, sum(hash(i * 31 + epoch_ms(day::timestamp)) % 1000) as total
from (select unnest(generate_series(date ${from}, date ${to} - 1, interval 1 day))::date as day)
cross join (select unnest(range(${work})) as i)
group by day`
  const body = `select day, count(*) as rows, sum(hash(i * 31 + epoch_ms(day::timestamp)) % 1000) as total
from (select unnest(generate_series({{ window.start }}, {{ window.end }} - 1, interval 1 day))::date as day)
cross join (select unnest(range(${work})) as i)
group by day
`
  write(
    folder,
    'models/analytics/daily.sql',
    `{{ config(materialized='incremental', partition_by='day', begin='2013-01-01', end='2014-01-01', batch=${batch}) }}\n\n${body}`,
  )
  return { select }
}

/** The same model on a Postgres server. */
export function backfillOnPostgres(folder, { batch, work, url }) {
  projectFile(folder, 'backfill', `{ type: postgres, url: "${url}" }`)
  const select = (
    from,
    to,
  ) => `select day, count(*) as rows, sum(hashint8(i * 31 + (day - date '1970-01-01')) % 1000) as total
from (select cast(d as date) as day from generate_series(cast(${from} as date), cast(${to} as date) - 1, interval '1 day') as d) as days
cross join generate_series(1, ${work}) as i
group by day`
  write(
    folder,
    'models/analytics/daily.sql',
    `{{ config(materialized='incremental', partition_by='day', begin='2013-01-01', end='2014-01-01', batch=${batch}) }}\n\n${select('{{ window.start }}', '{{ window.end }}')}\n`,
  )
  return { select }
}

/** `count` one-row tables that read nothing. */
export function oneRowTables(folder, count) {
  projectFile(folder, 'tables')
  const statements = []
  for (let i = 0; i < count; i++) {
    write(
      folder,
      `models/analytics/t${i}.sql`,
      `{{ config(materialized='table') }}\n\nselect ${i} as id, 'row' as label\n`,
    )
    statements.push(`create table analytics.t${i} as select ${i} as id, 'row' as label`)
  }
  return { statements }
}

/** One root and `count - 1` readers of it, each of 365 daily partitions. */
export function wideYear(folder, count) {
  projectFile(folder, 'wide')
  const head = `{{ config(materialized='incremental', partition_by='day', begin='2013-01-01', end='2014-01-01') }}\n\n`
  write(
    folder,
    'models/analytics/m0.sql',
    `${head}select day, 1 as value from (select unnest(generate_series({{ window.start }}, {{ window.end }} - 1, interval 1 day))::date as day)\n`,
  )
  for (let i = 1; i < count; i++) {
    write(
      folder,
      `models/analytics/m${i}.sql`,
      `${head}select day, value + ${i} as value from {{ ref('m0') }} where {{ partition_filter('m0') }}\n`,
    )
  }
}

/** A chain of `count` models, each of the hours of 36 years (315,576 partitions), each reading a day more of the one before. */
export function hoursOfYears(folder, count) {
  projectFile(folder, 'hours')
  const head = (more) =>
    `{{ config(materialized='incremental', partition_by={'column': 'hour', 'unit': 'hour'}${more}) }}\n\n`
  write(
    folder,
    'models/analytics/h0.sql',
    `${head(", begin='1980-01-01', end='2016-01-01', batch=744")}select hour, 1 as value from (select unnest(generate_series({{ window.start }}, {{ window.end }} - interval 1 hour, interval 1 hour)) as hour)\n`,
  )
  for (let i = 1; i < count; i++) {
    write(
      folder,
      `models/analytics/h${i}.sql`,
      `${head('')}select hour, value + ${i} as value from {{ ref('h${i - 1}') }} where {{ partition_filter('h${i - 1}', before=${i % 3 === 0 ? "'1 day'" : 0}) }} and {{ in_window('hour') }}\n`,
    )
  }
}

/** Models of a folder; each reads two of the folder before it. */
const perFolder = 50

function layeredModel(i) {
  const first = i - perFolder
  if (i < perFolder)
    return "select 1 as id, 'a' as status, 100 as amount_cents, cast('2020-01-01' as date) as created_at"
  return `with source as (
    select * from {{ ref('model_${first}') }}
),
other as (
    select {{ keys(['id', 'status']) }} from {{ ref('model_${i % perFolder === perFolder - 1 ? first - 1 : first + 1}') }}
),
final as (
    select
        source.id,
        source.status,
        source.amount_cents,
        {{ cents_to_units('source.amount_cents') }} as amount,
        source.created_at
    from source
    left join other on source.id = other.id
    {% if var('only_recent', false) %}where source.created_at > cast('2024-01-01' as date){% endif %}
)
select id, status, amount_cents, created_at from final`
}

/**
 * `count` models with two assertions each, fifty a folder: a third of them tables, the rest views. Readable by dbt, too:
 * `dbt_project.yml` and `profiles.yml` stand beside `project.yml`.
 */
export function layeredProject(folder, count) {
  projectFile(folder, 'layered')
  write(folder, 'dbt_project.yml', "name: layered\nversion: '1.0'\nconfig-version: 2\nprofile: layered\n")
  write(
    folder,
    'profiles.yml',
    'layered:\n  target: local\n  outputs:\n    local: { type: duckdb, path: peer.duckdb, threads: 1 }\n',
  )
  write(
    folder,
    'macros/money.sql',
    '{% macro cents_to_units(column, places=2) %}round({{ column }} / 100.0, {{ places }}){% endmacro %}\n{% macro keys(names) %}{% for name in names %}{{ name }}{% if not loop.last %}, {% endif %}{% endfor %}{% endmacro %}\n',
  )
  for (let start = 0; start < count; start += perFolder) {
    const area = `area_${start / perFolder}`
    let properties = 'version: 2\nmodels:\n'
    for (let i = start; i < Math.min(start + perFolder, count); i++) {
      const head = `{{ config(materialized='${i % 3 === 0 ? 'table' : 'view'}', tags=['${area}']) }}`
      write(folder, `models/analytics/${area}/model_${i}.sql`, `${head}\n\n${layeredModel(i)}\n`)
      properties += `  - name: model_${i}\n    description: Model number ${i} of the generated project.\n    columns:\n      - name: id\n        description: Its key.\n        data_tests: [not_null, unique]\n      - name: status\n        description: Where it stands.\n`
    }
    write(folder, `models/analytics/${area}/models.yml`, properties)
  }
  return { changed: join(folder, `models/analytics/area_1/model_${perFolder + 10}.sql`) }
}

/** Checks on flights: as YAML has them at a column (or at the model), and the condition under which a row fails. */
const flightChecks = [
  ...['carrier', 'flight', 'origin', 'destination', 'distance', 'scheduled_hour'].map((column) => ({
    column,
    check: 'not_null',
    fails: `${column} is null`,
  })),
  {
    column: 'origin',
    check: 'accepted_values: { values: [EWR, JFK, LGA] }',
    fails: "origin not in ('EWR', 'JFK', 'LGA')",
  },
  ...[
    ['distance', 1, 6000],
    ['air_time', 1, 1000],
    ['departure_delay', -120, 2000],
    ['arrival_delay', -120, 2000],
    ['scheduled_minute', 0, 59],
    ['departure_time', 0, 2400],
    ['arrival_time', 0, 2400],
    ['scheduled_arrival_time', 0, 2400],
  ].map(([column, least, most]) => ({
    column,
    check: `accepted_range: { min_value: ${least}, max_value: ${most} }`,
    fails: `not (${column} >= ${least} and ${column} <= ${most})`,
  })),
  ...[
    'length(carrier) = 2',
    'origin <> destination',
    'cancelled or tail_number is not null',
    'not cancelled or departure_time is null',
    'not (cancelled and diverted)',
  ].map((expression) => ({
    check: `expression_is_true: { expression: "${expression}" }`,
    fails: `not (${expression})`,
  })),
]

/** Each flight of the sample some times, with twenty checks; and the queries that a tool sends which runs each check by itself. */
export function twentyChecks(folder, times, target) {
  projectFile(folder, 'checks', target)
  const columns = [
    'scheduled_hour: instant',
    ...['carrier', 'tail_number', 'origin', 'destination'].map((name) => `${name}: text`),
    ...['scheduled_minute', 'flight', 'distance', 'departure_time', 'departure_delay'].map(
      (name) => `${name}: integer`,
    ),
    ...['scheduled_arrival_time', 'arrival_time', 'arrival_delay', 'air_time'].map((name) => `${name}: integer`),
    ...['cancelled', 'diverted'].map((name) => `${name}: boolean`),
  ]
  const typed = columns.map((column) => {
    const [name, type] = column.split(': ')
    return `          - { name: ${name}, data_type: ${type} }\n`
  })
  const atColumns = flightChecks.filter(({ column }) => column)
  const named = [...new Set(atColumns.map(({ column }) => column))].map((name) => {
    const own = atColumns.filter(({ column }) => column === name).map(({ check }) => `          - ${check}\n`)
    return `      - name: ${name}\n        data_tests:\n${own.join('')}`
  })
  const atModel = flightChecks.filter(({ column }) => !column).map(({ check }) => `      - ${check}\n`)
  write(
    folder,
    'models/raw_data/flights.yml',
    `sources:
  - name: bts
    tables:
      - name: flights
        files: "data/flights/{yyyy}/{MM}/{dd}.parquet"
        columns:
${typed.join('')}models:
  - name: one_of_them
    columns: [{ name: one, data_tests: [not_null] }]
  - name: flights
    data_tests:
${atModel.join('')}    columns:
${named.join('')}`,
  )
  write(
    folder,
    'models/raw_data/flights.sql',
    `{{ config(materialized='table') }}\nselect f.* from {{ source('bts', 'flights') }} as f, generate_series(1, ${times}) as r(i)\n`,
  )
  write(folder, 'models/raw_data/one_of_them.sql', "{{ config(materialized='table') }}\nselect 1 as one\n")
  return {
    queries: flightChecks.map(({ fails }) => `select count(*) from raw_data.flights where ${fails}`),
    together: `select ${flightChecks.map(({ fails }) => `count(case when ${fails} then 1 end)`).join(', ')} from raw_data.flights`,
  }
}
