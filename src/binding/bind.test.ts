import { describe, expect, it } from 'vitest'
import { renderDiagnostic, sortDiagnostics } from '../diagnostics/index.ts'
import { bindProject, graphOf, memory, shown, typesOf, warehouse } from './testing.ts'

const people = "{{ config(materialized='table') }}select 1 as id, 'KR' as country, 1.5::decimal(10,2) as amount"

const sources = `sources:
  - name: shop
    tables:
      - name: orders
        files: "data/orders/*.csv"
        columns: [{ name: order_id, data_type: bigint }, { name: price, data_type: "decimal(10,2)" }]
`

/** What is written, where it is told, and some of the words. */
const mistakes: readonly (readonly [
  title: string,
  files: Readonly<Record<string, string>>,
  place: string,
  words: RegExp,
])[] = [
  ['an unknown column', { x: "select id,\n  contry\nfrom {{ ref('people') }}" }, 'x.sql:2:3', /"contry" not found/],
  ['an unknown column of an alias', { x: "select p.contry from {{ ref('people') }} as p" }, 'x.sql:1:8', /contry/],
  ['an unknown function', { x: "select\n  uper(country) as c from {{ ref('people') }}" }, 'x.sql:2:3', /uper/],
  ['a type that does not fit', { x: "select id + [1] as c from {{ ref('people') }}" }, 'x.sql:1:11', /types/],
  ['an unknown type', { x: "select id::intt as c from {{ ref('people') }}" }, 'x.sql:1:12', /intt/],
  [
    'a name that two have',
    { x: "select country\nfrom {{ ref('people') }} a join {{ ref('people') }} b using (id)" },
    'x.sql:1:8',
    /Ambiguous/,
  ],
  ['too many arguments', { x: "select upper(country, 1) as c from {{ ref('people') }}" }, 'x.sql:1:8', /upper/],
  ['no group by', { x: "select country, count(*) as n from {{ ref('people') }}" }, 'x.sql:1:8', /GROUP BY/],
  [
    'unequal numbers of columns',
    { x: "select id from {{ ref('people') }} union all select id, country from {{ ref('people') }}" },
    'x.sql:1:1',
    /same number of result columns/,
  ],
  ['a table written by hand', { x: 'select * from crm.clients' }, 'x.sql:1:15', /crm/],
  ['a syntax error', { x: "select id fromm {{ ref('people') }}" }, 'x.sql:1:20', /syntax error/],
  [
    'a column that is missing two models upstream',
    {
      a: "{{ config(materialized='table') }}select id from {{ ref('people') }}",
      b: "select * from {{ ref('a') }}",
      x: "select id, country from {{ ref('b') }}",
    },
    'x.sql:1:12',
    /country/,
  ],
  [
    'a column in a macro',
    { x: "select {{ twice('id') }} from {{ ref('people') }}" },
    'macros/twice.sql:2:5',
    /nothing_like_it/,
  ],
  [
    'a column in an ephemeral',
    {
      e: "{{ config(materialized='ephemeral') }}\nselect id, contry\nfrom {{ ref('people') }}",
      x: "select * from {{ ref('e') }}",
    },
    'e.sql:2:12',
    /contry/,
  ],
]

function files(models: Readonly<Record<string, string>>): Record<string, string> {
  return {
    'macros/twice.sql': '{% macro twice(column) %}{{ column }} * 2 +\n    nothing_like_it{% endmacro %}',
    ...Object.fromEntries(
      Object.entries({ people, ...models }).map(([name, sql]) => [`models/analytics/${name}.sql`, sql]),
    ),
  }
}

describe('mistakes in SQL', () => {
  it.each(mistakes)('%s is told at its place', async (_, models, place, words) => {
    const { diagnostics } = await bindProject(graphOf(files(models)))
    const path = place.startsWith('macros/') ? place : `models/analytics/${place}`
    expect(diagnostics.map(shown)).toEqual([`sql-error ${path}`])
    expect(diagnostics[0]?.message).toMatch(words)
  })

  it('are told in a model over files that nobody has opened', async () => {
    const project = graphOf({
      'models/raw_data/sources.yml': sources,
      'models/raw_data/orders.sql':
        "{{ config(materialized='table') }}select order_id,\n prize\nfrom {{ source('shop', 'orders') }}",
    })
    const { diagnostics } = await bindProject(project)
    expect(diagnostics.map(shown)).toEqual(['sql-error models/raw_data/orders.sql:2:2'])
    expect(diagnostics[0]?.help).toEqual(['a similar name exists: price'])
  })

  it('are told of all models together, and once of what reads a wrong one', async () => {
    const project = graphOf(
      files({
        a: "select nope from {{ ref('people') }}",
        b: "select * from {{ ref('a') }}",
        c: "select * from {{ ref('b') }}",
        d: "select nix from {{ ref('people') }}",
      }),
    )
    const { diagnostics, columns } = await bindProject(project)
    expect(sortDiagnostics(diagnostics).map(shown)).toEqual([
      'sql-error models/analytics/a.sql:1:8',
      'sql-error models/analytics/d.sql:1:8',
    ])
    expect(diagnostics[0]?.notes).toEqual(['2 models that read it were not checked: analytics.b, analytics.c'])
    expect([...columns.keys()]).toEqual(['analytics.people'])
  })

  it('in one ephemeral that several read are one mistake', async () => {
    const project = graphOf(
      files({
        e: "{{ config(materialized='ephemeral') }}select nope from {{ ref('people') }}",
        a: "select * from {{ ref('e') }}",
        b: "select * from {{ ref('e') }}",
      }),
    )
    const { diagnostics } = await bindProject(project)
    expect(diagnostics.map(shown)).toEqual(['sql-error models/analytics/e.sql:1:46'])
    expect(diagnostics[0]?.notes).toEqual(['1 model that reads it was not checked: analytics.b'])
  })

  it('that only rows show are none: casts, divisions, overflows', async () => {
    const sql =
      "select country::integer as a, id / 0 as b, id + 2147483647 as c, 'x'::date as d from {{ ref('people') }}"
    const { diagnostics, columns } = await bindProject(graphOf(files({ x: sql })))
    expect(diagnostics).toEqual([])
    expect(typesOf(columns.get('analytics.x'))).toEqual(['a INTEGER', 'b DOUBLE', 'c INTEGER', 'd DATE'])
  })

  it('are found without running anything, however much it would be', async () => {
    const sql = `with recursive endless as (select 1 as x union all select x + 1 from endless),
      many as materialized (select sum(range) as s from range(1000000000000))
      select x, s, error('run')::varchar as e from endless, many`
    const { diagnostics, columns } = await bindProject(graphOf(files({ x: sql })))
    expect(diagnostics).toEqual([])
    expect(typesOf(columns.get('analytics.x'))).toEqual(['x INTEGER', 's HUGEINT', 'e VARCHAR'])
  })
})

describe('what cannot be bound', () => {
  const reasonOf = async (models: Readonly<Record<string, string>>, more = {}) => {
    const { diagnostics } = await bindProject(graphOf({ ...files(models), ...more }))
    expect(diagnostics.map(({ code }) => code)).toEqual(['not-bound'])
    return diagnostics[0]
  }

  it('is a model whose columns depend on rows, with all that read it', async () => {
    const pivot = "select * from (pivot {{ ref('people') }} on country using count(*))"
    const told = await reasonOf({ x: pivot, y: "select nope from {{ ref('x') }}" })
    expect(told?.message).toContain('depend on rows')
    expect(told?.notes).toEqual(['1 model that reads it was not checked: analytics.y'])
  })

  it('is a model that reads files by itself', async () => {
    expect((await reasonOf({ x: "select * from read_csv('data/x.csv')" }))?.message).toContain('files')
  })

  it('is a model that names what a hook may make', async () => {
    const told = await reasonOf({ x: "{{ config(pre_hook='create table crm.t (a int)') }}select * from crm.t" })
    expect(told?.message).toContain('a hook may make what it names')
  })

  it('is none that names what no hook makes, whatever else hooks do', async () => {
    const hooks = ["comment on table {{ this }} is 'x'", 'insert into log select 1', 'grant select on x to y']
    const x = `{{ config(post_hook=${JSON.stringify(hooks)}) }}select * from crm.t`
    const { diagnostics } = await bindProject(graphOf(files({ x })))
    expect(diagnostics.map(({ code }) => code)).toEqual(['sql-error'])
  })

  it('is a source table without declared columns, while the warehouse cannot be read', async () => {
    const project = graphOf({
      'models/raw_data/sources.yml': 'sources: [{ name: crm, tables: [{ name: people }] }]\n',
      'models/raw_data/people.sql': "select name from {{ source('crm', 'people') }}",
    })
    const { diagnostics } = await bindProject(project, { warehouse: { kind: 'closed', reason: 'it is held' } })
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'source.crm.people was not checked before building: the warehouse, which knows its columns, cannot be read: it is held',
    ])
  })

  it('is a model that asks a query which was not run', async () => {
    const project = graphOf(files({ x: 'select nope' }))
    const { diagnostics } = await bindProject(project, { unresolved: new Map([['analytics.x', 'no rows']]) })
    expect(diagnostics.map(({ message }) => message)).toEqual(['analytics.x was not checked before building: no rows'])
  })
})

describe('the warehouse', () => {
  it('is asked for tables, functions and types that no model makes', async () => {
    const session = await warehouse([
      'create schema crm; create table crm.clients (name varchar, mood integer)',
      "create macro twice(x) as x * 2; create type mood as enum ('glad', 'sad')",
    ])
    const sql = "select name, twice(mood) as m, 'sad'::mood as felt from crm.clients"
    const project = graphOf(files({ x: sql, y: "select name, nope from {{ ref('x') }}" }))
    const { diagnostics, columns } = await bindProject(project, { warehouse: { kind: 'open', session } })
    expect(typesOf(columns.get('analytics.x'))).toEqual(['name VARCHAR', 'm INTEGER', "felt ENUM('glad', 'sad')"])
    expect(diagnostics.map(shown)).toEqual(['sql-error models/analytics/y.sql:1:14'])
    await session.close()
  })

  it('knows better than the code what is read of models that are not built', async () => {
    const project = graphOf(files({ x: "select id, old from {{ ref('people') }}" }))
    const existing = ({ name }: { name: string }) =>
      name === 'people'
        ? [
            { name: 'id', type: 'BIGINT' },
            { name: 'old', type: 'DATE' },
          ]
        : undefined
    const { columns } = await bindProject(project, { building: true, models: ['analytics.x'], existing })
    expect(typesOf(columns.get('analytics.x'))).toEqual(['id BIGINT', 'old DATE'])
  })

  it('has the columns of source tables, else their declared types', async () => {
    const declared = 'columns: [{ name: id, data_type: bigint }, { name: at, data_type: timestamptz }]'
    const project = graphOf({
      'models/raw_data/sources.yml': `sources: [{ name: crm, tables: [{ name: people, ${declared} }] }]\n`,
      'models/raw_data/x.sql': "select * from {{ source('crm', 'people') }}",
    })
    const typed = await bindProject(project)
    expect(typesOf(typed.columns.get('raw_data.x'))).toEqual(['id BIGINT', 'at TIMESTAMP WITH TIME ZONE'])
    const real = await bindProject(project, { existing: () => [{ name: 'id', type: 'UUID' }] })
    expect(typesOf(real.columns.get('raw_data.x'))).toEqual(['id UUID'])
  })
})

describe('settings, properties and assertions', () => {
  const yaml = (text: string) => ({ 'models/analytics/models.yml': `models:\n  - name: x\n${text}` })
  const toldOf = async (sql: string, text = '', more: Readonly<Record<string, string>> = {}) => {
    const project = graphOf({ ...files({ x: sql }), ...(text === '' ? {} : yaml(text)), ...more })
    return (await bindProject(project)).diagnostics.map(shown)
  }
  const daily = (more = '', type = "'day'") =>
    `{{ config(materialized='incremental', partition_by=${type}, begin='2024-01-01', end='2024-01-03'${more}) }}`

  it.each([
    ['a partition column that is not returned', `${daily()}select 1 as dya`, ['partition-column-missing']],
    ['a partition column of another type', `${daily()}select now() as day`, ['partition-column-type']],
    [
      'a key that is not returned',
      `${daily(", checksum_exclude=['x']")}select today() as day`,
      ['config-column-missing'],
    ],
    ['two columns of one name', 'select 1 as a, 2 as a', ['duplicate-columns']],
    ['settled over an unknown column', `${daily(", settled='don'")}select today() as day`, ['sql-error']],
  ])('%s', async (_, sql, codes) => {
    expect((await toldOf(sql)).map((text) => text.split(' ')[0])).toEqual(codes)
  })

  it.each([
    ['a column that is not returned', '    columns: [{ name: jd }]\n', ['documented-column-missing …:3:23']],
    ['another type', '    columns: [{ name: id, data_type: text }]\n', ['documented-type-differs …:3:23']],
    ['the same type in other words', '    columns: [{ name: id, data_type: INTEGER }]\n', []],
    ['a type of the engine alone', '    columns: [{ name: id, data_type: hugeint }]\n', []],
    [
      'an assertion of a column that is missing, without a second word about its documentation',
      '    columns: [{ name: jd, data_tests: [not_null] }]\n',
      ['assertion-column-unknown …:3:40'],
    ],
    [
      'a key of an assertion',
      '    data_tests:\n      - unique_key: { columns: [id, jd] }\n',
      ['assertion-column-unknown …:4:9'],
    ],
    [
      'the column of another model',
      "    columns: [{ name: id, data_tests: [{ relationships: { to: ref('people'), field: jd } }] }]\n",
      ['assertion-column-unknown …:3:42'],
    ],
    ['an expression', '    data_tests:\n      - expression_is_true: { expression: "id > jd" }\n', ['sql-error …:4:9']],
    ['a filter', '    columns: [{ name: id, data_tests: [{ unique: { where: "jd > 1" } }] }]\n', ['sql-error …:3:42']],
  ])('%s', async (_, text, told) => {
    const path = 'models/analytics/models.yml'
    expect(await toldOf('select 1 as id', text)).toEqual(told.map((one) => one.replace('…', path)))
  })

  it('a singular assertion', async () => {
    const more = { 'tests/sql/t.sql': "select *\nfrom {{ ref('x') }}\nwhere jd > 1" }
    expect(await toldOf('select 1 as id', '', more)).toEqual(['sql-error tests/sql/t.sql:3:7'])
  })
})

describe('the store', () => {
  const chain = (columns: string) =>
    files({
      a: `{{ config(materialized='table') }}select ${columns} from {{ ref('people') }}`,
      b: "select id from {{ ref('a') }}",
      c: "select id from {{ ref('b') }}",
    })

  it('spares the engine where nothing changed', async () => {
    const kept = memory()
    const first = await bindProject(graphOf(chain('id')), {}, kept)
    const second = await bindProject(graphOf(chain('id')), {}, kept)
    expect(kept.asked.opened).toBe(1)
    expect(second).toEqual(first)
  })

  it('binds a changed model alone while its columns stay', async () => {
    const kept = memory()
    await bindProject(graphOf(chain('id')), {}, kept)
    const before = kept.asked.queries
    await bindProject(graphOf(chain('id + 1 as id')), {}, kept)
    expect(kept.asked.queries - before).toBe(1)
  })

  it('binds its readers anew when its columns are others', async () => {
    const kept = memory()
    await bindProject(graphOf(chain('id')), {}, kept)
    const { columns } = await bindProject(graphOf(chain('country as id')), {}, kept)
    expect(typesOf(columns.get('analytics.c'))).toEqual(['id VARCHAR'])
  })

  it('keeps no mistake: it is told again', async () => {
    const kept = memory()
    const project = graphOf(files({ x: 'select nope' }))
    const [first, second] = [await bindProject(project, {}, kept), await bindProject(project, {}, kept)]
    expect(second.diagnostics.map((found) => renderDiagnostic(found))).toEqual(
      first.diagnostics.map((found) => renderDiagnostic(found)),
    )
    expect(second.diagnostics).toHaveLength(1)
  })
})

describe('depth', () => {
  it('a chain of 2,000 models is bound', async () => {
    const models = Array.from({ length: 2000 }, (_, i) => {
      const from = i === 0 ? 'people' : `m${i - 1}`
      return [
        `m${i}`,
        `{{ config(materialized='${i % 2 ? 'view' : 'table'}') }}select id, null as n from {{ ref('${from}') }}`,
      ]
    })
    const { columns, diagnostics } = await bindProject(graphOf(files(Object.fromEntries(models))))
    expect(diagnostics).toEqual([])
    expect(columns.size).toBe(2001)
  })
})
