import type { Project } from '../project.fixture.ts'
import { dayText, type Part, quoted } from './scene.ts'

/** Parts with rows of their own: deliveries that are written once, returns that come late, a seed, tables of others. */

const fileSource = (name: string, more: string, columns: Readonly<Record<string, string>>): string => `sources:
  - name: ${name}_files
    tables:
      - name: ${name}
        files: "data/${name}/{yyyy}-{MM}-{dd}.csv"
${more}        columns:
${Object.entries(columns)
  .map(([column, type]) => `          - { name: ${column}, data_type: ${type} }\n`)
  .join('')}`

const appended = `{{ config(materialized='incremental', partition_by='day', strategy='append', on_code_change='keep') }}
select d.day, d.number
from {{ source('deliveries_files', 'deliveries') }} as d
where {{ partition_filter('deliveries_files.deliveries', alias='d') }}
`

const logged = `{{ config(materialized='incremental', strategy='append') }}
select a.number
from {{ ref('appended') }} as a
{% if is_incremental() %}where a.number > (select coalesce(max(t.number), -1) from {{ this }} as t){% endif %}
`

/** Rows that are appended, by partition and whole, and never change again. */
export function deliveriesPart(days: number, most: number): Part {
  const counts = Array.from({ length: days }, (_, day) => day + 1)
  const deliver = (project: Project, day: number): void => {
    const rows = Array.from({ length: counts[day] ?? 0 }, (_, n) => `${dayText(day)},${day * 100 + n}\n`)
    project.write(`data/deliveries/${dayText(day)}.csv`, `day,number\n${rows.join('')}`)
  }
  const place = '        time_zone: America/New_York\n        event_time: day\n'
  return {
    files: {
      'models/raw_data/deliveries.yml': fileSource('deliveries', place, { day: 'date', number: 'integer' }),
      'models/raw_data/appended.sql': appended,
      'models/raw_data/logged.sql': logged,
    },
    models: ['appended', 'logged'],
    deliver: (project) => {
      for (const day of counts.keys()) deliver(project, day)
    },
    happenings: {
      'a delivery comes, which nothing changes again': ({ project }, _day, number) => {
        if (counts.length >= most) return
        counts.push(number % 5)
        deliver(project, counts.length - 1)
      },
    },
  }
}

const returns = `{{ config(materialized='incremental', partition_by={'column': 'returned_on', 'time_zone': 'UTC'}) }}
select r.returned_on, r.id from {{ source('returns_files', 'returns') }} as r
where {{ partition_filter('returns_files.returns', alias='r') }}
`

/** Rows that may stand in the file of the day after theirs. */
export function returnsPart(days: number, most: number): Part {
  const files: { readonly day: number; readonly id: number }[][] = []
  let nextId = 0
  const add = (day: number, late: number): void => {
    files[day]?.push({ day: Math.max(0, day - late), id: nextId++ })
  }
  const deliver = (project: Project, day: number): void => {
    const rows = (files[day] ?? []).map((row) => `${row.id},${dayText(row.day)}\n`)
    project.write(`data/returns/${dayText(day)}.csv`, `id,returned_on\n${rows.join('')}`)
  }
  for (let day = 0; day < days; day++) {
    files.push([])
    add(day, 0)
    add(day, day % 2)
  }
  const place = '        event_time: returned_on\n        late_by: 1 days\n'
  return {
    files: {
      'models/raw_data/returns.yml': fileSource('returns', place, { id: 'integer', returned_on: 'date' }),
      'models/raw_data/returns.sql': returns,
    },
    models: ['returns'],
    deliver: (project) => {
      for (const day of files.keys()) deliver(project, day)
    },
    happenings: {
      'a return comes a day late': ({ project }, day, number) => {
        add(day % files.length, number % 2)
        deliver(project, day % files.length)
      },
      'a new day of returns': ({ project }, _day, number) => {
        if (files.length >= most) return
        files.push([])
        for (let n = 0; n <= number % 3; n++) add(files.length - 1, n % 2)
        deliver(project, files.length - 1)
      },
    },
  }
}

const priced = `{{ config(materialized='incremental', partition_by='order_date') }}
select o.order_date, o.id, b.label, b.weight
from {{ ref('orders') }} as o
left join {{ ref('bands', on_change='rebuild') }} as b on b.amount = o.amount
where {{ partition_filter('orders', alias='o') }}
`

/** A seed, and days that are built again when it changes. */
export function bandsPart(): Part {
  const rows = Array.from({ length: 6 }, (_, amount) => ({ amount, label: `band ${amount}`, weight: amount / 4 }))
  let hasNote = false
  const write = (project: Project): void => {
    const text = rows.map(
      ({ amount, label, weight }) =>
        `${amount},${quoted(label)},${weight}${hasNote ? `,${quoted(`n${amount}`)}` : ''}\n`,
    )
    project.write('data/seeds/bands.csv', `amount,label,weight${hasNote ? ',note' : ''}\n${text.join('')}`)
  }
  return {
    files: {
      'data/seeds/seeds.yml': `seeds:
  - name: bands
    config: { column_types: { amount: integer, label: text, weight: double } }
`,
      'models/analytics/priced.sql': priced,
    },
    models: ['priced'],
    deliver: write,
    happenings: {
      'a seed is corrected': ({ project }, day, number) => {
        const row = rows[day % rows.length]
        if (row) Object.assign(row, { label: `band "${number}"`, weight: number / 3 })
        write(project)
      },
      'a seed gets a row': ({ project }, _day, number) => {
        if (rows.every(({ amount }) => amount !== number)) rows.push({ amount: number, label: 'new', weight: 0.1 })
        write(project)
      },
      'a column of a seed comes or goes': ({ project }) => {
        hasNote = !hasNote
        write(project)
      },
      'seeds are built': ({ project }) => project.elt('seed'),
    },
  }
}
