import { expect } from 'vitest'
import type { Row } from '../../src/adapters/contract.ts'
import type { Fixture } from '../conformance/fixtures.ts'
import { newProject, type Project } from '../conformance/project.fixture.ts'

/**
 * A project of many small partitions that writes in every way there is, in two states of files and models; and what must be left
 * of it whatever was killed meanwhile.
 */

const settings = `name: estate
default_target: test
targets:
  test:
    on_code_change: rebuild
<target>
`

/** The moment of every command: all days are over. */
export const now = ['--now', '2024-03-01']

const dayOf = (n: number) => `2024-01-${String(n).padStart(2, '0')}`

/** How many days each state has. */
const length = { 1: 5, 2: 7 } as const
export type State = keyof typeof length

const rowsOfDays = (n: number) =>
  Array.from({ length: n }, (_, i) => `select cast('${dayOf(i + 1)}' as date) as day, ${i + 1} as n`).join(
    ' union all ',
  )

function files(state: State): Record<string, string> {
  const entries = Array.from({ length: length[state] }, (_, i) => {
    const [day, n] = [dayOf(i + 1), i + 1]
    const late = state === 2 && n % 4 === 2 ? `${day},${n + 500},late\n` : ''
    const rows = `${day},${n},${state === 2 && n === 3 ? 'other' : 'a'}\n${day},${n + 100},b\n${late}`
    return [`data/events/${day}.csv`, `day,id,name\n${rows}`] as const
  })
  return Object.fromEntries(entries)
}

/** Files and models of a state: rows, code and columns differ between the two. */
export function filesOf(state: State): Readonly<Record<string, string>> {
  const is2 = state === 2
  const many = (config: string, batch = 1) =>
    `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='${dayOf(length[state] + 1)}', batch=${batch}${config}) }}\n`
  const rows = `from (${rowsOfDays(length[state])}) as d where {{ in_window('d.day') }}`
  return {
    ...files(state),
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
    'models/analytics/models.yml': `models:
  - name: running
    columns:
      - { name: day, data_type: date }
      - { name: total, data_type: bigint }
`,
    'models/raw_data/events.sql': `{{ config(materialized='incremental', partition_by='day', batch=1) }}
select e.day, e.id, e.name from {{ source('box', 'events') }} as e where {{ partition_filter('box.events', alias='e') }}
`,
    'models/analytics/replaced.sql': `${many(", on_schema_change='sync_all_columns'", 2)}select d.day, d.n * ${state} as v${is2 ? ', d.n + 5 as more' : ', 1 as less'} ${rows}
`,
    'models/analytics/daily.sql': `{{ config(materialized='incremental', partition_by='day', batch=2) }}
select e.day, count(*) as events, max(e.id) as last from {{ ref('events') }} as e where {{ partition_filter('events', alias='e') }} group by e.day
`,
    'models/analytics/merged.sql': `${many(", strategy='merge', unique_key='n', delete_missing=true")}select d.day, d.n, d.n + ${state} as v ${rows}${is2 ? ' and d.n <> 2' : ''}
`,
    'models/analytics/appended.sql': `${many(", strategy='append'")}select d.day, d.n, 7 as v ${rows}
`,
    'models/analytics/logged.sql': `{{ config(materialized='incremental', strategy='append') }}
select d.n from (${rowsOfDays(length[state])}) as d{% if is_incremental() %} where d.n > (select max(n) from {{ this }}){% endif %}
`,
    'models/analytics/best.sql': `{{ config(materialized='incremental', strategy='merge', unique_key='name') }}
select name, max(id) as id from {{ ref('events') }} group by name
`,
    'models/analytics/running.sql': `${many('')}select d.day, d.n * ${state} + coalesce((select max(t.total) from {{ this }} as t where {{ partition_filter(this, alias='t', before=1) }}), 0) as total ${rows}
`,
    // Its new code is for partitions that are asked for by name.
    'models/analytics/kept.sql': `${many(", on_code_change='keep'")}select d.day, ${state} as code ${rows}
`,
    'models/analytics/people.sql': `{{ config(materialized='history', unique_key='id', check_cols=['name'], hard_deletes='invalidate') }}
select id, max(name) as name from {{ ref('events') }} group by id
`,
    'models/analytics/counts.sql': `{{ config(materialized='table') }}
select count(*) as n, max(v) as v from {{ ref('replaced') }}
`,
    'models/analytics/seen.sql': `{{ config(materialized='view') }}
select n + ${state} as n from {{ ref('counts') }}
`,
  }
}

/** The partitions that are built again by name, with the code of state 2. */
export const restated = { from: dayOf(2), to: dayOf(5), days: 3 }

/** A new estate in a state; nothing is built yet. */
export async function newEstate(fixture: Fixture, state: State): Promise<Project> {
  return newProject(fixture, settings, filesOf(state))
}

/** Changes files and models to those of a state. */
export function enter(project: Project, state: State): void {
  for (const [path, text] of Object.entries(filesOf(state))) project.write(path, text)
}

export type Contents = Readonly<Record<string, readonly string[]>>

/** All rows, but for when versions of a history began and ended. */
export async function rowsLeft(project: Project): Promise<Contents> {
  const { 'analytics.people': _, ...others } = await project.contents('raw_data', 'analytics')
  const people = await project.query(
    'select id, name, case when valid_to is null then 1 else 0 end as is_current from analytics.people order by 1, 2, 3',
  )
  return { ...others, people: people.map((row) => Object.values(row).join(' ')) }
}

/** What nobody may leave behind: runs and attempts under way, leases (those of runs that are over are nobody's), relations of no layer. */
async function strays(project: Project): Promise<Row[]> {
  return project.query(`
select 'run ' || run as what from elt.runs where status = 'running'
union all select 'attempt ' || cast(id as varchar) || ' of ' || node from elt.attempts where status = 'running'
union all select 'lease of ' || r.name from elt.leases as l join elt.relations as r on r.id = l.relation
  join elt.runs as u on u.run = l.run and u.status = 'running'
union all select 'publication ' || cast(attempt as varchar) from elt.publishing
union all select 'relation ' || table_schema || '.' || table_name from information_schema.tables
  where table_schema not in ('pg_catalog', 'information_schema', 'elt', 'raw_data', 'analytics')
order by 1`)
}

/** The rows are those of an undisturbed build, nothing is left over, and there is nothing more to do. */
export async function expectWhole(project: Project, expected: Contents, told: string): Promise<void> {
  expect(await rowsLeft(project), told).toEqual(expected)
  expect(await strays(project), told).toEqual([])
}

/** What the partitions of a first build were published more than once. */
export async function builtTwice(project: Project): Promise<Row[]> {
  return project.query(`
select a.node, a.window_start, a.id, b.id as other from elt.attempts as a join elt.attempts as b
  on a.relation = b.relation and a.id < b.id and a.window_start < b.window_end and b.window_start < a.window_end
where a.status in ('published', 'partial') and b.status in ('published', 'partial')
  and a.node in ('raw_data.events', 'analytics.replaced', 'analytics.merged', 'analytics.appended', 'analytics.running', 'analytics.kept')
order by 1, 2`)
}
