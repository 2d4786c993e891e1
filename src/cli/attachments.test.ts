import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

let bench: Workbench
let warehouse: TestWarehouse

const told = async (words: readonly string[]) => {
  const { code, stdout, stderr } = await bench.elt(words)
  return `${code} ${stdout}${stderr}`
}
const build = () => told(['build'])
const rows = (sql: string) => warehouse.query(sql)

function project(more = ''): void {
  bench.write('project.yml', `name: house\ntargets: { local: ${warehouse.target} }\n${more}`)
}

const model = (config: string, select = 'select 1 as id, 10 as fare') =>
  bench.write('models/analytics/fares.sql', `{{ config(${config}) }}\n${select}`)

describe('duckdb', () => {
  beforeEach(() => {
    bench = workbench()
    warehouse = duckdbFile(bench.folder)
  })
  afterEach(() => bench.remove())

  const comments = () =>
    rows(
      "select table_name as name, comment from duckdb_tables() where schema_name = 'analytics' union all select view_name, comment from duckdb_views() where schema_name = 'analytics' union all select column_name, comment from duckdb_columns() where schema_name = 'analytics' and comment is not null order by all",
    )

  it('descriptions become comments, change with them, and go', async () => {
    project()
    const describeAs = (persist: string, text: string) =>
      bench.write(
        'models/analytics/fares.yml',
        `models:\n  - name: fares\n    description: "it's ${text}"\n    config: { persist_docs: ${persist} }\n    columns: [{ name: ID, description: "the ${text}" }, { name: absent, description: no }]\n`,
      )
    bench.write('models/analytics/fares.sql', 'select 1 as id')
    describeAs('{ relation: true, columns: true }', 'one')
    expect(await build()).toMatch(/^0/)
    expect(await comments()).toEqual([
      { name: 'fares', comment: "it's one" },
      { name: 'id', comment: 'the one' },
    ])
    describeAs('{ relation: true, columns: true }', 'two')
    expect(await told(['plan'])).toContain('sets grants, comments or indexes of analytics.fares')
    expect(await build()).toContain('set grants, comments or indexes of analytics.fares')
    expect(await comments()).toEqual([
      { name: 'fares', comment: "it's two" },
      { name: 'id', comment: 'the two' },
    ])
    expect(await build()).not.toContain('set grants')
    model("materialized='table'")
    expect(await build()).toMatch(/^0/)
    expect(await comments()).toHaveLength(2)
    describeAs('{}', 'two')
    expect(await build()).toMatch(/^0/)
    expect(await comments()).toEqual([{ name: 'fares', comment: null }])
  })

  it('a table with an index cannot be altered: indexes and grants are told to have no effect', async () => {
    await warehouse.run('create table t (a int, b int); create index i on t (a)')
    await expect(warehouse.run('alter table t drop column b')).rejects.toThrow('depend on it')
    project('layers: { analytics: { readers: [clerk] } }\n')
    model("materialized='table', indexes=[{'columns': ['id']}], grants={'select': ['clerk']}")
    expect(await build()).toMatch(/^0/)
    const text = await told(['compile'])
    expect(text).toContain('note[key-without-effect]: `indexes` has no effect')
    expect(text).toContain('`grants` has no effect')
    expect(text).toContain('`readers` has no effect')
    expect(await rows("select * from duckdb_indexes() where schema_name = 'analytics'")).toEqual([])
  })
})

describePostgres('postgres', (server) => {
  let database: Database
  const tag = `elt_${randomBytes(4).toString('hex')}`
  const [clerk, guest, boss] = [`${tag} "clerk"`, `${tag}_guest`, `${tag}_boss`]
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
  const inYaml = (name: string) => JSON.stringify(name)

  beforeEach(async () => {
    bench = workbench()
    database = await freshDatabase(server)
    warehouse = postgresDatabase(database.url)
    await warehouse.run([clerk, guest, boss].map((role) => `create role ${quoted(role)}`).join(';\n'))
  }, 60_000)
  afterEach(async () => {
    const names = [clerk, guest, boss].map(quoted).join(', ')
    await warehouse.run(`reassign owned by ${names} to postgres; drop owned by ${names}; drop role ${names}`)
    await database.drop()
    bench.remove()
  })

  const given = async (relation = 'fares') =>
    (
      await rows(
        `select privilege_type || ' ' || grantee as told from information_schema.role_table_grants where table_schema = 'analytics' and table_name = '${relation}' and grantee <> 'postgres' order by 1`,
      )
    ).map(({ told: one }) => String(one).replaceAll(tag, 'x'))
  const grants = (list: string) => `models: { analytics: { +materialized: table, +grants: ${list} } }\n`

  it('grants are given with the table, change with the settings, and those of others stay', async () => {
    project(grants(`{ select: [${inYaml(clerk)}] }`))
    bench.write('models/analytics/fares.sql', 'select 1 as id')
    bench.write('models/analytics/cheap.sql', "{{ config(materialized='view') }}select id from {{ ref('fares') }}")
    expect(await build()).toMatch(/^0/)
    expect(await given()).toEqual(['SELECT x "clerk"'])
    expect(await given('cheap')).toEqual(['SELECT x "clerk"'])
    await warehouse.run(`grant select, update on analytics.fares to ${quoted(boss)}`)
    project(grants(`{ +select: [${inYaml(guest)}, ${inYaml(boss)}], insert: ${inYaml(guest)} }`))
    expect(await told(['plan'])).toContain('sets grants, comments or indexes of')
    const before = await rows("select 'analytics.fares'::regclass::oid as oid, xmin::text as row from analytics.fares")
    expect(await build()).toMatch(/^0/)
    expect(await given()).toEqual(['INSERT x_guest', 'SELECT x_boss', 'SELECT x_guest', 'UPDATE x_boss'])
    const after = await rows("select 'analytics.fares'::regclass::oid as oid, xmin::text as row from analytics.fares")
    expect(after).toEqual(before)
    expect(await build()).toContain('nothing to do')
    project('models: { analytics: { +materialized: table } }\n')
    expect(await build()).toMatch(/^0/)
    expect(await given()).toEqual(['SELECT x_boss', 'UPDATE x_boss'])
  })

  it('a model adds to the roles of its folder, or replaces them', async () => {
    project(grants(`{ select: [${inYaml(guest)}] }`))
    bench.write('models/analytics/more.sql', `{{ config(grants={'+select': ['${boss}']}) }}select 1 as id`)
    bench.write('models/analytics/other.sql', `{{ config(grants={'select': '${boss}'}) }}select 1 as id`)
    expect(await build()).toMatch(/^0/)
    expect(await given('more')).toEqual(['SELECT x_boss', 'SELECT x_guest'])
    expect(await given('other')).toEqual(['SELECT x_boss'])
  })

  it('a role that is not there is told while planning, and nothing is built', async () => {
    project()
    model("materialized='table', grants={'select': ['nobody_knows']}")
    for (const command of ['plan', 'build']) {
      const text = await told([command])
      expect(text).toMatch(/^2/)
      expect(text).toContain('error[role-unknown]: analytics.fares is to be granted to `nobody_knows`')
    }
    expect(await rows("select * from pg_tables where schemaname = 'analytics'")).toEqual([])
  })

  it('a privilege that is none is a mistake', async () => {
    project()
    model("grants={'read': ['public']}")
    const text = await build()
    expect(text).toMatch(/^2/)
    expect(text).toContain('`grants` must be one of select, insert')
  })

  it('readers of a layer may use its schema and select from all of it; its owner owns it', async () => {
    const layers = (readers: string) => `layers: { analytics: { owner: ${boss}, readers: ${readers} } }\n`
    project(layers(`[${inYaml(clerk)}]`))
    model("materialized='table'")
    bench.write('models/analytics/cheap.sql', "select id from {{ ref('fares') }}")
    const text = await build()
    expect(text).toMatch(/^0/)
    const may = async (role: string) =>
      (
        await rows(
          `select has_schema_privilege('${role}', 'analytics', 'usage') as usage, has_table_privilege('${role}', 'analytics.cheap', 'select') as "select"`,
        )
      )[0]
    expect(await may(clerk)).toEqual({ usage: true, select: true })
    expect(await rows("select nspowner::regrole::text as owner from pg_namespace where nspname = 'analytics'")).toEqual(
      [{ owner: boss }],
    )
    await warehouse.run(`grant usage on schema analytics to ${quoted(guest)}`)
    project(layers(`[${inYaml(guest)}]`))
    expect(await build()).toMatch(/^0/)
    expect(await may(clerk)).toEqual({ usage: false, select: false })
    expect(await may(guest)).toEqual({ usage: true, select: true })
    project(layers('[]'))
    expect(await build()).toMatch(/^0/)
    expect(await may(guest)).toEqual({ usage: true, select: false })
  })

  const indexes = async () =>
    (await rows("select indexdef from pg_indexes where schemaname = 'analytics' order by 1")).map(({ indexdef }) =>
      String(indexdef).replace(/elt_fares_[0-9a-f]{10}/, 'INDEX'),
    )

  it('indexes are made, kept by publications, and changed with the settings; those of others stay', async () => {
    project()
    model("materialized='table', indexes=[{'columns': ['id'], 'unique': true}, {'columns': 'fare', 'type': 'hash'}]")
    expect(await build()).toMatch(/^0/)
    const both = [
      'CREATE INDEX INDEX ON analytics.fares USING hash (fare)',
      'CREATE UNIQUE INDEX INDEX ON analytics.fares USING btree (id)',
    ]
    expect(await indexes()).toEqual(both)
    const names = await rows("select oid, relname from pg_class where relname like 'elt_fares%' order by 1")
    model(
      "materialized='table', indexes=[{'columns': ['id'], 'unique': true}, {'columns': 'fare', 'type': 'hash'}]",
      'select 2 as id, 10 as fare',
    )
    expect(await build()).toMatch(/^0/)
    expect(await rows("select oid, relname from pg_class where relname like 'elt_fares%' order by 1")).toEqual(names)
    expect(await told(['build', '--full-refresh', '--yes'])).toMatch(/^0/)
    expect(await indexes()).toEqual(both)
    await warehouse.run('create index by_hand on analytics.fares (fare)')
    model("materialized='table', indexes=[{'columns': ['fare', 'id']}]", 'select 2 as id, 10 as fare')
    expect(await build()).toMatch(/^0/)
    expect(await indexes()).toEqual([
      'CREATE INDEX by_hand ON analytics.fares USING btree (fare)',
      'CREATE INDEX INDEX ON analytics.fares USING btree (fare, id)',
    ])
  })

  it('rows that a unique index forbids are not published, and a corrected index is enough', async () => {
    const unique = "materialized='table', indexes=[{'columns': ['id'], 'unique': true}]"
    project()
    model(unique)
    expect(await build()).toMatch(/^0/)
    const twice = 'select 1 as id, n as fare from generate_series(1, 2) as s(n)'
    model(unique, twice)
    const text = await build()
    expect(text).toMatch(/^1/)
    expect(text).toContain('error[index-violated]: rows of analytics.fares agree in `id`')
    expect(await rows('select fare from analytics.fares')).toEqual([{ fare: 10 }])
    model("materialized='table'", twice)
    expect(await build()).toMatch(/^0/)
    model(unique, twice)
    const later = await build()
    expect(later).toMatch(/^1/)
    expect(later).toContain('error[index-violated]')
    expect(await indexes()).toEqual([])
    model("materialized='table', indexes=[{'columns': ['price']}]", twice)
    expect(await build()).toContain('error[index-column-unknown]')
  })

  it('a role that may not make schemas for the owner of a layer makes its own, with a note; partitions and a ledger elsewhere too', async () => {
    await warehouse.run(
      `alter role ${quoted(guest)} login; grant create on database ${quoted(new URL(database.url).pathname.slice(1))} to ${quoted(guest)}`,
    )
    const beside = await freshDatabase(server)
    try {
      const url = database.url.replace(/\/\/[^@]*@/, `//${guest}@`)
      bench.write(
        'project.yml',
        `name: house\nlayers: { analytics: { owner: ${boss}, readers: [${inYaml(clerk)}] } }\ntargets: { local: { type: postgres, url: "${url}", ledger: { type: postgres, url: "${beside.url}" } } }\n`,
      )
      bench.write(
        'models/analytics/days.sql',
        "{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-04', batch=1, indexes=[{'columns': 'day'}]) }}select {{ window.start }} as day, 1 as n",
      )
      const text = await build()
      expect(text).toMatch(/^0/)
      expect(text).toContain(
        `note[schema-owner-kept]: the new schema \`analytics\` belongs to the role of the connection, not to \`${boss}\``,
      )
      const may = `select has_schema_privilege('${clerk}', 'analytics', 'usage') and has_table_privilege('${clerk}', 'analytics.days', 'select') as may`
      expect(await rows(may)).toEqual([{ may: true }])
      bench.write(
        'project.yml',
        `name: house\ntargets: { local: { type: postgres, url: "${url}", ledger: { type: postgres, url: "${beside.url}" } } }\n`,
      )
      expect(await build()).toContain('set grants, comments or indexes of analytics.days')
      expect(await rows(may)).toEqual([{ may: false }])
      expect(await build()).not.toContain('set grants')
    } finally {
      await beside.drop()
    }
  })

  it('comments come in the publishing transaction, of columns that come later, too', async () => {
    const long = `"${'ü$$\\'.repeat(2000)}"`.replaceAll('\\', '\\\\')
    project('models: { analytics: { +persist_docs: { relation: true, columns: true } } }\n')
    bench.write(
      'models/analytics/fares.yml',
      `models:\n  - name: fares\n    description: ${long}\n    columns: [{ name: id, description: the key }, { name: more, description: "mo're" }]\n`,
    )
    model("materialized='table'")
    expect(await build()).toMatch(/^0/)
    const comments = async () =>
      (
        await rows(
          "select length(obj_description('analytics.fares'::regclass)) as long, array(select coalesce(col_description(attrelid, attnum), '-') from pg_attribute where attrelid = 'analytics.fares'::regclass and attnum > 0 and not attisdropped order by attname) as columns",
        )
      )[0]
    expect(await comments()).toEqual({ long: 8000, columns: ['-', 'the key'] })
    model("materialized='table'", 'select 1 as id, 2 as more')
    expect(await build()).toMatch(/^0/)
    expect(await comments()).toEqual({ long: 8000, columns: ['the key', "mo're"] })
    model("materialized='view'", 'select 1 as id, 2 as more')
    expect(await build()).toMatch(/^0/)
    expect(await comments()).toEqual({ long: 8000, columns: ['the key', "mo're"] })
  })
})
