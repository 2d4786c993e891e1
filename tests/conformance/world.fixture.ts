import type { Project } from './project.fixture.ts'

/** A small world of orders in files of UTC days, read by models of a zone whose clocks change meanwhile. */

export const timeZone = 'America/New_York'
const firstDay = Date.UTC(2024, 2, 8)

export interface Order {
  readonly id: number
  /** Minute of its UTC day. */
  readonly minute: number
  readonly customer: string
  readonly amount: number
}

/** What the files hold: a list of orders for each UTC day, and numbers of deliveries, which are written once. */
export interface World {
  readonly orders: Order[][]
  readonly deliveries: number[]
  nextId: number
}

export function newWorld(): World {
  const world: World = { orders: [], deliveries: [], nextId: 1 }
  for (let day = 0; day < 5; day++) {
    const orders = Array.from({ length: 4 }, (_, n) => orderOf(world, (n * 420 + day * 37) % 1440, n + day, n))
    world.orders.push(orders)
    world.deliveries.push(day + 1)
  }
  return world
}

const customers = ['Ada', "O'Brien", 'Łukasz', 'Zoë, "the"']

export function orderOf(world: World, minute: number, customer: number, amount: number): Order {
  world.nextId += 1
  return { id: world.nextId, minute, customer: customers[customer % customers.length] ?? '', amount }
}

const dayText = (day: number) => new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10)
const instantOf = (day: number, { minute }: Order) =>
  new Date(firstDay + day * 86_400_000 + minute * 60_000).toISOString()
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

export const orderFile = (day: number) => `data/orders/${dayText(day)}.csv`

/** Writes the file of a day. */
export function deliver(project: Project, world: World, day: number, reversed = false): void {
  const rows = (world.orders[day] ?? []).map(
    (order) => `${order.id},${instantOf(day, order)},${quoted(order.customer)},${order.amount}\n`,
  )
  project.write(orderFile(day), `id,ordered_at,customer,amount\n${(reversed ? rows.reverse() : rows).join('')}`)
}

/** Writes the file of deliveries of a day. */
export function deliverOnce(project: Project, world: World, day: number): void {
  const rows = Array.from({ length: world.deliveries[day] ?? 0 }, (_, n) => `${dayText(day)},${day * 100 + n}\n`)
  project.write(`data/deliveries/${dayText(day)}.csv`, `day,number\n${rows.join('')}`)
}

const localDate = new Intl.DateTimeFormat('en-CA', { timeZone })

/** Numbers and local dates of the orders of local days that lie wholly inside the files. */
export function dueOrders(world: World): string[] {
  const last = dayText(world.orders.length - 1)
  return world.orders
    .flatMap((orders, day) =>
      orders.map((order) => [localDate.format(new Date(instantOf(day, order))), order] as const),
    )
    .filter(([date]) => date >= dayText(0) && date < last)
    .map(([date, { id }]) => `${id} ${date}`)
    .sort()
}

export const settings = `name: world
time_zone: ${timeZone}
default_target: test
targets:
  test:
    on_code_change: rebuild
<target>
`

const sources = `sources:
  - name: shop
    tables:
      - name: orders
        files: "data/orders/{yyyy}-{MM}-{dd}.csv"
        time_zone: UTC
        event_time: ordered_at
        columns:
          - { name: id, data_type: bigint }
          - { name: ordered_at, data_type: instant }
          - { name: customer, data_type: text }
          - { name: amount, data_type: integer }
      - name: deliveries
        files: "data/deliveries/{yyyy}-{MM}-{dd}.csv"
        time_zone: America/New_York
        event_time: day
        columns:
          - { name: day, data_type: date }
          - { name: number, data_type: integer }
`

const orders = `{{ config(materialized='incremental', partition_by='order_date') }}
select {{ local_date('o.ordered_at') }} as order_date, o.id, o.ordered_at, o.customer, o.amount
from {{ source('shop', 'orders') }} as o
where {{ partition_filter('shop.orders', alias='o') }}
`

/** Grouped by day; its code and its columns change. */
export function dailyModel(added: number, columns: readonly string[]): string {
  const more = columns.map((name, i) => `, count(*) + ${i} as ${name}`).join('')
  return `{{ config(materialized='incremental', partition_by='order_date', on_schema_change='sync_all_columns') }}
select o.order_date, o.customer, count(*) as orders, sum(o.amount) + ${added} as amount${more}
from {{ ref('orders') }} as o
where {{ partition_filter('orders', alias='o') }}
group by o.order_date, o.customer
`
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

const monthly = `{{ config(materialized='incremental', partition_by={'column': 'month', 'unit': 'month'}, begin='2024-03', end='2024-04') }}
select cast(date_trunc('month', d.order_date) as date) as month, d.customer, sum(d.orders) as orders
from {{ ref('daily') }} as d
where {{ partition_filter('daily', alias='d') }}
group by 1, 2
`

const merged = `{{ config(materialized='incremental', partition_by='order_date', strategy='merge', unique_key='id', delete_missing=true) }}
select o.order_date, o.id, o.amount
from {{ ref('orders') }} as o
where {{ partition_filter('orders', alias='o') }}
`

const best = `{{ config(materialized='incremental', strategy='merge', unique_key='customer', delete_missing=true) }}
select customer, max(amount) as best from {{ ref('orders') }} group by customer
`

const appended = `{{ config(materialized='incremental', partition_by='day', strategy='append', on_code_change='keep') }}
select d.day, d.number from {{ source('shop', 'deliveries') }} as d where {{ partition_filter('shop.deliveries', alias='d') }}
`

const names = `{{ config(materialized='view') }}
select distinct customer from {{ ref('totals') }}
`

/** Every model of the world that all histories must leave as a build from scratch does. */
export const models: Readonly<Record<string, string>> = {
  'models/raw_data/sources.yml': sources,
  'models/raw_data/orders.sql': orders,
  'models/analytics/daily.sql': dailyModel(0, []),
  'models/analytics/moving.sql': moving,
  'models/analytics/totals.sql': totals,
  'models/analytics/names.sql': names,
  'models/analytics/hourly.sql': hourly,
  'models/analytics/monthly.sql': monthly,
  'models/analytics/merged.sql': merged,
  'models/analytics/best.sql': best,
  'models/raw_data/appended.sql': appended,
}
