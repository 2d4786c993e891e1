/** One project that writes in every way, in two states. */

const days = (n: number) =>
  Array.from({ length: n }, (_, i) => `select cast('2024-01-0${i + 1}' as date) as day, ${i + 1} as n`).join(
    ' union all ',
  )

/** What the models read comes from a file a day, and from numbers in the models, which change. */
export function everything(state: 1 | 2): Readonly<Record<string, string>> {
  const is2 = state === 2
  const partitioned = (config: string, end = 4) =>
    `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-0${end}', batch=2${config}) }}\n`
  const inline = `from (${days(is2 ? 4 : 3)}) as d where {{ in_window('d.day') }}`
  return {
    'models/analytics/models.yml': `models:
  - name: running
    columns:
      - { name: day, data_type: date }
      - { name: total, data_type: bigint }
`,
    'models/raw_data/sources.yml': `sources:
  - name: box
    tables:
      - name: events
        files: "data/events/{yyyy}-{MM}-{dd}.csv"
        event_time: day
        columns:
          - { name: day, data_type: date }
          - { name: id, data_type: integer }
          - { name: name, data_type: text }
`,
    ...Object.fromEntries(
      (is2 ? [1, 2, 3, 4] : [1, 2, 3]).map((day) => [
        `data/events/2024-01-0${day}.csv`,
        `day,id,name\n2024-01-0${day},${day},a\n2024-01-0${day},${day * 10},${is2 && day === 2 ? 'other' : 'b'}\n`,
      ]),
    ),
    'models/raw_data/events.sql': `{{ config(materialized='incremental', partition_by='day') }}
select e.day, e.id, e.name from {{ source('box', 'events') }} as e where {{ partition_filter('box.events', alias='e') }}
`,
    'models/analytics/replaced.sql': `${partitioned(", on_schema_change='sync_all_columns'", is2 ? 5 : 4)}select d.day, d.n * ${state} as v${is2 ? ', d.n + 5 as more' : ', 1 as less'} ${inline}
`,
    'models/analytics/merged.sql': `${partitioned(", strategy='merge', unique_key='n', delete_missing=true", is2 ? 5 : 4)}select d.day, d.n, d.n + ${state} as v ${inline}${is2 ? ' and d.n <> 2' : ''}
`,
    'models/analytics/appended.sql': `${partitioned(", strategy='append'", is2 ? 5 : 4)}select d.day, d.n, 7 as v ${inline}
`,
    'models/analytics/logged.sql': `{{ config(materialized='incremental', strategy='append') }}
select d.n from (${days(is2 ? 4 : 3)}) as d{% if is_incremental() %} where d.n > (select max(n) from {{ this }}){% endif %}
`,
    'models/analytics/running.sql': `${partitioned('', is2 ? 5 : 4).replace('batch=2', 'batch=1')}select d.day, d.n * ${state} + coalesce((select max(t.total) from {{ this }} as t where {{ partition_filter(this, alias='t', before=1) }}), 0) as total ${inline}
`,
    'models/analytics/people.sql': `{{ config(materialized='history', unique_key='id', check_cols=['name'], hard_deletes='invalidate') }}
select id, max(name) as name from {{ ref('events') }} group by id
`,
    'models/analytics/counts.sql': `{{ config(materialized='table') }}
select count(*) as n from {{ ref('replaced') }}
`,
    'models/analytics/seen.sql': `{{ config(materialized='view') }}
select n + ${state} as n from {{ ref('counts') }}
`,
  }
}
