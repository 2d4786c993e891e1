import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type Ran, type TestWarehouse, type Workbench, workbench } from './testing.ts'

/** Unit tests from YAML to what is told of them, on every engine. */

let bench: Workbench
let warehouse: TestWarehouse

const models: Readonly<Record<string, string>> = {
  'models/raw_data/events.sql': `{{ config(materialized='incremental', partition_by='day', settled="state = 'done'") }}
select e.day, e.id, e.amount, e.state from {{ source('app', 'event') }} as e where {{ partition_filter('app.event', alias='e') }}`,
  'models/analytics/doubled.sql': `{{ config(materialized='table') }}
select id, amount * {{ var('factor') }} as amount, {{ label() }} as label from {{ ref('events') }} where state = 'done'`,
  'models/analytics/through.sql': "select id, amount from {{ ref('inner_part') }}",
  'models/analytics/inner_part.sql': `{{ config(materialized='ephemeral') }}
select id, amount from {{ ref('events') }} where amount > {{ var('factor') }}`,
  'models/analytics/people.sql': `{{ config(materialized='incremental', strategy='merge', unique_key='id') }}
select id, max(amount) as amount from {{ ref('events') }}
{% if is_incremental() %} where id > (select coalesce(max(id), 0) - 1 from {{ this }}) {% endif %}
group by id`,
  'models/analytics/log.sql': `{{ config(materialized='incremental', strategy='append') }}
select id, amount from {{ ref('events') }}`,
  'models/analytics/running.sql': `{{ config(materialized='incremental', partition_by='day') }}
select e.day, coalesce(max(b.total), 0) + sum(e.amount) as total
from {{ ref('events') }} as e left join (select * from {{ this }} where {{ partition_filter(this, before=1) }}) as b on true
where {{ partition_filter('events', alias='e') }} group by e.day`,
  'models/analytics/prices.sql': `{{ config(materialized='history', unique_key='id', check_cols=['amount']) }}
select id, amount from {{ ref('events') }}`,
  'macros/label.sql': "{% macro label() %}'plain'{% endmacro %}",
  'models/analytics/running.yml':
    'models:\n  - name: running\n    columns: [{ name: day, data_type: date }, { name: total, data_type: double }]\n',
}

const sources = `sources:
  - name: app
    tables:
      - name: event
        change_signal: none
        partition_by: day
        columns:
          - { name: day, data_type: date }
          - { name: id, data_type: bigint }
          - { name: amount, data_type: double }
          - { name: state, data_type: text }
models:
  - name: events
    columns:
      - { name: day, data_type: date }
      - { name: id, data_type: bigint }
      - { name: amount, data_type: double }
      - { name: state, data_type: text }
`

function project(tests: string): void {
  bench.write('project.yml', `name: till\nvars: { factor: 2 }\ntargets: { local: ${warehouse.target} }\n`)
  bench.write('models/raw_data/app.yml', sources)
  for (const [path, text] of Object.entries(models)) bench.write(path, text)
  bench.write('models/analytics/tests.yml', `unit_tests:\n${tests.replace(/^(?=.)/gm, '  ')}`)
}

const elt = (...words: string[]): Promise<Ran> => bench.elt(words)
const unit = (...words: string[]): Promise<Ran> => elt('test', '--select', 'test_type:unit', ...words)

/** Rows of `events` as an input. */
const events = (rows: string) => `given:\n  - input: ref('events')\n    rows: ${rows}\n`

function test(name: string, model: string, body: string): string {
  return `- name: ${name}\n  model: ${model}\n${body.replace(/^(?=.)/gm, '  ')}\n`
}

async function passes(tests: string): Promise<Ran> {
  project(tests)
  const ran = await unit()
  expect(ran.stderr).toBe('')
  expect(ran.code).toBe(0)
  return ran
}

async function fails(tests: string): Promise<string> {
  project(tests)
  const ran = await unit()
  expect(ran.code, ran.stderr).toBe(1)
  return ran.stderr
}

function onEngine(): void {
  it('compares rows in any order, NULL with NULL, and what a column left out is', async () => {
    const given = events('[{ id: 1, amount: 1.5, state: done }, { id: 2, state: done }, { id: 3, amount: 9 }]')
    const ran = await passes(
      test('doubles', 'doubled', `${given}expect: { rows: [{ id: 2, amount: null }, { id: 1, amount: 3 }] }`),
    )
    expect(ran.stdout).toMatch(/^✓ 1 unit test: 1 passed/)
  })

  it('counts a row as often as it is there, and marks the cells that differ', async () => {
    const given = events(
      '[{ id: 1, amount: 1, state: done }, { id: 1, amount: 1, state: done }, { id: 2, amount: 2, state: done }]',
    )
    const told = await fails(
      test('doubles', 'doubled', `${given}expect: { rows: [{ id: 1, amount: 2 }, { id: 2, amount: 5 }] }`),
    )
    expect(told).toContain('(1 differing, 1 unexpected)')
    expect(told).toContain('      ± 2   5 → 4\n      + 1   2')
  })

  it('takes CSV, SQL and files of both, in which nothing is NULL and quotes are an empty text', async () => {
    bench.write('tests/fixtures/some_events.csv', 'id,amount,state\n1,1.5,done\n2,,done\n3,4,""\n')
    bench.write('tests/fixtures/doubled_events.sql', 'select 1 as id, 3 as amount union all select 2, null')
    const file = "given:\n  - input: ref('events')\n    format: csv\n    fixture: some_events\n"
    const csv = 'expect:\n  format: csv\n  rows: |\n    id,amount,label\n    2,,plain\n    1,3,plain\n'
    await passes(
      test('of_files', 'doubled', `${file}expect: { format: sql, fixture: doubled_events }`) +
        test('of_text', 'doubled', `${file.replace('some_events', 'some_events.csv')}${csv}`),
    )
  })

  it('has vars, macros and is_incremental() say what it is told, and nowhere else', async () => {
    const given = events('[{ id: 1, amount: 1, state: done }]')
    const overrides = `overrides: { vars: { factor: 10 }, macros: { label: "'other'" } }\n`
    const people = `given:\n  - { input: this, rows: [{ id: 5, amount: 0 }] }\n${events('[{ id: 1, amount: 1 }, { id: 5, amount: 2 }]').replace('given:\n', '')}`
    await passes(
      test('as_it_is', 'doubled', `${given}expect: { rows: [{ amount: 2, label: plain }] }`) +
        test('overridden', 'doubled', `${given}${overrides}expect: { rows: [{ amount: 10, label: other }] }`) +
        test(
          'first',
          'people',
          `${people}overrides: { macros: { is_incremental: false } }\nexpect: { rows: [{ id: 1 }, { id: 5 }] }`,
        ) +
        test('later', 'people', `${people}expect: { rows: [{ id: 5, amount: 2 }] }`),
    )
  })

  it('reads ephemeral models as part of the SQL, with its vars, or the rows that they are given', async () => {
    const inner = "given:\n  - { input: ref('inner_part'), rows: [{ id: 7, amount: 1 }] }\n"
    await passes(
      test(
        'inside',
        'through',
        `${events('[{ id: 1, amount: 2 }, { id: 2, amount: 3 }]')}expect: { rows: [{ id: 2 }] }`,
      ) +
        test(
          'inside_overridden',
          'through',
          `${events('[{ id: 1, amount: 2 }]')}overrides: { vars: { factor: 1 } }\nexpect: { rows: [{ id: 1 }] }`,
        ) +
        test('given', 'through', `${inner}expect: { rows: [{ id: 7, amount: 1 }] }`),
    )
  })

  it('replaces the partitions of its windows and no other, and tells which are still open', async () => {
    const given = `window: [2024-01-01, { from: 2024-01-02, to: 2024-01-04 }]
given:
  - input: this
    rows: [{ day: 2024-01-01, id: 1, state: open }, { day: 2024-01-09, id: 9, state: open }]
  - input: source('app', 'event')
    rows:
      - { day: 2024-01-01, id: 2, state: done }
      - { day: 2024-01-03, id: 3, state: open }
      - { day: 2024-01-04, id: 4, state: done }
`
    const table =
      'expect_table: { rows: [{ day: 2024-01-09, id: 9 }, { day: 2024-01-01, id: 2 }, { day: 2024-01-03, id: 3 }] }\n'
    await passes(test('until_settled', 'events', `${given}${table}expect_open: [2024-01-02, 2024-01-03]\n`))
    expect(await fails(test('until_settled', 'events', `${given}expect_open: [2024-01-02]\n`))).toContain(
      '(expected: 2024-01-02, found: 2024-01-02, 2024-01-03)',
    )
  })

  it('merges, appends, and keeps versions, as the strategy of the model does', async () => {
    const before = '- { input: this, rows: [{ id: 1, amount: 1 }, { id: 2, amount: 1 }] }'
    const given = `given:\n  ${before}\n  - { input: ref('events'), rows: [{ id: 2, amount: 5 }, { id: 3, amount: 6 }] }\n`
    const versions = `given:
  - { input: this, rows: [{ id: 2, amount: 1, valid_from: 2024-01-01 }] }
  - { input: ref('events'), rows: [{ id: 2, amount: 5 }] }\n`
    await passes(
      test(
        'merged',
        'people',
        `${given}expect_table: { rows: [{ id: 1, amount: 1 }, { id: 2, amount: 5 }, { id: 3, amount: 6 }] }`,
      ) +
        test('appended', 'log', `${given}expect_table: { rows: [{ id: 1 }, { id: 2 }, { id: 2 }, { id: 3 }] }`) +
        test('kept', 'prices', `${versions}expect_table: { rows: [{ id: 2, amount: 1 }, { id: 2, amount: 5 }] }`),
    )
  })

  it('builds partitions that read the one before, from an empty table or the one that is given', async () => {
    const given =
      "window: [2024-01-02, 2024-01-03]\ngiven:\n  - input: ref('events')\n    rows: [{ day: 2024-01-02, amount: 1 }, { day: 2024-01-03, amount: 2 }]\n"
    const before = `${given}  - { input: this, rows: [{ day: 2024-01-01, total: 10 }] }\n`
    await passes(
      test('from_nothing', 'running', `${given}expect_table: { rows: [{ total: 1 }, { total: 3 }] }`) +
        test('going_on', 'running', `${before}expect_table: { rows: [{ total: 10 }, { total: 11 }, { total: 13 }] }`),
    )
  })

  it('fails with what a build would refuse: keys that are there twice', async () => {
    const given = `${events('[{ id: 1, amount: 1 }]')}  - { input: this, rows: [] }\n`
    const twice = given.replace('[{ id: 1, amount: 1 }]', '[{ id: null, amount: 1 }]')
    expect(
      await fails(
        test('keys', 'people', `${twice}overrides: { macros: { is_incremental: false } }\nexpect_table: { rows: [] }`),
      ),
    ).toContain('error[null-keys]')
  })

  it('leaves no trace in the warehouse', async () => {
    await passes(test('doubles', 'doubled', `${events('[]')}expect: { rows: [] }`))
    const found = await warehouse.query(
      "select table_name from information_schema.tables where table_schema in ('raw_data', 'analytics') or table_name like 'elt_rehearsal%'",
    )
    expect(found).toEqual([])
  })
}

async function wanted(): Promise<void> {
  bench = workbench()
}

describe('on duckdb', () => {
  beforeEach(async () => {
    await wanted()
    warehouse = duckdbFile(bench.folder)
  })
  afterEach(() => bench.remove())
  onEngine()

  it('needs no warehouse that another process holds, and makes none', async () => {
    await passes(test('doubles', 'doubled', `${events('[]')}expect: { rows: [] }`))
    const { readdirSync } = await import('node:fs')
    expect(readdirSync(bench.folder)).not.toContain('warehouse.duckdb')
  })

  it('stops the build of its model, and of no other, until it passes; what passed is not run again', async () => {
    const wrong = test('log_is_empty', 'log', `${events('[{ id: 1 }]')}expect: { rows: [] }`)
    project(wrong)
    await warehouse.run(
      "create schema app; create table app.event as select date '2024-01-01' as day, 1::bigint as id, 1.0::double as amount, 'done' as state",
    )
    bench.write(
      'models/raw_data/events.sql',
      (models['models/raw_data/events.sql'] ?? '').replace("'day',", "'day', begin='2024-01-01', end='2024-01-02',"),
    )
    const stopped = await elt('build', '--select', 'events', 'log', 'doubled')
    expect(stopped.code, stopped.stderr).toBe(1)
    expect(stopped.stderr).toContain('error[unit-tests-stop-model]: analytics.log is not built')
    expect(await warehouse.query('select id from analytics.doubled')).toEqual([{ id: 1 }])
    await expect(warehouse.query('select * from analytics.log')).rejects.toThrow('does not exist')
    bench.write(
      'models/analytics/tests.yml',
      `unit_tests:\n${wrong.replace('rows: [] }', 'rows: [{ id: 1 }] }').replace(/^(?=.)/gm, '  ')}`,
    )
    const mended = await elt('build', '--select', 'events', 'log', 'doubled')
    expect(mended.code, mended.stderr).toBe(0)
    expect(mended.stdout).toContain('1 unit test: 1 passed')
    expect(await warehouse.query('select id from analytics.log')).toEqual([{ id: 1 }])
  })

  it('is listed, selected by its names, with its model and its tags, and is in the files for tools', async () => {
    const tagged = test('doubles', 'doubled', `config: { tags: [quick] }\n${events('[]')}expect: { rows: [] }`)
    project(tagged + test('other', 'log', `${events('[]')}expect: { rows: [] }`))
    const list = async (...words: string[]) => (await elt('ls', '--output', 'name', ...words)).stdout.trim().split('\n')
    expect(await list('--resource-type', 'unit_test')).toEqual(['doubles', 'other'])
    for (const selector of ['tag:quick', 'unit_test:doubled.doubles', 'doubles', 'unit_test.doubled.doubles']) {
      expect([selector, await list('--select', selector)]).toEqual([selector, ['doubles']])
    }
    expect(await list('--resource-type', 'unit_test', '--select', 'log')).toEqual(['other'])
    expect((await unit()).stdout).toContain('2 unit tests: 2 passed')
    // Once more, out of the cache of what was compiled.
    expect((await elt('test', '--select', 'doubled')).stdout).toContain('1 unit test: 1 passed')
    const { readFileSync } = await import('node:fs')
    const read = (file: string) => JSON.parse(readFileSync(`${bench.folder}/target/${file}`, 'utf8'))
    expect(read('run_results.json').results).toMatchObject([
      { unique_id: 'unit_test.till.doubled.doubles', status: 'pass' },
    ])
    const node = read('manifest.json').unit_tests['unit_test.till.doubled.doubles']
    expect(node).toMatchObject({ model: 'doubled', given: [{ input: "ref('events')", rows: [], format: 'dict' }] })
  })
})

/** `elt test --watch` at work: `until` resolves when all of these texts have been told since the last time. */
function watching() {
  const stop = new AbortController()
  let told = ''
  let wake: () => void = () => undefined
  const running = bench.elt(['test', '--select', 'test_type:unit', '--watch'], {
    signal: stop.signal,
    onProgress: (text) => {
      told += text
      wake()
    },
  })
  return {
    until: async (...texts: readonly string[]): Promise<void> => {
      while (!texts.every((text) => told.includes(text))) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      told = ''
    },
    stop: (): Promise<Ran> => {
      stop.abort('SIGINT')
      return running
    },
  }
}

describe('elt test --watch', () => {
  beforeEach(async () => {
    await wanted()
    warehouse = duckdbFile(bench.folder)
  })
  afterEach(() => bench.remove())

  it('runs what a changed file touches, tells of mistakes, and ends when it is interrupted', async () => {
    const given = events('[{ id: 1, amount: 1, state: done }]')
    const both = (expected: number) =>
      test('doubles', 'doubled', `${given}expect: { rows: [{ amount: ${expected} }] }`) +
      test('appends', 'log', `${events('[]')}expect: { rows: [] }`)
    project(both(2))
    const watched = watching()
    await watched.until('watching')
    project(both(3))
    await watched.until('models/analytics/tests.yml', 'unit test failed: `doubles`', 'watching')
    bench.write('models/analytics/log.sql', '{{ confg() }}')
    await watched.until('error[undefined-name]', 'watching')
    const ran = await watched.stop()
    expect(ran.code).toBe(130)
    // Both at first; then the one that changed alone.
    expect(ran.stdout).toMatch(/2 unit tests: 2 passed[\s\S]*1 unit test: 1 failed/)
  })

  it('sees every change of a file that an editor replaces, and files of new folders', async () => {
    const given = events('[{ id: 1, amount: 1, state: done }]')
    const doubled = (expected: number) =>
      test('doubles', 'doubled', `${given}expect: { rows: [{ amount: ${expected} }] }`)
    project(doubled(2))
    const watched = watching()
    await watched.until('watching')
    for (const expected of [3, 4]) {
      const text = `unit_tests:\n${doubled(expected).replace(/^(?=.)/gm, '  ')}`
      bench.write('.written', text)
      renameSync(join(bench.folder, '.written'), join(bench.folder, 'models/analytics/tests.yml'))
      await watched.until(`- ${expected}\n`, 'watching')
    }
    bench.write('models/analytics/deep/down/wrong.sql', '{{ confg() }}')
    await watched.until('error[undefined-name]', 'watching')
    bench.write('models/analytics/deep/down/wrong.sql', '{{ confgi() }}')
    await watched.until('confgi', 'watching')
    expect((await watched.stop()).code).toBe(130)
  })
})

describePostgres('on', (server) => {
  let database: Database
  beforeEach(async () => {
    await wanted()
    database = await freshDatabase(server)
    warehouse = postgresDatabase(database.url)
  })
  afterEach(async () => {
    bench.remove()
    await database.drop()
  })
  onEngine()

  it('judges nothing on columns that nobody knows before the first build, and stops no model for it', async () => {
    const given = `given: [{ input: ref('open'), rows: [{ id: 1 }] }]\n`
    project(test('doubles', 'doubled', `${given}expect: { rows: [{ id: 1 }] }`))
    bench.write('models/raw_data/open.sql', "{{ config(materialized='table') }}\nselect 1 as id, 2.5 as amount")
    const doubled = "{{ config(materialized='table') }}\nselect id, amount from {{ ref('open') }}"
    bench.write('models/analytics/doubled.sql', doubled)
    const first = await elt('build', '-s', '+doubled')
    expect(first.code, first.stderr).toBe(0)
    expect(first.stderr).toContain('the unit test doubles was not judged: not all columns of raw_data.open are known')
    const second = await unit()
    expect(second.stderr).toBe('')
    expect(second.stdout).toMatch(/^✓ 1 unit test: 1 passed/)
  })

  it('compares decimals by their value, whatever zeros end them', async () => {
    const given = events('[{ id: 1, amount: 10, state: done }, { id: 1, amount: 20, state: done }]')
    project(test('means', 'doubled', `${given}expect: { rows: [{ mean: 15 }] }`))
    const mean = "{{ config(materialized='table') }}\nselect avg(amount::numeric) as mean from {{ ref('events') }}"
    bench.write('models/analytics/doubled.sql', mean)
    expect((await unit()).stdout).toMatch(/^✓ 1 unit test: 1 passed/)
  })
})
