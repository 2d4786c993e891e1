import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Workbench, workbench } from './testing.ts'

/* `--state` with real git repositories and real artifacts. */

const files: Readonly<Record<string, string>> = {
  'shop/project.yml': 'name: shop\ntargets: { local: { type: duckdb, path: .elt/w.duckdb } }\n',
  'shop/macros/money.sql': '{% macro cents(x) %}({{ x }}) * 100{% endmacro %}',
  'shop/models/raw_data/prices.sql': "{{ config(materialized='table') }}select 1 as price",
  'shop/models/analytics/revenue.sql': `{{ config(materialized='table') }}
select {{ cents('price') }} as cents from {{ ref('prices') }}`,
  'shop/models/analytics/report.sql': "select * from {{ ref('revenue') }}",
  'shop/models/analytics/models.yml':
    'models: [{ name: revenue, columns: [{ name: cents, data_tests: [not_null] }] }]\n',
  'shop/tests/sql/positive.sql': "select * from {{ ref('revenue') }} where cents < 0",
  'shop/models/raw_data/sources.yml': `sources:
  - name: logs
    tables: [{ name: rides, files: data/*.csv, columns: [{ name: n, data_type: bigint }] }]
`,
}

let bench: Workbench
const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', '-C', bench.folder, ...words], {
    stdio: 'pipe',
  })
const elt = (...words: string[]) => bench.elt(words, { cwd: 'shop', env: { PATH: process.env.PATH ?? '' } })

beforeAll(async () => {
  bench = workbench()
  for (const [path, text] of Object.entries(files)) bench.write(path, text)
  git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'one')
  expect(await elt('build')).toMatchObject({ code: 0 })
  mkdirSync(join(bench.folder, 'saved'))
  for (const name of ['manifest.json', 'run_results.json']) {
    cpSync(join(bench.folder, 'shop/target', name), join(bench.folder, 'saved', name))
  }
}, 60_000)
afterAll(() => bench.remove())

async function names(selector: string, state: string): Promise<string[]> {
  const { stdout, stderr } = await elt(
    'ls',
    '-s',
    selector,
    '--state',
    state,
    '--resource-type',
    'all',
    '--output',
    'name',
  )
  expect(stderr.replace('nothing is selected\n', '')).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

describe.each(['HEAD', '../saved', '../saved/manifest.json'])('compared with %s', (state) => {
  const mode = ['--indirect-selection', 'empty']
  const modified = async (edits: Readonly<Record<string, string>>, what = 'modified') => {
    for (const [path, text] of Object.entries(edits)) bench.write(`shop/${path}`, text)
    try {
      const { stdout } = await elt(
        'ls',
        '-s',
        `state:${what}`,
        '--state',
        state,
        '--resource-type',
        'all',
        '--output',
        'name',
        ...mode,
      )
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .sort()
    } finally {
      git('checkout', '-q', '--', 'shop')
      git('clean', '-qfd', '--', 'shop/models', 'shop/macros', 'shop/tests')
    }
  }

  test('nothing is modified where nothing was edited', async () => {
    expect(await names('state:modified', state)).toEqual([])
    expect(await names('state:new', state)).toEqual([])
    expect((await names('state:unmodified', state)).length).toBe(6)
    expect(await elt('build', '--select', 'state:modified+', '--state', state)).toMatchObject({
      code: 0,
      stdout: '✓ nothing to do: nothing matches state:modified+ today\n',
    })
  })

  test.each<[string, Readonly<Record<string, string>>, string, string[]]>([
    ['a comment', { 'models/analytics/report.sql': "select  * -- all\nfrom {{ ref('revenue') }}" }, 'modified', []],
    ['a text', { 'models/analytics/report.sql': "select 1 as x from {{ ref('revenue') }}" }, 'modified', ['report']],
    [
      'a setting',
      { 'models/analytics/report.sql': "{{ config(tags='x') }}select * from {{ ref('revenue') }}" },
      'modified.configs',
      ['report'],
    ],
    [
      'a name in the warehouse',
      { 'models/analytics/report.sql': "{{ config(alias='x') }}select * from {{ ref('revenue') }}" },
      'modified.relation',
      ['report'],
    ],
    ['a macro', { 'macros/money.sql': '{% macro cents(x) %}({{ x }}) * 10{% endmacro %}' }, 'modified', ['revenue']],
    ['a new model', { 'models/analytics/more.sql': 'select 1 as x' }, 'new', ['more']],
    [
      'an assertion',
      { 'tests/sql/positive.sql': "select * from {{ ref('revenue') }} where cents < 1" },
      'modified',
      ['test.positive'],
    ],
    [
      'an assertion’s setting',
      {
        'models/analytics/models.yml':
          'models: [{ name: revenue, columns: [{ name: cents, data_tests: [{ not_null: { severity: warn } }] }] }]\n',
      },
      'modified',
      ['analytics.revenue.not_null(cents)'],
    ],
    [
      'a source',
      { 'models/raw_data/sources.yml': (files['shop/models/raw_data/sources.yml'] ?? '').replace('bigint', 'text') },
      'modified',
      ['logs.rides'],
    ],
  ])('%s', async (_, edits, what, expected) => expect(await modified(edits, what)).toEqual(expected))

  test('what reads the modified is built with it', async () => {
    expect(
      await modified(
        { 'models/raw_data/prices.sql': "{{ config(materialized='table') }}select 2 as price" },
        'modified+',
      ),
    ).toEqual(['prices', 'report', 'revenue'])
  })

  test('result: is that of the state, or of the last run here', async () => {
    const riders = ['analytics.revenue.not_null(cents)', 'test.positive']
    expect(await names('result:success', state)).toEqual(['prices', 'revenue', 'report', ...riders])
    expect(await names('result:pass', state)).toEqual(riders)
    expect(await names('result:error+', state)).toEqual([])
  })
})

describe('a state that cannot be had is said', () => {
  const refusal = async (...words: string[]) => {
    const { code, stderr } = await elt('ls', '-s', 'state:modified', ...words)
    expect(code).toBe(2)
    return stderr
  }

  test('no state', async () => expect(await refusal()).toContain('needs a state to compare with'))

  test('no such revision', async () => {
    expect(await refusal('--state', 'nope')).toContain('git knows no such revision')
    expect(await refusal('--state', '--upload-pack=x')).toContain('error[')
    expect(await refusal('--state', 'origin/main')).toContain('`git fetch origin main`')
  })

  test('a project that was not there yet, or was broken', async () => {
    git('checkout', '-q', '--orphan', 'other')
    git('rm', '-rfq', '--cached', '.')
    bench.write('README.md', 'hello')
    git('add', 'README.md')
    git('commit', '-qm', 'nothing')
    git('tag', 'empty')
    bench.write('shop/models/analytics/report.sql', "select * from {{ ref('revenu') }}")
    git('add', 'shop')
    git('commit', '-qm', 'broken')
    git('tag', 'broken')
    bench.write('shop/models/analytics/report.sql', files['shop/models/analytics/report.sql'] ?? '')
    expect(await refusal('--state', 'empty')).toContain('there was no project.yml at that revision')
    const broken = await refusal('--state', 'broken')
    expect(broken).toContain('the project at `broken` does not compile: one error')
    expect(broken).toContain('models/analytics/report.sql:1: there is no model `revenu`')
  })

  test('a shallow clone', async () => {
    execFileSync('git', ['clone', '-q', '--depth=1', `file://${bench.folder}`, join(bench.folder, 'shallow')])
    bench.write('shallow/shop/models/analytics/report.sql', files['shop/models/analytics/report.sql'] ?? '')
    const { stderr } = await bench.elt(['ls', '-s', 'state:modified', '--state', 'empty'], {
      cwd: 'shallow/shop',
      env: { PATH: process.env.PATH ?? '' },
    })
    expect(stderr).toContain('this clone is shallow')
  })

  test('a folder outside of any repository, and an artifact that is none', async () => {
    const alone = workbench()
    for (const [path, text] of Object.entries(files)) alone.write(path, text)
    alone.write('shop/manifest.json', '{ "nodes": ')
    const at = (state: string) =>
      alone.elt(['ls', '-s', 'state:modified', '--state', state], {
        cwd: 'shop',
        env: { PATH: process.env.PATH ?? '', GIT_CEILING_DIRECTORIES: alone.folder },
      })
    expect((await at('HEAD')).stderr).toContain('not a git repository')
    expect((await at('manifest.json')).stderr).toContain('error[state-unreadable]')
    expect((await at('.')).stderr).toContain('error[state-unreadable]')
    alone.remove()
  })

  test('that is damaged is shown where it is named, in one line', async () => {
    bench.write('shop/broken/manifest.json', 'x\n')
    bench.write('shop/broken/run_results.json', 'x\n')
    for (const selector of ['state:modified', 'result:error']) {
      const { code, stderr } = await elt('ls', '-s', selector, '--state', 'broken')
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/error\[state-unreadable\].*JSON\n/),
      })
      expect(stderr).toMatch(/--state broken\n +│ +\^{6}\n/)
      expect(stderr).toContain('help: ')
    }
  })

  test('without results is no reason to take others', async () => {
    const { code, stderr } = await elt('ls', '-s', 'result:error', '--state', 'models')
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no run_results.json') })
  })
})

describe('contracts that promise less than before', () => {
  const properties = (columns: string, more = '', contract = 'enforced') =>
    bench.write(
      'shop/models/analytics/price_list.yml',
      `models:\n  - name: price_list\n    config: { contract: ${contract} }\n${more}    columns: [${columns}]\n`,
    )
  const all = '{ name: id, data_type: integer }, { name: label, data_type: text }'
  const states = ['HEAD', '../promised']
  const told = async (state: string, ...words: string[]) => {
    const { code, stderr } = await elt(...words, '--state', state)
    return { code, told: stderr.split('\n').filter((line) => line.includes('[contract-changed]')) }
  }

  beforeAll(async () => {
    bench.write('shop/models/analytics/price_list.sql', "select cast(1 as integer) as id, cast('a' as text) as label")
    properties(all, '    constraints: [{ type: primary_key, columns: [id] }]\n')
    expect(await elt('compile')).toMatchObject({ code: 0 })
    mkdirSync(join(bench.folder, 'promised'))
    cpSync(join(bench.folder, 'shop/target/manifest.json'), join(bench.folder, 'promised/manifest.json'))
    git('add', '-A')
    git('commit', '-qm', 'promise')
  })

  test.each(states)('are none while nothing is taken back, by %s', async (state) => {
    properties(
      `{ name: more, data_type: integer }, ${all}`,
      '    constraints: [{ type: primary_key, columns: [id] }, { type: not_null, columns: [label] }]\n',
    )
    bench.write(
      'shop/models/analytics/price_list.sql',
      "select cast(1 as integer) as id, cast('a' as text) as label, cast(1 as integer) as more",
    )
    expect(await told(state, 'compile')).toEqual({ code: 0, told: [] })
    expect(await names('state:modified.contract', state)).toContain('price_list')
    expect(await names('state:modified.contract', state)).not.toContain('revenue')
  })

  test.each(states)('are an error of compile and a warning of others, by %s', async (state) => {
    bench.write('shop/models/analytics/price_list.sql', 'select cast(1 as bigint) as id')
    properties('{ name: id, data_type: bigint }')
    const message =
      '[contract-changed]: the contract of analytics.price_list promises less than before (without label; of another type: id (integer to bigint); no longer kept: primary_key(id))'
    expect(await told(state, 'compile')).toEqual({ code: 2, told: [`error${message}`] })
    expect(await told(state, 'ls', '-s', 'state:modified')).toEqual({ code: 0, told: [`warning${message}`] })
  })

  test.each(states)('are told where a contract is switched off, by %s', async (state) => {
    properties(all, '', '{ enforced: false }')
    expect(await told(state, 'compile')).toEqual({
      code: 2,
      told: ['error[contract-changed]: analytics.price_list no longer has the contract that it had'],
    })
  })
})
