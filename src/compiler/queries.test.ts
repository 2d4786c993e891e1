import { describe, expect, it } from 'vitest'
import { compiledWith, compileFiles, modelOf, printed } from './compile.fixture.ts'

const path = 'models/analytics/pivot.sql'
const guarded = `{% set found = run_query('select distinct carrier from ' ~ ref('airlines')) %}
{% if execute %}{% set names = found.columns[0].values() %}{% else %}{% set names = [] %}{% endif %}
select 1 as n{% for name in names %}, '{{ name }}' as {{ name }}{% endfor %}`
const rows = { columns: ['carrier'], rows: [['UA'], ['AA']] }

/** Compiles as the command line does: again with rows for each query, until none is open. */
function rounds(text: string, answer: (sql: string) => typeof rows) {
  const results = new Map<string, typeof rows>()
  const asked: string[] = []
  for (let round = 0; round < 5; round++) {
    const compiled = compiledWith({ [path]: text }, results)
    if (compiled.queries.length === 0) return { compiled, asked }
    for (const { key, sql = '' } of compiled.queries) {
      asked.push(sql)
      results.set(key, answer(sql))
    }
  }
  throw new Error('the queries do not end')
}

const sqlOf = ({ value }: ReturnType<typeof compiledWith>) =>
  value && printed(modelOf(value, 'analytics.pivot').sql).replace(/\s+/g, ' ').trim()

describe('run_query', () => {
  it('asks in the first pass, with the names of the relations, and has rows in the next', () => {
    const { compiled, asked } = rounds(guarded, () => rows)
    expect(asked).toEqual(['select distinct carrier from "raw_data"."airlines"'])
    expect(sqlOf(compiled)).toBe("select 1 as n, 'UA' as UA, 'AA' as AA")
  })

  it('gives a graph without rows too: `execute` is false then', () => {
    const compiled = compiledWith({ [path]: guarded })
    expect(sqlOf(compiled)).toBe('select 1 as n')
    expect(compiled.queries.map(({ node, location }) => `${node} ${location.line}`)).toEqual(['analytics.pivot 1'])
  })

  it('is found behind `if execute`', () => {
    const text =
      "{% if execute %}{% set r = run_query('select 1') %}select {{ r.rows[0][0] }}{% else %}select 0{% endif %}"
    expect(sqlOf(compiledWith({ [path]: text }))).toBe('select 0')
    expect(sqlOf(rounds(text, () => ({ columns: ['a'], rows: [['7']] })).compiled)).toBe('select 7')
  })

  it('may ask what the rows of another query say', () => {
    const text = `{% if execute %}{% set a = run_query('select 1').columns[0].values()[0] %}{% set b = run_query('select ' ~ a) %}
select {{ b[0]['carrier'] }}{% else %}select 0{% endif %}`
    const { compiled, asked } = rounds(text, (sql) => ({ columns: ['carrier'], rows: [[sql.length > 8 ? 'y' : 'xx']] }))
    expect(asked).toEqual(['select 1', 'select xx'])
    expect(sqlOf(compiled)).toBe('select y')
  })

  it('reads rows by index, by name and as columns', () => {
    const text = `{% set r = run_query('q') %}{% if execute %}select '{{ r | length }} {{ r.column_names | join(' ') }} {{ r.columns['b'].values() | join('-') }}
{%- for row in r %} {{ row.a }}{{ row['b'] }}{{ row[1] }}{% endfor %}'{% else %}select 0{% endif %}`
    const { compiled } = rounds(
      text,
      () =>
        ({
          columns: ['a', 'b'],
          rows: [
            ['1', '2'],
            ['3', '4'],
          ],
        }) as never,
    )
    expect(sqlOf(compiled)).toBe("select '2 a b 2-4 122 344'")
  })

  it('is part of the fingerprint by its rows, and costs others nothing', () => {
    const fingerprintOf = (answer: string) => {
      const { value } = rounds(guarded, () => ({ columns: ['carrier'], rows: [[answer]] })).compiled
      return value && ['analytics.pivot', 'raw_data.flights'].map((id) => modelOf(value, id).fingerprint)
    }
    const [a, b] = [fingerprintOf('UA'), fingerprintOf('AA')]
    expect(a?.[0]).not.toBe(b?.[0])
    expect(a?.[1]).toBe(b?.[1])
  })

  it('may not read what the layer may not', () => {
    const text = "{% set r = run_query('select 1 from ' ~ source('bts', 'airlines')) %}select 1"
    expect(compileFiles({ [path]: text }).diagnostics.map(({ code }) => code)).toEqual(['layer-violation'])
  })

  it('has no window', () => {
    const text = "{% set r = run_query('select ' ~ window.start) %}select 1"
    expect(compileFiles({ [path]: text }).diagnostics.map(({ code }) => code)).toEqual(['known-when-run'])
  })

  it('cannot read an ephemeral, and says so instead of giving SQL', () => {
    const files = {
      'models/analytics/seen.sql': "{{ config(materialized='ephemeral') }}select 1 as a",
      [path]: "{% set r = run_query('select * from ' ~ ref('seen')) %}select 1",
    }
    expect(compiledWith(files).queries).toMatchObject([{ node: 'analytics.pivot', unreadable: 'analytics.seen' }])
  })
})

describe('statement', () => {
  const text = `{% call statement('x', fetch_result=True) %} select carrier from {{ ref('airlines') }} {% endcall %}
{% set r = load_result('x') %}{% if execute %}select '{{ r['data'] | map(attribute=0) | join(',') }}'{% else %}select 0{% endif %}`

  it('has its rows in load_result', () => {
    const { compiled, asked } = rounds(text, () => rows)
    expect(asked).toEqual(['select carrier from "raw_data"."airlines"'])
    expect(sqlOf(compiled)).toBe("select 'UA,AA'")
  })

  it('is refused where it fetches nothing', () => {
    const { diagnostics } = compileFiles({ [path]: "{% call statement('x') %}drop table a{% endcall %}select 1" })
    expect(diagnostics.map(({ code }) => code)).toEqual(['template-unsupported'])
  })
})
