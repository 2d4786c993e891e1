import { describe, expect, it } from 'vitest'
import { HoleTable } from './holes.ts'
import { loadMacros, macrosUsed } from './macros.ts'
import { parseTemplate } from './parse.ts'
import { renderTemplate } from './render.ts'
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

describe('macros of packages', () => {
  const files = [
    { path: 'macros/m.sql', text: '{% macro a() %}own a{% endmacro %}{% macro default__d() %}own d{% endmacro %}' },
    {
      path: 'packages/p/macros/m.sql',
      text: '{% macro a() %}a of p{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{% macro c() %}{{ e() }}{% endmacro %}{% macro duckdb__d() %}d of p{% endmacro %}{% macro default__f() %}f of p{% endmacro %}',
    },
    { path: 'packages/q/macros/m.sql', text: '{% macro e() %}{% endmacro %}{% macro g() %}{{ p.b() }}{% endmacro %}' },
  ]
  const packages = new Map([
    ['packages/p/macros/m.sql', 'p'],
    ['packages/q/macros/m.sql', 'q'],
    ['packages/p/models/x.sql', 'p'],
  ])
  const { value: macros } = loadMacros(files, [], { project: 'shop', packages })
  if (!macros) throw new Error('does not load')
  const adapter = { engine: 'duckdb', quote: (name: string) => name, onDispatch: () => undefined }
  const rendered = (text: string, path = 'models/a.sql', dispatchOrder = new Map<string, string[]>()) => {
    const { value: template } = parseTemplate({ path, text })
    if (!template) throw new Error(`does not parse: ${text}`)
    const options = { globals: new Map(), macros, holes: new HoleTable(), adapter: { ...adapter, dispatchOrder } }
    const { value, diagnostics } = renderTemplate(template, options)
    return value?.pieces.map((piece) => ('text' in piece ? piece.text : '')).join('') ?? diagnostics[0]?.message
  }

  it('are called by the name of the package, those of the own package and of the project by their bare names', () => {
    expect(rendered('{{ a() }}, {{ p.a() }}, {{ shop.a() }}')).toBe('own a, a of p, own a')
    expect(rendered('{{ a() }}, {{ b() }}', 'packages/p/models/x.sql')).toBe('a of p, a of p')
    expect(rendered('{{ q.g() }}')).toBe('a of p')
  })

  it('may have words between them, which those of the project may not', () => {
    const file = { path: 'packages/p/macros/n.sql', text: '-- Redshift\n{% macro r() %}{% endmacro %}' }
    const ownership = { project: 'shop', packages: new Map([[file.path, 'p']]) }
    expect(loadMacros([file], [], ownership).diagnostics).toEqual([])
    expect(loadMacros([file]).diagnostics.map(({ code }) => code)).toEqual(['outside-macro'])
  })

  it('are not visible by bare names in other packages', () => {
    expect(rendered('{{ b() }}')).toBe('`b` is not defined')
    expect(rendered('{{ p.c() }}')).toBe('`e` is not defined')
  })

  it('are overridden by the project through `adapter.dispatch`, unless it says otherwise', () => {
    expect(rendered("{{ adapter.dispatch('d', 'p')() }}")).toBe('own d')
    expect(rendered("{{ adapter.dispatch('f', 'p')() }}")).toBe('f of p')
    expect(rendered("{{ adapter.dispatch('d', 'p')() }}", 'models/a.sql', new Map([['p', ['p', 'shop']]]))).toBe(
      'd of p',
    )
  })

  it('are used by those who call them', () => {
    const used = (text: string) => macrosUsed(parsed(text), macros)
    expect(used('{{ p.b() }}')).toEqual(['p.a', 'p.b'])
    expect(used('{{ a() }}')).toEqual(['a'])
    expect(used("{{ q['g']() }}")).toEqual(['p.a', 'p.b', 'q.e', 'q.g'])
  })
})
