import { expect } from 'vitest'
import type { Project } from '../project.fixture.ts'
import { dayText, firstDay, type Part, pick, quoted, timeZone } from './scene.ts'

/** Orders in files of UTC days, read by a model of a zone whose clocks change meanwhile; most other models read that one. */

interface Order {
  readonly id: number
  /** Minute of its UTC day. */
  readonly minute: number
  readonly customer: string
  readonly amount: number
}

const customers = ['Ada', "O'Brien", 'Łukasz', 'Zoë, "the"']
const orderFile = (day: number) => `data/orders/${dayText(day)}.csv`
const instantOf = (day: number, { minute }: Order) =>
  new Date(firstDay + day * 86_400_000 + minute * 60_000).toISOString()
const localDate = new Intl.DateTimeFormat('en-CA', { timeZone })

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
`

const orders = `{{ config(materialized='incremental', partition_by='order_date') }}
select {{ local_date('o.ordered_at') }} as order_date, o.id, o.ordered_at, o.customer, o.amount
from {{ source('shop', 'orders') }} as o
where {{ partition_filter('shop.orders', alias='o') }}
`

/** The rows of the files, and how they change. */
class Orders {
  readonly days: Order[][] = []
  private nextId = 1

  constructor(days: number) {
    for (let day = 0; day < days; day++)
      this.days.push(Array.from({ length: 4 }, (_, n) => this.order((n * 420 + day * 37) % 1440, n + day, n)))
  }

  order(minute: number, customer: number, amount: number): Order {
    this.nextId += 1
    return { id: this.nextId, minute, customer: pick(customers, customer), amount }
  }

  deliver(project: Project, day: number, reversed = false): void {
    const rows = (this.days[day] ?? []).map(
      (order) => `${order.id},${instantOf(day, order)},${quoted(order.customer)},${order.amount}\n`,
    )
    project.write(orderFile(day), `id,ordered_at,customer,amount\n${(reversed ? rows.reverse() : rows).join('')}`)
  }

  /** Changes a day's orders and delivers its file again. */
  change(project: Project, day: number, to: (orders: readonly Order[]) => Order[]): void {
    const index = day % this.days.length
    this.days[index] = to(this.days[index] ?? [])
    this.deliver(project, index)
  }

  /** Numbers and local dates of the orders of local days that lie wholly inside the files. */
  due(): string[] {
    const last = dayText(this.days.length - 1)
    return this.days
      .flatMap((orders, day) =>
        orders.map((order) => [localDate.format(new Date(instantOf(day, order))), order] as const),
      )
      .filter(([date]) => date >= dayText(0) && date < last)
      .map(([date, { id }]) => `${id} ${date}`)
      .sort()
  }
}

/** The orders, and what must be built of them: a list of numbers and local dates. */
export interface OrdersPart extends Part {
  readonly expectBuilt: (project: Project) => Promise<void>
}

function happeningsOf(held: Orders, most: number): Part['happenings'] {
  return {
    'orders arrive late': ({ project }, day, number) =>
      held.change(project, day, (orders) => [...orders, held.order((number * 97) % 1440, number, number)]),
    'orders are withdrawn': ({ project }, day, number) =>
      held.change(project, day, (orders) => orders.filter((_, i) => i % 3 !== number % 3)),
    'a day is emptied': ({ project }, day) => held.change(project, day, () => []),
    'amounts are corrected': ({ project }, day, number) =>
      held.change(project, day, (orders) =>
        orders.map((order, i) => (i === number % 4 ? { ...order, amount: number } : order)),
      ),
    'orders move to another hour or day': ({ project }, day, number) =>
      held.change(project, day, (orders) =>
        orders.map((order, i) => (i === 0 ? { ...order, minute: (order.minute + number * 61) % 1440 } : order)),
      ),
    'a new day of orders': ({ project }, _day, number) => {
      if (held.days.length >= most) return
      held.days.push([held.order(number % 1440, number, number), held.order((number * 7) % 1440, number + 1, 5)])
      held.deliver(project, held.days.length - 1)
    },
    'a file comes again as it was': ({ project }, day) => held.deliver(project, day % held.days.length, true),
    'a file is touched': ({ project }, day) => project.touch(orderFile(day % held.days.length)),
  }
}

/** So many days of orders at first, and so many at most. */
export function ordersPart(days: number, most: number): OrdersPart {
  const held = new Orders(days)
  return {
    files: { 'models/raw_data/shop.yml': sources, 'models/raw_data/orders.sql': orders },
    models: ['orders'],
    deliver: (project) => {
      for (const day of held.days.keys()) held.deliver(project, day)
    },
    happenings: happeningsOf(held, most) ?? {},
    expectBuilt: async (project) => {
      const rows = await project.query('select id, cast(order_date as varchar(10)) as order_date from raw_data.orders')
      expect(rows.map((row) => `${row.id} ${row.order_date}`).sort()).toEqual(held.due())
    },
  }
}
