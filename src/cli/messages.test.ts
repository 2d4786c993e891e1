import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, describe, expect, test } from 'vitest'
import { type Code, type Diagnostic, diagnose, type ParametersOf, renderDiagnostic } from '../diagnostics/index.ts'
import { type Workbench, workbench } from './testing.ts'

/**
 * How every error of the command line, of project files, of assertions, of sources and of building reads: each is
 * provoked by what a person would do wrong. The messages of the other stages have golden files there.
 */

type Files = Readonly<Record<string, string | Uint8Array>>

interface Case {
  /** What is wrong. */
  readonly title: string
  /** The code that is told for it, in the golden file with everything else that is told. */
  readonly code: Code
  /** Commands, the last of which tells it. Default `ls`. */
  readonly run?: readonly (readonly string[])[]
  /** Files that differ from the sound project; an empty text removes nothing, it is an empty file. */
  readonly files?: Files
  /** What else is done to the folder of the project before the commands, or before the last of several. */
  readonly prepare?: (folder: string) => void | Promise<void>
  readonly cwd?: string
}

const benches: Workbench[] = []
afterAll(() => {
  for (const bench of benches) bench.remove()
})

const targets = 'targets: { local: { type: duckdb, path: .elt/warehouse.duckdb } }\n'
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
  'project.yml': `name: shop\n${targets}`,
  'models/raw_data/sources.yml': orders,
  'models/analytics/customers.sql': 'select 1 as customer',
  'data/orders/2024-01-01.ndjson': '{"order_id": 1, "ordered_at": "2024-01-01T08:00:00Z"}\n',
}

const projectYml = (text: string): Files => ({ 'project.yml': text })
const sources = (from: string | RegExp, to: string): Files => ({
  'models/raw_data/sources.yml': orders.replace(from, to),
})
const properties = (text: string): Files => ({ 'models/analytics/models.yml': text })
const assertion = (text: string): Files =>
  properties(
    `models:\n  - name: customers\n    columns:\n      - name: customer\n        data_tests:\n          - ${text}\n`,
  )
const modelAssertion = (text: string): Files =>
  properties(`models:\n  - name: customers\n    data_tests:\n      - ${text}\n`)

const acknowledged = ['quality', 'ack', 'not_null(customer)', '--until', '2099-12-31', '--reason', 'a late file']

function write(folder: string, files: Files): void {
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), contents)
  }
}

/** Blocks of stderr that are diagnostics, without what differs between machines and runs. */
function told(stderr: string, folder: string): string[] {
  return stderr
    .replaceAll(folder, '/work')
    .replace(/^\s+… \d+ more$\n/gm, '')
    .split('\n\n')
    .map((block) => block.trim())
    .filter((block) => /^(?:error|warning|note)\[/.test(block))
}

/** Diagnostics of batches that follow from others, which only the results for machines hold. */
function ofResults(folder: string): string[] {
  const { results, args } = JSON.parse(readFileSync(join(folder, 'target/run_results.json'), 'utf8')) as {
    results: { adapter_response: { batches?: { diagnostics: Diagnostic[] }[] } }[]
    args: { diagnostics: Diagnostic[] }
  }
  const batches = results.flatMap((result) => result.adapter_response.batches ?? [])
  const all = [...batches.flatMap((batch) => batch.diagnostics), ...args.diagnostics]
  return all.map((diagnostic) => renderDiagnostic(diagnostic))
}

async function messages({ code, run = [['ls']], files = {}, prepare, cwd = 'shop' }: Case): Promise<string> {
  const bench = workbench()
  benches.push(bench)
  const folder = join(bench.folder, 'shop')
  write(folder, { ...sound, ...files })
  let shown: string[] = []
  for (const [index, words] of run.entries()) {
    if (index === run.length - 1) await prepare?.(folder)
    const { stderr } = await bench.elt(words, { cwd })
    shown = told(stderr, bench.folder)
  }
  if (code === 'blocked' || code === 'kept-blocked') shown = ofResults(folder)
  expect(shown.map((block) => /\[(.*?)\]/.exec(block)?.[1])).toContain(code)
  return shown.join('\n\n')
}

/** Proves the cases and compares what they print with a golden file. */
function golden(file: string, cases: readonly Case[], more: readonly string[] = []): void {
  const texts: string[] = []
  test.each(cases.map((one) => [one.code, one.title, one] as const))('%s: %s', async (code, title, one) => {
    texts.push(`## ${code}: ${title}\n\n${await messages(one)}\n`)
  })
  test('all messages read as agreed', async () => {
    await expect([...texts, ...more].join('\n')).toMatchFileSnapshot(`golden/${file}.txt`)
  })
}

/** The message of what no test can bring about. */
function example<C extends Code>(code: C, parameters: ParametersOf<C>): string {
  return `## ${code}\n\n${renderDiagnostic(diagnose(code, parameters))}\n`
}

const daily = "{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-03') }}\n"
const dailyModel: Files = { 'models/analytics/daily.sql': `${daily}select {{ window.start }} as day` }

describe('hooks', () => {
  const hooks = (config: string): Files => ({
    'models/analytics/customers.sql': `{{ config(materialized='table', ${config}) }}\nselect 1 as customer`,
  })
  const build = [['build']]
  const run = (text: string): Files => projectYml(`name: shop\n${targets}${text}\n`)
  golden('hooks', [
    { title: 'the end of the transaction', code: 'hook-transaction', files: hooks("post_hook='commit'") },
    { title: 'a setting of the session', code: 'hook-session', files: hooks("pre_hook='set schema = x'") },
    { title: 'a window', code: 'hook-window', files: hooks("post_hook='select ' ~ window.start") },
    {
      title: 'files of a source',
      code: 'hook-reads',
      files: {
        'models/raw_data/all_orders.sql': `{{ config(post_hook='select * from {{ source("shop", "orders") }}') }}select 1 as n`,
      },
    },
    {
      title: 'of an ephemeral model',
      code: 'hook-without-effect',
      files: {
        'models/analytics/customers.sql': "{{ config(materialized='ephemeral', post_hook='select 1') }}select 1",
      },
    },
    { title: 'before a model', code: 'hook-failed', run: build, files: hooks("pre_hook='select nope'") },
    {
      title: 'in the transaction of a model',
      code: 'hook-failed',
      run: build,
      files: hooks("post_hook='select custmer from {{ this }}'"),
    },
    {
      title: 'after the transaction of a model',
      code: 'hook-failed',
      run: build,
      files: hooks("post_hook={'sql': 'select nope from {{ this }}', 'transaction': false}"),
    },
    { title: 'at the start of a run', code: 'hook-failed', run: build, files: run('on-run-start: select nope') },
    {
      title: 'at the end of a run',
      code: 'hook-failed',
      run: build,
      files: run('on_run_end: [select 1, select nope]'),
    },
    { title: 'what only dbt has', code: 'template-unsupported', files: run('on_run_end: "{{ results }}"') },
    { title: 'two values in one mapping', code: 'wrong-value', files: hooks("post_hook={'sqll': 'select 1'}") },
  ])
})

/** A plan that builds nothing, of a project and a model of older code. */
function emptyPlan(project: string, model: string): string {
  const fingerprints = { [model]: 'older' }
  const nothing = { due: {}, sources: [], steps: [], kept: [], heads: {} }
  const plan = { version: 1, project, target: 'local', timeZone: 'UTC', now: 0, models: [model], fingerprints }
  return JSON.stringify({ ...plan, versions: {}, ...nothing })
}

describe('the command line', () => {
  golden(
    'command-line',
    [
      { title: 'only options', code: 'command-missing', run: [['--select', 'customers', 'build']] },
      { title: 'a command that does not exist', code: 'command-unknown', run: [['biuld']] },
      { title: 'a command of a later version', code: 'command-later', run: [['lineage']] },
      { title: 'a misspelt option', code: 'option-unknown', run: [['build', '--selct', 'x']] },
      { title: 'an option of a later version', code: 'option-later', run: [['build', '--offline']] },
      { title: 'no value', code: 'option-value-missing', run: [['build', '--select']] },
      { title: 'a value for a switch', code: 'option-value-unwanted', run: [['build', '--force=no']] },
      { title: 'no such choice', code: 'option-value-invalid', run: [['build', '--output', 'jsn']] },
      { title: 'no threads', code: 'option-value-invalid', run: [['build', '--threads', '0']] },
      { title: 'no date', code: 'option-value-invalid', run: [['plan', '--now', 'yesterday']] },
      { title: 'two targets', code: 'option-repeated', run: [['ls', '-t', 'local', '--target', 'other']] },
      {
        title: 'a model and a query',
        code: 'option-conflict',
        run: [['show', '-s', 'customers', '--inline', 'select 1']],
      },
      { title: 'a forgotten --select', code: 'argument-unexpected', run: [['build', 'customers']] },
      { title: 'nothing to show', code: 'argument-missing', run: [['show']] },
      { title: 'a clock that runs ahead', code: 'clock-in-future', run: [['plan', '--now', '2999-01-01']] },
      { title: 'nowhere', code: 'project-not-found', run: [['ls']], cwd: '.' },
      { title: 'a folder without one', code: 'project-not-found', run: [['ls', '--project-dir', 'models']] },
      {
        title: 'a project of dbt',
        code: 'project-not-found',
        run: [['ls', '--project-dir', 'old']],
        files: { 'old/dbt_project.yml': 'name: shop\n' },
      },
      { title: 'a code that does not exist', code: 'code-unknown', run: [['explain', 'ful-scan']], cwd: '.' },
      { title: 'a kind of file that does not exist', code: 'schema-unknown', run: [['schema', 'propertie']] },
      { title: 'neither a model nor a code', code: 'explain-unknown', run: [['explain', 'custmers']] },
      {
        title: 'neither a model nor an assertion',
        code: 'quality-unknown',
        run: [['quality', 'not_nul(customer)']],
        files: assertion('not_null'),
      },
      {
        title: 'partitions of what is judged as a whole',
        code: 'nothing-by-partition',
        run: [['test', '--select', 'customers', '--partition', '2024-01-01']],
        files: assertion('not_null'),
      },
      {
        title: 'an assertion without its arguments',
        code: 'quality-unknown',
        run: [['quality', 'not_null']],
        files: assertion('not_null'),
      },
      {
        title: 'a name that two assertions have',
        code: 'quality-ambiguous',
        run: [['quality', 'row_count(1…)']],
        files: {
          'models/analytics/others.sql': 'select 1 as customer',
          'models/analytics/models.yml':
            'models:\n  - { name: customers, data_tests: [row_count: { min: 1 }] }\n  - { name: others, data_tests: [row_count: { min: 1 }] }\n',
        },
      },
      {
        title: 'a failure that is known for ever, and nobody knows why',
        code: 'acknowledge-incomplete',
        run: [['quality', 'ack', 'not_null(customer)']],
        files: assertion('not_null'),
      },
      {
        title: 'options of an acknowledgement without its word',
        code: 'acknowledge-incomplete',
        run: [['quality', 'not_null(customer)', '--until', '2030-01-01']],
        files: assertion('not_null'),
      },
      {
        title: 'a partition of what has none',
        code: 'acknowledge-partitions',
        run: [['quality', 'ack', 'not_null(customer)', '--partition', '2024-01-01', '--reason', 'late']],
        files: assertion('not_null'),
      },
      {
        title: 'nothing to withdraw',
        code: 'acknowledgement-missing',
        run: [['quality', 'ack', 'not_null(customer)', '--withdraw']],
        files: assertion('not_null'),
      },
      {
        title: 'a partition of what has none',
        code: 'explain-no-partitions',
        run: [['explain', 'customers', '2024-01-01']],
      },
      {
        title: 'a partition that no calendar has',
        code: 'explain-no-partition',
        run: [['explain', 'daily', '2024-02-30']],
        files: dailyModel,
      },
      { title: 'a folder that is not new', code: 'folder-not-empty', run: [['init', '.']] },
      {
        title: 'the folder of a dbt project',
        code: 'init-dbt-project',
        run: [['init', 'models']],
        files: { 'models/dbt_project.yml': 'name: shop\n' },
      },
      {
        title: 'data outside of the project',
        code: 'init-data-outside',
        run: [['init', 'new', '--data', 'data/orders']],
      },
      {
        title: 'no data files',
        code: 'init-no-data',
        run: [['init', 'tests', '--data', 'tests/in']],
        files: { 'tests/in/a.txt': 'x' },
      },
      {
        title: 'data that cannot be read',
        code: 'init-unreadable-data',
        run: [['init', 'tests', '--data', 'tests/in']],
        files: { 'tests/in/a.parquet': 'x' },
      },
      {
        title: 'a model that begins later',
        code: 'no-partition-to-show',
        run: [['compile', '--now', '2024-01-01']],
        files: {
          'models/analytics/later.sql':
            "{{ config(materialized='incremental', partition_by='day', begin='2024-06-01') }}\nselect {{ window.start }} as day",
        },
      },
      { title: 'a misspelt selector', code: 'selector-empty', run: [['ls', '-s', 'custmers+']] },
      { title: 'a source selected', code: 'selection-without-models', run: [['run', '-s', 'source:shop.orders']] },
      { title: 'a selector that does not exist', code: 'selector-unknown', run: [['ls', '--selector', 'nightly']] },
      { title: 'nothing to compare with', code: 'selector-evidence', run: [['ls', '-s', 'state:modified+']] },
      { title: 'no results yet', code: 'selector-evidence', run: [['ls', '-s', 'result:error+']] },
      { title: 'an unknown state', code: 'state-unreadable', run: [['ls', '-s', 'state:new', '--state', 'nowhere']] },
      {
        title: 'a state that does not compile',
        code: 'state-broken',
        prepare: (folder) => {
          const git = (...words: string[]) =>
            execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', '-C', folder, ...words])
          write(folder, { 'models/analytics/customers.sql': "select * from {{ ref('custmers') }}" })
          git('init', '-q', '-b', 'main')
          git('add', '-A')
          git('commit', '-qm', 'broken')
          write(folder, { 'models/analytics/customers.sql': 'select 1 as customer' })
        },
        run: [['ls', '-s', 'state:modified', '--state', 'main']],
      },
      {
        title: 'a source that shows no change',
        code: 'source-unseen',
        files: sources('    tables:\n', '    tables:\n      - name: legacy\n'),
        run: [['ls', '-s', 'source_status:fresher']],
      },
      { title: 'a method that does not exist', code: 'selector-invalid', run: [['ls', '-s', 'tga:loaded']] },
      {
        title: '30 February',
        code: 'invalid-partition',
        run: [['plan', '--partition', '2024-02-30']],
        files: dailyModel,
      },
      {
        title: 'from and to exchanged',
        code: 'reversed-window',
        run: [['plan', '--from', '2024-01-03', '--to', '2024-01-01']],
        files: dailyModel,
      },
      {
        title: 'a window and a partition',
        code: 'window-and-partition',
        run: [['plan', '--from', '2024-01-01', '--partition', '2024-01-02']],
        files: dailyModel,
      },
      {
        title: 'a part from nothing',
        code: 'full-refresh-window',
        run: [['plan', '--full-refresh', '--from', '2024-01-01']],
        files: dailyModel,
      },
      {
        title: 'a window that holds nothing',
        code: 'window-outside',
        run: [['plan', '--partition', '2023-01-01']],
        files: dailyModel,
      },
      {
        title: 'a partition that is not over',
        code: 'window-not-due',
        run: [['plan', '--partition', '2024-01-02', '--now', '2024-01-02T12:00:00Z']],
        files: dailyModel,
      },
      { title: 'a window without partitions', code: 'window-unused', run: [['plan', '--from', '2024-01-01']] },
      {
        title: 'a message of a template',
        code: 'template-log',
        files: { 'models/analytics/customers.sql': "{{ log('three countries', info=true) }}select 1 as customer" },
      },
      {
        title: 'a plan that is none',
        code: 'plan-malformed',
        run: [['run', '--plan', 'plan.json']],
        files: { 'plan.json': '{ "version": 1,\n  "project": 7 }' },
      },
      {
        title: 'a plan of something else',
        code: 'plan-foreign',
        run: [['run', '--plan', 'plan.json']],
        files: { 'plan.json': emptyPlan('other', 'analytics.customers') },
      },
      {
        title: 'a plan made from other code',
        code: 'plan-stale',
        run: [['run', '--plan', 'plan.json']],
        files: { 'plan.json': emptyPlan('shop', 'analytics.customers') },
      },
      {
        title: 'dates of a month, read by its days',
        code: 'covering-dates',
        files: {
          'models/analytics/monthly.sql':
            "{{ config(materialized='incremental', partition_by={'column': 'month', 'unit': 'month'}, begin='2024-01') }}select {{ window.start }} as month",
          'models/analytics/shares.sql':
            "{{ config(materialized='incremental', partition_by='day') }}select month as day from {{ ref('monthly') }} where {{ partition_filter('monthly') }}",
        },
      },
      {
        title: 'a file in the way',
        code: 'target-folder-unwritable',
        run: [['compile']],
        files: { target: 'a file' },
      },
      {
        title: 'a report below a file',
        code: 'report-unwritable',
        run: [['test', '--junit', 'taken/junit.xml']],
        files: { taken: 'a file' },
      },
    ],
    [
      example('bug', { detail: 'a batch without a window' }),
      example('cache-damaged', {}),
      example('init-unanswered', {}),
      example('too-many-files', { limit: 200_000 }),
      example('seed-malformed', {
        path: 'data/seeds/countries.csv',
        detail: 'a row has 3 fields, and the header 2',
        help: 'quote fields in which the delimiter stands, or say which one it is: config: { delimiter: … }',
      }),
      example('seed-value', { seed: 'countries', column: 'population', type: 'integer', value: '1.5' }),
      example('seed-column-unknown', { seed: 'countries', column: 'nmae', nearest: 'name' }),
      example('strategy-unsupported', { strategy: 'merge', engine: 'DuckDB', known: ['replace_partition'] }),
      example('target-option-missing', { option: 'path', type: 'duckdb', help: 'file of the database' }),
    ],
  )
})

describe('files', () => {
  golden(
    'files',
    [
      {
        title: 'a link to nothing',
        code: 'file-unreadable',
        prepare: (folder) => symlinkSync('nowhere', join(folder, 'models/analytics/x.sql')),
      },
      {
        title: 'Latin-1',
        code: 'file-not-utf8',
        files: { 'models/analytics/x.sql': Buffer.from("select 'gr\xfcn' as colour", 'latin1') },
      },
      {
        title: 'UTF-16',
        code: 'file-not-utf8',
        files: { 'models/analytics/x.sql': Buffer.from('\ufeffselect 1', 'utf16le') },
      },
      { title: 'a byte order mark', code: 'byte-order-mark', files: { 'models/analytics/x.sql': '\ufeffselect 1' } },
      {
        title: 'three megabytes',
        code: 'file-too-large',
        files: { 'models/analytics/x.sql': '' },
        prepare: (folder) => truncateSync(join(folder, 'models/analytics/x.sql'), 3_000_000),
      },
      {
        title: 'a link out of the project',
        code: 'link-leaves-project',
        prepare: (folder) => symlinkSync('/etc/hostname', join(folder, 'models/analytics/x.sql')),
      },
      { title: 'a NUL', code: 'file-not-text', files: { 'models/analytics/x.sql': 'select \0' } },
      { title: 'no SQL', code: 'model-empty', files: { 'models/analytics/x.sql': ' \n' } },
    ],
    [example('project-missing', { instead: 'project.yaml' })],
  )
})

describe('project files', () => {
  golden('project', [
    {
      title: 'a name that the engine cuts',
      code: 'name-cut',
      files: { 'models/analytics/customers.sql': `select 1 as ${'number_'.repeat(37)}\n` },
    },
    {
      title: 'an unknown method in selectors.yml',
      code: 'selector-invalid',
      files: { 'selectors.yml': 'selectors:\n  - name: nightly\n    definition: { tga: nightly }\n' },
    },
    {
      title: 'a selector made of itself',
      code: 'selector-cycle',
      files: {
        'selectors.yml':
          'selectors:\n  - { name: a, definition: { method: selector, value: b } }\n  - { name: b, definition: selector:a }\n',
      },
    },
    {
      title: 'one name for two selectors',
      code: 'selector-taken',
      files: {
        'selectors.yml': 'selectors:\n  - { name: a, definition: customers }\n  - { name: a, definition: analytics }\n',
      },
    },
    {
      title: 'two defaults',
      code: 'selector-defaults',
      files: {
        'selectors.yml':
          'selectors:\n  - { name: a, definition: customers, default: true }\n  - { name: b, definition: analytics, default: true }\n',
      },
    },
    {
      title: 'a selector without a value',
      code: 'selector-form',
      files: { 'selectors.yml': 'selectors:\n  - name: nightly\n    definition:\n      method: tag\n' },
    },
    { title: 'a tab', code: 'yaml-syntax', files: projectYml('name: shop\nmodels:\n\tanalytics: {}\n') },
    { title: 'an open quote', code: 'yaml-syntax', files: projectYml(`name: "shop\n${targets}`) },
    { title: 'a template without quotes', code: 'yaml-key', files: projectYml(`name: {{ var('x') }}\n${targets}`) },
    { title: 'a key twice', code: 'duplicate-key', files: projectYml(`name: shop\nname: store\n${targets}`) },
    { title: '__proto__', code: 'forbidden-key', files: projectYml(`name: shop\n__proto__: { a: 1 }\n${targets}`) },
    {
      title: 'brackets in brackets',
      code: 'yaml-too-deep',
      files: projectYml(`name: shop\nvars: { x: ${'['.repeat(200)}${']'.repeat(200)} }\n${targets}`),
    },
    {
      title: 'aliases of aliases',
      code: 'yaml-too-large',
      files: projectYml(
        `name: shop\nvars:\n  a: &a [x,x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh']
          .map(
            (letter, i) =>
              `  ${letter}: &${letter} [${Array(10)
                .fill(`*${String.fromCharCode(97 + i)}`)
                .join(',')}]\n`,
          )
          .join('')}${targets}`,
      ),
    },
    { title: 'an alias of nothing', code: 'yaml-value', files: projectYml(`name: *shop\n${targets}`) },
    { title: 'a list', code: 'wrong-root', files: projectYml('- name: shop\n') },
    { title: 'a misspelt key', code: 'unknown-key', files: projectYml(`nmae: shop\n${targets}`) },
    { title: 'no name', code: 'missing-key', files: projectYml(targets) },
    { title: 'a list for a text', code: 'wrong-value', files: projectYml(`name: [shop]\n${targets}`) },
    {
      title: 'a key of dbt',
      code: 'key-without-effect',
      run: [['compile']],
      files: properties('version: 2\nmodels:\n  - { name: customers, latest_version: 2 }\n'),
    },
    {
      title: 'a query that does not return what its contract promises',
      code: 'contract-broken',
      run: [['compile']],
      files: properties(
        'models:\n  - name: customers\n    config: { contract: { enforced: true } }\n    columns:\n      - { name: customer, data_type: text }\n      - { name: born, data_type: date }\n',
      ),
    },
    {
      title: 'a column that is promised no more',
      code: 'contract-changed',
      run: [['compile'], ['compile', '--state', 'target']],
      files: properties(
        'models:\n  - name: customers\n    config: { contract: enforced }\n    columns: [{ name: customer, data_type: integer, constraints: [{ type: not_null }] }]\n',
      ),
      prepare: (folder) =>
        writeFileSync(
          join(folder, 'models/analytics/models.yml'),
          'models:\n  - { name: customers, config: { contract: enforced }, columns: [{ name: client, data_type: integer }] }\n',
        ),
    },
    {
      title: 'a contract with a misspelt type',
      code: 'contract-type-unknown',
      run: [['compile']],
      files: properties(
        'models:\n  - { name: customers, config: { contract: enforced }, columns: [{ name: customer, data_type: intt }] }\n',
      ),
    },
    {
      title: 'a contract without types',
      code: 'contract-incomplete',
      files: properties(
        'models:\n  - { name: customers, config: { contract: enforced }, columns: [{ name: customer }] }\n',
      ),
    },
    {
      title: 'a constraint that nobody could assert',
      code: 'constraint-invalid',
      files: properties(
        "models:\n  - name: customers\n    config: { contract: enforced }\n    columns:\n      - name: customer\n        data_type: integer\n        constraints: [{ type: custom, expression: 'tag (pii)' }]\n",
      ),
    },
    { title: 'a filter', code: 'yaml-template', files: projectYml(`name: "{{ var('x') | upper }}"\n${targets}`) },
    {
      title: 'a secret in properties',
      code: 'env-var-not-allowed',
      files: properties(`models:\n  - { name: customers, description: "{{ env_var('ELT_SECRET_TOKEN') }}" }\n`),
    },
    { title: 'an offset', code: 'time-zone-unknown', files: projectYml(`name: shop\ntime_zone: +09:00\n${targets}`) },
    { title: 'a misspelt target', code: 'target-unknown', run: [['ls', '-t', 'locl']] },
    {
      title: 'two targets',
      code: 'target-not-chosen',
      files: projectYml('name: shop\ntargets: { a: { type: duckdb, path: a }, b: { type: duckdb, path: b } }\n'),
    },
    {
      title: 'a placeholder that does not exist',
      code: 'schema-pattern',
      files: projectYml('name: shop\ntargets: { local: { type: duckdb, path: a, schema: "{layr}_dev" } }\n'),
    },
    {
      title: 'a target in another database than the one it defers to',
      code: 'defer-apart',
      files: projectYml(
        'name: shop\ntargets:\n  local: { type: postgres, url: "postgres://a@db/dev", defer_to: prod }\n  prod: { type: postgres, url: "postgres://a@db/prod" }\n',
      ),
      run: [['ls', '-t', 'local']],
    },
    {
      title: 'a target that would overwrite what it defers to',
      code: 'defer-same-schemas',
      files: projectYml(
        'name: shop\ntargets:\n  local: { type: duckdb, path: a, defer_to: prod }\n  prod: { type: duckdb, path: a }\n',
      ),
      run: [['ls', '-t', 'local']],
    },
    { title: 'a misspelt layer', code: 'layer-unknown', files: { 'models/analytic/x.sql': 'select 1' } },
    {
      title: 'no layer',
      code: 'model-outside-layer',
      files: { 'models/x.sql': 'select 1', 'models/y.sql': 'select 1' },
    },
    {
      title: 'a layer that reads nothing known',
      code: 'reads-unknown',
      files: projectYml(`name: shop\nlayers: { marts: { reads: [analytcs] } }\n${targets}`),
    },
    { title: 'a name with a space', code: 'name-invalid', files: { 'models/analytics/a b.sql': 'select 1' } },
    { title: 'one name in two layers', code: 'name-taken', files: { 'models/adhoc/Customers.sql': 'select 1' } },
    {
      title: 'properties of nothing',
      code: 'properties-without-model',
      files: properties('models: [{ name: custmers }]\n'),
    },
    {
      title: 'a folder that does not exist',
      code: 'folder-unknown',
      files: projectYml(`name: shop\nmodels: { analytcs: { tags: [x] } }\n${targets}`),
    },
    {
      title: 'partitions of a table',
      code: 'config-conflict',
      files: { 'models/analytics/x.sql': "{{ config(materialized='table', partition_by='day') }}\nselect 1 as day" },
    },
    {
      title: 'an engine that does not exist',
      code: 'adapter-unknown',
      files: projectYml('name: shop\ntargets: { local: { type: duckbd, path: a } }\n'),
    },
    {
      title: 'a misspelt key of the target',
      code: 'target-option-unknown',
      files: projectYml('name: shop\ntargets: { local: { type: duckdb, path: a, theads: 2 } }\n'),
    },
    {
      title: 'a number for a path',
      code: 'target-option-type',
      files: projectYml('name: shop\ntargets: { local: { type: duckdb, path: 3 } }\n'),
    },
    {
      title: 'a target whose address lacks its database',
      code: 'target-option-value',
      files: projectYml('name: shop\ntargets: { local: { type: postgres, url: "postgres://ada@127.0.0.1" } }\n'),
      run: [['run']],
    },
  ])
})

const finance = 'groups:\n  - { name: finance, owner: { name: Ada } }\n'
const warehouseTable = `sources:
  - name: till
    schema: raw
    tables:
      - name: tickets
`

describe('packages, groups, exposures and documentation', () => {
  golden('packages', [
    {
      title: 'a package of the registry',
      code: 'package-not-local',
      files: { 'packages.yml': 'packages:\n  - package: dbt-labs/codegen\n    version: 0.12.1\n' },
    },
    {
      title: 'a folder without a project file',
      code: 'package-not-found',
      files: projectYml(`name: shop\npackages: [{ local: packages/shared }]\n${targets}`),
    },
    {
      title: 'a package outside of the project',
      code: 'path-outside-project',
      files: projectYml(`name: shop\npackages: [{ local: ../shared }]\n${targets}`),
    },
    {
      title: 'a folder of models outside of the project',
      code: 'path-outside-project',
      files: projectYml(`name: shop\nmodel-paths: [/srv/models]\n${targets}`),
    },
    {
      title: 'an open block',
      code: 'docs-syntax',
      files: { 'models/analytics/docs.md': '# Texts\n\n{% docs status %}\nOne of three.\n' },
    },
    {
      title: 'a misspelt text',
      code: 'docs-not-found',
      files: {
        'models/analytics/docs.md': '{% docs status %}One of three.{% enddocs %}',
        ...properties(`models:\n  - name: customers\n    description: "{{ doc('statsu') }}"\n`),
      },
    },
    {
      title: 'a misspelt group',
      code: 'group-unknown',
      files: properties(`${finance}models:\n  - { name: customers, group: finanse }\n`),
    },
    {
      title: 'private to nobody',
      code: 'private-without-group',
      files: properties('models:\n  - { name: customers, access: private }\n'),
    },
    {
      title: 'read from outside of the group',
      code: 'private-model',
      files: {
        ...properties(`${finance}models:\n  - { name: customers, group: finance, access: private }\n`),
        'models/analytics/report.sql': "select * from {{ ref('customers') }}",
      },
    },
    {
      title: 'a name without ref',
      code: 'exposure-input',
      files: properties('exposures:\n  - { name: board, type: dashboard, depends_on: [customers] }\n'),
    },
    {
      title: "the ledger's schema",
      code: 'schema-reserved',
      files: { 'models/analytics/customers.sql': "{{ config(schema='elt') }}\nselect 1 as customer" },
    },
    {
      title: 'a macro that prints nothing',
      code: 'name-macro-empty',
      files: { 'macros/names.sql': '{% macro generate_schema_name(custom_schema_name, node) %}{% endmacro %}' },
    },
    {
      title: 'a column by which changes would be seen',
      code: 'source-column-missing',
      run: [['run', '-s', 'customers'], ['plan']],
      files: {
        'models/raw_data/till.yml': `${warehouseTable}        change_signal: loaded_at\n        loaded_at_field: stamped\n`,
        'project.yml': `name: shop\n${targets}on_run_start: ['create schema if not exists raw', 'create table if not exists raw.tickets (id int, stamp date)']\n`,
        'models/raw_data/tickets.sql': "select * from {{ source('till', 'tickets') }}",
      },
    },
    {
      title: 'a table that is not there',
      code: 'source-table-missing',
      run: [['build']],
      files: {
        'models/raw_data/till.yml': warehouseTable,
        'models/raw_data/tickets.sql': "select * from {{ source('till', 'tickets') }}",
      },
    },
  ])
})

describe('sources', () => {
  golden('sources', [
    { title: 'no columns', code: 'source-incomplete', files: sources(/ {8}columns:[\s\S]*/, '') },
    { title: 'no such type', code: 'type-unknown', files: sources('bigint', 'bigit') },
    { title: 'a path out of the project', code: 'file-pattern', files: sources('data/', '../data/') },
    { title: 'no file', code: 'source-without-files', run: [['plan']], files: sources('data/orders', 'data/ordrs') },
    {
      title: '30 February',
      code: 'impossible-file-date',
      run: [['plan']],
      files: { 'data/orders/2024-02-30.ndjson': '' },
    },
    {
      title: 'a folder that is a link out of the project',
      code: 'source-outside-project',
      run: [['plan']],
      files: sources('data/orders', 'data/linked'),
      prepare: (folder) => symlinkSync('/etc', join(folder, 'data/linked')),
    },
    {
      title: 'a link to itself',
      code: 'source-unreadable',
      run: [['plan']],
      prepare: (folder) => symlinkSync('2024-01-02.ndjson', join(folder, 'data/orders/2024-01-02.ndjson')),
    },
  ])
})

describe('assertions', () => {
  golden('assertions', [
    { title: 'a misspelt one', code: 'assertion-unknown', files: assertion('not_nul') },
    { title: 'no values', code: 'assertion-argument-missing', files: assertion('accepted_values') },
    {
      title: 'a misspelt argument',
      code: 'assertion-argument-unknown',
      files: assertion('accepted_values: { valeus: [1], values: [1] }'),
    },
    {
      title: 'a text for a list',
      code: 'assertion-argument-invalid',
      files: assertion('accepted_values: { values: one }'),
    },
    { title: 'a range without bounds', code: 'assertion-arguments-conflict', files: assertion('accepted_range: {}') },
    { title: 'no column', code: 'assertion-column-missing', files: modelAssertion('not_null') },
    {
      title: 'a predicate with a semicolon',
      code: 'assertion-sql-invalid',
      files: assertion('not_null: { where: "1=1; drop table x" }'),
    },
    {
      title: 'a relation that does not exist',
      code: 'assertion-reference-unknown',
      files: assertion(`relationships: { to: "ref('custmers')", field: customer }`),
    },
    {
      title: 'no partitions',
      code: 'assertion-needs-partitions',
      files: modelAssertion('complete_partitions'),
    },
    {
      title: 'one name twice',
      code: 'assertion-name-taken',
      files: modelAssertion(
        'row_count: { name: enough, min: 1 }\n      - expression_is_true: { name: enough, expression: "customer > 0" }',
      ),
    },
  ])
})

const doubled: Files = {
  'models/analytics/doubled.sql':
    "select customer * 2 as twice, '2024-01-05' as day from {{ ref('customers') }} where {{ var('all', true) }}",
  'models/raw_data/cut.sql':
    "{{ config(materialized='incremental', partition_by='day', begin='2024-01-01') }} select date '2024-01-05' as day where {{ in_window('day') }}",
  'tests/fixtures/people.csv': 'customer\n1\n',
}
const unitTest = (text: string, more: Files = {}): Files => ({
  ...doubled,
  ...more,
  ...properties(`unit_tests:\n  - name: twice_as_many\n${text.replace(/^(?=.)/gm, '    ')}`),
})
const ofDoubled = "model: doubled\ngiven:\n  - input: ref('customers')\n    rows: [{ customer: 1 }]\n"
const testing = [['test', '-s', 'test_type:unit']]

describe('unit tests', () => {
  golden('unit-tests', [
    {
      title: 'rows that differ',
      code: 'unit-test-failed',
      run: testing,
      files: unitTest(
        `${ofDoubled.replace('[{ customer: 1 }]', '[{ customer: 1 }, { customer: 2 }, { customer: 3 }]')}expect:\n  rows:\n    - { twice: 3, day: 2024-01-05 }\n    - { twice: 4, day: 2024-01-05 }\n    - { twice: 5, day: 2024-01-06 }`,
      ),
    },
    {
      title: 'a model whose unit test fails',
      code: 'unit-tests-stop-model',
      run: [['build']],
      files: unitTest(`${ofDoubled}expect: { rows: [{ twice: 3 }] }`),
    },
    {
      title: 'a misspelt key',
      code: 'unknown-key',
      files: unitTest(`${ofDoubled}expects: { rows: [{ twice: 3 }] }`),
    },
    {
      title: 'a misspelt model',
      code: 'unit-test-model-unknown',
      files: unitTest('model: doubles\nexpect: { rows: [] }'),
    },
    {
      title: 'an input that is not in the project',
      code: 'unit-test-input-invalid',
      files: unitTest(`${ofDoubled.replace("ref('customers')", "ref('costumers')")}expect: { rows: [] }`),
    },
    {
      title: 'an input in no known form',
      code: 'unit-test-input-invalid',
      files: unitTest(`${ofDoubled.replace("ref('customers')", 'customers')}expect: { rows: [] }`),
    },
    {
      title: 'an input without rows',
      code: 'unit-test-input-missing',
      files: unitTest('model: doubled\nexpect: { rows: [] }'),
    },
    {
      title: 'an input that is not read',
      code: 'unit-test-input-unused',
      files: unitTest(`${ofDoubled}  - { input: "source('shop', 'orders')", rows: [] }\nexpect: { rows: [] }`),
    },
    {
      title: 'a partitioned model without a window',
      code: 'unit-test-invalid',
      files: unitTest('model: cut\nexpect: { rows: [] }'),
    },
    {
      title: 'rows of a file without its format',
      code: 'unit-test-invalid',
      files: unitTest(`${ofDoubled}expect: { fixture: people }`),
    },
    {
      title: 'a macro that is not in the project',
      code: 'unit-test-macro-unknown',
      files: unitTest(`${ofDoubled}expect: { rows: [] }\noverrides: { macros: { half: 1 } }`),
    },
    {
      title: 'a file of rows that is not there',
      code: 'unit-test-fixture-missing',
      files: unitTest(`${ofDoubled}expect: { format: csv, fixture: peoples }`),
    },
    {
      title: 'a line of CSV with too many fields',
      code: 'unit-test-csv',
      run: testing,
      files: unitTest(`${ofDoubled}expect:\n  format: csv\n  rows: |\n    twice\n    2,3\n`),
    },
    {
      title: 'a column that the model does not return',
      code: 'unit-test-column-unknown',
      run: testing,
      files: unitTest(`${ofDoubled}expect: { rows: [{ twise: 2 }] }`),
    },
    {
      title: 'a value of another type',
      code: 'unit-test-value',
      run: testing,
      files: unitTest(`${ofDoubled.replace('customer: 1', 'customer: many')}expect: { rows: [] }`),
    },
    {
      title: 'SQL of rows that goes on behind its end',
      code: 'not-one-statement',
      files: unitTest(`${ofDoubled}expect: { format: sql, rows: "select 1 as twice; select 2 as twice" }`),
    },
    {
      title: 'SQL that the engine refuses',
      code: 'engine-error',
      run: testing,
      files: unitTest(`${ofDoubled}expect: { rows: [] }\noverrides: { vars: { all: not_there } }`),
    },
  ])
})

const table = "{{ config(materialized='table') }}\n"
const keyed = "{{ config(materialized='incremental', unique_key='id') }}\n"
const dailyKeyed = daily.replace(') }}', ", strategy='merge', unique_key='id') }}")
const days = "from (values (date '2024-01-01'), (date '2024-01-02')) as d(day)\nwhere {{ in_window('day') }}"
const customers = (sql: string): Files => ({ 'models/analytics/customers.sql': sql })
const build = [['build']]
const unbound = [['build', '--no-bind']]

describe('binding before building', () => {
  const people = { 'models/analytics/people.sql': `${table}select 1 as customer, 'KR' as country` }
  const bigger = { 'models/analytics/bigger.sql': "select * from {{ ref('customers') }}" }
  golden('binding', [
    {
      title: 'a misspelt column, which a model reads',
      code: 'sql-error',
      run: build,
      files: { ...people, ...bigger, ...customers("select\n  p.custmer\nfrom {{ ref('people') }} as p") },
    },
    {
      title: 'columns that depend on rows',
      code: 'not-bound',
      run: [['compile']],
      files: {
        ...people,
        ...customers("select * from (pivot {{ ref('people') }} on country using count(*))"),
        ...bigger,
      },
    },
    {
      title: 'a column to leave out of the checksum that is not returned',
      code: 'config-column-missing',
      run: build,
      files: customers("{{ config(materialized='table', checksum_exclude=['custmer']) }}\nselect 1 as customer"),
    },
    {
      title: 'an assertion of a column that does not exist',
      code: 'assertion-column-unknown',
      run: build,
      files: {
        ...customers(`${table}select 1 as customer`),
        ...properties('models: [{ name: customers, columns: [{ name: custmer, data_tests: [not_null] }] }]\n'),
      },
    },
    {
      title: 'a column that was renamed',
      code: 'documented-column-missing',
      run: [['compile']],
      files: properties('models: [{ name: customers, columns: [{ name: custmer }] }]\n'),
    },
    {
      title: 'a type that changed',
      code: 'documented-type-differs',
      run: [['compile']],
      files: properties('models: [{ name: customers, columns: [{ name: customer, data_type: text }] }]\n'),
    },
  ])
})

describe('building', () => {
  golden(
    'building',
    [
      {
        title: 'a misspelt column',
        code: 'engine-error',
        run: unbound,
        files: {
          'models/analytics/people.sql': `${table}select 1 as customer, 'KR' as country`,
          ...customers("select\n  custmer\nfrom {{ ref('people') }}"),
        },
      },
      {
        title: 'a misspelt column of an alias',
        code: 'engine-error',
        run: unbound,
        files: {
          'models/analytics/people.sql': `${table}select 1 as customer, 'KR' as country`,
          ...customers("select\n  p.custmer\nfrom {{ ref('people') }} as p"),
        },
      },
      {
        title: 'a file with a line that is no JSON',
        code: 'engine-error',
        run: build,
        files: {
          'models/raw_data/orders.sql': `${table}select order_id\nfrom {{ source('shop', 'orders') }}`,
          'data/orders/2024-01-01.ndjson': '{"order_id": 1,,\n',
        },
      },
      {
        title: 'an assertion of a column that does not exist',
        code: 'engine-error',
        run: unbound,
        files: {
          ...customers(`${table}select 1 as customer`),
          'models/analytics/models.yml':
            'models: [{ name: customers, columns: [{ name: custmer, data_tests: [not_null] }] }]\n',
        },
      },
      {
        title: 'rows of another month',
        code: 'stray-rows',
        run: build,
        files: customers(`${daily}select day + 31 as day ${days}`),
      },
      {
        title: 'a beginning that is later than the first partition',
        code: 'refresh-loses-rows',
        run: [['build'], ['build', '--full-refresh']],
        files: customers(`${daily}select day, 1 as orders ${days}`),
        prepare: (folder) =>
          write(
            folder,
            customers(`${daily.replace("begin='2024-01-01'", "begin='2024-01-02'")}select day, 1 as orders ${days}`),
          ),
      },
      {
        title: 'a full refresh that failed',
        code: 'refresh-dropped',
        run: [['build'], ['build', '--full-refresh']],
        files: customers(`${daily}select day, 1 as orders ${days}`),
        prepare: (folder) => write(folder, customers(`${daily}select day + 31 as day, 1 as orders ${days}`)),
      },
      {
        title: 'rows without a date',
        code: 'null-partition-values',
        run: build,
        files: customers(`${daily}select nullif(day, date '2024-01-02') as day ${days}`),
      },
      {
        title: 'no partition column',
        code: 'partition-column-missing',
        run: build,
        files: customers(`${daily}select day as days ${days}`),
      },
      {
        title: 'a text for a date',
        code: 'partition-column-type',
        run: build,
        files: customers(`${daily}select day::text as day ${days}`),
      },
      {
        title: 'one column twice',
        code: 'duplicate-columns',
        run: build,
        files: customers(`${table}select 1 as customer, 2 as Customer`),
      },
      {
        title: 'a key that no column has',
        code: 'key-column-missing',
        run: unbound,
        files: customers(`${keyed}select 1 as id, 'a' as name`.replace("'id'", "'idd'")),
      },
      {
        title: 'a key without a value',
        code: 'null-keys',
        run: build,
        files: customers(`${keyed}select null::integer as id`),
      },
      {
        title: 'one key twice',
        code: 'duplicate-keys',
        run: build,
        files: customers(`${keyed}select 1 as id, name from (values ('a'), ('b')) as v(name)`),
      },
      {
        title: 'a row of a history that does not say when it changed',
        code: 'null-updated-at',
        run: build,
        files: customers(
          "{{ config(materialized='history', unique_key='id', updated_at='changed') }}\nselect 1 as id, null::date as changed",
        ),
      },
      {
        title: 'a key that was published in another partition',
        code: 'key-moved',
        run: [['build'], ['build', '--rebuild', 'older-code']],
        files: customers(`${dailyKeyed}select day, day - date '2024-01-01' as id ${days}`),
        prepare: (folder) => write(folder, customers(`${dailyKeyed}select day, date '2024-01-02' - day as id ${days}`)),
      },
      {
        title: 'another column',
        code: 'schema-changed',
        run: [['build'], ['build', '--rebuild', 'older-code']],
        files: customers(`${daily}select day, 1 as orders ${days}`),
        prepare: (folder) => write(folder, customers(`${daily}select day, 'one' as orders, 2 as returns ${days}`)),
      },
      {
        title: 'a null',
        code: 'assertion-failed',
        run: build,
        files: { ...assertion('not_null'), ...customers(`${table}select null::integer as customer`) },
      },
      {
        title: 'a null that warns',
        code: 'assertion-warned',
        run: build,
        files: {
          ...assertion('not_null: { severity: warn }'),
          ...customers(`${table}select null::integer as customer`),
        },
      },
      {
        title: 'too few rows',
        code: 'assertion-failed',
        run: build,
        files: { ...assertion('row_count: { error_if: "< 10" }'), ...customers(`${table}select 1 as customer`) },
      },
      {
        title: 'no row where one is demanded',
        code: 'assertion-failed',
        run: build,
        files: {
          ...assertion('not_null: { on_empty: fail }'),
          ...customers(`${table}select 1 as customer where false`),
        },
      },
      {
        title: 'an assertion whose day is over',
        code: 'assertion-expired',
        run: build,
        files: {
          ...assertion('not_null: { expires: 2020-01-01, owner: sales }'),
          ...customers(`${table}select null::integer as customer`),
        },
      },
      {
        title: 'the same null again',
        code: 'still-failing',
        run: [['build'], ['build']],
        files: { ...assertion('not_null'), ...customers(`${table}select null::integer as customer`) },
      },
      {
        title: 'a null that is known',
        code: 'assertion-acknowledged',
        run: [acknowledged, ['build']],
        files: { ...assertion('not_null'), ...customers(`${table}select null::integer as customer`) },
      },
      {
        title: 'the same null once it is known',
        code: 'still-acknowledged',
        run: [['build'], acknowledged, ['build']],
        files: { ...assertion('not_null'), ...customers(`${table}select null::integer as customer`) },
      },
      {
        title: 'what failed is read',
        code: 'blocked',
        run: build,
        files: {
          ...customers(`${table}select 1 as customer, 1 / 'x'::integer as share`),
          'models/analytics/top.sql': `${table}select * from {{ ref('customers') }}`,
        },
      },
      {
        title: 'what failed before is read',
        code: 'kept-blocked',
        run: [['build'], ['build']],
        files: {
          ...assertion('not_null'),
          ...customers(`${table}select null::integer as customer`),
          'models/analytics/top.sql': `${table}select * from {{ ref('customers') }}`,
        },
      },
      {
        title: 'nothing to judge',
        code: 'not-judged',
        run: [['test']],
        files: assertion('not_null'),
      },
      {
        title: 'a table of somebody else',
        code: 'foreign-relation',
        run: build,
        files: customers(`${table}select 1 as customer`),
        prepare: async (folder) => {
          mkdirSync(join(folder, '.elt'))
          const instance = await DuckDBInstance.create(join(folder, '.elt/warehouse.duckdb'))
          const connection = await instance.connect()
          await connection.run('create schema analytics; create table analytics.customers (customer integer)')
          connection.closeSync()
          instance.closeSync()
        },
      },
    ],
    [
      example('dependent-objects', {
        model: 'analytics.fares',
        dependents: ['view "reports"."board"', 'trigger told on "analytics"."fares"'],
      }),
      example('unit-test-not-judged', {
        test: 'doubles',
        unknown: ['raw_data.flights'],
        detail: 'column "origin" does not exist',
      }),
      example('role-unknown', { model: 'analytics.fares', roles: ['reporter'] }),
      example('model-renamed', {
        model: 'analytics.delays',
        former: 'analytics.delay',
        relation: 'analytics.delay',
        partitions: 340,
        rows: 12_000,
        alias: 'delay',
        name: 'analytics.delays',
      }),
      example('model-renamed', {
        model: 'analytics.airlines',
        former: undefined,
        relation: 'raw_data.airlines',
        rows: 16,
        alias: undefined,
        name: 'analytics.airlines',
      }),
      example('rows-of-another', {
        model: 'analytics.delays',
        former: 'analytics.delay',
        relation: 'analytics.delay',
        rows: 12_000,
        isHistory: false,
      }),
      example('index-violated', {
        model: 'analytics.fares',
        index: 'elt_fares_6f71072a1d',
        columns: ['id', 'day'],
        detail: 'could not create unique index "elt_fares_6f71072a1d"',
      }),
      example('index-column-unknown', { model: 'analytics.fares', column: 'price', columns: ['id', 'fare'] }),
      example('attachment-refused', {
        subject: 'analytics.fares',
        what: 'the grants',
        detail: 'permission denied for table fares',
      }),
      example('schema-owner-kept', {
        schema: 'analytics',
        owner: 'analysts',
        detail: 'its role does not have the rights of `analysts`',
      }),
      example('view-unbound', {
        model: 'analytics.fares',
        view: '"analytics"."cheap"',
        detail: 'column fares.fare does not exist',
        drop: 'drop view analytics.cheap',
      }),
      example('table-partitions-changed', { model: 'analytics.visits', cut: 'day', by: undefined }),
      example('column-type-unstorable', {
        model: 'analytics.customers',
        column: 'address',
        type: 'record',
        instead:
          'make a type, `create type analytics.address as (street text, city text)`, and cast to it: `row(a, b)::analytics.address`; or return `to_jsonb(…)`',
      }),
      example('adopt-refused', {
        model: 'analytics.fares',
        relation: '"analytics"."fares"',
        because: '3 of its rows have no value of day',
        help: 'delete these rows, or give them a partition',
      }),
      example('relation-needed', { relation: '"analytics"."fares"', dependents: ['view "reports"."board"'] }),
      example('drop-unconfirmed', { relations: ['analytics.fares', 'analytics.rides'], rows: 12_000 }),
      example('loss-declined', {}),
      example('rows-edited', {
        model: 'analytics.fares',
        relation: '"analytics"."fares"',
        partitions: '2013-12-02, 2013-12-30',
        count: 2,
        commands: [
          'elt run --select analytics.fares --partition 2013-12-02 --force',
          'elt run --select analytics.fares --partition 2013-12-30 --force',
        ],
      }),
      example('rows-unpublished', {
        model: 'analytics.fares',
        relation: '"analytics"."fares"',
        where: 'in 2014-01-07',
        rows: 1,
      }),
      example('relation-lost', { model: 'analytics.fares', relation: '"analytics"."fares"' }),
      example('lease-lost', { run: '20131231T050000Z-4f3a9c' }),
      example('run-unrecorded', {
        run: '20131231T050000Z-4f3a9c',
        message: 'Failed to commit: No space left on device',
      }),
      example('warehouse-gave-up', { detail: 'Failed to commit: No space left on device' }),
    ],
  )
})
