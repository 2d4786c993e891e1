import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { graphOf, modelOf } from './compile.fixture.ts'
import { foldTemplate } from './template-fold.ts'

const carriers = 'models/analytics/carriers.sql'
const seen = 'models/analytics/seen.sql'
const table = "{{ config(materialized='table') }}"
const text = `${table} select carrier, {{ cents('x') }} from {{ ref('airlines') }} where a = 'b  c' and n > {{ var('minimum') }}`
const macros = '{% macro cents(column) %}({{ column }} * 100){% endmacro %}{% macro other() %}1{% endmacro %}'

function fingerprint(
  given: string,
  more: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): string {
  const graph = graphOf({ 'macros/money.sql': macros, [carriers]: given, ...more }, env)
  return modelOf(graph, 'analytics.carriers').fingerprint
}

const known = fingerprint(text)

describe('a fingerprint', () => {
  test('is 32 hexadecimal characters', () => expect(known).toMatch(/^[0-9a-f]{32}$/))

  test.each([
    ['line breaks and indentation', text.replaceAll(' from ', '\n\n   from\n')],
    ['comments of SQL', `-- why\n${text.replace('select', 'select /* because */')} -- end`],
    ['comments of templates', `{# don't {{ look }} #}${text}`],
    ['space within tags', text.replace("{{ ref('airlines') }}", "{{ref( 'airlines' )}}")],
    ['space around signs', text.replace('a = ', 'a=')],
    ['a trailing line break', `${text}\n`],
    [
      'settings that decide when, not which',
      text.replace("='table'", "='table', tags=['x'], owner='y', meta={'a': 1}"),
    ],
    ['where the config is written', text.replace(table, '')],
  ])('does not change with %s', (_, changed) => {
    const folder = changed.includes('config(')
      ? {}
      : { 'models/analytics/properties.yml': 'models: [{ name: carriers, config: { materialized: table } }]' }
    expect(fingerprint(changed, folder)).toBe(known)
  })

  test.each([
    ['text in quotes', text.replace('b  c', 'b c')],
    ['an expression', text.replace('n >', 'n >=')],
    ['the materialization', text.replace("'table'", "'view'")],
    ['another relation', text.replace("'airlines'", "'flights'")],
    ['a tag in a comment, which is run', `${text} -- {{ log('x') }}`],
  ])('changes with %s', (_, changed) => expect(fingerprint(changed)).not.toBe(known))

  test('changes with a macro that is used, not with another or with its layout', () => {
    const changed = (from: string, to: string) => fingerprint(text, { 'macros/money.sql': macros.replace(from, to) })
    expect(changed('* 100', '* 1000')).not.toBe(known)
    expect(changed('}1{', '}2{')).toBe(known)
    expect(changed('({{ column', '(\n  {{ column')).toBe(known)
  })

  test('changes with a macro that a macro uses', () => {
    const nested = macros.replace('* 100)', '* {{ other() }})')
    const before = fingerprint(text, { 'macros/money.sql': nested })
    expect(fingerprint(text, { 'macros/money.sql': nested.replace('}1{', '}2{') })).not.toBe(before)
  })

  test('changes with the values of the variables that are read, and no others', () => {
    const reading = `${text} and '{{ env_var("ELT_A") }}' = 'x'`
    const before = fingerprint(reading, {}, { ELT_A: '1', ELT_B: '1' })
    expect(fingerprint(reading, {}, { ELT_A: '1', ELT_B: '2' })).toBe(before)
    expect(fingerprint(reading, {}, { ELT_A: '2', ELT_B: '1' })).not.toBe(before)
  })

  test('changes with the definition of a source that is read, not with its description', () => {
    const of = (columns: string, more = '') =>
      modelOf(
        graphOf({
          'models/raw_data/sources.yml': `sources: [{ name: bts, tables: [{ name: airlines, files: data/airlines.csv, ${more} columns: [${columns}] }] }]`,
          'models/raw_data/flights.sql': '',
        }),
        'raw_data.airlines',
      ).fingerprint
    const before = of('{ name: carrier, data_type: text }')
    expect(of('{ name: carrier, data_type: text, description: the airline }', 'description: all,')).toBe(before)
    expect(of('{ name: carrier, data_type: integer }')).not.toBe(before)
  })

  test('changes with views and ephemerals on the way, not with tables', () => {
    const reading = `${table}select * from {{ ref('seen') }}`
    for (const [materialized, isPart] of [
      ['view', true],
      ['ephemeral', true],
      ['table', false],
    ] as const) {
      const upstream = `{{ config(materialized='${materialized}') }}select 1 as a from {{ ref('airlines') }}`
      const before = fingerprint(reading, { [seen]: upstream })
      expect(fingerprint(reading, { [seen]: upstream.replace('1 as a', '2 as a') }) !== before).toBe(isPart)
    }
  })

  test('changes with the column by which an upstream is cut, because filters print it', () => {
    const reading = `{{ config(materialized='incremental', partition_by='d') }}select 1 from {{ ref('flights') }} where {{ partition_filter('flights') }}`
    const flights = (column: string) => ({
      'models/raw_data/flights.sql': `{{ config(materialized='incremental', partition_by='${column}') }}select 1 from {{ source('bts', 'flights') }} where {{ partition_filter('bts.flights') }}`,
    })
    expect(fingerprint(reading, flights('b'))).not.toBe(fingerprint(reading, flights('a')))
  })
})

describe('foldTemplate', () => {
  test('raw text is text, also where it looks like tags', () => {
    expect(foldTemplate("{% raw %}select '{{ x }}'{% endraw %}")).not.toBe(foldTemplate("select '{{ x }}'"))
    expect(foldTemplate('{% raw %}select   1{% endraw %}')).toBe(foldTemplate('select 1'))
  })

  test('a closing sign in quotes does not end a tag', () => {
    expect(foldTemplate("{{ f('}}') }} a")).not.toBe(foldTemplate("{{ f('}} ') }} a"))
  })

  test('an expression around config stays', () => {
    expect(foldTemplate('{{ config(a=1) ~ (1) }}')).not.toBe(foldTemplate(''))
    expect(foldTemplate("{{ config(a=f(1), b=')') }}")).toBe(foldTemplate(''))
  })

  test('a tag glued to a word differs from one beside it', () => {
    expect(foldTemplate('{{ a }}_b')).not.toBe(foldTemplate('{{ a }} _b'))
  })

  test('any text can be folded, and folding does not depend on the space between lines', () => {
    const part = fc.constantFrom(
      'a',
      '{{ x }}',
      "'q  r'",
      '{% if y %}',
      '{% endif %}',
      '-- c',
      '/* d */',
      '(',
      ')',
      ',',
      '{# e #}',
    )
    const gap = fc.constantFrom('\n', ' \n', '\n\n\t', '\n  ')
    fc.assert(
      fc.property(fc.array(fc.tuple(part, gap, gap)), (parts) => {
        const one = parts.map(([text, space]) => text + space).join('')
        const other = parts.map(([text, , space]) => text + space).join('')
        expect(foldTemplate(one)).toBe(foldTemplate(other))
      }),
    )
  })
})
