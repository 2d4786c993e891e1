import { describe, expect, it } from 'vitest'
import { attempt, codes, shown } from './testing.ts'

const re = (call: string) => `{% set re = modules.re %}{{ ${call} }}`

describe('regular expressions', () => {
  it('end, whatever they are', () => {
    const started = performance.now()
    const hostile = [
      `re.match('(a+)+$', '${'a'.repeat(60)}b')`,
      `re.match('(a|a)*$', '${'a'.repeat(60)}b')`,
      `re.search('(.*)(.*)(.*)(.*)(.*)(.*)x$', 'a' * 3000)`,
      `re.sub('(x+x+)+y', '', 'x' * 5000)`,
    ]
    for (const call of hostile) expect(codes(re(call))).toEqual(['template-limit'])
    expect(performance.now() - started).toBeLessThan(8000)
  })

  it.each(['a(', '[a', '*', 'a{2000}', '(?<=a)b', '\\\\q', 'a**', '(?P<a>x)(?P<a>y)', '[z-a]', '\\\\2'])(
    'that cannot be read are an error: %s',
    (pattern) => {
      expect(codes(re(`re.match('${pattern}', 'a')`))).toEqual(['template-type'])
    },
  )

  it('call a macro for each match', () => {
    expect(shown(`{% macro up(m) %}<{{ m.group() }}>{% endmacro %}${re("re.sub('[ac]', up, 'abc')")}`)).toBe('<a>b<c>')
  })
})

describe('data', () => {
  it('reads YAML and writes it', () => {
    expect(shown("{{ fromyaml('a: [1, x]\\nb: {c: null}') }}")).toBe("{'a': [1, 'x'], 'b': {'c': None}}")
    expect(shown("{{ toyaml({'a': [1, 'x']}) }}")).toBe('a:\n- 1\n- x\n')
    expect(shown("{{ tojson({'b': \"it's\", 'a': 1.0}) }}")).toBe('{"b": "it\'s", "a": 1.0}')
    expect(shown("{{ tojson({'b': 1, 'a': 1}, sort_keys=true) }}")).toBe('{"a": 1, "b": 1}')
  })

  it('takes the default for a text that cannot be read, and else is an error', () => {
    expect(shown("{{ fromjson('{', 'none') }} {{ fromyaml('[', 0) }}")).toBe('none 0')
    expect(codes("{{ fromjson('{') }}")).toEqual(['template-type'])
    expect(codes("{{ fromyaml('a: [') }}")).toEqual(['template-type'])
    expect(codes("{{ fromjson('12345678901234567890') }}")).toEqual(['template-type'])
  })

  it('refuses what would take for ever to read', () => {
    expect(codes("{{ fromyaml('a' * 200000) }}")).toEqual(['template-limit'])
    expect(codes(`{{ fromyaml('a: &a [x]\\n${'b: [*a, *a]\\n'.repeat(200)}') | length }}`)).not.toEqual([])
  })

  it('keeps keys of JavaScript as keys', () => {
    expect(shown('{{ fromjson(\'{"__proto__": {"polluted": 1}}\') }}')).toBe("{'__proto__': {'polluted': 1}}")
    expect('polluted' in {}).toBe(false)
  })

  it('does not print a set, whose order Python leaves open', () => {
    expect(codes('{{ set([1]) }}')).toEqual(['template-type'])
    expect(codes('{{ [set([1])] }}')).toEqual(['template-type'])
  })
})

describe('recursive loops', () => {
  it('are bounded', () => {
    expect(codes('{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}')).toEqual(['template-limit'])
  })

  it('are called only where they are declared', () => {
    expect(codes('{% for x in [1] %}{{ loop([1]) }}{% endfor %}')).toEqual(['not-callable'])
  })
})

describe('filters that are for HTML or chance', () => {
  it.each(['random', 'escape', 'e', 'striptags', 'urlize', 'wordwrap', 'pprint'])('are refused: %s', (name) => {
    const { diagnostics } = attempt(`{{ 'a' | ${name} }}`)
    expect(diagnostics.map(({ code }) => code)).toEqual(['template-unsupported'])
    expect(diagnostics[0]?.help).toHaveLength(1)
  })
})
