import { describe, expect, it } from 'vitest'
import { originAt } from '../sql/index.ts'
import { compiledWith, compileFiles, graphOf, modelOf, printed } from './compile.fixture.ts'
import type { Hook } from './graph.ts'

const path = 'models/analytics/busy.sql'
const query = "select * from {{ ref('airlines') }}"
const id = 'analytics.busy'
const audit = { 'macros/audit.sql': "{% macro audit(what) %}insert into log values ('{{ what }}'){% endmacro %}" }

const texts = (hooks: readonly Hook[]) => hooks.map(({ sql }) => printed(sql))
const postHooks = (config: string, more: Readonly<Record<string, string>> = {}) =>
  texts(modelOf(graphOf({ [path]: `{{ config(${config}) }}\n${query}`, ...more }), id).postHooks)

function codes(config: string, more: Readonly<Record<string, string>> = {}): string[] {
  const { diagnostics } = compileFiles({ [path]: `{{ config(${config}) }}\n${query}`, ...more })
  return diagnostics.map(({ code, location }) => `${code} ${location?.path.split('/').at(-1)}:${location?.line}`)
}

describe('the hooks of a model', () => {
  it.each([
    ["post_hook='grant select on {{ this }} to bi'", ['grant select on <analytics.busy> to bi']],
    ["post_hook='analyze {{ this }}; ; select 1; '", ['analyze <analytics.busy>', 'select 1']],
    ["post_hook=['select {{ 1 + 1 }}', '{% if false %}select 3{% endif %}']", ['select 2']],
    [
      'post_hook=\'insert into log select count(*) from {{ ref("flights") }}\'',
      ['insert into log select count(*) from <raw_data.flights>'],
    ],
    ['post_hook="insert into log values (\'{{ this }}\')"', ["insert into log values ('analytics.busy')"]],
    ["alias='b', post_hook='drop table {{ this.schema }}.old_{{ this.name }}'", ['drop table analytics.old_b']],
    [
      'post_hook=\'select {{ is_incremental() }}, {{ target.type }}, {{ var("minimum") }}\'',
      ['select False, duckdb, 5'],
    ],
    ["post_hook='-- of {{ this }}\\nselect 1'", ['select 1']],
    ["post_hook=audit('printed ' ~ 1)", ["insert into log values ('printed 1')"]],
    ['post_hook=\'{{ audit("called") }}\'', ["insert into log values ('called')"]],
    ["post_hook='analyze ' ~ this", ['analyze <analytics.busy>']],
  ])('%s', (config, expected) => expect(postHooks(config, audit)).toEqual(expected))

  it('come from every level, and know whether they stand in the transaction', () => {
    const model = modelOf(
      graphOf({
        [path]: `{{ config(pre_hook={'sql': 'select 3', 'transaction': false}) }}\n${query}`,
        'models/analytics/p.yml': 'models: [{ name: busy, config: { pre-hook: [select 1, select 2] } }]\n',
      }),
      id,
    )
    expect(texts(model.preHooks)).toEqual(['select 1', 'select 2', 'select 3'])
    expect(model.preHooks.map(({ transaction }) => transaction)).toEqual([true, true, false])
  })

  it('are no part of the fingerprint, and no input', () => {
    const plain = modelOf(graphOf({ [path]: query }), id)
    const hooked = modelOf(
      graphOf({ [path]: `{{ config(post_hook='select {{ var("minimum") }} from {{ ref("flights") }}') }}${query}` }),
      id,
    )
    expect(hooked).toMatchObject({ fingerprint: plain.fingerprint, inputs: plain.inputs, dependsOn: plain.dependsOn })
  })

  it('come after what they read', () => {
    const files = {
      'models/analytics/a.sql': '{{ config(post_hook=\'select * from {{ ref("z") }}\') }}select 1 as n',
      'models/analytics/z.sql': 'select 1 as n',
    }
    const order = graphOf(files).models.map((model) => model.name)
    expect(order.indexOf('z')).toBeLessThan(order.indexOf('a'))
    const circle = compileFiles({ ...files, 'models/analytics/z.sql': "select * from {{ ref('a') }}" })
    expect(circle.diagnostics.map(({ code }) => code)).toEqual(['cycle'])
  })

  it('ask the warehouse while compiling as models do', () => {
    const files = { [path]: `{{ config(post_hook='select {{ run_query("select 7 as n")[0][0] }}') }}${query}` }
    const first = compiledWith(files)
    expect(first.queries.map(({ node, sql }) => [node, sql])).toEqual([[id, 'select 7 as n']])
  })

  it.each([
    ["post_hook='commit'", ['hook-transaction busy.sql:1']],
    ["pre_hook='select 1; ROLLBACK'", ['hook-transaction busy.sql:1']],
    ["post_hook='set a = 1'", ['hook-session busy.sql:1']],
    ["post_hook='select (1'", ['not-one-statement busy.sql:1']],
    ["post_hook='select {{ window.start }}'", ['undefined-name busy.sql:1']],
    ["post_hook='select ' ~ window.start", ['hook-window busy.sql:1']],
    ['post_hook=\'select * from {{ ref("fligths") }}\'', ['ref-not-found busy.sql:1']],
    ['post_hook=\'select * from {{ source("bts", "airlines") }}\'', ['hook-reads busy.sql:1']],
    ['post_hook=\'select "{{ this }}"\'', ['quoted-literal busy.sql:1']],
    ["post_hook='select {{ nope }}'", ['undefined-name busy.sql:1']],
    ['post_hook=7', ['wrong-value busy.sql:1']],
    ["post_hook='select {{ results }}'", ['template-unsupported busy.sql:1']],
    ["materialized='ephemeral', post_hook='select 1'", ['hook-without-effect busy.sql:1']],
  ])('%s is told as %j', (config, expected) => expect(codes(config)).toEqual(expected))

  it('may not read what is stored nowhere, or not built', () => {
    const seen = { 'models/analytics/seen.sql': "{{ config(materialized='ephemeral') }}select 1 as n" }
    const off = { 'models/analytics/seen.sql': '{{ config(enabled=false) }}select 1 as n' }
    const reads = 'post_hook=\'select * from {{ ref("seen") }}\''
    expect(codes(reads, seen)).toEqual(['hook-reads busy.sql:1'])
    expect(codes(reads, off)).toEqual(['ref-disabled busy.sql:1'])
  })

  it('of a folder are left out of ephemeral models without a word', () => {
    const yml = 'models: [{ name: busy, config: { post_hook: select 1, materialized: ephemeral } }]\n'
    expect(codes('tags=[]', { 'models/analytics/p.yml': yml })).toEqual([])
  })
})

describe('the place of a hook', () => {
  const placeOf = (hook: Hook | undefined, word: string, text: string): string => {
    const statement = { sql: hook ? printed(hook.sql) : '', map: [] as { start: number; end: number; origin: never }[] }
    let at = 0
    for (const piece of hook?.sql.pieces ?? []) {
      const length = 'text' in piece ? piece.text.length : printed({ pieces: [piece] }).length
      if (piece.origin) statement.map.push({ start: at, end: at + length, origin: piece.origin as never })
      at += length
    }
    const place = originAt(statement, statement.sql.indexOf(word), word.length)
    return place ? text.slice(place.start, place.end) : ''
  }

  it('is its own words, in SQL files and in YAML', () => {
    const sql = `{{ config(\n  post_hook=["select 1", "select nope from {{ this }}"]) }}\n${query}`
    const yml = 'models:\n  - name: busy\n    config:\n      pre_hook: select nope from {{ this }}\n'
    const model = modelOf(graphOf({ [path]: sql, 'models/analytics/p.yml': yml }), id)
    expect(placeOf(model.postHooks[1], 'nope', sql)).toBe('nope')
    expect(placeOf(model.postHooks[1], '<analytics', sql)).toBe('this')
    expect(placeOf(model.preHooks[0], 'nope', yml)).toBe('nope')
  })

  it('is found in the lines of a block', () => {
    const yml =
      "models:\n  - name: busy\n    config:\n      pre_hook:\n        - |\n          select nope\n            from {{ this }} where a = 'b'\n"
    const model = modelOf(graphOf({ [path]: query, 'models/analytics/p.yml': yml }), id)
    expect(texts(model.preHooks)[0]).toMatch(/^select nope\s+from <analytics.busy> where a = 'b'$/)
    expect(placeOf(model.preHooks[0], 'nope', yml)).toBe('nope')
  })

  it('is the whole block where a string reaches over lines, whose indentation is not its own', () => {
    const yml = "models:\n  - name: busy\n    config:\n      pre_hook: |\n        select 'a\n        b'\n"
    const model = modelOf(graphOf({ [path]: query, 'models/analytics/p.yml': yml }), id)
    expect(texts(model.preHooks)).toEqual(["select 'a\nb'"])
  })

  it('is the whole setting where the text was folded or escaped', () => {
    const yml =
      'models:\n  - name: busy\n    config:\n      pre_hook: >\n        select nope\n        from {{ this }}\n'
    const model = modelOf(graphOf({ [path]: query, 'models/analytics/p.yml': yml }), id)
    expect(printed(model.preHooks[0]?.sql ?? { pieces: [] })).toBe('select nope from <analytics.busy>')
    expect(placeOf(model.preHooks[0], 'nope', yml)).toContain('select nope\n')
  })

  it('of an error is shown with the lines of its file', () => {
    const yml = 'models:\n  - name: busy\n    config:\n      pre_hook: select {{ nope }}\n'
    const { diagnostics } = compileFiles({ [path]: query, 'models/analytics/p.yml': yml })
    expect(diagnostics[0]?.location).toMatchObject({
      line: 4,
      column: 27,
      frame: ['    config:', '      pre_hook: select {{ nope }}', ''],
    })
  })
})

describe('the hooks of a run', () => {
  const withHooks = (text: string) => {
    return compileFiles({
      ...audit,
      'project.yml': `name: on_time\ntargets: { local: { type: duckdb, path: w } }\nvars: { a: 1 }\n${text}`,
    })
  }

  it('are rendered without a model', () => {
    const { value, diagnostics } = withHooks(
      'on-run-start: ["create schema log", "{{ audit(\'begin\') }}; select {{ var(\'a\') }}"]\non_run_end: select count(*) from {{ ref("airlines") }}\n',
    )
    expect(diagnostics).toEqual([])
    expect(texts(value?.onRunStart ?? [])).toEqual([
      'create schema log',
      "insert into log values ('begin')",
      'select 1',
    ])
    expect(texts(value?.onRunEnd ?? [])).toEqual(['select count(*) from <raw_data.airlines>'])
  })

  it.each([
    ['on_run_end: "{{ results }}"', 'template-unsupported'],
    ['on_run_end: "{{ this }}"', 'undefined-name'],
    ['on_run_start: begin', 'hook-transaction'],
    ['on_run_start: select * from {{ ref("nope") }}', 'ref-not-found'],
  ])('%s is refused: %s', (text, code) => {
    expect(withHooks(`${text}\n`).diagnostics.map((found) => found.code)).toEqual([code])
  })
})
