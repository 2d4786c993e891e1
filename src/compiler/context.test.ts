import { describe, expect, it, test } from 'vitest'
import { absentNames } from './absent-names.ts'
import { compileFiles, graphOf, modelOf, printed } from './compile.fixture.ts'

const path = 'models/analytics/a.sql'
const sqlOf = (text: string, macros = '') =>
  printed(modelOf(graphOf({ [path]: text, 'macros/m.sql': macros }), 'analytics.a').sql).trim()
const codesOf = (text: string, macros = '') =>
  compileFiles({ [path]: text, 'macros/m.sql': macros }).diagnostics.map(({ code }) => code)

const engineMacros = `{% macro default__cut(x) %}default({{ x }}){% endmacro %}
{% macro duckdb__cut(x) %}duck({{ x }}){% endmacro %}
{% macro default__trim(x) %}trim({{ x }}){% endmacro %}
{% macro postgres__trim(x) %}btrim({{ x }}){% endmacro %}
{% macro cut(x) %}{{ return(adapter.dispatch('cut', 'shop')(x)) }}{% endmacro %}`

describe('adapter.dispatch', () => {
  it('calls the macro of the engine, or else the default one', () => {
    const text = "select {{ adapter.dispatch('cut')('a') }}, {{ adapter.dispatch('trim')('b') }}, {{ cut('c') }}"
    expect(sqlOf(text, engineMacros)).toBe('select duck(a), trim(b), duck(c)')
  })

  it('says where it looked when there is neither', () => {
    const { diagnostics } = compileFiles({ [path]: "select {{ adapter.dispatch('cut')('a') }}" })
    expect(diagnostics[0]?.code).toBe('undefined-name')
    expect(diagnostics[0]?.notes[0]).toContain('`duckdb__cut` and `default__cut`')
  })

  it('makes the chosen macro part of the fingerprint, and no other', () => {
    const fingerprint = (macros: string) =>
      modelOf(graphOf({ [path]: "select {{ cut('a') }}", 'macros/m.sql': macros }), 'analytics.a').fingerprint
    const before = fingerprint(engineMacros)
    expect(fingerprint(engineMacros.replace('duck({{', 'duck2({{'))).not.toBe(before)
    expect(fingerprint(engineMacros.replace('btrim({{', 'btrim2({{'))).toBe(before)
  })
})

describe('what templates are given', () => {
  it('quotes names as the engine does', () => {
    expect(sqlOf("select {{ adapter.quote('a\"b') }}")).toBe('select "a""b"')
  })

  it('has flags, which say that nothing is built in full', () => {
    expect(sqlOf('select {{ 1 if flags.FULL_REFRESH else 2 }}')).toBe('select 2')
  })

  it('warns with a text of the macro, and goes on', () => {
    const { value, diagnostics } = compileFiles({ [path]: "{{ exceptions.warn('old') }}select 1" })
    expect(value).toBeDefined()
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual(['compiler-warning-raised: old'])
  })

  test.each([
    ["raise_compiler_error('of ' ~ ref('flights'))", 'compiler-error-raised: of flights'],
    ["raise_not_implemented('soon', none)", 'compiler-error-raised: soon'],
    ["missing_relation(ref('flights'))", 'compiler-error-raised: the relation `flights` is missing'],
    ["relation_wrong_type('a.b', 'table')", 'compiler-error-raised: the relation `a.b` is no table'],
    ["missing_config(none, 'unique_key')", 'compiler-error-raised: the setting `unique_key` is missing'],
    [
      'raise_contract_error(1, 2)',
      'template-unsupported: `exceptions.raise_contract_error` is not supported in templates',
    ],
    ["raise_compile_error('x')", 'undefined-member: `exceptions` has no `raise_compile_error`'],
  ])('stops with exceptions.%s: %s', (call, expected) => {
    const { diagnostics } = compileFiles({ [path]: `select {{ exceptions.${call} }}` })
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([expected])
  })

  it('prints to the notes, not into SQL', () => {
    expect(sqlOf("{{ print('here') }}select 1")).toBe('select 1')
    expect(codesOf("{{ print('here') }}select 1")).toEqual(['template-log'])
  })

  test.each(['now', 'utcnow', 'today'])('has no clock: datetime.%s', (name) => {
    expect(codesOf(`select '{{ modules.datetime.datetime.${name}() }}'`)).toEqual(['template-unsupported'])
  })

  test.each([...absentNames.keys()])('says what to write instead of %s', (name) => {
    const { value, diagnostics } = compileFiles({ [path]: `select '{{ ${name} }}'` })
    expect(value).toBeUndefined()
    expect(diagnostics.map(({ code }) => code)).toEqual(['template-unsupported'])
    expect(diagnostics[0]?.help[0]).toBe(absentNames.get(name))
    expect(sqlOf(`select {{ 1 if ${name} is defined else 2 }}`)).toBe('select 2')
  })

  test.each(['get_relation', 'create_schema'])('refuses adapter.%s', (name) => {
    expect(codesOf(`select {{ adapter.${name}('a') }}`)).toEqual(['template-unsupported'])
  })
})
