import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adapterOf } from '../../src/adapters/index.ts'
import { isTimeZone, parsePartition, startInstant, units } from '../../src/calendar/index.ts'
import { compile, type Graph, select } from '../../src/compiler/index.ts'
import { renderDiagnostic } from '../../src/diagnostics/index.ts'
import { type Project, readProject } from '../../src/project/index.ts'
import { fold, isBlank, oneStatement, outline } from '../../src/sql/index.ts'

/**
 * Whatever is written: every reader ends, soon, with a value or with diagnostics, and throws nothing. `FUZZ_SECONDS` sets
 * how long each of them is tried (default 10), `FUZZ_SEED` where the inputs begin (always the same by default, so that a
 * change is judged by what it changed); a failing input is printed with its seed.
 */

const seconds = Number(process.env.FUZZ_SECONDS ?? 10)
const seed = Number(process.env.FUZZ_SEED ?? 20131103)
const longest = 1000

function fuzz<T>(input: fc.Arbitrary<T>, read: (input: T) => void): void {
  let runs = 0
  const property = fc.property(input, (given) => {
    runs++
    const before = process.cpuUsage()
    read(given)
    const { user } = process.cpuUsage(before)
    // Garbage of earlier inputs is cleared at the cost of one: what is slow is slow again.
    if (user / 1000 < longest) return
    const again = process.cpuUsage()
    read(given)
    expect(process.cpuUsage(again).user / 1000).toBeLessThan(longest)
  })
  fc.assert(property, { seed, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: seconds * 1000 })
  expect(runs).toBeGreaterThan(10)
}

/** Pieces of a language in any order and number, with text of any kind between them. */
function soup(pieces: readonly string[], most = 40): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...pieces) },
    { weight: 2, arbitrary: fc.string({ maxLength: 6, unit: 'binary' }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(' ', '\n', '\t', '\r\n', '\0', '\ufeff', '\u2028', 'é', '\ud800', '\ue000'),
    },
  )
  return fc.array(piece, { maxLength: most }).map((all) => all.join(''))
}

const settings = `name: fuzz
targets:
  local: { type: duckdb, path: warehouse.duckdb }
`

function projectOf(files: Readonly<Record<string, string>>): Project | undefined {
  const read = readProject(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    { vars: {}, env: {} },
  )
  for (const diagnostic of read.diagnostics) renderDiagnostic(diagnostic)
  return read.value
}

const duckdb = adapterOf('duckdb')

function compiled(files: Readonly<Record<string, string>>): Graph | undefined {
  const project = projectOf({ 'project.yml': settings, ...files })
  if (!project || !duckdb) return undefined
  const { value, diagnostics } = compile(project, duckdb)
  for (const diagnostic of diagnostics) renderDiagnostic(diagnostic)
  return value
}

const templatePieces = [
  ...'{{ }} {% %} {# #} {%- -%} {{- -}} ( ) [ ] { } , : . | ~ = == != < > + - * / // ** %'.split(' '),
  ...'if else elif endif for in endfor set endset macro endmacro call endcall with endwith do filter endfilter raw endraw'
    .split(' ')
    .flatMap((word) => [`${word} `, ` ${word}`]),
  ...'break continue recursive not and or is none true false loop caller varargs kwargs x y m ns'.split(' '),
  ...[
    '{% if x %}',
    '{% endif %}',
    '{% for x in range(9) %}',
    '{% endfor %}',
    '{% set x = [1] %}',
    '{% set ns.y = x %}',
  ],
  ...['{% macro m(x, y=1) %}', '{% endmacro %}', '{{ m(1) }}', '{% call m() %}', '{% endcall %}', '{{ loop(x) }}'],
  ...[
    "{{ ref('a') }}",
    "ref('b')",
    'run_query(x)',
    "partition_filter('a')",
    'window.start',
    "config(materialized='table')",
  ],
  ...["{{ 'a%s' % x }}", "'{:>9}'.format(x)", 'x | map(', 'x[::-1]', 'x.items()', '99999', '1e9', "'a'", '"b"', '\\'],
  ...[
    "modules.re.sub('(a+)+$', x, 'aaaa')",
    'modules.datetime.date(2024, 2, 30)',
    'fromyaml(x)',
    'namespace()',
    'range(x)',
  ],
  ...['x * 99999', 'x ~ x', 'x | join(x)', 'x is divisibleby x', 'x | tojson', 'x | batch(x)', 'x | truncate(9)'],
]

const yamlPieces = [
  ...'name: models: sources: tables: columns: config: targets: layers: vars: data_tests: type: path: schema: reads:'.split(
    ' ',
  ),
  ..."- : ? | > & * ! [ ] { } , # --- ... << &a *a !!binary !!js/function \"{{ 'x' }} '\" '".split(' '),
  ...[
    '\n',
    '\n  ',
    '\n    ',
    '\n- ',
    '\n  - ',
    'flights',
    'not_null',
    'unique',
    'true',
    '1',
    '~',
    '0x1F',
    '1e999',
    'null',
  ],
  ...[
    '__proto__:',
    'constructor:',
    '{{ env_var("X") }}',
    "{{ var('y') }}",
    'time_zone: UTC',
    'files: "data/{yyyy}/*.csv"',
  ],
  ...[
    'late_by: 3 days',
    'event_time: at',
    'reads: [sources]',
    'materialized: table',
    'partition_by: {column: d, unit: day}',
  ],
]

const selectorPieces = [
  ...'+ @ * ? , : . / 1+ +2 tag: layer: source: config. path: owner: state: result: test: analytics raw_data flights'.split(
    ' ',
  ),
  ...[' ', 'a', 'b', '**', '..', 'config.materialized:table', '[a]', '(', ')', '\\', '++', '99999999999+'],
]

const sqlPieces = [
  ...'select from where with as ( ) , ; . :: $1 $$ $a$ \' " ` -- /* */ \\ [ ] { } = <> || ? : @ #'.split(' '),
  ...[
    "'it''s'",
    '"a""b"',
    "e'\\''",
    "x'ff'",
    '/* /* */ */',
    '-- x\n',
    "r'a'",
    '1e5',
    '0x1F',
    '1_000',
    'ü',
    '日本',
    '😀',
  ],
  ...[' ', '\n', '\t', 'begin', 'end', 'drop table a', 'union all', 'limit 1', 'tablesample', "interval '1' day"],
]

const windowPieces = [
  ...'2024 2013-01-01 2024-02-30 2024-02-29 2024-13 0000 9999-12-31 T Z +00:00 -99 : . 24:00 23:59:60 -0 00'.split(' '),
  ...['2013-11-03T01', 'America/New_York', ' ', '1', 'e', '٣', 'last 3 days', 'yesterday', '27 days', '\0'],
]

describe('what people and machines write is read, or refused', () => {
  it('templates of models', () => {
    fuzz(soup(templatePieces), (text) => {
      compiled({ 'models/analytics/a.sql': text, 'models/raw_data/b.sql': 'select 1 as n' })
    })
  })

  it('templates of macros', () => {
    fuzz(soup(templatePieces), (text) => {
      compiled({ 'macros/m.sql': text, 'models/raw_data/b.sql': 'select {{ m(1) }} as n' })
    })
  })

  it('properties in YAML', () => {
    fuzz(soup(yamlPieces), (text) => {
      projectOf({
        'project.yml': settings,
        'models/raw_data/properties.yml': text,
        'models/raw_data/flights.sql': 'select 1',
      })
    })
  })

  it('project.yml', () => {
    fuzz(soup(yamlPieces), (text) => void projectOf({ 'project.yml': text }))
    fuzz(soup(yamlPieces, 12), (text) => void projectOf({ 'project.yml': `${settings}${text}` }))
  })

  it('selectors', () => {
    const graph = compiled({
      'models/raw_data/a.sql': 'select 1',
      'models/analytics/b.sql': "select * from {{ ref('a') }}",
    })
    if (!graph) throw new Error('the project must be sound')
    fuzz(
      fc.tuple(fc.array(soup(selectorPieces, 12), { maxLength: 3 }), soup(selectorPieces, 6)),
      ([words, without]) => {
        select(graph, { select: words, exclude: without === '' ? [] : [without], indirect: 'eager' })
      },
    )
  })

  it('dates of partitions, zones and windows', () => {
    const zones = ['UTC', 'America/New_York', 'Asia/Seoul', 'Pacific/Apia', 'Africa/Monrovia']
    const input = fc.tuple(soup(windowPieces, 6), fc.constantFrom(...units), fc.constantFrom(...zones))
    fuzz(input, ([text, unit, timeZone]) => {
      isTimeZone(text)
      const grid = { unit, timeZone }
      const ordinal = parsePartition(grid, text)
      if (ordinal === undefined) return
      expect(Number.isSafeInteger(ordinal)).toBe(true)
      startInstant(grid, ordinal)
    })
  })

  it('bounds in settings of models', () => {
    fuzz(fc.tuple(soup(windowPieces, 4), soup(windowPieces, 4)), ([begin, end]) => {
      const quoted = (text: string) => JSON.stringify(text).replaceAll('{', '')
      const config = `materialized='incremental', partition_by='d', begin=${quoted(begin)}, end=${quoted(end)}`
      compiled({ 'models/raw_data/a.sql': `{{ config(${config}) }}select 1 as d` })
    })
  })

  it('SQL, cut into tokens and statements', () => {
    fuzz(soup(sqlPieces, 60), (text) => {
      const sql = { pieces: [{ text }] }
      const { tokens } = outline(sql)
      const covered = tokens.reduce((at, token) => {
        expect(token.start).toBe(at)
        expect(token.end).toBeGreaterThan(token.start)
        isBlank(token)
        return token.end
      }, 0)
      expect(covered).toBe(text.length)
      oneStatement(sql)
      fold(text, () => false)
    })
  })
})
