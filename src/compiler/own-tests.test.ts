import { describe, expect, it } from 'vitest'
import type { Assertion } from '../assertions/index.ts'
import { renderDiagnostic } from '../diagnostics/index.ts'
import { compiledWith, compileFiles, graphOf, printed } from './compile.fixture.ts'

/** The base project with a test in `macros/` and its use in YAML: at a column, or at the model. */
const using = (use: string, test: string, more: Readonly<Record<string, string>> = {}) => ({
  'models/raw_data/airlines.yml': `models:\n  - name: airlines\n    data_tests:\n      - ${use}\n`,
  'macros/tests.sql': test,
  ...more,
})

const atColumn = (use: string, test: string) => ({
  'models/raw_data/airlines.yml': `models:\n  - name: airlines\n    columns:\n      - name: carrier\n        data_tests:\n          - ${use}\n`,
  'tests/generic/tests.sql': test,
})

function only(files: Readonly<Record<string, string>>): Assertion {
  const [first, ...others] = graphOf(files).assertions
  if (!first || others.length > 0) throw new Error('there is not one assertion')
  return first
}

function sqlOf(assertion: Assertion): string {
  const pieces = (assertion.sql?.pieces ?? []).map((piece) =>
    'hole' in piece && piece.hole.kind === 'judged' ? { text: '<judged>' } : piece,
  )
  return printed({ pieces }).replace(/\s+/g, ' ').trim()
}

const told = (files: Readonly<Record<string, string>>): string[] =>
  compileFiles(files).diagnostics.map(
    ({ code, message, location }) => `${code} ${location?.path}:${location?.line}:${location?.column} ${message}`,
  )

const long = `{% test longer(model, column_name, than=2, but=[]) %}
select * from {{ model }} where length({{ column_name }}) > {{ than }}
{%- for one in but %} and {{ column_name }} <> '{{ one }}'{% endfor %}
{% endtest %}`

describe('a test that somebody wrote', () => {
  it('judges a column with the arguments that YAML gives, and with its defaults', () => {
    const assertion = only(atColumn('longer: { but: [ABC, 7] }', long))
    expect(assertion).toMatchObject({
      name: 'longer(carrier, but: ["ABC",7])',
      type: 'longer',
      node: 'raw_data.airlines',
      column: 'carrier',
      arguments: { but: ['ABC', 7] },
      blocking: true,
    })
    expect(sqlOf(assertion)).toBe(
      "select * from <judged> where length(carrier) > 2 and carrier <> 'ABC' and carrier <> '7'",
    )
  })

  it('may be called data_test, name its column at the model, and take its arguments in a block', () => {
    const test = long.replaceAll('test', 'data_test')
    const assertion = only(using('longer: { arguments: { column_name: carrier, than: 3 } }', test))
    expect(sqlOf(assertion)).toBe('select * from <judged> where length(carrier) > 3')
  })

  it.each([
    ['5', 'integer'],
    ['"5"', 'string'],
    ['true', 'boolean'],
    ['1.5', 'float'],
    ['[1]', 'sequence'],
    ['{ a: 1 }', 'mapping'],
    ['~', 'none'],
  ])('gets %s as it is typed', (value, kind) => {
    const test = `{% test typed(model, of) %}select {{ 1 if of is ${kind} else 0 }} as answer from {{ model }}{% endtest %}`
    expect(sqlOf(only(using(`typed: { of: ${value} }`, test)))).toBe('select 1 as answer from <judged>')
  })

  it('may change the lists that it is given', () => {
    const test =
      '{% test with_one(model, columns) %}{% do columns.append("one") %}select {{ columns | join(", ") }} from {{ model }}{% endtest %}'
    expect(sqlOf(only(using('with_one: { columns: [a, b] }', test)))).toBe('select a, b, one from <judged>')
  })

  it('gets relations for ref and source, and then it does not block', () => {
    const test =
      '{% test as_many(model, as) %}select 1 from {{ model }} having count(*) <> (select count(*) from {{ as }}){% endtest %}'
    for (const call of ["ref('flights')", `"{{ ref('flights') }}"`]) {
      const assertion = only(using(`as_many: { as: ${call} }`, test))
      expect(sqlOf(assertion)).toContain('(select count(*) from <raw_data.flights>)')
      expect(assertion).toMatchObject({ reads: ['raw_data.airlines', 'raw_data.flights'], blocking: false })
    }
  })

  it('may call ref and macros itself', () => {
    const test = `{% macro half() %}0.5{% endmacro %}
{% test fewer(model) %}select 1 from {{ ref('flights') }} having count(*) * {{ half() }} > (select count(*) from {{ model }}){% endtest %}`
    expect(only(using('fewer', test)).reads).toEqual(['raw_data.airlines', 'raw_data.flights'])
  })

  it('has settings of its own, over which YAML lies', () => {
    const test = `{% test odd(model) %}
{# Odd airlines.
   They are rare. #}
{{ config(severity='warn', tags=['rare'], limit=7) }}select 1 from {{ model }}{% endtest %}`
    expect(only(using('odd', test))).toMatchObject({
      severity: 'warn',
      limit: 7,
      tags: ['rare'],
      description: 'Odd airlines. They are rare.',
      blocking: false,
    })
    const yaml = 'odd: { name: strange, severity: error, config: { where: "carrier is not null" }, description: Mine. }'
    expect(only(using(yaml, test))).toMatchObject({
      id: 'raw_data.airlines.strange',
      severity: 'error',
      limit: 7,
      where: 'carrier is not null',
      description: 'Mine.',
    })
  })

  it('takes a parameter that is named as a setting', () => {
    const test = '{% test most(model, limit) %}select {{ limit }} as n from {{ model }}{% endtest %}'
    const assertion = only(using('most: { limit: 3 }', test))
    expect(sqlOf(assertion)).toBe('select 3 as n from <judged>')
    expect(assertion.limit).toBe(100)
  })

  it('takes any argument when it reads kwargs', () => {
    const test = "{% test any(model) %}select {{ kwargs.get('than') }} as n from {{ model }}{% endtest %}"
    expect(sqlOf(only(using('any: { than: 4 }', test)))).toBe('select 4 as n from <judged>')
  })

  it('knows the names of the table that it judges', () => {
    const test =
      '{% test named(model) %}select 1 from {{ model }} where {{ model.schema == "raw_data" and model.identifier == "airlines" }}{% endtest %}'
    expect(sqlOf(only(using('named', test)))).toBe('select 1 from <judged> where True')
  })

  it('wins over a check of the catalogue of its name', () => {
    const test = '{% test not_null(model, column_name) %}select {{ column_name }} as mine from {{ model }}{% endtest %}'
    expect(sqlOf(only(atColumn('not_null', test)))).toBe('select carrier as mine from <judged>')
    const theirs = only(atColumn('dbt.not_null', test))
    expect([theirs.type, theirs.sql]).toEqual(['not_null', undefined])
  })

  it('is another assertion when its SQL is, whatever else stays', () => {
    const hash = (test: string) => only(atColumn('longer', test)).hash
    expect(hash(long)).toBe(hash(long.replace('{% test', '{# why #}{% test')))
    expect(hash(long)).not.toBe(hash(long.replace('length', 'char_length')))
    expect(hash(long)).not.toBe(hash(long.replace('than=2', 'than=3')))
  })

  it('is left out when it is switched off', () => {
    expect(graphOf(atColumn('longer: { enabled: false }', long)).assertions).toEqual([])
    const off = long.replace('select', '{{ config(enabled=false) }}select')
    expect(graphOf(atColumn('longer', off)).assertions).toEqual([])
  })

  it('asks for the columns of what it judges', () => {
    const test = `{% test wide(model) %}
{%- for column in adapter.get_columns_in_relation(model) %}select {{ column.name }} as c from {{ model }} where false{{ ' union all ' if not loop.last }}{% endfor %}
{%- if not execute %}select 1{% endif %}{% endtest %}`
    const [query] = compileFiles(using('wide', test)).queries
    expect(query).toMatchObject({ columnsOf: 'raw_data.airlines', sql: 'select * from "raw_data"."airlines"' })
    const rows = {
      columns: ['name', 'type'],
      rows: [
        ['a', 'text'],
        ['b', 'text'],
      ],
    }
    const { value } = compiledWith(using('wide', test), new Map([[query?.key ?? '', rows]]))
    expect(value?.assertions.map(sqlOf)).toEqual([
      'select a as c from <judged> where false union all select b as c from <judged> where false',
    ])
  })
})

describe('a package', () => {
  const settings = `name: on_time
packages: [{ local: packages/shared }]
models: { shared: { +layer: raw_data } }
targets: { local: { type: duckdb, path: w.duckdb } }
`
  const shared = {
    'project.yml': settings,
    'packages/shared/dbt_project.yml': 'name: shared\n',
    'packages/shared/models/zones.sql': 'select 1 as zone',
    'packages/shared/models/zones.yml': 'models:\n  - name: zones\n    columns: [{ name: zone, data_tests: [near] }]\n',
    'packages/shared/tests/generic/near.sql': `{% test near(model, column_name) %}
{{ return(adapter.dispatch('test_near', 'shared')(model, column_name)) }}
{% endtest %}
{% macro default__test_near(model, column_name) %}select {{ column_name }} from {{ model }} where {{ unit }}{{ column_name }} > 9
{% if column_name == 'x' %}{% set unit = 1 %}{% endif %}{% endmacro %}`,
  }

  it('brings tests, by bare name for its own models and as package.name for all others', () => {
    const files = using('shared.near: { column_name: carrier }', '{# none #}', shared)
    expect(graphOf(files).assertions.map((one) => [one.id, sqlOf(one)])).toEqual([
      ['raw_data.airlines.shared.near(carrier)', 'select carrier from <judged> where carrier > 9'],
      ['raw_data.zones.near(zone)', 'select zone from <judged> where zone > 9'],
    ])
    expect(told(using('near: { column_name: carrier }', '{# none #}', shared))).toEqual([
      'assertion-unknown models/raw_data/airlines.yml:4:9 there is no assertion `near`',
    ])
  })

  it("brings tests of the shapes that dbt's packages have", () => {
    const shapes = `{% macro test_any(model, groups = []) %}{{ return(adapter.dispatch('test_any', 'shared')(model, groups, **kwargs)) }}{% endmacro %}
{% macro default__test_any(model, groups) %}{% if groups | length > 0 %}{% set by = groups | join(', ') + ', ' %}{% endif %}
{{ config(fail_calc = 'sum(n)') }}select {{ by }}{{ kwargs.get('column_name') }} as n from {{ model }}{% endmacro %}
{% test like(model, other) %}{% if not (other is mapping and other.get('metadata', {}).get('type', '').endswith('Relation')) %}
{{ exceptions.raise_compiler_error('no relation') }}{% endif %}{% if not execute %}{{ return('') }}{% endif %}
{% for column in adapter.get_columns_in_relation(other) %}select {{ column.quoted }} from {{ other if not other.is_cte }}{% endfor %}{% endtest %}`
    const files = { ...shared, 'packages/shared/macros/shapes.sql': shapes, 'packages/shared/models/zones.yml': '' }
    const any = only(using('shared.any: { column_name: carrier }', '{# none #}', files))
    expect([sqlOf(any), any.failCalc]).toEqual(['select carrier as n from <judged>', 'sum(n)'])
    const like = using("shared.like: { other: ref('flights') }", '{# none #}', files)
    expect(sqlOf(only(like))).toBe('select 1 as unknown where 1 = 0')
    const [query] = compileFiles(like).queries
    const rows = { columns: ['name', 'type'], rows: [['a', 'text']] }
    const { value } = compiledWith(like, new Map([[query?.key ?? '', rows]]))
    expect(value?.assertions.map(sqlOf)).toEqual(['select "a" from <raw_data.flights>'])
  })

  it('has its tests replaced as its macros are, through dispatch', () => {
    const own = '{% macro default__test_near(model, column_name) %}select 2 from {{ model }}{% endmacro %}'
    const { assertions } = graphOf({ ...shared, 'macros/near.sql': own })
    expect(assertions.map(sqlOf)).toEqual(['select 2 from <judged>'])
  })
})

describe('what is wrong with a test', () => {
  const shown = (files: Readonly<Record<string, string>>): string =>
    compileFiles(files)
      .diagnostics.map((one) => renderDiagnostic(one))
      .join('\n')

  it('is told at the argument that it does not take, or lacks', () => {
    expect(told(using('longer: { column_name: carrier, then: 3 }', long))).toEqual([
      'assertion-argument-unknown models/raw_data/airlines.yml:4:47 `longer` has no argument `then`',
    ])
    expect(told(using('longer', long))).toEqual([
      'assertion-column-missing models/raw_data/airlines.yml:4:9 `longer` judges a column, and none is given',
    ])
    const test = '{% test most(model, of) %}select {{ of }} from {{ model }}{% endtest %}'
    expect(told(using('most', test))).toEqual([
      'assertion-argument-missing models/raw_data/airlines.yml:4:9 `most` needs `of`',
    ])
    const asking = '{% test most(model, of) %}select {{ of if of is defined else 1 }} from {{ model }}{% endtest %}'
    expect(told(using('most', asking))).toEqual([])
  })

  it('is told at its name when there is none of it', () => {
    expect(told(using('longr: { column_name: carrier }', long))[0]).toBe(
      'assertion-unknown models/raw_data/airlines.yml:4:9 there is no assertion `longr`',
    )
    expect(shown(using('longr: { column_name: carrier }', long))).toContain('a similar name exists: longer')
    expect(shown(using('shared.near', long))).toContain('there is no assertion `shared.near`')
  })

  it('is told in the template where it fails, with the place of the YAML that calls it', () => {
    const test = '{% test most(model) %}\nselect {{ fo }} from {{ model }}\n{% endtest %}'
    const text = shown(using('most', test))
    expect(text).toContain('macros/tests.sql:2:11')
    expect(text).toContain('select {{ fo }} from {{ model }}')
    expect(text).toContain('models/raw_data/airlines.yml:4:9')
    const raising = "{% test most(model) %}{{ exceptions.raise_compiler_error('no ' ~ model) }}{% endtest %}"
    expect(told(using('most', raising))[0]).toContain('no model')
  })

  it('is told in the YAML when it gives no SELECT', () => {
    const test = '{% test none(model) %}{% if false %}select 1{% endif %}{% endtest %}'
    expect(told(using('none', test))).toEqual([
      expect.stringMatching(/^not-one-statement models\/raw_data\/airlines.yml:4:9 /),
    ])
    const two = '{% test two(model) %}select 1; select 2{% endtest %}'
    expect(told(using('two', two))).toEqual([expect.stringMatching(/^not-one-statement macros\/tests.sql:1:/)])
  })

  it('is told where its settings are', () => {
    const test = "{% test odd(model) %}\n{{ config(severty='warn') }}select 1 from {{ model }}{% endtest %}"
    expect(told(using('odd', test))).toEqual([
      'assertion-argument-unknown macros/tests.sql:2:19 `odd` has no argument `severty`',
    ])
  })

  it('is told of a test in a model’s file', () => {
    const model = { 'models/analytics/m.sql': '{% test odd(model) %}select 1{% endtest %}select 1 as n' }
    expect(told(model)).toEqual([expect.stringMatching(/^template-unsupported models\/analytics\/m.sql:1:4 .*`test`/)])
  })
})
