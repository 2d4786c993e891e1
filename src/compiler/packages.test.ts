import { describe, expect, it } from 'vitest'
import { compileFiles, graphOf, modelOf, printed } from './compile.fixture.ts'

const settings = `name: on_time
packages: [{ local: packages/shared }]
models: { shared: { +layer: raw_data, +materialized: table } }
vars: { unit: minutes, shared: { unit: hours } }
targets: { local: { type: duckdb, path: w.duckdb, schema: "{layer}_dev" } }
`
const shared = {
  'packages/shared/dbt_project.yml': 'name: shared\nvars: { zone: UTC }\n',
  'packages/shared/models/zones.sql': "{{ config(materialized='view', tags=['own']) }}select '{{ label() }}' as label",
  'packages/shared/macros/label.sql':
    "{% macro label() %}{{ var('unit') }} of {{ var('zone') }}{% endmacro %}{% macro twice(x) %}{{ return(adapter.dispatch('twice', 'shared')(x)) }}{% endmacro %}{% macro default__twice(x) %}2 * {{ x }}{% endmacro %}",
}
const withPackage = { 'project.yml': settings, ...shared }
const codesOf = (files: Readonly<Record<string, string>>) =>
  compileFiles(files).diagnostics.map(({ code, location }) => `${code} ${location?.path}:${location?.line}`)

describe('models of packages', () => {
  it('use their own macros and vars, and what the project says wins over config()', () => {
    const model = modelOf(graphOf(withPackage), 'raw_data.zones')
    expect(model).toMatchObject({ package: 'shared', relation: { schema: 'raw_data_dev', name: 'zones' } })
    expect(model.config).toMatchObject({ materialized: 'table', tags: ['own'] })
    expect(printed(model.sql)).toBe("select 'hours of UTC' as label")
    expect(model.macros).toEqual(['shared.label'])
  })

  it('are read by ref of their name, alone or with the package', () => {
    const zones = (call: string) => ({ ...withPackage, 'models/analytics/z.sql': `select * from {{ ${call} }}` })
    for (const call of ["ref('zones')", "ref('shared', 'zones')"]) {
      expect(modelOf(graphOf(zones(call)), 'analytics.z').dependsOn).toEqual(['raw_data.zones'])
    }
    const { diagnostics } = compileFiles(zones("ref('other', 'zones')"))
    expect(diagnostics.map(({ code, help }) => [code, help[0]])).toEqual([
      ['ref-not-found', "a model with a similar name exists: `ref('shared', 'zones')`"],
    ])
  })

  it('share macros, which the project may override through adapter.dispatch', () => {
    const twice = { 'models/analytics/t.sql': 'select {{ shared.twice(4) }} as n' }
    expect(printed(modelOf(graphOf({ ...withPackage, ...twice }), 'analytics.t').sql)).toBe('select 2 * 4 as n')
    const own = { 'macros/twice.sql': '{% macro default__twice(x) %}{{ x }} + {{ x }}{% endmacro %}' }
    const graph = graphOf({ ...withPackage, ...twice, ...own })
    expect(printed(modelOf(graph, 'analytics.t').sql)).toBe('select 4 + 4 as n')
    expect(graph.macros.map(({ package: owner, name }) => `${owner}.${name}`)).toEqual([
      'on_time.default__twice',
      'shared.default__twice',
      'shared.label',
      'shared.twice',
    ])
    const { fingerprint } = modelOf(graphOf({ ...withPackage, ...twice }), 'analytics.t')
    expect(modelOf(graph, 'analytics.t').fingerprint).not.toBe(fingerprint)
  })

  it('keep their vars whoever calls their macros, and two packages may give one name to two vars', () => {
    const label = { 'models/analytics/t.sql': "select '{{ shared.label() }}, {{ var('unit') }}' as label" }
    expect(printed(modelOf(graphOf({ ...withPackage, ...label }), 'analytics.t').sql)).toBe(
      "select 'hours of UTC, minutes' as label",
    )
    const changed = { 'project.yml': settings.replace('shared: { unit: hours }', 'shared: { unit: days }') }
    const before = modelOf(graphOf({ ...withPackage, ...label }), 'analytics.t').fingerprint
    expect(modelOf(graphOf({ ...withPackage, ...label, ...changed }), 'analytics.t').fingerprint).not.toBe(before)
  })

  it('obey the rules of their layers', () => {
    const model = { 'packages/shared/models/late.sql': "select * from {{ ref('carriers') }}" }
    const carriers = { 'models/analytics/carriers.sql': 'select 1 as n' }
    expect(codesOf({ ...withPackage, ...model, ...carriers })).toEqual([
      'layer-violation packages/shared/models/late.sql:1',
    ])
  })

  it('are switched off by the project, with a place where something reads them', () => {
    const off = { 'project.yml': settings.replace('+materialized: table', '+enabled: false') }
    const reader = { 'models/analytics/z.sql': "select * from {{ ref('zones') }}" }
    expect(codesOf({ ...withPackage, ...off, ...reader })).toEqual(['ref-disabled models/analytics/z.sql:1'])
    expect(graphOf({ ...withPackage, ...off }).models.map(({ name }) => name)).not.toContain('zones')
  })
})

describe('the relation of a model', () => {
  const model = (config: string) => ({ 'models/analytics/m.sql': `{{ config(${config}) }}select 1 as n` })
  const dev = { 'project.yml': settings.replace(/^packages.*\n^models.*\n/gm, '') }
  const relation = (files: Readonly<Record<string, string>>) => modelOf(graphOf(files), 'analytics.m').relation

  it("lies in its own schema, written into the target's pattern", () => {
    expect(relation({ ...dev, ...model("schema='finance', alias='n'") })).toEqual({ schema: 'finance_dev', name: 'n' })
  })

  it('is what macros of the project say', () => {
    const macros = `{% macro generate_schema_name(custom_schema_name, node) -%}
  {%- if custom_schema_name is none -%} {{ target.schema }} {%- else -%} {{ custom_schema_name | trim }}_{{ node.name }} {%- endif -%}
{%- endmacro %}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
  {{ node.layer }}__{{ custom_alias_name or node.name }}
{%- endmacro %}`
    const own = { ...dev, 'macros/names.sql': macros }
    expect(relation({ ...own, ...model('') })).toEqual({ schema: 'analytics_dev', name: 'analytics__m' })
    expect(relation({ ...own, ...model("schema='x', alias='y'") })).toEqual({ schema: 'x_m', name: 'analytics__y' })
  })

  it('may be no second one of the same name, nor lie with the ledger', () => {
    const two = { 'models/raw_data/k.sql': "{{ config(schema='analytics', alias='m') }}select 1 as n" }
    expect(codesOf({ ...model(''), ...two })).toEqual(['relation-collision models/raw_data/k.sql:1'])
    expect(codesOf(model("schema='ELT'"))).toEqual(['schema-reserved models/analytics/m.sql:1'])
  })

  it('is not named when its macro fails', () => {
    const failing = '{% macro generate_schema_name(c, node) %}{{ exceptions.raise_compiler_error("no") }}{% endmacro %}'
    expect(codesOf({ ...model(''), 'macros/n.sql': failing })[0]).toBe('compiler-error-raised macros/n.sql:1')
  })
})

describe('groups', () => {
  const groups = `groups: [{ name: finance, owner: { name: Ada } }, { name: ops, owner: { email: o@p.s } }]
models:
  - { name: cost, group: finance, access: private }
  - { name: profit, group: finance }
  - { name: fleet, group: ops, config: { owner: Bob } }
  - { name: crew, group: ops }
`
  const files = {
    'models/analytics/p.yml': groups,
    'models/analytics/cost.sql': 'select 1 as n',
    'models/analytics/profit.sql': "select * from {{ ref('cost') }}",
    'models/analytics/fleet.sql': 'select 1 as n',
    'models/analytics/crew.sql': 'select 1 as n',
    'models/analytics/other.sql': 'select 1 as n',
  }

  it('own their models: a model names its owner, else its group does, else its layer', () => {
    const graph = graphOf(files)
    const owners = ['cost', 'fleet', 'crew', 'other'].map((name) => modelOf(graph, `analytics.${name}`).owner)
    expect(owners).toEqual(['Ada', 'Bob', 'o@p.s', 'analysts'])
    expect(graph.groups.map(({ name }) => name)).toEqual(['finance', 'ops'])
  })

  it('keep private models to themselves, from queries while compiling too', () => {
    const outside = { ...files, 'models/analytics/fleet.sql': "select * from {{ ref('cost') }}" }
    expect(codesOf(outside)).toEqual(['private-model models/analytics/fleet.sql:1'])
    const exposed = `${groups}exposures: [{ name: e, type: dashboard, depends_on: [ref('cost')] }]\n`
    expect(codesOf({ ...files, 'models/analytics/p.yml': exposed })).toEqual(['private-model models/analytics/p.yml:7'])
    const asking = "{% set r = run_query('select * from ' ~ ref('cost')) %}select 1 as n"
    expect(codesOf({ ...files, 'models/analytics/fleet.sql': asking })).toEqual([
      'private-model models/analytics/fleet.sql:1',
    ])
  })
})

describe('exposures', () => {
  const exposure = (reads: string) => ({
    'models/analytics/carriers.sql': 'select 1 as n',
    'models/analytics/p.yml': `exposures:\n  - { name: board, type: dashboard, depends_on: [${reads}] }\n`,
  })

  it('name nodes', () => {
    const reads = `ref('carriers'), "ref('on_time', 'flights')", "source('bts', 'flights')", ref('carriers')`
    expect(graphOf(exposure(reads)).exposures).toMatchObject([
      { id: 'exposure.board', dependsOn: ['analytics.carriers', 'raw_data.flights', 'source.bts.flights'] },
    ])
  })

  it.each([
    ["ref('carrier')", 'ref-not-found'],
    ["\"ref('other', 'carriers')\"", 'ref-not-found'],
    ["\"source('bts', 'flight')\"", 'source-not-found'],
    ["source('bts')", 'exposure-input'],
    ['carriers', 'exposure-input'],
  ])('are told that %s is wrong: %s', (reads, code) => {
    expect(codesOf(exposure(reads))).toEqual([`${code} models/analytics/p.yml:2`])
  })
})

describe('sources that are tables', () => {
  const table = (more: string) => ({
    'models/raw_data/till.yml': `sources: [{ name: till, schema: raw, tables: [{ name: tickets, ${more} }] }]\n`,
  })
  const daily = "{{ config(materialized='incremental', partition_by='day', begin='2013-01-01') }}"

  it('are read by their names, by views too', () => {
    const view = { 'models/raw_data/t.sql': "select * from {{ source('till', 'tickets') }}" }
    const model = modelOf(graphOf({ ...table('identifier: x'), ...view }), 'raw_data.t')
    expect(printed(model.sql)).toBe('select * from <source.till.tickets>')
    expect(model.inputs).toMatchObject([{ kind: 'whole', upstream: 'source.till.tickets' }])
  })

  it('are read by window on their event time', () => {
    const filtered = {
      'models/raw_data/t.sql': `${daily}select * from {{ source('till', 'tickets') }} where {{ partition_filter('till.tickets', before=1) }}`,
    }
    const model = modelOf(graphOf({ ...table('partition_by: closed_on'), ...filtered }), 'raw_data.t')
    expect(printed(model.sql)).toBe(
      `select * from <source.till.tickets> where ("closed_on" >= date '2013-01-04' and "closed_on" < date '2013-01-07')`,
    )
    expect(model.inputs).toMatchObject([{ kind: 'window', upstream: 'source.till.tickets' }])
    expect(codesOf({ ...table('identifier: x'), ...filtered })).toEqual([
      'source-without-event-time models/raw_data/t.sql:1',
    ])
  })

  it('are not read whole for each partition when they say their time', () => {
    const unfiltered = { 'models/raw_data/t.sql': `${daily}select * from {{ source('till', 'tickets') }}` }
    expect(codesOf({ ...table('partition_by: closed_on'), ...unfiltered })).toEqual([
      'full-scan models/raw_data/t.sql:1',
    ])
  })
})
