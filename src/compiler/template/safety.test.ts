import { describe, expect, it } from 'vitest'
import { fromJson } from './json.ts'
import { attempt, codes } from './testing.ts'

const globals = { vars: fromJson({ x: 1, list: [3, 1] }) }
const deep = (set: string) => `{% set ns = namespace(x=[1]) %}{% for i in range(60) %}${set}{% endfor %}`
const doubled = deep('{% set ns.x = [ns.x, ns.x] %}')

/** Ways out of a template that work in Nunjucks, Jinja or Python; none may reach anything here. */
const escapes: readonly (readonly [string, string])[] = [
  ['{{ range.constructor("return process")() }}', 'undefined-member'],
  ['{{ "".constructor.constructor("return process")() }}', 'undefined-member'],
  ['{{ vars["con" + "structor"] }}', 'undefined-member'],
  ['{{ vars.__proto__ }}', 'undefined-member'],
  ["{{ vars['__proto__'].__defineGetter__('polluted', range) }}", 'undefined-member'],
  ['{{ vars["constructor"] | default(vars.constructor) }}', 'undefined-member'],
  ['{{ joiner().constructor }}', 'undefined-member'],
  ['{% macro m() %}{% endmacro %}{{ m.constructor }}', 'undefined-member'],
  ["{% macro m() %}{{ caller['constructor'] }}{% endmacro %}{% call m() %}{% endcall %}", 'template-type'],
  ['{{ [].constructor }}', 'undefined-member'],
  ["{{ [1]['constructor'] }}", 'template-type'],
  ["{{ 'a'['length'] }}", 'template-type'],
  ["{{ range['call'] }}", 'template-type'],
  ["{{ {'__proto__': {'a': 1}}.a }}", 'undefined-member'],
  ['{{ {}.hasOwnProperty }}', 'undefined-member'],
  ["{{ dict(a=1)['constructor'] }}", 'undefined-member'],
  ['{{ namespace().constructor }}', 'undefined-member'],
  ["{{ 'a'.__class__.__mro__ }}", 'undefined-member'],
  ["{{ '{0.__class__}'.format(1) }}", 'template-type'],
  ["{{ '{0[__class__]}'.format(1) }}", 'template-type'],
  ["{{ vars | attr('__proto__') }}", 'undefined-member'],
  ["{{ range | attr('call') }}", 'undefined-member'],
  ["{{ [{}] | map(attribute='constructor') | list }}", 'undefined-member'],
  ["{{ [range] | map(attribute='call') | list }}", 'undefined-member'],
  ["{{ [{}] | map(attribute='__proto__.polluted') | list }}", 'undefined-member'],
  ["{{ [{}] | groupby('constructor') }}", 'undefined-member'],
  ["{{ [{}, {}] | sort(attribute='__proto__') }}", 'undefined-member'],
  ["{{ [{}] | selectattr('constructor') | list }}", 'undefined-member'],
  ["{{ [{}] | sum(attribute='constructor') }}", 'undefined-member'],
  ["{{ ['a'] | map('constructor') | list }}", 'unknown-filter'],
  ["{{ ['a'] | select('constructor') | list }}", 'unknown-test'],
  ["{{ [1] | map('map', 'map') | list }}", 'template-type'],
  ['{{ 1 | constructor }}', 'unknown-filter'],
  ['{{ 1 is constructor }}', 'unknown-test'],
  ['{{ constructor }}', 'undefined-name'],
  ['{{ toString }}', 'undefined-name'],
  ['{{ __proto__ }}', 'undefined-name'],
  ['{{ globalThis }}', 'undefined-name'],
  ['{% set ns.__proto__ = 1 %}', 'undefined-name'],
  ["{% set ns = namespace() %}{% set ns.__proto__ = {'polluted': 1} %}{{ ns.polluted }}", 'undefined-member'],
  ["{% do vars.update({'x': 2}) %}", 'template-type'],
  ['{% do vars.list.append(2) %}', 'template-type'],
  ["{% include '/etc/passwd' %}", 'template-unsupported'],
  ["{% import '../../x' as x %}", 'template-unsupported'],
  ["{% from 'x' import y %}", 'template-unsupported'],
  ["{% extends 'x' %}", 'template-unsupported'],
  ["{{ '\\ue000' }}", 'private-character'],
  ['select \ue000', 'private-character'],
]

/** Templates that would run for ever or fill the memory. */
const exhausting: readonly string[] = [
  '{% for i in range(1000000000000000) %}x{% endfor %}',
  '{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}',
  '{% for i in range(100000) %}{% for j in range(100000) %}{% break %}{% endfor %}{% endfor %}',
  "{{ 'a' * 1000000000 }}",
  '{{ [0] * 1000000000 }}',
  deep('{% set ns.x = ns.x | string ~ ns.x | string %}'),
  `${doubled}{{ ns.x }}`,
  `${doubled}{{ ns.x == ns.x | list }}`,
  `${doubled}{{ ns.x < ns.x | list }}`,
  `${doubled}{{ ns.x | tojson }}`,
  `${doubled}{{ (ns.x | list) in [ns.x] }}`,
  '{% set l = [] %}{% do l.append(l) %}{{ l }}',
  '{% set l = [] %}{% do l.append(l) %}{{ l == [l] }}',
  '{% set l = [] %}{% do l.append(l) %}{{ l < [l] }}',
  '{% set l = [1] %}{% for i in range(100) %}{% do l.extend(l) %}{% endfor %}',
  '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
  '{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(90) }}',
  "{{ 'x'.ljust(1000000000) }}",
  "{{ 'a' | center(1000000000) }}",
  "{{ 'a' | indent(1000000000, true) }}",
  "{{ ('a' * 100000).replace('a', 'b' * 100000) }}",
  "{{ ('%s' * 10000) % (('a' * 100000,) * 10000) }}",
  "{{ ('a' * 100000).join(['b'] * 100000) }}",
  '{{ [1] | batch(1000000000, 0) | list }}',
  "{% set ns = namespace(s='') %}{% for i in range(1000000) %}{% set ns.s = ns.s ~ 'aaaaaaaaaaaaaaaa' %}{% endfor %}",
  `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
  `{{ ${'not '.repeat(20_000)}1 }}`,
  `{{ ${'-'.repeat(20_000)}1 }}`,
  `{{ 1${' ~ 1'.repeat(50_000)} }}`,
  `{{ a${'.b'.repeat(50_000)} }}`,
  `{{ a${' | upper'.repeat(50_000)} }}`,
  `{{ a${' and a'.repeat(50_000)} }}`,
  `{{ ${'['.repeat(5000)} }}`,
  `{{ 1${' if 1 else 1'.repeat(5000)} }}`,
  '{% if 1 %}'.repeat(5000),
]

describe('templates cannot leave their values', () => {
  it.each(escapes)('%s', (template, code) => {
    expect(codes(template, { globals })).toContain(code)
    expect(attempt(template, { globals }).pieces).toBeUndefined()
  })

  it('nothing of it changed an object of the host', () => {
    for (const [template] of escapes) attempt(template, { globals })
    expect('polluted' in {}).toBe(false)
    expect(globals.vars).toEqual(fromJson({ x: 1, list: [3, 1] }))
  })
})

describe('templates end, whatever they say', () => {
  it.each(exhausting.map((template) => [template.slice(0, 80), template] as const))('%s', (_, template) => {
    expect(codes(template)).toContain('template-limit')
  })

  it('a long but honest template is fine', () => {
    const rows = '{% for i in range(10000) %}{{ i }},{% endfor %}'
    expect(attempt(rows).diagnostics).toEqual([])
    const dictionary = `{% set d = { ${Array.from({ length: 5000 }, (_, i) => `'k${i}': range(${i % 3})`).join(', ')} } %}`
    expect(attempt(dictionary).diagnostics).toEqual([])
    const branches = `{% if 0 %}${'{% elif 0 %}x'.repeat(5000)}{% else %}y{% endif %}`
    expect(attempt(branches).diagnostics).toEqual([])
  })
})
