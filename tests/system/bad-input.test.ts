import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Workbench, workbench } from '../../src/cli/testing.ts'

/**
 * What a person, an editor, a merge or a machine can do to a project. Each case runs in a sound project whose warehouse is
 * built, and has to end in an error with a code and a place (or in the obviously right thing), soon, without a stack, and
 * with the warehouse as it was.
 */

type Contents = string | Uint8Array | undefined
type Files = Readonly<Record<string, Contents>>

interface Case {
  /** The code of the first error; undefined: it is no error. */
  readonly code?: string
  /** The file at fault, with the line. */
  readonly at?: string
  /** Files that differ; undefined removes one. */
  readonly files?: Files
  readonly prepare?: (folder: string) => void
  /** Default: `build`. */
  readonly run?: readonly string[]
  /** Default: 2, or 0 without a code. */
  readonly exit?: number
  /** The error is met while building: the ledger records it, and only the tables must be as they were. */
  readonly whileBuilding?: true
}

type Named = readonly [title: string, bad: Case]

const warehouse = '.elt/warehouse.duckdb'
const targets = 'targets: { local: { type: duckdb, path: .elt/warehouse.duckdb } }\n'
const daily = "{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-04') }}\n"
const table = "{{ config(materialized='table') }}\n"
const orders = `sources:
  - name: shop
    tables:
      - name: orders
        files: "data/orders/{yyyy}-{MM}-{dd}.ndjson"
        event_time: ordered_at
        columns:
          - { name: order_id, data_type: bigint }
          - { name: ordered_at, data_type: instant }
`
const sound: Files = {
  'project.yml': `name: shop\nvars: { limit: 10 }\n${targets}`,
  'models/raw_data/sources.yml': orders,
  'models/raw_data/orders.sql': `${table}select order_id, ordered_at from {{ source('shop', 'orders') }}`,
  'models/analytics/daily.sql': `${daily}select {{ window.start }} as day, 1 as orders`,
  'models/analytics/models.yml': 'models:\n  - name: daily\n    columns: [{ name: day, data_tests: [not_null] }]\n',
  'data/orders/2024-01-01.ndjson': '{"order_id": 1, "ordered_at": "2024-01-01T08:00:00Z"}\n',
}

const x = 'models/analytics/x.sql'
const yml = 'models/analytics/models.yml'
const project = (text: Contents): Files => ({ 'project.yml': text })
const model = (text: Contents): Files => ({ [x]: text })
const properties = (text: string): Files => ({ [yml]: text })
const source = (from: string, to: string): Files => ({ 'models/raw_data/sources.yml': orders.replace(from, to) })
const inProject = (line: number) => `project.yml:${line}`

const bomb = [...'bcdefghij']
  .map((name, i) => `  ${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[i]}`).join(', ')}]\n`)
  .join('')
const indented = Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')
const circle = (length: number): Files =>
  Object.fromEntries(
    Array.from({ length }, (_, i) => [
      `models/analytics/c${String(i).padStart(4, '0')}.sql`,
      `select * from {{ ref('c${String((i + 1) % length).padStart(4, '0')}') }}`,
    ]),
  )
const chain = (length: number, config: string): Files =>
  Object.fromEntries(
    Array.from({ length }, (_, i) => [
      `models/analytics/e${i}.sql`,
      i === 0 ? `${config}select 1 as a` : `${config}select a from {{ ref('e${i - 1}') }}`,
    ]),
  )

/** Makes a folder of the project a link to an empty one elsewhere. */
function linkOut(folder: string, path: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  symlinkSync(mkdtempSync(join(tmpdir(), 'elt-outside-')), join(folder, path))
}

const yaml: readonly Named[] = [
  ['an open bracket', { code: 'yaml-syntax', at: inProject(2), files: project('name: [shop\nvars: {}\n') }],
  ['an open quote', { code: 'yaml-syntax', at: inProject(3), files: project(`name: "shop\n${targets}`) }],
  ['a tab as indentation', { code: 'yaml-syntax', at: inProject(3), files: project('name: shop\nmodels:\n\ta: {}\n') }],
  [
    'a merge conflict',
    {
      code: 'yaml-syntax',
      at: inProject(1),
      files: project(`<<<<<<< HEAD\nname: a\n=======\nname: b\n>>>>>>> x\n${targets}`),
    },
  ],
  ['two documents', { code: 'yaml-syntax', at: inProject(3), files: project(`name: shop\n${targets}---\nname: b\n`) }],
  ['a key twice', { code: 'duplicate-key', at: inProject(2), files: project(`name: shop\nname: b\n${targets}`) }],
  ['ten thousand brackets', { code: 'yaml-too-deep', at: inProject(1), files: project(`name: ${'['.repeat(10_000)}`) }],
  ['300 levels of indentation', { code: 'yaml-too-deep', at: 'project.yml', files: project(indented) }],
  [
    'an alias bomb',
    {
      code: 'yaml-too-large',
      at: 'project.yml',
      files: project(`name: shop\n${targets}vars:\n  a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n${bomb}`),
    },
  ],
  [
    'an alias in its own anchor',
    { code: 'yaml-value', at: inProject(3), files: project(`name: shop\n${targets}vars: { a: &a [*a] }\n`) },
  ],
  ['an alias of nothing', { code: 'yaml-value', at: inProject(1), files: project(`name: *shop\n${targets}`) }],
  [
    '__proto__',
    {
      code: 'forbidden-key',
      at: inProject(3),
      files: project(`name: shop\n${targets}__proto__: { polluted: true }\n`),
    },
  ],
  [
    'constructor in meta',
    {
      code: 'forbidden-key',
      at: `${yml}:1`,
      files: properties('models: [{ name: daily, meta: { constructor: { prototype: 1 } } }]\n'),
    },
  ],
  [
    'a tag of code',
    { code: 'yaml-value', at: inProject(1), files: project(`name: !!js/function "function () {}"\n${targets}`) },
  ],
  ['infinity', { code: 'yaml-value', at: inProject(3), files: project(`name: shop\n${targets}vars: { a: .inf }\n`) }],
  [
    'a template without quotes',
    { code: 'yaml-key', at: inProject(1), files: project(`name: {{ var('x') }}\n${targets}`) },
  ],
  ['a list', { code: 'wrong-root', at: inProject(1), files: project('- name: shop\n') }],
  ['a single word', { code: 'wrong-root', at: inProject(1), files: project('shop\n') }],
  ['an empty project.yml', { code: 'missing-key', at: 'project.yml', files: project('') }],
  ['an empty properties file', { files: properties('') }],
  [
    'a misspelt key',
    { code: 'unknown-key', at: inProject(2), files: project(`name: shop\ntime_zon: UTC\n${targets}`) },
  ],
  ['a number for a mapping', { code: 'wrong-value', at: inProject(2), files: project('name: shop\ntargets: 3\n') }],
  [
    'a zone on Mars',
    { code: 'time-zone-unknown', at: inProject(2), files: project(`name: shop\ntime_zone: Mars/Phobos\n${targets}`) },
  ],
  [
    'a variable that is not set',
    { code: 'undefined-env-var', at: inProject(1), files: project(`name: "{{ env_var('NOT_SET') }}"\n${targets}`) },
  ],
  [
    'code in YAML',
    {
      code: 'yaml-template',
      at: inProject(1),
      files: project(`name: "{{ ''.constructor.constructor('return process')() }}"\n${targets}`),
    },
  ],
]

const texts: readonly Named[] = [
  ['a byte order mark', { files: project(`\ufeffname: shop\n${targets}`) }],
  [
    'line ends of Windows',
    {
      files: {
        ...project(`name: shop\r\n${targets.replace('\n', '\r\n')}`),
        ...model("{{ config(tags=['a']) }}\r\nselect 1 -- one\r\nas a\r\n"),
      },
    },
  ],
  [
    'line ends of Windows in front of a mistake',
    { code: 'ref-not-found', at: `${x}:3`, files: model("\r\n-- a\r\nselect * from {{ ref('nothing') }}\r\n") },
  ],
  ['UTF-16', { code: 'file-not-utf8', at: 'project.yml', files: project(Buffer.from('\ufeffname: shop', 'utf16le')) }],
  ['Latin-1', { code: 'file-not-utf8', at: `${x}:1`, files: model(Buffer.from("select 'gr\xfcn'", 'latin1')) }],
  ['a NUL in SQL', { code: 'file-not-text', at: `${x}:1`, files: model('select \0 1') }],
  ['a NUL in YAML', { code: 'file-not-text', at: inProject(1), files: project('name: s\0hop') }],
  [
    'a picture',
    {
      code: 'file-not-utf8',
      at: x,
      files: model(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0xff])),
    },
  ],
  ['an empty model', { code: 'model-empty', at: `${x}:1`, files: model('') }],
  ['a model of white space', { code: 'model-empty', at: `${x}:1`, files: model(' \n\t\n') }],
  ['a model of a comment', { code: 'not-one-statement', at: x, files: model('-- later\n') }],
  [
    'ten megabytes',
    { code: 'file-too-large', at: x, files: model(''), prepare: (folder) => truncateSync(join(folder, x), 10_000_000) },
  ],
  ['two megabytes of comment', { files: model(`select 1 as a -- ${'x'.repeat(1_900_000)}`), run: ['compile'] }],
  [
    'two megabytes with a mistake in it',
    {
      code: 'undefined-name',
      at: `${x}:1`,
      files: model(`select '${'x'.repeat(950_000)}{{ nothing }}${'x'.repeat(950_000)}'`),
    },
  ],
  ['a private character', { code: 'private-character', at: `${x}:1`, files: model("select '\ue000'") }],
]

const places: readonly Named[] = [
  ['a link to itself', { code: 'file-unreadable', at: x, prepare: (folder) => symlinkSync('x.sql', join(folder, x)) }],
  [
    'a link to nothing',
    { code: 'file-unreadable', at: x, prepare: (folder) => symlinkSync('nothing', join(folder, x)) },
  ],
  [
    'a circle of folders',
    {
      prepare: (folder) => symlinkSync('..', join(folder, 'models/analytics/up')),
    },
  ],
  [
    'a link out of the project',
    { code: 'link-leaves-project', at: x, prepare: (folder) => symlinkSync('/etc/passwd', join(folder, x)) },
  ],
  [
    'a folder out of the project',
    { code: 'link-leaves-project', at: 'macros', prepare: (folder) => symlinkSync('/etc', join(folder, 'macros')) },
  ],
  [
    'data out of the project',
    {
      code: 'source-outside-project',
      at: 'models/raw_data/sources.yml:4',
      prepare: (folder) => {
        const outside = mkdtempSync(join(tmpdir(), 'elt-outside-'))
        renameSync(join(folder, 'data'), join(outside, 'data'))
        symlinkSync(join(outside, 'data'), join(folder, 'data'))
      },
    },
  ],
  [
    'a path out of the project',
    { code: 'file-pattern', at: 'models/raw_data/sources.yml:5', files: source('data/', '../../') },
  ],
  [
    'twenty stars',
    { code: 'file-pattern', at: 'models/raw_data/sources.yml:5', files: source('{dd}', '{dd}*a*a*a*a*a*a*a*a*a*a') },
  ],
  ['an absolute path', { code: 'file-pattern', at: 'models/raw_data/sources.yml:5', files: source('data/', '/etc/') }],
  [
    'a folder for results out of the project',
    { code: 'link-leaves-project', prepare: (folder) => linkOut(folder, 'target'), run: ['compile'] },
  ],
  [
    'a folder for compiled models out of the project',
    { code: 'link-leaves-project', prepare: (folder) => linkOut(folder, 'target/compiled'), run: ['compile'] },
  ],
  ['a folder called x.sql', { prepare: (folder) => mkdirSync(join(folder, x)) }],
  [
    'a folder called project.yml',
    {
      code: 'project-missing',
      files: { 'project.yml': undefined },
      prepare: (folder) => mkdirSync(join(folder, 'project.yml')),
    },
  ],
  [
    'a project of dbt',
    { code: 'project-not-found', files: { 'project.yml': undefined, 'dbt_project.yml': 'name: shop\n' } },
  ],
  ['a model in no layer', { code: 'model-outside-layer', at: 'models/y.sql:1', files: { 'models/y.sql': 'select 1' } }],
  [
    'a misspelt layer',
    { code: 'layer-unknown', at: 'models/analytic/y.sql:1', files: { 'models/analytic/y.sql': 'select 1' } },
  ],
]

const names: readonly Named[] = [
  ['a circle of one', { code: 'self-read', at: `${x}:1`, files: model("select * from {{ ref('x') }}") }],
  ['a circle of two', { code: 'cycle', at: 'models/analytics/c0000.sql:1', files: circle(2) }],
  ['a circle of a thousand', { code: 'cycle', at: 'models/analytics/c0000.sql:1', files: circle(1000) }],
  ['nothing of that name', { code: 'ref-not-found', at: `${x}:1`, files: model("select * from {{ ref('nothing') }}") }],
  [
    'one name twice',
    {
      code: 'name-taken',
      at: 'models/analytics/sub/daily.sql:1',
      files: { 'models/analytics/sub/daily.sql': 'select 1' },
    },
  ],
  [
    'names that differ in capitals',
    { code: 'name-taken', at: 'models/raw_data/Daily.sql:1', files: { 'models/raw_data/Daily.sql': 'select 1' } },
  ],
  [
    'an alias that is taken',
    { code: 'relation-collision', at: 'models', files: model("{{ config(alias='DAILY') }}select 1") },
  ],
  [
    'a name with a space',
    { code: 'name-invalid', at: 'models/analytics/a b.sql:1', files: { 'models/analytics/a b.sql': 'select 1' } },
  ],
  [
    'a name with a quote',
    { code: 'name-invalid', at: 'models/analytics/a"b.sql:1', files: { 'models/analytics/a"b.sql': 'select 1' } },
  ],
  [
    'a name with a control sequence',
    {
      code: 'name-invalid',
      at: 'models/analytics/a\\x1b[2J.sql:1',
      files: { 'models/analytics/a\u001b[2J.sql': 'select 1' },
    },
  ],
  ['a reserved word', { files: { 'models/analytics/select.sql': `${table}select 1 as "order", 2 as "select"` } }],
  ['a name of Korea', { files: { 'models/analytics/주문.sql': `${table}select 1 as 금액` } }],
  ['a name of 200 characters', { files: { [`models/analytics/${'a'.repeat(200)}.sql`]: `${table}select 1 as a` } }],
  [
    'an alias of 5,000 characters',
    {
      code: 'identifier-too-long',
      at: `${x}:1`,
      files: model(`{{ config(alias='${'a'.repeat(5000)}') }}select 1 as a`),
    },
  ],
  [
    'an alias that is SQL',
    {
      files: model(`{{ config(alias='a"; drop table analytics.daily; --') }}select 1 as a`),
    },
  ],
  [
    'properties of nothing',
    { code: 'properties-without-model', at: `${yml}:1`, files: properties('models: [{ name: dialy }]\n') },
  ],
  [
    'a misspelt assertion',
    {
      code: 'assertion-unknown',
      at: `${yml}:1`,
      files: properties('models: [{ name: daily, columns: [{ name: day, data_tests: [not_nul] }] }]\n'),
    },
  ],
  [
    'a misspelt setting',
    { code: 'unknown-key', at: `${x}:1`, files: model("{{ config(materialised='table') }}select 1") },
  ],
  [
    'a misspelt form',
    { code: 'wrong-value', at: `${x}:1`, files: model("{{ config(materialized='tabel') }}select 1") },
  ],
  [
    'a batch of -1',
    {
      code: 'wrong-value',
      at: `${x}:1`,
      files: model(daily.replace('begin', 'batch=-1, begin').concat('select 1 as day')),
    },
  ],
  [
    'a begin that no calendar has',
    {
      code: 'invalid-bound',
      at: `${x}:1`,
      files: model(`${daily.replace('2024-01-01', '2024-02-30')}select 1 as day`),
    },
  ],
  [
    'an end before the begin',
    {
      code: 'config-conflict',
      at: `${x}:1`,
      files: model(`${daily.replace('2024-01-04', '2023-01-01')}select 1 as day`),
    },
  ],
]

const recursion = '{% macro again(n) %}{{ again(n + 1) }}{% endmacro %}'
const templates: readonly Named[] = [
  ['an undefined name', { code: 'undefined-name', at: `${x}:1`, files: model('select {{ nothing }}') }],
  ['a var that is not set', { code: 'undefined-var', at: `${x}:1`, files: model("select {{ var('nothing') }}") }],
  [
    'a variable of the machine',
    { code: 'undefined-env-var', at: `${x}:1`, files: model("select '{{ env_var('PATH') }}'") },
  ],
  ['an open tag', { code: 'template-unclosed', at: `${x}:1`, files: model('select {{ 1') }],
  ['an open block', { code: 'template-unclosed', at: `${x}:1`, files: model('{% if true %} select 1') }],
  ['an unknown filter', { code: 'unknown-filter', at: `${x}:1`, files: model("select {{ 'a' | shout }}") }],
  ['another file', { code: 'template-unsupported', at: `${x}:1`, files: model("{% include '/etc/passwd' %}") }],
  [
    'the constructor of a text',
    { code: 'undefined-member', at: `${x}:1`, files: model("select {{ ''.constructor }}") },
  ],
  [
    'the constructor of a function',
    { code: 'undefined-member', at: `${x}:1`, files: model("select {{ range.constructor('return process')() }}") },
  ],
  ['a prototype', { code: 'undefined-member', at: `${x}:1`, files: model("select {{ {}['__proto__'] }}") }],
  [
    'a loop without an end',
    { code: 'template-limit', at: `${x}:1`, files: model('{% for i in range(1000000000) %}{{ i }}{% endfor %}') },
  ],
  [
    'loops in loops',
    {
      code: 'template-limit',
      at: `${x}:1`,
      files: model(
        '{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}',
      ),
    },
  ],
  [
    'recursion',
    {
      code: 'template-limit',
      at: 'macros/again.sql:1',
      files: { 'macros/again.sql': recursion, ...model('select {{ again(1) }}') },
    },
  ],
  [
    'a text that doubles',
    {
      code: 'template-limit',
      at: `${x}:1`,
      files: model(
        "{% set ns = namespace(a='x') %}{% for i in range(64) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}select 1",
      ),
    },
  ],
  [
    'a list that doubles',
    {
      code: 'template-limit',
      at: `${x}:1`,
      files: model(
        '{% set ns = namespace(a=[1]) %}{% for i in range(64) %}{% set ns.a = ns.a + ns.a %}{% endfor %}select 1',
      ),
    },
  ],
  ['a text times a billion', { code: 'template-limit', at: `${x}:1`, files: model("select '{{ 'x' * 1000000000 }}'") }],
  [
    'a text of a billion columns',
    { code: 'template-limit', at: `${x}:1`, files: model("select '{{ 'x' | center(1000000000) }}'") },
  ],
  [
    '5,000 brackets in a template',
    { code: 'template-limit', at: `${x}:1`, files: model(`select {{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`) },
  ],
  [
    '2,000 blocks in blocks',
    {
      code: 'template-limit',
      at: `${x}:1`,
      files: model(`${'{% if true %}'.repeat(2000)}select 1${'{% endif %}'.repeat(2000)}`),
    },
  ],
]

const sql: readonly Named[] = [
  [
    'a second statement',
    { code: 'not-one-statement', at: `${x}:1`, files: model('select 1; drop table analytics.daily') },
  ],
  [
    'a bracket that closes too much',
    { code: 'not-one-statement', at: `${x}:1`, files: model('select 1) as t; drop table analytics.daily; select (1') },
  ],
  ['an open bracket', { code: 'not-one-statement', at: `${x}:1`, files: model('select (1') }],
  ['an open quote', { code: 'not-one-statement', at: `${x}:1`, files: model("select 'a") }],
  ['an open comment', { code: 'not-one-statement', at: `${x}:1`, files: model('select 1 /* a') }],
  ['a comment at the end', { files: model('select 1 as a -- )') }],
  ['dollars around a bracket', { files: model('select $$ ) $$ as a') }],
  [
    'a second statement in a var',
    {
      code: 'not-one-statement',
      at: `${x}:1`,
      files: model("select {{ var('limit') }} as a"),
      run: ['build', '--vars', 'limit=1; drop table analytics.daily'],
    },
  ],
  ['no SELECT', { code: 'sql-error', at: `${x}:`, files: model('drop table analytics.daily') }],
  ['no SQL at all', { code: 'sql-error', at: `${x}:2`, files: model(`${table}selekt 1`) }],
  [
    'a column that does not exist',
    {
      code: 'sql-error',
      at: `${x}:2`,
      files: model(`${table}select dya from {{ ref('daily') }}`),
    },
  ],
  [
    'one column twice',
    {
      code: 'duplicate-columns',
      at: `${x}:1`,
      files: model(`${table}select 1 as a, 2 as A`),
    },
  ],
  ['5,000 brackets', { files: model(`${table}select ${'('.repeat(5000)}1${')'.repeat(5000)} as a`) }],
  [
    'a sum of 20,000 terms',
    {
      code: 'sql-error',
      at: `${x}:`,
      files: model(`${table}select 1${' + 1'.repeat(20_000)} as a`),
    },
  ],
  [
    '300 ephemeral models in each other',
    {
      files: { ...chain(300, "{{ config(materialized='ephemeral') }}"), ...model("select * from {{ ref('e299') }}") },
      run: ['compile'],
    },
  ],
  [
    'files of the machine',
    {
      code: 'engine-error',
      at: `${x}:2`,
      exit: 1,
      whileBuilding: true,
      files: model(`${table}select * from read_text('/etc/passwd')`),
    },
  ],
  [
    'a file that is no JSON',
    {
      code: 'engine-error',
      at: 'models/raw_data/orders.sql:',
      exit: 1,
      whileBuilding: true,
      files: { 'data/orders/2024-01-02.ndjson': Buffer.from([0, 1, 2, 255, 10, 123]) },
    },
  ],
]

const commands: readonly Named[] = [
  ['vars that are no YAML', { code: 'option-value-invalid', run: ['build', '--vars', '{a: [1'] }],
  ['vars with a prototype', { code: 'option-value-invalid', run: ['build', '--vars', '{__proto__: {a: 1}}'] }],
  ['a date that is SQL', { code: 'invalid-partition', run: ['build', '--partition', "2024-01-01'; drop table x; --"] }],
  ['30 February', { code: 'invalid-partition', run: ['build', '--partition', '2024-02-30'] }],
  ['year zero', { code: 'invalid-partition', run: ['build', '--partition', '0000-00-00'] }],
  ['a negative date', { code: 'invalid-partition', run: ['build', '--from=-2024-01-01'] }],
  ['from after to', { code: 'reversed-window', run: ['build', '--from', '2024-01-03', '--to', '2024-01-01'] }],
  ['from equal to to', { code: 'reversed-window', run: ['build', '--from', '2024-01-03', '--to', '2024-01-03'] }],
  ['the year 9999', { code: 'window-not-due', run: ['build', '--from', '9999-01-01', '--to', '9999-12-31'] }],
  ['the year 99999', { code: 'invalid-partition', run: ['build', '--to', '99999-01-01'] }],
  ['the year 1000', { code: 'window-outside', run: ['build', '--partition', '1000-01-01'] }],
  ['a clock in the year 9999', { code: 'clock-in-future', run: ['plan', '--now', '9999-01-01'] }],
  ['a selector of nothing', { code: 'selector-empty', run: ['build', '-s', 'dialy'] }],
  ['a selector that is SQL', { code: 'selector-empty', run: ['build', '-s', "daily'; drop table x"] }],
  ['a selector of 100,000 characters', { code: 'selector-empty', run: ['build', '-s', 'a'.repeat(100_000)] }],
  ['a selector of 10,000 stars', { code: 'selector-empty', run: ['build', '-s', `${'*a'.repeat(10_000)}b`] }],
  ['no threads', { code: 'option-value-invalid', run: ['build', '--threads', '0'] }],
  ['the constructor as an option', { code: 'option-unknown', run: ['build', '--constructor'] }],
  [
    'two queries inline',
    { code: 'not-one-statement', run: ['show', '--inline', 'select 1; drop table analytics.daily'] },
  ],
]

const databases: readonly Named[] = [
  [
    'a folder',
    {
      code: 'warehouse-invalid',
      exit: 3,
      files: { [warehouse]: undefined },
      prepare: (folder) => mkdirSync(join(folder, warehouse), { recursive: true }),
    },
  ],
  ['a text', { code: 'warehouse-invalid', exit: 3, files: { [warehouse]: 'this is no database\n'.repeat(1000) } }],
  ['a picture', { code: 'warehouse-invalid', exit: 3, files: { [warehouse]: Buffer.from([0x89, 0x50, 0x4e, 0x47]) } }],
  [
    'a database that is cut',
    { code: 'warehouse-failed', exit: 3, prepare: (folder) => truncateSync(join(folder, warehouse), 20_000) },
  ],
  [
    'a path through a file',
    {
      code: 'warehouse-invalid',
      exit: 3,
      files: project(`name: shop\ntargets: { local: { type: duckdb, path: project.yml/w.duckdb } }\n`),
    },
  ],
  [
    'none, for a reader',
    { code: 'warehouse-missing', exit: 3, files: { [warehouse]: undefined }, run: ['show', '-s', 'daily'] },
  ],
  ['none, for the builder', { files: { [warehouse]: undefined } }],
  [
    'a number for the path',
    {
      code: 'target-option-type',
      at: inProject(2),
      files: project('name: shop\ntargets: { local: { type: duckdb, path: 3 } }\n'),
    },
  ],
  [
    'an engine that does not exist',
    {
      code: 'adapter-unknown',
      at: inProject(2),
      files: project('name: shop\ntargets: { local: { type: oracle, path: a } }\n'),
    },
  ],
]

function write(folder: string, files: Files): void {
  for (const [path, contents] of Object.entries(files)) {
    if (contents === undefined) rmSync(join(folder, path), { force: true })
    else {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), contents)
    }
  }
}

/** The tables of the layers with their rows, as text. */
async function tablesOf(path: string): Promise<string> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  try {
    const rows = async (query: string) => (await connection.runAndReadAll(query)).getRowObjectsJson()
    const daily = await rows('select * from analytics.daily order by all')
    return JSON.stringify([daily, await rows('select * from raw_data.orders order by all')])
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

let built: Buffer
let tables = ''
const benches: Workbench[] = []

beforeAll(async () => {
  const bench = workbench()
  benches.push(bench)
  write(bench.folder, sound)
  const { code, stderr } = await bench.elt(['build'])
  expect(code, stderr).toBe(0)
  built = readFileSync(join(bench.folder, warehouse))
  tables = await tablesOf(join(bench.folder, warehouse))
})
afterAll(() => {
  for (const bench of benches) bench.remove()
})

/** Seconds of CPU that a command may take. */
const soon = 2

async function judge({ code, at, files = {}, prepare, run = ['build'], exit, whileBuilding }: Case): Promise<void> {
  const bench = workbench()
  benches.push(bench)
  const path = join(bench.folder, warehouse)
  write(bench.folder, { ...sound, [warehouse]: built, ...files })
  prepare?.(bench.folder)
  const before = existsSync(path) && statSync(path).isFile() ? readFileSync(path) : undefined
  const started = process.cpuUsage()
  const ran = await bench.elt(run)
  const { user, system } = process.cpuUsage(started)
  const printed = `${ran.stdout}${ran.stderr}`
  const [, first, , place] = /^error\[(.*?)\]: (.*(?:\n +╭─ (.*))?)/m.exec(ran.stderr) ?? []
  expect(first, printed.slice(0, 3000)).toBe(code)
  expect(ran.code, printed.slice(0, 3000)).toBe(exit ?? (code === undefined ? 0 : 2))
  if (at !== undefined) expect(place ?? /^error\[.*$/m.exec(ran.stderr)?.[0]).toContain(at)
  expect(printed).not.toMatch(/\n\s+at (?:file:|async |\S+ \()|node:internal|error\[bug\]|Maximum call stack/)
  expect(printed.length).toBeLessThan(20_000)
  expect((user + system) / 1e6).toBeLessThan(soon)
  if (code === undefined) return
  if (whileBuilding) expect(await tablesOf(path)).toBe(tables)
  else if (before) expect(readFileSync(path).equals(before)).toBe(true)
  else if (files[warehouse] === undefined && !prepare) expect(existsSync(path)).toBe(false)
}

describe('bad input', () => {
  const groups = { yaml, texts, places, names, templates, sql, commands, databases }
  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      it.each(cases)('%s', (_title, bad) => judge(bad))
    })
  }

  it('is tried in at least sixty ways', () => {
    expect(Object.values(groups).flat().length).toBeGreaterThanOrEqual(60)
  })
})
