import type { Code, Part } from './scene.ts'
import { ofOrders } from './scene.ts'

/** Parts that bring models alone: every way of writing over the orders. */

const more = ({ columns }: Code): string => columns.map((name, i) => `, count(*) + ${i} as ${name}`).join('')

/** Grouped by day and customer; code and columns change. */
const daily =
  (config: string) =>
  (code: Code): string =>
    ofOrders(
      config,
      `o.customer, count(*) as orders, sum(o.amount) + ${code.added} as amount${more(code)}`,
      'group by o.order_date, o.customer\n',
    )

const unchanged: Code = { added: 0, columns: [] }

function editedFiles(edited: NonNullable<Part['edited']>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(edited).map(([name, text]) => [`models/analytics/${name}.sql`, text(unchanged)]),
  )
}

const moving = `{{ config(materialized='incremental', partition_by='order_date') }}
with days as (
  select d.order_date, sum(d.amount) as amount
  from {{ ref('daily') }} as d
  where {{ partition_filter('daily', alias='d', before=2) }}
  group by d.order_date
), moving as (
  select order_date, sum(amount) over (order by order_date range between interval '2' day preceding and current row) as amount
  from days
)
select order_date, amount from moving where {{ in_window('order_date') }}
`

const totals = `{{ config(materialized='table') }}
select customer, count(*) as orders, sum(amount) as amount, max(order_date) as last_order
from {{ ref('orders') }}
group by customer
`

const names = `{{ config(materialized='view') }}
select distinct customer from {{ ref('totals') }}
`

/** Days from days, tables, views. */
export function groupedPart(): Part {
  const edited = { daily: daily(", on_schema_change='sync_all_columns'") }
  return {
    files: {
      ...editedFiles(edited),
      'models/analytics/moving.sql': moving,
      'models/analytics/totals.sql': totals,
      'models/analytics/names.sql': names,
    },
    models: ['daily', 'moving', 'totals'],
    edited,
  }
}

const hourly = `{{ config(materialized='incremental', partition_by={'column': 'hour', 'unit': 'hour'}) }}
select h.hour, count(*) as orders
from (
  select date_trunc('hour', o.ordered_at) as hour
  from {{ ref('orders') }} as o
  where {{ partition_filter('orders', alias='o') }}
) as h
where {{ in_window('hour') }}
group by h.hour
`

const monthly = `{{ config(materialized='incremental', partition_by={'column': 'month', 'unit': 'month'}, begin='2024-03', end='2025-04') }}
select cast(date_trunc('month', o.order_date) as date) as month, o.customer, count(*) as orders
from {{ ref('orders') }} as o
where {{ partition_filter('orders', alias='o') }}
group by 1, 2
`

const yearly = `{{ config(materialized='incremental', partition_by={'column': 'year', 'unit': 'year'}, begin='2024', end='2026', allow_partial=true) }}
select {{ window.start }} as year, sum(m.orders) as orders
from {{ ref('monthly') }} as m
where {{ partition_filter('monthly', alias='m') }}
`

const kathmandu = `{{ config(materialized='incremental', partition_by={'column': 'day', 'time_zone': 'Asia/Kathmandu'}) }}
select k.day, count(*) as orders
from (
  select cast(h.hour at time zone 'Asia/Kathmandu' as date) as day, h.orders
  from {{ ref('hourly') }} as h
  where {{ partition_filter('hourly', alias='h') }}
) as k
where {{ in_window('day') }}
group by k.day
`

const instants = `{{ config(materialized='incremental', partition_by={'column': 'ordered_at', 'type': 'instant'}) }}
select o.ordered_at, o.id from {{ ref('orders') }} as o where {{ partition_filter('orders', alias='o') }}
`

const locals = `{{ config(materialized='incremental', partition_by={'column': 'clock', 'type': 'local'}) }}
select i.ordered_at at time zone 'America/New_York' as clock, i.id
from {{ ref('instants') }} as i
where {{ partition_filter('instants', alias='i') }}
`

/** Hours, months and a year; days of another zone; days of instants and of clocks. */
export function unitsPart(): Part {
  const files = { hourly, monthly, yearly, kathmandu, instants, locals }
  return {
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`models/analytics/${name}.sql`, text])),
    models: Object.keys(files),
  }
}

const best = `{{ config(materialized='incremental', strategy='merge', unique_key='customer', delete_missing=true) }}
select customer, max(amount) as best from {{ ref('orders') }} group by customer
`

const merge =
  (config: string) =>
  ({ added }: Code): string =>
    ofOrders(`, strategy='merge', unique_key='id', delete_missing=true${config}`, `o.id, o.amount + ${added} as amount`)

/** Merged by partition, moved between partitions, and whole. */
export function mergedPart(): Part {
  const edited = {
    merged: merge(''),
    moved: merge(', moves=true'),
  }
  return {
    files: { ...editedFiles(edited), 'models/analytics/best.sql': best },
    models: ['merged', 'moved', 'best'],
    edited,
  }
}

/** A balance that each day takes over from the day before. */
export function runningPart(): Part {
  const edited = {
    running: ({ added }: Code) => `{{ config(materialized='incremental', partition_by='order_date') }}
select o.order_date, count(*) + ${added} + coalesce(max(t.total), 0) as total
from {{ ref('orders') }} as o
left join (select max(total) as total from {{ this }} as t where {{ partition_filter(this, alias='t', before=1) }}) as t on 1 = 1
where {{ partition_filter('orders', alias='o') }}
group by o.order_date
`,
  }
  const properties = `models:
  - name: running
    columns:
      - { name: order_date, data_type: date }
      - { name: total, data_type: bigint }
`
  return {
    files: { ...editedFiles(edited), 'models/analytics/running.yml': properties },
    models: ['running'],
    edited,
  }
}

/** Tables that take other columns each in its own way, one that keeps what older code built, and one that forgets. */
export function columnsPart(): Part {
  const edited = {
    appending: daily(''),
    ignoring: daily(", on_schema_change='ignore'"),
    failing: daily(", on_schema_change='fail'"),
    keeping: daily(", on_code_change='keep'"),
  }
  return {
    files: {
      ...editedFiles(edited),
      'models/analytics/retained.sql': ofOrders(
        ", retention='25 days'",
        'count(*) as orders',
        'group by o.order_date\n',
      ),
    },
    models: [...Object.keys(edited), 'retained'],
    edited,
    columns: { appending: 'more', keeping: 'more', ignoring: 'fewer' },
  }
}
