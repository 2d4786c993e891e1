/** Generated projects that the benchmarks run; each returns the SQL that raw DuckDB needs for the same rows. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

function write(folder, path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function projectFile(folder, name) {
  write(
    folder,
    'project.yml',
    `name: ${name}\ntime_zone: UTC\ndefault_target: local\ntargets:\n  local: { type: duckdb, path: .elt/warehouse.duckdb }\n`,
  )
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
