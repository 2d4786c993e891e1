import { describe, expect, it } from 'vitest'
import { diagnose } from '../../diagnostics/index.ts'
import { HoleTable } from './holes.ts'
import { fail, locationOf } from './site.ts'
import { attempt, codes, modelFile, shown } from './testing.ts'
import { type CallArguments, callable, Dictionary, Printable, type TemplateValue } from './value.ts'

const origins = (text: string, setting: Parameters<typeof attempt>[1] = {}) =>
  attempt(text, setting).pieces?.map((piece) => [
    'text' in piece ? piece.text : piece.hole.kind,
    piece.origin?.path,
    text.slice(piece.origin?.start, piece.origin?.end),
    piece.origin?.verbatim,
  ])

describe('origins', () => {
  const { path } = modelFile('')

  it('template text is verbatim, an expression is the origin of what it prints', () => {
    expect(origins("a {{ 'x' ~ 1 }}\n  b{#- c -#} d")).toEqual([
      ['a ', path, 'a ', true],
      ['x1', path, "'x' ~ 1", false],
      ['\n  b', path, '\n  b', true],
      ['d', path, 'd', true],
    ])
  })

  it('white space control moves the origin with the text', () => {
    expect(origins('{% if true -%}   a   {%- endif %}')).toEqual([['a', path, 'a', true]])
    expect(origins('{% raw -%}  {{ x }}  {%- endraw %}')).toEqual([['{{ x }}', path, '{{ x }}', true]])
  })

  it("a macro called in an output keeps its own file's origins, also through other macros and call blocks", () => {
    const macros =
      '{% macro sums(x) %}sum({{ x }}){% endmacro %}{% macro both() %}[{{ sums(1) }}{{ caller() }}]{% endmacro %}'
    const { pieces } = attempt('{% call both() %}z{% endcall %}', { macros })
    expect(pieces?.map((p) => [p.origin?.path, 'text' in p && p.text])).toEqual([
      ['macros/m.sql', '['],
      ['macros/m.sql', 'sum('],
      ['macros/m.sql', '1'],
      ['macros/m.sql', ')'],
      [path, 'z'],
      ['macros/m.sql', ']'],
    ])
    expect(origins("{{ sums('a') | upper }}", { macros })).toEqual([['SUM(A)', path, "sums('a') | upper", false]])
  })
})

describe('holes', () => {
  const holes = new HoleTable()
  const start = new Printable({
    description: '`window.start`',
    text: holes.mark({ kind: 'window', bound: 'start', type: 'date' }),
    refuse: (use, site) => diagnose('known-when-run', { what: 'the window', use }, locationOf(site)),
  })
  const setting = { holes, globals: { start } }
  const hole = '{"kind":"window","bound":"start","type":"date"}'

  it('survive joining, trimming, replacing, lists, macros and blocks', () => {
    expect(shown("x >= {{ start }} and y < {{ ('(' ~ start ~ ' )') | replace(' ', '') }}", setting)).toBe(
      `x >= ${hole} and y < (${hole})`,
    )
    expect(shown("{{ ['a', start] | join(', ') | trim }}", setting)).toBe(`a, ${hole}`)
    expect(shown('{% macro m(b) %}<{{ b }}>{% endmacro %}{{ m(start) | indent }}', setting)).toBe(`<${hole}>`)
    expect(shown("{% set t %}t{{ start }}{% endset %}{{ '%s!' % t }}{{ '{}'.format(start) }}", setting)).toBe(
      `t${hole}!${hole}`,
    )
  })

  it('have the origin of the expression that printed them', () => {
    expect(origins('a {{ start ~ 1 }}', setting)?.map(([, , text]) => text)).toEqual(['a ', 'start ~ 1', 'start ~ 1'])
  })

  it('are equal for equal places', () => {
    expect(holes.mark({ kind: 'window', bound: 'start', type: 'date' })).toBe(start.text)
    expect(holes.mark({ kind: 'window', bound: 'end', type: 'date' })).not.toBe(start.text)
  })

  it.each([
    '{% if start %}{% endif %}',
    "{% if start > '2013' %}{% endif %}",
    "{{ start == 'x' }}",
    "{{ 'a' in (start ~ '') }}",
    '{{ (start ~ 1)[0] }}',
    '{{ (start ~ 1) | length }}',
    '{{ (start ~ 1) | upper }}',
    '{{ (start ~ 1).split() }}',
    '{{ [start ~ 1] | sort | unique | list }}',
    '{{ {start ~ 1: 2} }}',
    '{% for c in start ~ 1 %}{% endfor %}',
    '{{ (start ~ 1) | int }}',
  ])('what depends on their text is refused: %s', (template) => {
    const used = template.includes('sort') ? template.replace('[start', "['b', start") : template
    expect(codes(used, setting)).toEqual(['known-when-run'])
  })

  it('more than there are markers is a diagnostic at the call', () => {
    const many = new HoleTable()
    const ref = callable('ref', ({ positional }) => many.mark({ kind: 'relation', node: String(positional[0]) }))
    expect(codes('{% for i in range(7000) %}{{ ref(i) }}{% endfor %}', { holes: many, globals: { ref } })).toEqual([
      'template-limit',
    ])
  })
})

describe('calls of the host', () => {
  const seen: CallArguments[] = []
  const record = callable('record', (call) => {
    seen.push(call)
    return ''
  })

  it('get values and the places of call and arguments', () => {
    const text = "select {{ record('a', [1], *[true], flag=none, **{'x': 2.0}) }}"
    expect(codes(text, { globals: { record } })).toEqual([])
    const call = seen.at(-1)
    const at = (site?: { start: number; end: number }) => site && text.slice(site.start, site.end)
    expect(call?.positional).toEqual(['a', [1], true])
    expect([...(call?.named.keys() ?? [])]).toEqual(['flag', 'x'])
    expect(at(call?.site)).toBe("record('a', [1], *[true], flag=none, **{'x': 2.0})")
    expect(call?.positionalSites.map(at)).toEqual(["'a'", '[1]', '[true]'])
    expect(at(call?.namedSites.get('flag'))).toBe('none')
  })

  it('may throw an error at an argument', () => {
    const refuse = callable('refuse', ({ positionalSites, site }) =>
      fail('template-type', { problem: 'no' }, positionalSites[0] ?? site),
    )
    const [diagnostic] = attempt('select\n  {{ refuse(12) }}', { globals: { refuse } }).diagnostics
    expect(diagnostic?.location).toMatchObject({ line: 2, column: 13, endColumn: 15 })
  })

  it('are made once for each time they are written', () => {
    let count = 0
    const next = callable('next', () => ++count)
    expect(shown('{{ next() }}{{ next() }}', { globals: { next } })).toBe('12')
    const stack = callable('stack', () => callable('inner', () => ++count))
    expect(shown('{{ stack()() }}', { globals: { stack } })).toBe('3')
  })
})

describe('undefined', () => {
  it('is an error in branches that run, and only there', () => {
    expect(codes('{% if false %}{{ x }}{% endif %}{{ y }}')).toEqual(['undefined-name'])
    expect(shown('{{ 1 if true else x }}{{ true or x }}')).toBe('1True')
  })

  it('members of what is undefined are errors even for `is defined`', () => {
    expect(codes('{{ a.b is defined }}')).toEqual(['undefined-name'])
    expect(shown("{{ d.b is defined }}{{ d.b | default('z') }}", { globals: { d: new Dictionary() } })).toBe('Falsez')
  })

  it('errors of one template come together, those that follow from another do not', () => {
    const text =
      '{% set a = x %}{{ a }}{% if a %}{{ a }}{% endif %}{{ a | default(1) }}{{ a is defined }}{{ y }}{% do z() %}'
    expect(codes(text)).toEqual(['undefined-name', 'undefined-name', 'undefined-name'])
    expect(codes('{% if x %}{% set a = 1 %}{% endif %}{{ a }}')).toEqual(['undefined-name'])
  })
})

describe('macros', () => {
  it('see globals and each other, but not the variables of their callers', () => {
    const globals: Record<string, TemplateValue> = { this: 'me' }
    expect(
      shown('{{ a() }}', {
        globals,
        macros: '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ this }}{% endmacro %}',
      }),
    ).toBe('me')
    expect(codes('{% set v = 1 %}{{ a() }}', { macros: '{% macro a() %}{{ v }}{% endmacro %}' })).toEqual([
      'undefined-name',
    ])
    expect(shown('{% set v = 1 %}{% macro a() %}{{ v }}{% endmacro %}{{ a() }}')).toBe('1')
  })

  it('are visible before they are defined', () => {
    expect(shown('{{ a() }}{% macro a() %}1{% endmacro %}')).toBe('1')
  })

  it('return values of any kind, and what they printed is dropped', () => {
    const macros =
      "{% macro days() %}text{{ return([1, 2]) }}more{% endmacro %}{% macro text() %} {{ return('x') }}{% endmacro %}"
    expect(shown('{% for d in days() %}{{ d + 1 }},{% endfor %}[{{ text() }}]{{ days() }}', { macros })).toBe(
      '2,3,[x][1, 2]',
    )
  })

  it('a loop in a macro that returns ends with it', () => {
    const macros =
      '{% macro first_even(l) %}{% for i in l %}{% if i is even %}{{ return(i) }}{% endif %}{% endfor %}{{ return(0) }}{% endmacro %}'
    expect(shown('{{ first_even([1, 4, 6]) + 1 }}', { macros })).toBe('5')
  })
})

describe('what is printed', () => {
  it('`if` without `else` is empty text', () => {
    expect(shown("[{{ 'a' if false }}]{% set x = 'a' if false %}[{{ x }}]")).toBe('[][]')
  })

  it('none is an error, but prints inside of lists and texts', () => {
    expect(codes('{{ none }}')).toEqual(['template-type'])
    expect(shown("{{ [none] }}{{ 'a' ~ none }}")).toBe('[None]aNone')
  })

  it('`{{` of SQL passes through raw blocks, `#}` through text', () => {
    expect(shown("{% raw %}'{{'{% endraw %} #} %} }}")).toBe("'{{' #} %} }}")
  })
})

describe('bounds of error reporting', () => {
  it('stops after 50 errors, and does not look for names like very long ones', () => {
    expect(codes('{{ x }}'.repeat(1000))).toHaveLength(50)
    const long = 'a'.repeat(50_000)
    const [diagnostic] = attempt(`{% set ns = namespace(${long}=1) %}{{ ns.${long}b }}`).diagnostics
    expect(diagnostic?.help).toEqual([])
  })
})
