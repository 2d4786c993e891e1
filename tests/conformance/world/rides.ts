import { dayText, type Part, pick, type Scene } from './scene.ts'

/** Tables of others in the warehouse, each with another way of showing that it changed. */

interface Ride {
  readonly id: number
  fare: number
  loaded: number
}

const sources = `sources:
  - name: app
    tables:
      - { name: counted, partition_by: day, change_signal: count }
      - name: loaded
        partition_by: { column: happened, type: instant, time_zone: America/New_York }
        change_signal: loaded_at
        loaded_at_field: loaded
      - { name: unseen, partition_by: day, change_signal: none }
      - { name: fares, change_signal: loaded_at, loaded_at_field: loaded }
`

const days = (source: string, more: string, column = 'day'): string =>
  `{{ config(materialized='incremental', partition_by='${column}', begin='2024-03-08'${more}) }}
select r.${column}, r.id, r.fare from {{ source('app', '${source}') }} as r where {{ partition_filter('app.${source}') }}
`

const loaded = `{{ config(materialized='incremental', partition_by={'column': 'happened', 'type': 'instant'}, begin='2024-03-08') }}
select r.happened, r.id, r.fare from {{ source('app', 'loaded') }} as r where {{ partition_filter('app.loaded', alias='r') }}
`

const fares = `{{ config(materialized='table') }}
select count(*) as rides, sum(f.fare) as fare from {{ source('app', 'fares') }} as f
`

const takings = `{{ config(materialized='incremental', partition_by='day') }}
select c.day, count(*) as rides, sum(c.fare) as fare from {{ ref('counted') }} as c
where {{ partition_filter('counted', alias='c') }} group by c.day
`

const tables = ['counted', 'loaded', 'unseen', 'fares'] as const
type Table = (typeof tables)[number]

/** The rows of the tables by day, and the SQL that brings one day of a table to them. */
class Rides {
  readonly rows: Readonly<Record<Table, Ride[][]>>
  private nextId = 0
  private clock = 0

  constructor(count: number) {
    const someDays = () => Array.from({ length: count }, () => [this.ride(), this.ride()])
    this.rows = { counted: someDays(), loaded: someDays(), unseen: someDays(), fares: someDays() }
  }

  ride(): Ride {
    this.nextId += 1
    return { id: this.nextId, fare: this.nextId % 7, loaded: this.clock++ }
  }

  /** A correction that sets the time of loading. */
  correct(ride: Ride, fare: number): void {
    Object.assign(ride, { fare, loaded: this.clock++ })
  }

  insert(table: Table, day: number): string {
    const values = (this.rows[table][day] ?? []).map(({ id, fare, loaded: at }) => {
      const loadedAt = `timestamptz '2024-03-01 00:00:00+00' + interval '${at} seconds'`
      if (table === 'loaded') return `(timestamptz '${dayText(day)} 17:00:00+00', ${id}, ${fare}, ${loadedAt})`
      return `(date '${dayText(day)}', ${id}, ${fare}${table === 'fares' ? `, ${loadedAt}` : ''})`
    })
    return values.length > 0 ? `insert into app.${table} values ${values.join(', ')};` : ''
  }

  replace(table: Table, day: number): string {
    const column = table === 'loaded' ? 'happened' : 'day'
    const [start, end] = [dayText(day), dayText(day + 1)].map((text) =>
      table === 'loaded' ? `timestamptz '${text} 00:00:00+00'` : `date '${text}'`,
    )
    return `delete from app.${table} where ${column} >= ${start} and ${column} < ${end}; ${this.insert(table, day)}`
  }

  whole(): string {
    const made = `create schema app; create table app.counted (day date, id integer, fare integer);
      create table app.loaded (happened timestamptz, id integer, fare integer, loaded timestamptz);
      create table app.unseen (day date, id integer, fare integer);
      create table app.fares (day date, id integer, fare integer, loaded timestamptz);`
    return `${made} ${tables.flatMap((table) => [...this.rows[table].keys()].map((day) => this.insert(table, day))).join(' ')}`
  }
}

/** Changes stay within the newest `recent` days, since older ones are not looked at. */
export function ridesPart(count: number, most: number, recent: number): Part {
  const held = new Rides(count)
  const happen =
    (which: readonly Table[], change: (rows: Ride[], number: number) => void) =>
    async ({ project }: Scene, day: number, number: number): Promise<void> => {
      const table = pick(which, number)
      const last = held.rows[table].length - 1
      const at = Math.max(0, last - (day % recent))
      change(held.rows[table][at] ?? [], number)
      await project.query(held.replace(table, at))
    }
  return {
    files: {
      'models/raw_data/app.yml': sources,
      'models/raw_data/counted.sql': days('counted', ''),
      'models/raw_data/loaded.sql': loaded,
      'models/raw_data/unseen.sql': days('unseen', ', lookback=60'),
      'models/raw_data/fares.sql': fares,
      'models/analytics/takings.sql': takings,
    },
    models: ['counted', 'loaded', 'unseen', 'fares', 'takings'],
    tables: () => held.whole(),
    happenings: {
      'rides are loaded late': happen(tables, (rows) => rows.push(held.ride())),
      'rides are corrected': happen(['loaded', 'fares', 'unseen'], (rows, number) => {
        const ride = rows[number % Math.max(1, rows.length)]
        if (ride) held.correct(ride, number)
      }),
      // The last row of a day stays: a day without rows counts as purged, and what was built from it as kept.
      'rides are deleted': happen(['loaded', 'fares', 'unseen'], (rows) => {
        if (rows.length > 1) rows.shift()
      }),
      'a new day of rides': async ({ project }) => {
        for (const table of tables) {
          if (held.rows[table].length >= most) return
          held.rows[table].push([held.ride()])
          await project.query(held.replace(table, held.rows[table].length - 1))
        }
      },
    },
  }
}
