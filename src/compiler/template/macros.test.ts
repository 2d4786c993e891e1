import { describe, expect, it } from 'vitest'
import { loadMacros, macrosUsed } from './macros.ts'
import { parseTemplate } from './parse.ts'
import { macroFile, modelFile } from './testing.ts'

function parsed(text: string) {
  const { value } = parseTemplate(modelFile(text))
  if (!value) throw new Error(`does not parse: ${text}`)
  return value
}

function library(text: string) {
  const { value } = loadMacros([macroFile(text)])
  if (!value) throw new Error(`does not load: ${text}`)
  return value
}

describe('macrosUsed', () => {
  const macros = library(
    '{% macro a() %}{{ b() }}{% endmacro %}{% macro b(x=c) %}{% endmacro %}{% macro c() %}{{ a() }}{% endmacro %}{% macro d() %}{% endmacro %}',
  )

  it('follows macros through bodies and defaults, around circles', () => {
    expect(macrosUsed(parsed('select {{ a() }}'), macros)).toEqual(['a', 'b', 'c'])
    expect(macrosUsed(parsed('{% if false %}{{ d() }}{% endif %}'), macros)).toEqual(['d'])
    expect(macrosUsed(parsed('select 1'), macros)).toEqual([])
  })

  it('sees macros that are passed on, called by blocks, or used in a macro of the template', () => {
    expect(macrosUsed(parsed('{% set f = d %}'), macros)).toEqual(['d'])
    expect(macrosUsed(parsed('{% call d() %}{% endcall %}'), macros)).toEqual(['d'])
    expect(macrosUsed(parsed('{% macro m() %}{{ d() }}{% endmacro %}'), macros)).toEqual(['d'])
  })
})

describe('loadMacros', () => {
  it('keeps the text of each macro with its tags', () => {
    const macros = library('{# one #}\n{%- macro a(x) -%}\n {{ x }}\n{%- endmacro -%}\n')
    expect(macros.macros.get('a')?.source).toBe('{%- macro a(x) -%}\n {{ x }}\n{%- endmacro -%}')
  })

  it('refuses names of the host', () => {
    const { diagnostics } = loadMacros([macroFile('{% macro ref() %}{% endmacro %}')], ['ref'])
    expect(diagnostics.map((d) => [d.code, d.location?.column])).toEqual([['reserved-macro', 10]])
  })

  it('reports the errors of all files', () => {
    const one = { path: 'macros/1.sql', text: '{% macro a( %}{% endmacro %}' }
    const two = { path: 'macros/2.sql', text: '{% macro b() %}' }
    expect(loadMacros([one, two]).diagnostics.map((d) => [d.code, d.location?.path])).toEqual([
      ['template-syntax', 'macros/1.sql'],
      ['template-unclosed', 'macros/2.sql'],
    ])
  })
})
