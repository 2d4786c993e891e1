import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

let bench: Workbench
let warehouse: TestWarehouse

const table = (select: string) =>
  bench.write('models/analytics/fares.sql', `{{ config(materialized='table') }}\n${select}`)

async function build(): Promise<string> {
  const { code, stdout, stderr } = await bench.elt(['build'])
  return `${code} ${stdout}${stderr}`
}

async function project(): Promise<void> {
  bench.write('project.yml', `name: house\ntargets: { local: ${warehouse.target} }\n`)
  table('select 1 as id, 10 as fare')
  bench.write('models/analytics/cheap.sql', "select id, fare from {{ ref('fares') }} where fare < 100")
  bench.write('models/analytics/cheapest.sql', "select min(fare) as least from {{ ref('cheap') }}")
  expect(await build()).toMatch(/^0/)
}

const reader =
  "do $$ begin if not exists (select from pg_roles where rolname = 'elt_reader') then create role elt_reader; end if; end $$"

const one = async (sql: string) => (await warehouse.query(sql))[0]

function everywhere(open: () => Promise<TestWarehouse>): void {
  beforeEach(async () => {
    bench = workbench()
    warehouse = await open()
    await project()
  }, 60_000)
  afterEach(() => bench.remove())

  it('a table with other columns is made again under its views', async () => {
    table('select 1 as id, cast(12.5 as decimal(10, 2)) as fare, 3 as more')
    expect(await build()).toMatch(/^0/)
    expect(String((await one('select least from analytics.cheapest'))?.least)).toBe('12.50')
  })

  it('a table and the views that read it change together', async () => {
    table("select 1 as id, 'ten' as price")
    bench.write('models/analytics/cheap.sql', "select price, id as number from {{ ref('fares') }}")
    bench.write('models/analytics/cheapest.sql', "select min(price) as least from {{ ref('cheap') }}")
    expect(await build()).toMatch(/^0/)
    expect(await one('select least from analytics.cheapest')).toEqual({ least: 'ten' })
    expect(await one('select number from analytics.cheap')).toEqual({ number: 1 })
    expect(await build()).toContain('nothing to do')
  })

  it('a view with other columns is made again under its views', async () => {
    bench.write('models/analytics/cheap.sql', "select fare, 'x' as word, id from {{ ref('fares') }}")
    expect(await build()).toMatch(/^0/)
    expect(Number((await one('select least from analytics.cheapest'))?.least)).toBe(10)
  })
}

describe('duckdb', () => everywhere(async () => duckdbFile(bench.folder)))

describePostgres('postgres', (server) => {
  let database: Database
  everywhere(async () => {
    database = await freshDatabase(server)
    return postgresDatabase(database.url)
  })
  afterEach(() => database.drop())

  it('what hangs on views and tables that are made again stays', async () => {
    await warehouse.run(
      `${reader};
create index fares_by_id on analytics.fares (id);
comment on table analytics.fares is 'what rides cost';
comment on column analytics.cheap.fare is 'in "cents"; it''s';
grant select on analytics.cheap, analytics.fares to elt_reader;
grant select (id) on analytics.cheapest to public`.replace(
        'grant select (id) on analytics.cheapest to public',
        'grant select (least) on analytics.cheapest to public',
      ),
    )
    const before = await warehouse.query(
      `select relname, relacl::text, obj_description(oid) from pg_class where relnamespace = 'analytics'::regnamespace and relkind in ('r', 'v') order by 1`,
    )
    table("select 'new' as more, 12::bigint as fare, 1 as id")
    expect(await build()).toMatch(/^0/)
    const after = await warehouse.query(
      `select relname, relacl::text, obj_description(oid) from pg_class where relnamespace = 'analytics'::regnamespace and relkind in ('r', 'v') order by 1`,
    )
    expect(after).toEqual(before)
    expect(await warehouse.query("select indexname from pg_indexes where schemaname = 'analytics'")).toEqual([
      { indexname: 'fares_by_id' },
    ])
    expect(await one("select col_description('analytics.cheap'::regclass, 2) as comment")).toEqual({
      comment: 'in "cents"; it\'s',
    })
    expect(
      await one("select has_column_privilege('public', 'analytics.cheapest', 'least', 'select') as allowed"),
    ).toEqual({ allowed: true })
  })

  it('grants stay with a model that becomes a view, and a table again', async () => {
    await warehouse.run(`${reader};\ngrant select on analytics.fares to elt_reader`)
    const allowed = () => one("select has_table_privilege('elt_reader', 'analytics.fares', 'select') as allowed")
    bench.write('models/analytics/fares.sql', 'select 1 as id, 12 as fare')
    expect(await build()).toMatch(/^0/)
    expect(await allowed()).toEqual({ allowed: true })
    table('select 1 as id, 12 as fare')
    expect(await build()).toMatch(/^0/)
    expect(await allowed()).toEqual({ allowed: true })
    expect(await one('select least from analytics.cheapest')).toEqual({ least: 12 })
  })

  it('a changed row leaves the views as they are', async () => {
    const before = await one("select 'analytics.cheap'::regclass::oid as oid, 'analytics.fares'::regclass::oid as own")
    table('select 1 as id, 11 as fare')
    expect(await build()).toMatch(/^0/)
    expect(
      await one("select 'analytics.cheap'::regclass::oid as oid, 'analytics.fares'::regclass::oid as own"),
    ).toEqual(before)
  })

  it.each([
    ['create view public.board as select fare from analytics.cheap', 'view "public"."board"'],
    ['create materialized view public.board as select fare from analytics.fares', 'materialized view "public"."board"'],
    [
      'create table public.log (id int); create rule copied as on insert to public.log do also insert into analytics.fares values (new.id, 1)',
      'table "public"."log"',
    ],
    [
      "create function public.f() returns trigger language plpgsql as 'begin return new; end'; create trigger told before insert on analytics.fares for each row execute function public.f()",
      'trigger told on "analytics"."fares"',
    ],
  ])("somebody else's dependent stops it by name: %s", async (statement, name) => {
    await warehouse.run(statement)
    table("select 'a' as word, 12::bigint as fare, 1 as id")
    if (name.startsWith('trigger')) bench.write('models/analytics/fares.sql', 'select 1 as id, 12::bigint as fare')
    const text = await build()
    expect(text).toMatch(/^1/)
    expect(text).toContain('error[dependent-objects]')
    expect(text).toContain(name)
    expect(await one('select fare, pg_typeof(fare)::text as type from analytics.fares')).toEqual({
      fare: 10,
      type: 'integer',
    })
  })

  it('an appended column stops for nobody', async () => {
    bench.write(
      'models/analytics/days.sql',
      "{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-03') }}select {{ window.start }} as day, 1 as n",
    )
    expect(await build()).toMatch(/^0/)
    await warehouse.run('create view public.board as select day, n from analytics.days')
    bench.write(
      'models/analytics/days.sql',
      "{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-04') }}select {{ window.start }} as day, 1 as n, 2 as more",
    )
    expect(await build()).toMatch(/^0/)
    expect(Number((await one('select count(*) as rows from public.board'))?.rows)).toBe(3)
  })

  it('an own view that no longer binds fails the publication by name, and nothing is changed', async () => {
    bench.write('models/analytics/total.sql', "select sum(fare) as total from {{ ref('fares') }}")
    expect(await build()).toMatch(/^0/)
    table("select 1 as id, 'ten' as price")
    const text = await build()
    expect(text).toMatch(/^1/)
    expect(text).toMatch(/error\[view-unbound\]: the view "analytics"."(cheap|total)"/)
    expect(await one('select fare from analytics.fares')).toEqual({ fare: 10 })
    bench.write('models/analytics/cheap.sql', "select id from {{ ref('fares') }}")
    bench.write('models/analytics/cheapest.sql', "select min(id) as least from {{ ref('cheap') }}")
    bench.write('models/analytics/total.sql', "select count(*) as total from {{ ref('fares') }}")
    const alone = await bench.elt(['build', '--select', 'fares'])
    expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining('error[view-unbound]')])
    expect(await build()).toMatch(/^0/)
  })
})
