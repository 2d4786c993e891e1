import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

// Columns of named record types whose rows come with another one, on an engine where records have names.

const types = `create schema kinds;
create type kinds.place as (city text, zip integer);
create type kinds.place_2 as (zip bigint, city text, "the ""land""" text);
create type kinds.person as (name text, home kinds.place);
create type kinds.person_2 as (name text, home kinds.place_2, "n" integer);
create schema feed;
create table feed.days (day date);
insert into feed.days values ('2024-01-01'), ('2024-01-02')`

const place = "row('Ithaca', 14850)::kinds.place"
const place2 = "row(14850, 'Ithaca', 'US')::kinds.place_2"

describePostgres('columns of named record types', (server) => {
  let bench: Workbench
  let database: Database
  let warehouse: TestWarehouse

  beforeEach(async () => {
    bench = workbench()
    database = await freshDatabase(server)
    warehouse = postgresDatabase(database.url)
    bench.write('project.yml', `name: till\ntime_zone: UTC\ntargets: { local: ${warehouse.target} }\n`)
    await warehouse.query(types)
  }, 60_000)

  afterEach(async () => {
    bench.remove()
    await database.drop()
  })

  /** Runs the model with these columns, and gives what it says where it fails. */
  async function run(columns: string, mode = 'append_new_columns', words = 'run'): Promise<string> {
    bench.write(
      'models/raw_data/daily.sql',
      `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-03', batch=1, on_schema_change='${mode}') }}
select day, ${columns} from feed.days where {{ in_window('day') }}`,
    )
    const { code, stderr } = await bench.elt(words.split(' '))
    return code === 0 ? '' : stderr
  }

  const oneDay = 'run --force --partition 2024-01-02'
  const rows = async (column: string) =>
    (await warehouse.query(`select to_jsonb(${column}) #>> '{}' as v from raw_data.daily order by day`)).map(({ v }) =>
      v === null ? null : JSON.parse(String(v)),
    )
  const typeOf = async (column: string) =>
    (
      await warehouse.query(
        `select format_type(atttypid, atttypmod) as t from pg_attribute where attrelid = 'raw_data.daily'::regclass and attname = '${column}'`,
      )
    )[0]?.t

  it('take a type with more fields, in which old rows keep their values', async () => {
    expect(await run(`case when day > '2024-01-01' then ${place} end as at`)).toBe('')
    expect(await run(`${place2} as at`, 'append_new_columns', 'run --force --partition 2024-01-01')).toBe('')
    expect(await typeOf('at')).toBe('kinds.place_2')
    expect(await rows('at')).toEqual([
      { city: 'Ithaca', zip: 14850, 'the "land"': 'US' },
      { city: 'Ithaca', zip: 14850, 'the "land"': null },
    ])
  })

  it('take it in records of records and in arrays of them; nulls, records of nulls and empty arrays stay what they are', async () => {
    const older = (day: number) =>
      `case when day = '2024-01-0${day}' then array[row('Ann', ${place})::kinds.person, null, row(null, null)::kinds.person] else array[]::kinds.person[] end as people`
    expect(await run(`${older(1)}, row('Ann', ${place})::kinds.person as person`)).toBe('')
    const newer = `array[row('Bob', ${place2}, 1)::kinds.person_2] as people, row('Bob', ${place2}, 1)::kinds.person_2 as person`
    expect(await run(newer, 'append_new_columns', oneDay)).toBe('')
    expect([await typeOf('people'), await typeOf('person')]).toEqual(['kinds.person_2[]', 'kinds.person_2'])
    const ann = { name: 'Ann', home: { city: 'Ithaca', zip: 14850, 'the "land"': null }, n: null }
    const bob = { name: 'Bob', home: { city: 'Ithaca', zip: 14850, 'the "land"': 'US' }, n: 1 }
    expect(await rows('people')).toEqual([[ann, null, { name: null, home: null, n: null }], [bob]])
    expect(await rows('person')).toEqual([ann, bob])
    expect(await warehouse.query("select proname from pg_proc where proname like 'elt%'")).toEqual([])
  })

  it('write rows of a type with fewer fields into the one that the table has', async () => {
    expect(await run(`array[${place2}] as at, n`.replace(', n', ', 1 as n'))).toBe('')
    expect(await run(`array[${place}] as at, 1 as n`, 'append_new_columns', oneDay)).toBe('')
    expect(await typeOf('at')).toBe('kinds.place_2[]')
    expect(await rows('at')).toEqual([
      [{ city: 'Ithaca', zip: 14850, 'the "land"': 'US' }],
      [{ city: 'Ithaca', zip: 14850, 'the "land"': null }],
    ])
    expect(await run(`array[${place}] as at, 1 as n`, 'sync_all_columns', oneDay)).toContain('error[schema-changed]')
  })

  it('are told by `fail`, and left as they are by `ignore`', async () => {
    expect(await run(`${place} as at`)).toBe('')
    expect(await run(`${place2} as at`, 'fail', oneDay)).toContain(
      'new: at.the "land"; of another type: at.zip (integer to bigint)',
    )
    expect(await run(`row('Rome', 1)::kinds.place as at`, 'ignore', oneDay)).toBe('')
    expect(await rows('at')).toEqual([
      { city: 'Ithaca', zip: 14850 },
      { city: 'Rome', zip: 1 },
    ])
  })

  it('need nothing when somebody has given the type itself another field', async () => {
    expect(await run(`${place} as at`)).toBe('')
    await warehouse.query('alter type kinds.place add attribute country text cascade')
    expect(await run("row('Rome', 1, 'IT')::kinds.place as at", 'fail', oneDay)).toBe('')
    expect(await rows('at')).toEqual([
      { city: 'Ithaca', zip: 14850, country: null },
      { city: 'Rome', zip: 1, country: 'IT' },
    ])
  })

  it('are refused where no type has the fields of both', async () => {
    await warehouse.query('create type kinds.other as (city text, land text)')
    expect(await run(`${place} as at`)).toBe('')
    const refused = await run("row('Rome', 'IT')::kinds.other as at", 'append_new_columns', oneDay)
    expect(refused).toContain('of another type: at (kinds.place to kinds.other)')
    expect(await rows('at')).toEqual([
      { city: 'Ithaca', zip: 14850 },
      { city: 'Ithaca', zip: 14850 },
    ])
  })

  it('have to be named: a record without a name is refused before anything is staged', async () => {
    const refused = await run("row('Rome', 1) as at")
    expect(refused).toContain('error[column-type-unstorable]: the column at of raw_data.daily is of the type record')
    expect(refused).toContain('create type')
    expect(await run('array[row(1, 2)] as at')).toContain('is of the type record[]')
  })
})
