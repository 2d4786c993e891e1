import type { Adapter } from '../../adapters/contract.ts'
import { dataFiles } from './data-project.ts'
import type { DataSource } from './data-source.ts'

/** What a new project is made from. */
export interface NewProject {
  readonly name: string
  readonly timeZone: string
  readonly engine: Adapter
  /** What was found among the person's own files; absent: the project gets sample orders. */
  readonly data?: {
    readonly group: string
    readonly sources: readonly DataSource[]
  }
}

const days = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-06', '2024-01-07']

/** A day of orders as a shop's export would have it: a line an order, times in UTC. The same for everyone. */
function ordersOf(day: string, index: number): string {
  const orders = Array.from({ length: 12 }, (_, n) => {
    const number = index * 12 + n + 1
    const time = `${day}T${String((n * 2) % 24).padStart(2, '0')}:${String((number * 7) % 60).padStart(2, '0')}:00Z`
    const country = ['KR', 'US', 'DE'][number % 3]
    return {
      order_id: number,
      ordered_at: time,
      customer: `c${(number * 5) % 17}`,
      country,
      amount: 10 + ((number * 37) % 90),
    }
  })
  return orders.map((order) => `${JSON.stringify(order)}\n`).join('')
}

function projectYaml({ name, timeZone, engine }: NewProject): string {
  return `name: ${name}
time_zone: ${timeZone}          # whose days the date partitions are
default_target: local

models:                        # settings by folder; a model's own config() wins
  analytics: { materialized: table }

targets:
  local:
    type: ${engine.name}
    ${engine.newTarget.lines.join('\n    ')}
    on_code_change: rebuild    # a changed model rebuilds its partitions; leave it out where that is expensive
`
}

const sourcesYaml = `sources:
  - name: shop
    tables:
      - name: orders
        description: One line an order, a file for each UTC day
        files: "data/orders/{yyyy}-{MM}-{dd}.ndjson"
        time_zone: UTC           # of the date in the path
        event_time: ordered_at   # partition_filter('shop.orders') compares this column
        columns:
          - { name: order_id, data_type: bigint }
          - { name: ordered_at, data_type: instant }
          - { name: customer, data_type: text }
          - { name: country, data_type: text }
          - { name: amount, data_type: double }
`

const modelsYaml = `models:
  - name: orders
    description: Every order, by the local date on which it was made
    columns:
      - { name: order_id, description: Number of the order, data_tests: [not_null, unique] }
      - { name: amount, description: Price in euros, data_tests: [not_null] }
`

const ordersSql = `{{ config(materialized='incremental', partition_by='order_date') }}

-- A local day lies in two files of UTC days; partition_filter reads both and keeps what belongs to the day.
select
  {{ local_date('o.ordered_at') }} as order_date,
  o.order_id,
  o.ordered_at,
  o.customer,
  o.country,
  o.amount
from {{ source('shop', 'orders') }} as o
where {{ partition_filter('shop.orders', alias='o') }}
`

const dailySql = `{{ config(materialized='incremental', partition_by='order_date') }}

select
  o.order_date,
  o.country,
  count(*) as orders,
  sum(o.amount) as amount
from {{ ref('orders') }} as o
where {{ partition_filter('orders', alias='o') }}
group by o.order_date, o.country
`

const customersSql = `-- A small table over all days, overwritten whole.
select customer, count(*) as orders, sum(amount) as amount, max(order_date) as last_order
from {{ ref('orders') }}
group by customer
`

function readme({ name, data }: NewProject): string {
  const source = data?.sources.find(({ event }) => event) ?? data?.sources[0]
  const model = source ? source.name : 'daily_orders'
  const files = source
    ? `\`models/raw_data/sources.yml\` says what the files hold; \`elt schema properties\` lets an editor complete it.`
    : '`data/orders` is a sample: put another day’s file there and build again.'
  return `# ${name}

\`\`\`
elt build                       # builds what is due, and asserts it
elt plan                        # what would be built, and why
elt show --select ${model.padEnd(13)} # the newest rows
elt build --select analytics+   # a layer and what reads it
\`\`\`

\`models/raw_data\` loads, \`models/analytics\` derives, \`models/adhoc\` is for trying things.
${files}
`
}

function sampleFiles(): [string, string][] {
  return [
    ['models/raw_data/sources.yml', sourcesYaml],
    ['models/raw_data/models.yml', modelsYaml],
    ['models/raw_data/orders.sql', ordersSql],
    ['models/analytics/daily_orders.sql', dailySql],
    ['models/analytics/customers.sql', customersSql],
    ...days.map((day, index): [string, string] => [`data/orders/${day}.ndjson`, ordersOf(day, index)]),
  ]
}

/** The files of a new project, by path: small, complete, and building at once. */
export function newProject(request: NewProject): ReadonlyMap<string, string> {
  return new Map([
    ['project.yml', projectYaml(request)],
    ['README.md', readme(request)],
    ['.gitignore', 'target/\n.elt/\n'],
    ...(request.data ? dataFiles({ ...request.data, quote: request.engine.dialect.quote }) : sampleFiles()),
  ])
}
