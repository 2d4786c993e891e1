import { describe, expect, it } from 'vitest'
import { templateCodes } from '../../diagnostics/codes/template.ts'
import { HoleTable } from './holes.ts'
import { fromJson } from './json.ts'
import { codes, type Setting, shown } from './testing.ts'
import { Printable } from './value.ts'

const holes = new HoleTable()
const relation = new Printable({
  description: 'the relation raw_data.flights',
  text: holes.mark({ kind: 'relation', node: 'raw_data.flights' }),
})
const globals = { flights: relation, vars: fromJson({ start_date: '2013-01-01', days: [1, 2] }) }

/** A template for every message that is worth reading; the golden file shows what the user sees. */
const cases: readonly (readonly [string, string, Setting?])[] = [
  ['an output that is not an expression', 'select {{ a | }} from b'],
  ['an output with words in a row', 'select\n  {{ carrier flights }}\nfrom x'],
  ['an end of the tag that is too early', "select {{ ref('a' }} from b"],
  ['a text that is not closed', "select {{ 'abc }}\nfrom b"],
  ['an output that is not closed', 'select {{ a\nfrom b'],
  ['a comment that is not closed', 'select 1 {# a\nfrom b'],
  ['a name that is none', 'select {{ a$b }}'],
  ['a number that is none', 'select {{ 12abc }}'],
  ['an integer that is too large', 'select {{ 12345678901234567890 }}'],
  ['an argument given twice', 'select {{ m(a=1, a=2) }}'],
  ['an argument without name after one with', 'select {{ m(a=1, 2) }}'],
  ['a block that is not closed', 'select 1\n{% if vars.start_date %}\nwhere x = 1\n{% for a in [1] %}\n{% endfor %}\n'],
  ['an inner block that is not closed', '{% macro m() %}\n  {% for a in [1] %}\n    x\n{% endmacro %}'],
  ['a raw block that is not closed', 'select {% raw %} a'],
  ['a closing tag without an opening one', 'select 1\n{% endif %}'],
  ['a tag that does not exist', '{% fro x in [1] %}{% endfro %}'],
  ['a tag without a name', '{% 1 %}'],
  [
    'tags that are not supported',
    "{% include 'a.sql' %}\n{% block b %}\n{% endblock %}\n{% for x in [] recursive %}{% endfor %}",
  ],
  ['break outside of a loop', '{% break %}'],
  ['call of something else', '{% call 1 %}{% endcall %}'],
  ['several errors at once', 'select {{ a | uper }}, {{ b is strng }},\n  {{ c d }} {% if e f %}x{% endif %}'],
  [
    'a name that is not defined',
    "select {{ var.start_date }}, {{ vars.start_dat }}, {{ vars['star_date'] }}",
    { globals },
  ],
  ['a null', 'select {{ null }}'],
  ['a variable of a loop used after it', '{% for d in [1, 2] %}{% set latest = d %}{% endfor %}\nselect {{ latest }}'],
  ['an element that is not there', 'select {{ vars.days[5] }}', { globals }],
  ['an error that others follow from', '{% set a = missing %}{% set b = a + 1 %}select {{ a }}, {{ b }}, {{ other }}'],
  ['an addition of text and number', "select {{ 'a' + 1 }}"],
  ['a value that is none', "select {{ vars.get('x') }}", { globals }],
  ['a loop over a number', '{% for i in 10 %}{% endfor %}'],
  ['too few variables', '{% for a, b in [[1, 2, 3]] %}{% endfor %}'],
  ['a change of a value of the project', '{% do vars.days.append(3) %}', { globals }],
  ['a member set on something else', '{% set a = {} %}{% set a.b = 1 %}'],
  ['a function that is printed', 'select {{ range }}'],
  ['a call of a value', 'select {{ vars() }}', { globals }],
  ['return outside of a macro', '{{ return(1) }}'],
  ['a relation compared', "{% if flights ~ '' == 'a' %}{% endif %}", { globals, holes }],
  ['a relation measured', 'select {{ (flights ~ "x") | upper }}', { globals, holes }],
  ['too many steps', '{% for i in range(100) %}{% endfor %}', { limits: { steps: 50 } }],
  ['a macro without end', '{{ m() }}', { macros: '{% macro m() %}{{ m() }}{% endmacro %}' }],
  [
    'a macro called wrongly',
    '{{ m(1, 2) }}\n{{ m(colum=1) }}',
    { macros: '{% macro m(column) %}{{ column }}{% endmacro %}' },
  ],
  [
    'a macro without its argument',
    'select {{ m() }}',
    { macros: '{% macro m(column) %}\nsum({{ column }})\n{% endmacro %}' },
  ],
  [
    'an error inside of macros',
    'select\n  {{ outer(1) }}',
    { macros: '{% macro outer(x) %}{{ inner(x) }}{% endmacro %}\n{% macro inner(y) %}\n  {{ y.z }}\n{% endmacro %}' },
  ],
  ['a macro without call block', '{% call m() %}{% endcall %}', { macros: '{% macro m() %}{% endmacro %}' }],
  ['a macro defined twice', '', { macros: '{% macro m() %}{% endmacro %}\n{% macro m() %}{% endmacro %}' }],
  ['a macro with a taken name', '', { macros: '{% macro range() %}{% endmacro %}' }],
  ['text and tags outside of macros', '', { macros: 'select 1\n{% macro m() %}{% endmacro %}\n{% set x = 1 %}' }],
  ['a private character', 'select \ue001'],
]

describe('what is wrong with templates', () => {
  it('reads as agreed', async () => {
    const text = cases.map(([title, template, setting]) => `# ${title}\n\n${shown(template, setting)}\n`).join('\n')
    await expect(text).toMatchFileSnapshot('golden/errors.txt')
  })

  it('is said with every code of the registry', () => {
    const seen = new Set<string>(cases.flatMap(([, template, setting]) => codes(template, setting)))
    expect(Object.keys(templateCodes).filter((code) => !seen.has(code))).toEqual([])
  })
})
