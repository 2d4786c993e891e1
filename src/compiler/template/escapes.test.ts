import { describe, expect, it } from 'vitest'
import { fromJson } from './json.ts'
import { attempt } from './testing.ts'

/**
 * Ways out of a template, generated: every kind of value that a template can hold, in every position where a name is looked
 * up, with every name that leads somewhere in JavaScript or Python. Each has to end in a diagnostic.
 */

const prelude =
  '{% macro m() %}{% endmacro %}{% set ns = namespace() %}{% set re = modules.re %}{% set day = modules.datetime.date(2024, 1, 5) %}'

const values = [
  "('a')",
  '(1)',
  '(1.5)',
  '(true)',
  '[1]',
  '{}',
  "{'a': 1}",
  '(1, 2)',
  'range',
  'm',
  'ns',
  'vars',
  'vars.list',
  'modules',
  're',
  're.sub',
  "re.match('a', 'a')",
  'day',
  'day.strftime',
  '(day - day)',
  "joiner(',')",
  "cycler('a')",
  'set([1])',
  "'a'.upper",
  '[1].append',
  "{'a': 1}.items",
  'adapter',
  'adapter.dispatch',
  'dict',
  'fromjson',
]

const names = [
  'constructor',
  '__proto__',
  'prototype',
  '__defineGetter__',
  '__lookupGetter__',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'caller',
  'arguments',
  'call',
  'apply',
  'bind',
  '__class__',
  '__mro__',
  '__subclasses__',
  '__globals__',
  '__init__',
]

const positions: readonly ((value: string, name: string) => string)[] = [
  (v, n) => `{{ ${v}.${n} }}`,
  (v, n) => `{{ ${v}['${n}'] }}`,
  (v, n) => `{{ ${v}['${n.slice(0, 4)}' ~ '${n.slice(4)}'] }}`,
  (v, n) => `{{ ${v}[['${n}'] | first] }}`,
  (v, n) => `{{ ${v} | attr('${n}') }}`,
  (v, n) => `{{ [${v}] | map(attribute='${n}') | list }}`,
  (v, n) => `{{ [${v}] | map(attribute='${n}.${n}') | list }}`,
  (v, n) => `{{ [${v}, ${v}] | sort(attribute='${n}') | list }}`,
  (v, n) => `{{ [${v}] | groupby('${n}') | list }}`,
  (v, n) => `{{ [${v}] | sum(attribute='${n}') }}`,
  (v, n) => `{{ [${v}] | selectattr('${n}') | list }}`,
  (v, n) => `{{ ${v}.${n}('return process')() }}`,
  (v, n) => `{{ '{0.${n}}'.format(${v}) }}`,
  (v, n) => `{{ '{0[${n}]}'.format(${v}) }}`,
  (v, n) => `{% set found = ${v}.${n} %}{{ found }}`,
  (v, n) => `{% for x in ${v}.${n} %}{{ x }}{% endfor %}`,
  (v, n) => `{% call ${v}.${n}() %}{% endcall %}`,
  (v, n) => `{% with x = ${v}.${n} %}{{ x }}{% endwith %}`,
]

const payloads = values.flatMap((value) =>
  names.flatMap((name) => positions.map((position) => prelude + position(value, name))),
)

/** Payloads that need a form of their own. */
const crafted: readonly string[] = names.flatMap((name) => [
  `{{ ${name} }}`,
  `{% set ${name} = 1 %}{{ ${name}.polluted }}`,
  `{% set ns = namespace() %}{% set ns.${name} = {'polluted': 1} %}{{ ns.polluted }}`,
  `{{ namespace(${name}={'polluted': 1}).polluted }}`,
  `{{ dict(${name}={'polluted': 1}).polluted }}`,
  `{{ {'${name}': {'polluted': 1}}.polluted }}`,
  `{{ fromjson('{"${name}": {"polluted": 1}}').polluted }}`,
  `{{ fromyaml('${name}: {polluted: 1}').polluted }}`,
  `{% set d = {} %}{% do d.update({'${name}': {'polluted': 1}}) %}{{ d.polluted }}`,
  `{% set d = {} %}{% do d.setdefault('${name}', {'polluted': 1}) %}{{ d.polluted }}`,
  `{{ {}.get('${name}').polluted }}`,
  `{{ {}.pop('${name}') }}`,
  `{% macro m(a) %}{% endmacro %}{{ m(${name}=1) }}`,
  `{% macro m() %}{{ kwargs.polluted }}{% endmacro %}{{ m(${name}={'polluted': 1}) }}`,
  `{{ range(${name}=1) }}`,
  `{{ 'a' | ${name} }}`,
  `{{ 'a' is ${name} }}`,
  `{{ ['a'] | map('${name}') | list }}`,
  `{{ ['a'] | select('${name}') | list }}`,
  `{{ '%(${name})s' % {} }}`,
  `{{ '{${name}}'.format(a=1) }}`,
  `{{ modules.${name} }}`,
  `{{ modules.re.match('(?P<a>x)', 'x').group('${name}') }}`,
  `{{ modules.re.sub('(x)', '\\\\g<${name}>', 'x') }}`,
  `{{ modules.datetime.datetime(2024, 1, 1).strftime('%${name.slice(0, 1) === '_' ? '_' : 'K'}') }}`,
  `{{ modules.datetime.timedelta(${name}=1) }}`,
  `{{ adapter.dispatch('${name}')() }}`,
  `{{ vars.update({'${name}': 1}) }}`,
  `{% ${name} %}`,
  `{% include '${name}' %}`,
])

const all = [...new Set([...payloads, ...crafted])]

function outcomeOf(payload: string): string {
  const { pieces, diagnostics } = attempt(payload, { globals: { vars: fromJson({ a: 1, list: [1] }) } })
  if ('polluted' in {} || Object.keys(Object.prototype).length > 0) return 'polluted the host'
  return pieces === undefined && diagnostics.length > 0 ? 'refused' : 'rendered'
}

describe('ways out of a template', () => {
  it('are many', () => {
    expect(all.length).toBeGreaterThan(10_000)
  })

  it.each(values)('are not refused for something else: %s exists', (value) => {
    expect(outcomeOf(`${prelude}{% set found = ${value} %}ok`)).toBe('rendered')
  })

  it.each(values)('end in a diagnostic: %s, with every name in every position', (value) => {
    const mine = names.flatMap((name) => positions.map((position) => prelude + position(value, name)))
    expect(mine.filter((payload) => outcomeOf(payload) !== 'refused')).toEqual([])
  })

  it.each(crafted)('end in a diagnostic: %s', (payload) => {
    expect(outcomeOf(payload)).toBe('refused')
  })
})
