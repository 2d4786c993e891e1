import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readProject } from '../project/index.ts'
import { compileFiles, graphOf, modelOf } from './compile.fixture.ts'
import { namesOf } from './names.ts'
import { staticReads } from './static-reads.ts'
import { loadMacros, parseTemplate } from './template/index.ts'

const upstreams = ['one', 'two', 'three']
const macros = `{% macro reads(name) %}{{ ref(name) }}{% endmacro %}
{% macro fixed() %}{{ ref('three') }}{% endmacro %}
{% macro default__some() %}{{ ref('two') }}{% endmacro %}
{% macro plain(x) %}{{ x }} + 1{% endmacro %}`
const path = 'models/analytics/a.sql'
const base = {
  ...Object.fromEntries(upstreams.map((name) => [`models/analytics/${name}.sql`, 'select 1 as x'])),
  'macros/m.sql': macros,
}

function bothReads(text: string, env: Readonly<Record<string, string>> = {}) {
  const files = { ...base, [path]: text }
  const { value } = compileFiles(files, env)
  const settings = 'name: on_time\ntargets: { local: { type: duckdb, path: a.duckdb } }\n'
  const read = readProject(
    Object.entries({ 'project.yml': settings, ...files }).map(([file, content]) => ({ path: file, text: content })),
    { vars: {}, env },
  )
  const library = loadMacros([{ path: 'macros/m.sql', text: macros }])
  const template = parseTemplate({ path, text })
  if (!read.value || !library.value || !template.value) return undefined
  const found = staticReads(template.value, library.value, namesOf(read.value))
  return { rendered: value && new Set(modelOf(value, 'analytics.a').dependsOn), ...found }
}

const name = fc.constantFrom(...upstreams)
const condition = fc.constantFrom(
  "target.name == 'local'",
  "target.name == 'other'",
  "var('minimum') > 3",
  '1 > 2',
  'execute',
)
const leaf = fc.oneof(
  name.map((n) => `{{ ref('${n}') }}`),
  name.map((n) => `{{ ref('${n}', all_partitions=true) }}`),
  name.map((n) => `-- {{ ref('${n}') }}\n`),
  name.map((n) => `/* {{ ref('${n}') }} */`),
  name.map((n) => `{% set q = ref('${n}') %}`),
  name.map((n) => `{{ reads('${n}') }}`),
  name.map((n) => `{{ ref('${n.slice(0, 1)}' ~ '${n.slice(1)}') }}`),
  name.map((n) => `{{ ref('${n}') if 1 > 2 else 'x' }}`),
  fc.constantFrom(
    'x',
    '{{ fixed() }}',
    "{{ adapter.dispatch('some')() }}",
    "{{ plain('x') }}",
    "{{ var('airline') }}",
    "{{ config(tags=['a']) }}",
    "{{ '--' }}",
    '{# {{ ref("one") }} #}',
    "{% raw %}{{ ref('one') }}{% endraw %}",
    '-- x\n',
    '{% set ref_of = ref %}{{ ref_of("two") }}',
  ),
)
const { template } = fc.letrec<{ template: string; block: string }>((tie) => ({
  template: fc
    .array(fc.oneof({ weight: 4, arbitrary: leaf }, { weight: 1, arbitrary: tie('block') }), { maxLength: 5 })
    .map((parts) => parts.join(' ')),
  block: fc.oneof(
    fc
      .tuple(condition, tie('template'), tie('template'))
      .map(([c, a, b]) => `{% if ${c} %}${a}{% else %}${b}{% endif %}`),
    tie('template').map((a) => `{% for i in range(2) %}${a}{% endfor %}`),
    tie('template').map((a) => `{% set block %}${a}{% endset %}`),
    tie('template').map((a) => `{% macro own() %}${a}{% endmacro %}{{ own() }}`),
  ),
}))

describe('dependencies without running', () => {
  it('are those of running whenever they are complete, and never fewer', () => {
    const seen = { complete: 0, bounded: 0 }
    fc.assert(
      fc.property(template, (body) => {
        const both = bothReads(`select 1 ${body}`)
        if (!both?.rendered) return
        const { rendered, possible, complete } = both
        if (complete) {
          seen.complete++
          expect([...rendered].sort()).toEqual([...(possible ?? [])].sort())
        }
        if (possible) {
          seen.bounded++
          expect([...rendered].filter((node) => !possible.has(node))).toEqual([])
        }
      }),
      { numRuns: 400 },
    )
    expect(seen.complete).toBeGreaterThan(20)
    expect(seen.bounded).toBeGreaterThan(seen.complete)
  })

  it('are complete for a plain model, comments left out', () => {
    const both = bothReads(
      "{{ config(tags=['a']) }}select * from {{ ref('one') }} -- not {{ ref('two') }}\njoin {{ ref('three') }}",
    )
    expect(both).toMatchObject({ complete: true })
    expect([...(both?.possible ?? [])]).toEqual(['analytics.one', 'analytics.three'])
  })

  it('are unknown where a name is made', () => {
    expect(bothReads("select * from {{ ref('on' ~ 'e') }}")?.possible).toBeUndefined()
  })
})

describe('what dependencies depend on', () => {
  const dependenceOf = (text: string) => modelOf(graphOf({ ...base, [path]: text }), 'analytics.a').readsDependOn
  const branch = (test: string) => `select * from {% if ${test} %}{{ ref('one') }}{% else %}{{ ref('two') }}{% endif %}`

  it.each([
    [branch("target.name == 'x'"), ['target']],
    [branch("var('minimum') == 1"), ['vars']],
    ["select * from {{ ref(var('airline') | lower | replace('ua', 'one')) }}", ['vars']],
    ["select * from {{ adapter.dispatch('some')() }}", ['target']],
    [branch("env_var('ELT_X', 'a') == 'b'"), ['environment']],
    [branch('1 > 2'), undefined],
    ["select * from {{ ref('one') }}{% if target.name == 'dev' %} limit 10{% endif %}", undefined],
    ["select * from {{ ref('one') }} where x > {{ var('minimum') }}", undefined],
  ])('%s', (text, expected) => {
    expect(dependenceOf(text)).toEqual(expected)
  })

  it('is never a secret, nor anything else of the environment that is not allowed', () => {
    for (const variable of ['ELT_SECRET_KEY', 'DATABASE_URL', 'HOME']) {
      const { value, diagnostics } = compileFiles(
        { ...base, [path]: branch(`env_var('${variable}', 'x') == 'canary'`) },
        { [variable]: 'canary' },
      )
      expect(value).toBeUndefined()
      expect(diagnostics.map(({ code }) => code)).toEqual(['undefined-env-var'])
      expect(JSON.stringify(diagnostics.map(({ message, notes, help }) => [message, notes, help]))).not.toContain(
        'canary',
      )
    }
  })

  it.each([
    'now()',
    'run_started_at',
    'invocation_id',
    'modules.datetime.datetime.now().hour',
    'modules.datetime.datetime.utcnow()',
    'modules.datetime.date.today()',
    'modules.time',
    'range(9) | random',
    'window.start',
  ])('is never the clock, nor chance: %s', (clock) => {
    expect(compileFiles({ ...base, [path]: branch(`${clock} == 1`) }).value).toBeUndefined()
  })

  it('is the same at every time: two compilations are equal', () => {
    const files = { ...base, [path]: "select * from {{ reads('one') }} {{ fixed() }} {{ local_md5('a') }}" }
    expect(graphOf(files)).toEqual(graphOf(files))
  })
})
