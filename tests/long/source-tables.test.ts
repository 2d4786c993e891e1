import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { duckdbFile, postgresDatabase, type TestWarehouse, type Workbench, workbench } from '../../src/cli/testing.ts'
import { describePostgres, freshDatabase } from '../engines/index.ts'

const rides = `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01') }}
select day, id, fare from {{ source('app', 'ride') }} where {{ partition_filter('app.ride') }}`

/** What somebody does to the table, or the days that pass. */
type Change =
  | { readonly kind: 'insert' | 'delete' | 'update' | 'purge'; readonly back: number; readonly reload: boolean }
  | { readonly kind: 'days'; readonly count: number }

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('insert' as const, 'delete' as const, 'update' as const, 'purge' as const),
      back: fc.integer({ min: 0, max: 6 }),
      reload: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('days' as const), count: fc.integer({ min: 1, max: 3 }) }) },
)

interface Ride {
  readonly id: number
  fare: number
  loaded: number
}

const watch = 3
const dayName = (day: number) => `2024-01-${String(day).padStart(2, '0')}`

/** The table, and what has to be built from it, kept by the plainest rules. */
class NaiveHouse {
  readonly rows = new Map<number, Ride[]>()
  readonly built = new Map<number, { rows: Ride[]; mark: string | undefined }>()
  /** What is seen, or was when it was last read. */
  readonly marks = new Map<number, string>()
  today = 6
  next = 1
  clock = 0

  constructor(readonly signal: 'count' | 'loaded_at') {
    for (let day = 1; day < this.today; day++) this.insert(day)
  }

  of(day: number): Ride[] {
    const rows = this.rows.get(day) ?? []
    this.rows.set(day, rows)
    return rows
  }

  insert(day: number): void {
    this.of(day).push({ id: this.next++, fare: 1, loaded: this.clock++ })
  }

  do(step: Change): void {
    if (step.kind === 'days') {
      for (let i = 0; i < step.count; i++) this.insert(this.today++)
      return
    }
    const day = Math.max(1, this.today - 1 - step.back)
    const rows = this.of(day)
    if (step.kind === 'insert') this.insert(day)
    else if (step.kind === 'delete') rows.shift()
    else if (step.kind === 'purge') rows.length = 0
    else
      for (const row of rows)
        Object.assign(row, { fare: row.fare + 1, ...(step.reload ? { loaded: this.clock++ } : {}) })
  }

  mark(day: number): string | undefined {
    const rows = this.of(day)
    if (rows.length === 0) return undefined
    return this.signal === 'count'
      ? `${rows.length}`
      : `${rows.length} ${Math.max(...rows.map(({ loaded }) => loaded))}`
  }

  /** What a build at this moment publishes: the days that are over, where never built or seen to differ. */
  build(): void {
    for (let day = 1; day < this.today; day++) {
      const isWatched = day > this.today - watch
      const now = isWatched ? this.mark(day) : undefined
      const known = this.built.get(day)
      if (known && (now === undefined || now === known.mark)) continue
      this.built.set(day, { rows: this.of(day).map((row) => ({ ...row })), mark: now })
    }
  }

  published(): string[] {
    return [...this.built]
      .flatMap(([day, { rows }]) => rows.map(({ id, fare }) => `${dayName(day)} ${id} ${fare}`))
      .sort()
  }

  sql(): string {
    const all = [...this.rows].flatMap(([day, rows]) => rows.map((row) => ({ day, ...row })))
    const values = all.map(
      ({ day, id, fare, loaded }) =>
        `(date '${dayName(day)}', ${id}, ${fare}, timestamptz '2024-01-01 00:00:00+00' + interval '${loaded} seconds')`,
    )
    return `delete from app.ride;${values.length > 0 ? `insert into app.ride values ${values.join(', ')}` : ''}`
  }
}

/** Makes an empty warehouse. */
type Open = (bench: Workbench) => Promise<{ readonly warehouse: TestWarehouse; readonly close: () => Promise<void> }>

/** Somebody's table of rides, and what `elt` builds from it, in a warehouse of its own. */
async function follow(open: Open, signal: NaiveHouse['signal'], rounds: readonly (readonly Change[])[]): Promise<void> {
  const bench = workbench()
  const { warehouse, close } = await open(bench)
  const house = new NaiveHouse(signal)
  const loaded = signal === 'count' ? '' : ', loaded_at_field: loaded'
  const table = `{ name: ride, partition_by: day, watch: ${watch}, change_signal: ${signal}${loaded} }`
  bench.write('project.yml', `name: till\ntargets: { local: ${warehouse.target} }\n`)
  bench.write('models/raw_data/app.yml', `sources:\n  - name: app\n    tables: [${table}]\n`)
  bench.write('models/raw_data/rides.sql', rides)
  await warehouse.run(
    'create schema app; create table app.ride (day date, id integer, fare integer, loaded timestamptz)',
  )
  try {
    for (const round of [[], ...rounds]) {
      for (const step of round) house.do(step)
      await warehouse.run(house.sql())
      const now = dayName(house.today)
      expect(await bench.elt(['build', '--now', now])).toMatchObject({ code: 0 })
      house.build()
      const rows = await warehouse.query('select cast(day as varchar) as day, id, fare from raw_data.rides')
      expect(rows.map(({ day, id, fare }) => `${day} ${id} ${fare}`).sort()).toEqual(house.published())
      expect((await bench.elt(['plan', '--now', now])).stdout).toContain('nothing to build')
    }
  } finally {
    await close()
    bench.remove()
  }
}

function followed(open: Open): void {
  it.each(['count', 'loaded_at'] as const)(
    'is built as far as %s shows it, and a second build does nothing',
    async (signal) => {
      const steps = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 5 })
      const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 60) }
      await fc.assert(
        fc.asyncProperty(steps, (rounds) => follow(open, signal, rounds)),
        runs,
      )
    },
  )
}

describe('a watched table (duckdb)', () =>
  followed(async (bench) => ({ warehouse: duckdbFile(bench.folder), close: () => Promise.resolve() })))

describePostgres('a watched table', (server) =>
  followed(async () => {
    const database = await freshDatabase(server)
    return { warehouse: postgresDatabase(database.url), close: database.drop }
  }),
)
