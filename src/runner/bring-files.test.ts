import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Session } from '../adapters/contract.ts'
import { assertion, csvSource, graphOf, model, openWorld, readsNoFiles, type World } from './testing.ts'

const source = csvSource('rides', { id: 'integer', d: 'date' })
const dates = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04'] as const
const rides = model('raw_data.rides', {
  sql: 'select r.d, r.id from [source.files.rides] as r where d >= [start] and d < [end]',
  day: 'd',
  reads: { [source.id]: 0 },
  begin: '2024-01-01',
  end: '2024-01-05',
})
const table = model('raw_data.all_rides', {
  sql: 'select a.d, a.id from [source.files.rides] as a join [source.files.rides] as b using (id)',
  whole: [source.id],
})

let world: World
beforeEach(async () => {
  world = await openWorld()
})

const engine = { adapter: readsNoFiles }

const write = (date: string, rows: readonly string[]): void =>
  world.write(`data/rides/${date}.csv`, `id,d\n${rows.map((id) => `${id},${date}\n`).join('')}`)

/** What is left beside the published tables. */
const left = () =>
  world.query("select table_name as name from duckdb_tables() where table_name like 'elt_%' and temporary")

/** How many rows each load of a run brought. */
function loads(): { rows: number[]; wrap: (session: Session) => Session } {
  const rows: number[] = []
  const wrap = (session: Session): Session => ({
    ...session,
    connect: async () => {
      const connection = await session.connect()
      return {
        ...connection,
        load: async (...request) => {
          const loaded = await connection.load(...request)
          rows.push(loaded.rows)
          return loaded
        },
      }
    },
  })
  return { rows, wrap }
}

describe('files, on an engine that reads none', () => {
  it('give the rows that they give on one that does', async () => {
    for (const [i, date] of dates.entries()) write(date, [String(i), String(10 * i)])
    const graph = graphOf([rides, table], [source])
    expect((await world.run(graph, engine)).status).toBe('success')
    const brought = await world.query(
      'select * from raw_data.rides union all select * from raw_data.all_rides order by all',
    )
    const other = await openWorld()
    for (const date of dates)
      other.write(`data/rides/${date}.csv`, readFileSync(`${world.folder}/data/rides/${date}.csv`, 'utf8'))
    await other.run(graph)
    expect(brought).toEqual(
      await other.query('select * from raw_data.rides union all select * from raw_data.all_rides order by all'),
    )
    expect(await left()).toEqual([])
    expect((await world.plan(graph)).steps).toEqual([])
  })

  it('are read as far as their window asks, batch by batch', async () => {
    for (const date of dates) write(date, ['1'])
    const { rows, wrap } = loads()
    await world.run(graphOf([{ ...rides, batch: 1 }], [source]), { ...engine, wrap, threads: 3 })
    expect(rows).toEqual([1, 1, 1, 1])
    write('2024-01-03', ['1', '2', '3'])
    rows.length = 0
    await world.run(graphOf([rides], [source]), { ...engine, wrap })
    expect(rows).toEqual([3])
    expect(await world.query('select count(*) as n from raw_data.rides')).toEqual([{ n: 6 }])
  })

  it('that are none are an empty relation', async () => {
    const results = await world.run(graphOf([table], [source]), engine)
    expect(results.status).toBe('success')
    expect(await world.query('select count(*) as n from raw_data.all_rides')).toEqual([{ n: 0 }])
  })

  it('with a bad value fail only their partition, with the file and the place of the read', async () => {
    write('2024-01-01', ['1'])
    write('2024-01-02', ['2', 'x'])
    write('2024-01-03', ['3'])
    const results = await world.run(graphOf([rides], [source]), engine)
    const [found] = results.batches.flatMap(({ diagnostics }) => diagnostics)
    expect(found?.message).toContain('data/rides/2024-01-02.csv in column id is no INTEGER: x')
    expect(found?.location).toMatchObject({ path: 'models/raw_data/rides.sql', column: 23 })
    expect(results.batches[0]?.partitions).toMatchObject({ changed: 3, failed: 1 })
    expect(await left()).toEqual([])
    expect(await world.query('select count(*) as n from raw_data.rides')).toEqual([{ n: 2 }])
  })

  it('are there for assertions that stop a publication', async () => {
    write('2024-01-01', ['1', '2'])
    const known = assertion(table.id, 'relationships', {
      column: 'id',
      arguments: { to: source.id, field: 'id' },
      reads: [table.id, source.id],
    })
    const results = await world.run(graphOf([table], [source], [known]), engine)
    expect(results.assertions.map(({ status }) => status)).toEqual(['pass'])
    expect(await left()).toEqual([])
  })

  it('are there for assertions of their source', async () => {
    write('2024-01-01', ['1', ''])
    const graph = graphOf([], [source], [assertion(source.id, 'not_null', { column: 'id', blocking: false })])
    const results = await world.test(graph, engine)
    expect(results.assertions).toMatchObject([{ status: 'fail', failures: 1, sample: [{ d: '2024-01-01', id: null }] }])
    expect(await left()).toEqual([])
  })

  it('leave nothing when the run is stopped', async () => {
    write(
      '2024-01-01',
      Array.from({ length: 20_000 }, (_, i) => String(i)),
    )
    const stop = new AbortController()
    const wrap = (session: Session): Session => ({
      ...session,
      connect: async () => {
        const connection = await session.connect()
        return {
          ...connection,
          load: (target, columns, rows, options) => {
            async function* stopping() {
              for await (const chunk of rows) {
                yield chunk
                stop.abort('SIGINT')
              }
            }
            return connection.load(target, columns, stopping(), options)
          },
        }
      },
    })
    const results = await world.run(graphOf([table], [source]), { ...engine, wrap, signal: stop.signal })
    expect(results.status).toBe('interrupted')
    expect(await left()).toEqual([])
    expect((await world.run(graphOf([table], [source]), engine)).status).toBe('success')
  })
})
