import { beforeEach, describe, expect, it } from 'vitest'
import type { Connection, Session } from '../adapters/contract.ts'
import { assertion, graphOf, type ModelOptions, model, openWorld, type World } from './testing.ts'

let world: World

beforeEach(async () => {
  world = await openWorld()
  await world.sql(`create schema fixture;
create table fixture.events as select date '2024-01-01' + cast(n % 4 as integer) as d, n as id from range(8) as t(n)`)
})

const span = { day: 'd', begin: '2024-01-01', end: '2024-01-05' }
const fullRefresh = { plan: { fullRefresh: true } }

const daily = (columns = 'id', options: Partial<ModelOptions> = {}) =>
  model('raw_data.daily', {
    sql: `select d, ${columns} from fixture.events where d >= [start] and d < [end]`,
    ...span,
    batch: 1,
    config: { onCodeChange: 'keep' },
    ...options,
  })

const reader = model('analytics.reader', {
  sql: 'select d, count(*) as n from [raw_data.daily] where d >= [start] and d < [end] group by d',
  reads: { 'raw_data.daily': 0 },
  ...span,
})

const versions = async (): Promise<number[]> =>
  (
    await world.query(
      "select version::integer as version from elt.partitions as p join elt.relations as r on r.id = p.relation where r.node = 'raw_data.daily' order by ordinal",
    )
  ).map(({ version }) => Number(version))

const rows = () => world.query('select * from raw_data.daily order by all')

const shadows = () => world.query("select table_name from duckdb_tables() where table_name like 'elt_shadow%'")

describe('a full refresh', () => {
  it('builds from nothing aside, takes other columns, and leaves neither old rows nor shadow', async () => {
    await world.run(graphOf([daily()]))
    const refreshed = await world.run(
      graphOf([daily("'x' || id as id, 1 as more", { fingerprint: 'other' })]),
      fullRefresh,
    )
    expect(refreshed.status).toBe('success')
    expect(await rows()).toHaveLength(8)
    expect((await rows())[0]).toEqual({ d: '2024-01-01', id: 'x0', more: 1 })
    expect(await shadows()).toEqual([])
    expect((await world.run(graphOf([daily("'x' || id as id, 1 as more", { fingerprint: 'other' })]))).batches).toEqual(
      [],
    )
  })

  it('keeps the versions of partitions that come out equal, and readers of those are not built again', async () => {
    const graph = graphOf([daily('id', { fingerprint: 'same' }), reader])
    await world.run(graph)
    const before = await versions()
    await world.sql("update fixture.events set id = 100 where d = '2024-01-02' and id = 1")
    const refreshed = await world.run(graph, { plan: { fullRefresh: true, selected: ['raw_data.daily'] } })
    expect(refreshed.batches.map(({ partitions: { changed, equal } }) => [changed, equal])).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
      [0, 1],
    ])
    const after = await versions()
    expect(after.map((version, i) => version === before[i])).toEqual([true, false, true, true])
    expect((await rows()).map(({ id }) => Number(id))).toEqual([0, 4, 5, 100, 2, 6, 3, 7])
    const read = await world.run(graph)
    expect(read.batches.map(({ batch }) => batch)).toEqual(['analytics.reader@2024-01-02'])
  })

  it('is not seen by readers before all of it is there', async () => {
    const graph = graphOf([daily(), reader])
    await world.run(graph)
    const seen: string[] = []
    const refreshed = await world.run(graph, {
      ...fullRefresh,
      onEvent: (event) => {
        if (event.type === 'batch-started') seen.push(event.batch)
      },
    })
    expect(refreshed.status).toBe('success')
    expect(seen.at(-1)).toBe('analytics.reader@2024-01-01')
  })

  it('drops what it built aside when a batch fails, and the table stays as it was', async () => {
    const check = assertion('raw_data.daily', 'expression_is_true', { arguments: { expression: 'id <> 6' } })
    await world.run(graphOf([daily()]))
    const before = [await rows(), await versions()]
    const refreshed = await world.run(graphOf([daily()], [], [check]), fullRefresh)
    expect(refreshed.status).toBe('failed')
    const codes = refreshed.batches.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))
    expect(codes).toContain('refresh-dropped')
    expect([await rows(), await versions()]).toEqual(before)
    expect(await shadows()).toEqual([])
    expect((await world.run(graphOf([daily()]))).batches).toEqual([])
  })

  it.each([
    ['at once', 1],
    ['by its run', 2],
  ])('leaves no shadow when it could not be dropped %s', async (_, refusals) => {
    await world.run(graphOf([daily()]))
    let refused = 0
    const wrap = (session: Session): Session => ({
      ...session,
      connect: async () => {
        const connection = await session.connect()
        const run: Connection['run'] = async (sql, options) => {
          const isDrop = /^drop table .*elt_shadow/.test(sql)
          if (isDrop && refused++ < refusals) throw new Error('Connection Error: the connection was closed')
          return connection.run(sql, options)
        }
        return { ...connection, run }
      },
    })
    const broken = daily("case when d < date '2024-01-03' then id else cast('x' || id as integer) end as id", {
      fingerprint: 'broken',
    })
    expect((await world.run(graphOf([broken]), { ...fullRefresh, threads: 1, wrap })).status).toBe('failed')
    expect(refused).toBe(2)
    expect(await shadows()).toHaveLength(refusals - 1)
    await world.run(graphOf([daily()]))
    expect(await shadows()).toEqual([])
  })

  it('cuts a table into other partitions, which nothing else may', async () => {
    await world.run(graphOf([daily('id, d as other')]))
    const recut = graphOf([
      daily('id, d as other', {
        day: 'other',
        sql: 'select d, id, d as other from fixture.events where d >= [start] and d < [end]',
      }),
    ])
    await expect(world.plan(recut)).rejects.toThrow('partitioning-changed')
    expect((await world.run(recut, fullRefresh)).status).toBe('success')
    expect(await rows()).toHaveLength(8)
    expect((await world.run(recut)).batches).toEqual([])
  })

  it('leaves nothing to be done again when the run is stopped in the middle', async () => {
    await world.run(graphOf([daily()]))
    const controller = new AbortController()
    let begun = 0
    const stopped = await world.run(graphOf([daily()]), {
      ...fullRefresh,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'batch-started' && ++begun === 3) controller.abort('SIGINT')
      },
    })
    expect(stopped.status).toBe('interrupted')
    expect(await shadows()).toEqual([])
    expect((await world.run(graphOf([daily()]))).batches).toEqual([])
  })

  it('builds tables and views as always', async () => {
    const table = model('raw_data.table', { sql: 'select count(*) as n from fixture.events' })
    await world.run(graphOf([table]))
    const refreshed = await world.run(graphOf([table]), fullRefresh)
    expect(refreshed.batches.map(({ status }) => status)).toEqual(['unchanged'])
  })

  it('takes rows that merging has left behind', async () => {
    const keyed = (limit: number) =>
      model('raw_data.daily', {
        sql: `select date '2024-01-01' as d, id from fixture.events where id < ${limit}`,
        materialized: 'incremental',
        fingerprint: String(limit),
        config: { strategy: 'merge', uniqueKey: ['id'] },
      })
    await world.run(graphOf([keyed(6)]))
    await world.run(graphOf([keyed(3)]))
    expect(await rows()).toHaveLength(6)
    expect((await world.run(graphOf([keyed(3)]), fullRefresh)).status).toBe('success')
    expect(await rows()).toHaveLength(3)
    expect(await shadows()).toEqual([])
  })
})
