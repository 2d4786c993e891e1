/**
 * Ways out of a template, generated: every kind of value that a template can hold, in every position where a name is looked
 * up, with every name that leads somewhere in JavaScript or Python. Each has to end in a diagnostic.
 */

export const prelude =
  '{% macro m() %}{% endmacro %}{% set ns = namespace() %}{% set re = modules.re %}{% set day = modules.datetime.date(2024, 1, 5) %}'

export const values = [
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

export const names = [
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

export const positions: readonly ((value: string, name: string) => string)[] = [
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
export const crafted: readonly string[] = names.flatMap((name) => [
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

/** All of them. */
export const escapes: readonly string[] = [...new Set([...payloads, ...crafted])]
