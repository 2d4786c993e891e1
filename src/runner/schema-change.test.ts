import { beforeEach, describe, expect, it } from 'vitest'
import type { ModelConfig } from '../project/index.ts'
import { graphOf, model, openWorld, stillClock, type World } from './testing.ts'

let world: World

beforeEach(async () => {
  world = await openWorld()
  await world.sql(`create schema fixture;
create table fixture.events as select date '2024-01-01' + cast(n % 4 as integer) as d, n as id from range(8) as t(n)`)
})

const span = { day: 'd', begin: '2024-01-01', end: '2024-01-05' }
type Mode = ModelConfig['onSchemaChange']

/** A daily table with these columns beside its date. */
function daily(columns: string, onSchemaChange: Mode = 'append_new_columns', batch = 366) {
  const sql = `select d${columns && `, ${columns}`} from fixture.events where d >= [start] and d < [end]`
  return model('raw_data.daily', { sql, ...span, batch, config: { onSchemaChange } })
}

const build = (columns: string, mode?: Mode, batch?: number, settings = {}) =>
  world.run(graphOf([daily(columns, mode, batch)]), settings)

const oneDay = { plan: { partition: '2024-01-02', force: true } }

async function columns(): Promise<string[]> {
  const rows = await world.query(
    "select column_name as name, data_type as type from duckdb_columns() where table_name = 'daily' order by column_index",
  )
  return rows.map(({ name, type }) => `${name} ${type}`)
}

const table = () => world.query('select * from raw_data.daily order by all')

const codes = ({ batches }: Awaited<ReturnType<World['run']>>) =>
  batches.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))

describe('columns that a query returns for the first time', () => {
  it('are appended, and null in the rows of the other partitions, which are left alone', async () => {
    await build('id')
    const before = await world.query('select ordinal, version, checksum from elt.partitions order by ordinal')
    const built = await build("id, 'x' as more", 'append_new_columns', 366, oneDay)
    expect(built.status).toBe('success')
    expect(await columns()).toEqual(['d DATE', 'id BIGINT', 'more VARCHAR'])
    expect((await table()).map(({ more }) => more)).toEqual([null, null, 'x', 'x', null, null, null, null])
    const after = await world.query('select ordinal, version, checksum from elt.partitions order by ordinal')
    expect(after.filter(({ ordinal }) => ordinal !== before[1]?.ordinal)).toEqual(
      before.filter(({ ordinal }) => ordinal !== before[1]?.ordinal),
    )
  })

  it('leave equal partitions equal when they are null everywhere', async () => {
    await build('id')
    const built = await build('id, null::integer as more', 'append_new_columns', 366, { plan: { force: true } })
    expect(built.batches.map(({ partitions }) => partitions)).toMatchObject([{ changed: 0, equal: 4 }])
    expect(await columns()).toEqual(['d DATE', 'id BIGINT', 'more INTEGER'])
  })

  it('are added once by batches that stand side by side or share a transaction', async () => {
    await build('id')
    for (const clock of [undefined, stillClock]) {
      const name = clock ? 'second' : 'first'
      const settings = { plan: { force: true }, threads: 4, ...(clock ? { clock } : {}) }
      const built = await build(`id, ${clock ? "'x' as first, " : ''}'x' as ${name}`, 'append_new_columns', 1, settings)
      expect(built.status).toBe('success')
    }
    expect(await columns()).toEqual(['d DATE', 'id BIGINT', 'first VARCHAR', 'second VARCHAR'])
    expect((await table()).every(({ first, second }) => first === 'x' && second === 'x')).toBe(true)
  })

  it('are left out with ignore, and the rows are written without them', async () => {
    await build('id')
    const built = await build("id + 100 as id, 'x' as more", 'ignore', 366, oneDay)
    expect(built.status).toBe('success')
    expect(await columns()).toEqual(['d DATE', 'id BIGINT'])
    expect((await table()).map(({ id }) => Number(id))).toEqual([0, 4, 101, 105, 2, 6, 3, 7])
  })

  it('are refused with fail, before a row is staged', async () => {
    await build('id')
    const built = await build("id, 'x' as more", 'fail', 366, oneDay)
    expect(codes(built)).toEqual(['schema-changed'])
    expect(await columns()).toEqual(['d DATE', 'id BIGINT'])
  })
})

describe('columns that a query returns no longer', () => {
  it('stay, null in new rows, where columns are only appended', async () => {
    await build("id, 'x' as more")
    expect((await build('id', 'append_new_columns', 366, oneDay)).status).toBe('success')
    expect((await table()).map(({ more }) => more)).toEqual(['x', 'x', null, null, 'x', 'x', 'x', 'x'])
  })

  it('are dropped where columns are kept in step', async () => {
    await build("id, 'x' as more")
    expect((await build('id, 1 as other', 'sync_all_columns', 366, oneDay)).status).toBe('success')
    expect(await columns()).toEqual(['d DATE', 'id BIGINT', 'other INTEGER'])
  })
})

describe('a column of another type', () => {
  it('widens the table where that loses nothing', async () => {
    await build('id::smallint as id, 1.5::decimal(4,1) as price, id::float as share')
    const built = await build('id, 1.25::decimal(9,2) as price, id::double as share', undefined, 366, oneDay)
    expect(built.status).toBe('success')
    expect(await columns()).toEqual(['d DATE', 'id BIGINT', 'price DECIMAL(9,2)', 'share DOUBLE'])
    expect((await table()).map(({ price }) => price).slice(0, 3)).toEqual(['1.50', '1.50', '1.25'])
  })

  it('is written into a table that is wide enough, which stays as it is', async () => {
    await build('id')
    const built = await build('id::smallint as id', 'sync_all_columns', 366, oneDay)
    expect(built.status).toBe('success')
    expect(built.batches[0]?.partitions).toMatchObject({ changed: 0, equal: 1 })
    expect(await columns()).toEqual(['d DATE', 'id BIGINT'])
  })

  it('is refused where values could be lost', async () => {
    await build('id')
    for (const other of ['id::varchar as id', 'id::double as id', '{a: id} as id', 'list_value(id) as id']) {
      expect(codes(await build(other, 'sync_all_columns', 366, oneDay))).toEqual(['schema-changed'])
    }
    expect(await columns()).toEqual(['d DATE', 'id BIGINT'])
  })
})

describe('fields inside columns', () => {
  const first =
    '{a: 1, b: {c: 2, gone: 3}} as s, list_value({x: 1}) as l, map {1: {y: 1}} as m, array_value({z: 1}) as f'
  const second = `{b: {c: 4::bigint, n: 'n'}, a: 3} as s, list_value({x: 5, w: 6}) as l, map {1: {y: 7, w: 8}} as m, array_value({z: 9, w: 10}) as f`

  it('are appended and widened at any depth', async () => {
    await build(first)
    expect((await build(second, undefined, 366, oneDay)).status).toBe('success')
    expect(await columns()).toEqual([
      'd DATE',
      's STRUCT(a INTEGER, b STRUCT(c BIGINT, gone INTEGER, n VARCHAR))',
      'l STRUCT(x INTEGER, w INTEGER)[]',
      'm MAP(INTEGER, STRUCT(y INTEGER, w INTEGER))',
      'f STRUCT(z INTEGER, w INTEGER)[1]',
    ])
    const rows = await world.query('select s, l, m, f from raw_data.daily order by d, s limit 3')
    expect(rows[0]).toMatchObject({ s: { a: 1, b: { c: 2, gone: 3, n: null } }, l: [{ x: 1, w: null }] })
    expect(rows[2]).toMatchObject({ s: { a: 3, b: { c: 4, gone: null, n: 'n' } }, l: [{ x: 5, w: 6 }] })
  })

  it('are dropped where columns are kept in step, and left out with ignore', async () => {
    await build(first)
    expect((await build(second, 'ignore', 366, oneDay)).status).toBe('failed')
    const narrow = second.replace('4::bigint', '4')
    expect((await build(narrow, 'ignore', 366, oneDay)).status).toBe('success')
    expect((await columns())[1]).toBe('s STRUCT(a INTEGER, b STRUCT(c INTEGER, gone INTEGER))')
    expect((await build(second, 'sync_all_columns', 366, oneDay)).status).toBe('success')
    expect((await columns())[1]).toBe('s STRUCT(a INTEGER, b STRUCT(c BIGINT, n VARCHAR))')
  })
})

describe('the ledger', () => {
  it('keeps which columns a table has had, and since when', async () => {
    await build('id')
    await build("id, 'x' as more", undefined, 366, oneDay)
    const seen = await world.query(
      'select name, type, count(*)::integer as n from elt.columns group by all order by all',
    )
    expect(seen).toEqual([
      { name: 'd', type: 'DATE', n: 1 },
      { name: 'id', type: 'BIGINT', n: 1 },
      { name: 'more', type: 'VARCHAR', n: 1 },
    ])
  })
})
