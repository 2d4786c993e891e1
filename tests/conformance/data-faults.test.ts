import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect } from 'vitest'
import { conforms, describeEngines } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'

/** Data as nobody wants it: in the rows of a project, the right rows, or a clear refusal that changes nothing. */

const settings = `name: shop
default_target: test
targets:
  test:
    on_code_change: rebuild
<target>
`
const now = ['--now', '2024-01-10']

describeEngines('data that is', (fixture) => {
  const { dialect } = fixture.adapter
  const { quote } = dialect
  const typed = (type: string) => dialect.type(type) ?? type
  const projects: Project[] = []
  afterEach(async () => {
    for (const project of projects.splice(0)) await project.remove()
  })

  async function projectOf(files: Readonly<Record<string, string>>, more = ''): Promise<Project> {
    const project = await newProject(fixture, settings + more, files)
    projects.push(project)
    return project
  }

  async function build(project: Project, code: number, ...words: readonly string[]): Promise<string> {
    const { code: found, stdout, stderr } = await project.elt('build', ...words, ...now)
    expect(found, `${stdout}${stderr}`).toBe(code)
    expect(stderr).not.toMatch(/error\[internal|\n {4}at /)
    return `${stdout}${stderr}`
  }

  const span = "materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-05'"

  const versions = (project: Project) =>
    project.query('select relation, key, version from elt.partitions order by 1, 2')

  /** Builds it; then nothing is to be done, and built all the same, every partition is equal. */
  async function buildAndStay(project: Project): Promise<void> {
    await build(project, 0)
    const before = await versions(project)
    expect(await build(project, 0)).toMatch(/nothing to do|up to date/)
    await build(project, 0, '--force', '--yes')
    expect(await versions(project)).toEqual(before)
  }

  const cast = (text: string, type: string) =>
    `cast(${dialect.literal({ type: 'text', value: text })} as ${typed(type)})`

  /** Values that are easily lost, as the engine gives them back. */
  const odd: readonly (readonly [type: string, value: string, shown?: unknown])[] = [
    ['double', 'NaN'],
    ['double', 'Infinity'],
    ['double', '-Infinity'],
    ['double', '1.7976931348623157e308', 1.7976931348623157e308],
    ['double', '5e-324', 5e-324],
    ['decimal(38,10)', '-9999999999999999999999999999.0000000001'],
    ['bigint', '-9223372036854775808'],
    ['text', ''],
    ['text', ' '],
    ['text', 'null'],
    ['text', '\\N'],
    ['text', '\u0001\u007f\u2028\ufffe'],
    ['text', 'e\u0301'],
    ['text', '\u00e9'],
    ['date', '9999-12-31'],
    ['date', '10000-01-01'],
    ['date', 'infinity'],
    ['date', '-infinity'],
    ['date', '0001-01-01'],
    ['instant', '9999-12-31 23:59:59.999999+00', '9999-12-31T23:59:59.999999Z'],
    ['instant', 'infinity'],
    ['local', '9999-12-31 23:59:59.999999', '9999-12-31T23:59:59.999999'],
  ]

  conforms(
    fixture,
    'odd in its values comes through a build as it is, and is equal when it is built again',
    async () => {
      const types = [...new Set(odd.map(([type]) => type))]
      const column = (type: string) => quote(`the ${type}`)
      const select = (values: (type: string) => string, n: number) =>
        `select cast('2024-01-01' as date) as day, ${n} as n, ${types.map((type) => `${values(type)} as ${column(type)}`).join(', ')}`
      const rows = odd.map(([type, value], n) =>
        select((one) => (one === type ? cast(value, type) : `cast(null as ${typed(one)})`), n),
      )
      const sql = `select * from (${rows.join('\nunion all ')}) as odd where {{ in_window('day') }}`
      const project = await projectOf({
        'models/analytics/odd.sql': `{{ config(${span}) }}${sql}`,
        'models/analytics/again.sql': `{{ config(materialized='incremental', strategy='merge', unique_key='n') }}select * from {{ ref('odd') }}`,
        'models/analytics/kept.sql': `{{ config(materialized='history', unique_key='n', check_cols='all') }}select * from {{ ref('odd') }}`,
      })
      await buildAndStay(project)
      for (const relation of ['odd', 'again', 'kept']) {
        const found = await project.query(`select * from analytics.${relation} order by n`)
        expect(found.map((row, n) => row[`the ${odd[n]?.[0]}`])).toEqual(
          odd.map(([, value, shown]) => (shown === undefined ? value : shown)),
        )
      }
    },
  )

  const fourDays = [1, 2, 3, 4].map((n) => `select cast('2024-01-0${n}' as date) as day, ${n} as n`).join(' union all ')

  conforms(fixture, 'of no day that is built is refused, by what it says, and changes nothing', async () => {
    const model = (more: string) =>
      `{{ config(${span}) }}\nselect day, n from (${fourDays}) as days where {{ in_window('day') }}${more}`
    const project = await projectOf({ 'models/analytics/daily.sql': model('') })
    await build(project, 0)
    const before = await versions(project)
    for (const [day, code, shown] of [
      ["cast('infinity' as date)", 'stray-rows', 'after every date (1)'],
      ["cast('-infinity' as date)", 'stray-rows', 'before every date (1)'],
      ["cast('9999-12-31' as date)", 'stray-rows', '9999-12-31 (1)'],
      ["cast('10000-01-01' as date)", 'stray-rows', '+010000-01-01 (1)'],
      ["cast('0001-01-01' as date) - 400", 'stray-rows', '-000001-'],
      ['cast(null as date)', 'null-partition-values', 'day'],
    ] as const) {
      project.write('models/analytics/daily.sql', model(` union all select ${day}, 9`))
      const told = await build(project, 1)
      expect(told).toContain(code)
      expect(told).toContain(shown)
      expect(await versions(project)).toEqual(before)
      expect(await project.query('select n from analytics.daily order by n')).toEqual([1, 2, 3, 4].map((n) => ({ n })))
    }
  })

  conforms(fixture, 'infinite in a table is not taken over with it', async () => {
    const project = await projectOf({
      'models/analytics/daily.sql': `{{ config(${span}) }}\nselect day, n from (${fourDays}) as days where {{ in_window('day') }}`,
    })
    await project.execute(
      dialect.ddl.createSchema('analytics'),
      `create table analytics.daily as ${fourDays} union all select cast('infinity' as date), 5`,
    )
    const { code, stdout, stderr } = await project.elt('adopt', '-s', 'daily', '--yes', ...now)
    expect(`${code} ${stdout}${stderr}`).toMatch(/^[12] [^]*after every date/)
    expect(await project.query('select count(*) as n from analytics.daily')).toEqual([{ n: 5 }])
  })

  const sources = `sources:
  - name: box
    tables:
      - name: events
        files: "data/events/{yyyy}-{MM}-{dd}.csv"
        event_time: day
        columns:
          - { name: day, data_type: date }
          - { name: id, data_type: integer }
          - { name: x, data_type: double }
          - { name: price, data_type: 'decimal(10,2)' }
          - { name: t, data_type: text }
          - { name: seen, data_type: date }
`
  const events = {
    'models/raw_data/sources.yml': sources,
    'models/raw_data/events.sql': `{{ config(materialized='incremental', partition_by='day') }}
select e.* from {{ source('box', 'events') }} as e where {{ partition_filter('box.events', alias='e') }}`,
  }
  const head = 'day,id,x,price,t,seen\n'
  const file = (...rows: readonly string[]) => `${head}${rows.map((row) => `2024-01-01,${row}\n`).join('')}`
  const path = 'data/events/2024-01-01.csv'

  conforms(fixture, 'odd in files comes into the table as it is', async () => {
    const project = await projectOf({
      ...events,
      [path]: file('1,NaN,,"",9999-12-31', '2,Infinity,0.10,,', '2,-inf,99999999.99," a\n""b"" \\N, ü😀",infinity'),
    })
    await buildAndStay(project)
    const rows = await project.query('select id, x, price, t, seen from raw_data.events order by id, price nulls first')
    expect(rows.map((row) => Object.values(row))).toEqual([
      [1, 'NaN', null, null, '9999-12-31'],
      [2, 'Infinity', '0.10', null, null],
      [2, '-Infinity', '99999999.99', ' a\n"b" \\N, ü😀', 'infinity'],
    ])
  })

  conforms(fixture, 'not of its type is refused by its file, and changes nothing', async () => {
    const project = await projectOf({ ...events, [path]: file('1,1,1,a,2024-01-01') })
    await build(project, 0)
    const before = await versions(project)
    for (const row of [
      '99999999999,1,1,a,',
      'x,1,1,a,',
      '1,one,1,a,',
      '1,1,100000000.00,a,',
      '1,1,1,a,2024-02-30',
      '1,1,1',
      '1,1,1,a,,b',
    ]) {
      project.write(path, file('1,1,1,a,', row))
      expect(await build(project, 1)).toContain(path)
      expect(await versions(project)).toEqual(before)
    }
    for (const bytes of [Buffer.from([0xff, 0xfe]), Buffer.from([0])]) {
      writeFileSync(
        join(project.folder, path),
        Buffer.concat([Buffer.from(`${head}2024-01-01,1,1,1,a`), bytes, Buffer.from('b,\n')]),
      )
      const { code, stdout, stderr } = await project.elt('build', ...now)
      expect(stderr).not.toMatch(/error\[internal|\n {4}at /)
      const rows = await project.query('select t from raw_data.events')
      // An engine whose texts hold any character has it; others say in which file it is.
      if (code === 0) expect(rows).toEqual([{ t: `a${bytes}b` }])
      else expect([code, `${stdout}${stderr}`, rows]).toEqual([1, expect.stringContaining(path), [{ t: 'a' }]])
    }
  })

  conforms(fixture, 'new between two batches of a run is there after the next', async () => {
    const batched = events['models/raw_data/events.sql'].replace("by='day'", "by='day', batch=1")
    const readers = {
      'models/analytics/daily.sql': `{{ config(materialized='incremental', partition_by='day', batch=1) }}
select e.day, sum(e.id) as total from {{ ref('events') }} as e where {{ partition_filter('events', alias='e') }} group by e.day`,
      'models/analytics/total.sql': "select sum(total) as total from {{ ref('daily') }}",
    }
    const days = [1, 2, 3, 4]
    const pathOf = (day: number) => `data/events/2024-01-0${day}.csv`
    const rowsOf = (day: number, id: number) => `${head}2024-01-0${day},${id},1,1,a,\n`
    const deliveries = Object.fromEntries(days.map((day) => [pathOf(day), rowsOf(day, day)]))
    const project = await projectOf({ ...events, 'models/raw_data/events.sql': batched, ...readers, ...deliveries })
    const ids = [...days]
    for (const after of [1, 4]) {
      // Every batch is built anew, and another id is delivered for the first day and the last.
      project.write('models/raw_data/events.sql', `${batched}\n and ${after} > 0`)
      const { code, stdout, stderr } = await project.meanwhile(
        after,
        async () => {
          for (const day of [1, 4]) {
            ids[day - 1] = after * 10 + day
            project.write(pathOf(day), rowsOf(day, ids[day - 1] ?? 0))
          }
        },
        'build',
        '--threads',
        '1',
        ...now,
      )
      expect([0, 1], `${stdout}${stderr}`).toContain(code)
      await build(project, 0)
      const found = await project.query('select id from raw_data.events order by day')
      expect(found.map(({ id }) => id)).toEqual(ids)
      const [total] = await project.query('select total from analytics.total')
      expect(Number(total?.total)).toBe(ids.reduce((sum, id) => sum + id, 0))
      expect(await build(project, 0)).toMatch(/nothing to do|up to date/)
    }
  })

  conforms(fixture, 'written into a table that somebody changes meanwhile is right after the next run', async () => {
    const model = (v: number) =>
      `{{ config(${span}, batch=1) }}\nselect day, n, n * ${v} as v from (${fourDays}) as days where {{ in_window('day') }}`
    const project = await projectOf({ 'models/analytics/daily.sql': model(1) })
    await build(project, 0)
    const changes = [
      'alter table analytics.daily add column more integer',
      `alter table analytics.daily alter column v type ${typed('bigint')}`,
      'alter table analytics.daily rename to elsewhere',
      'drop table analytics.daily',
    ]
    for (const [index, change] of changes.entries()) {
      project.write('models/analytics/daily.sql', model(index + 2))
      const changed: { error?: unknown } = {}
      const { code, stdout, stderr } = await project.meanwhile(
        2,
        () =>
          project.execute(change).catch((error: unknown) => {
            changed.error = error
          }),
        'build',
        '--threads',
        '1',
        ...now,
      )
      expect([0, 1, 3], `${change}: ${stdout}${stderr}`).toContain(code)
      expect(stderr).not.toMatch(/error\[internal|\n {4}at /)
      await build(project, 0)
      const rows = await project.query('select n, v from analytics.daily order by n')
      expect(
        rows.map(({ n, v }) => [n, Number(v)]),
        `${change}: ${stdout}${stderr}`,
      ).toEqual([1, 2, 3, 4].map((n) => [n, n * (index + 2)]))
      expect(await build(project, 0)).toMatch(/nothing to do|up to date/)
    }
  })

  const names = [
    "it's",
    'a "quoted" one',
    'with spaces ',
    'ünïcode 😀',
    'select',
    'UPPER',
    'a.b',
    '$1',
    '%s;--',
    '\\',
    `${'x'.repeat(45)}ß`,
  ]

  conforms(fixture, 'under hostile names lives and is dropped like any other', async () => {
    const models = (config: string, v: string) =>
      Object.fromEntries(
        names.map((name, i) => [
          `models/analytics/m${i}.sql`,
          `{{ config(alias=${JSON.stringify(name)}, schema=${JSON.stringify(`s ${name}`)}${i % 2 ? ", materialized='view'" : config}) }}
select ${v} as ${quote(name)}, cast('2024-01-01' as date) as day${i === 0 ? '' : ` from {{ ref('m${i - 1}') }}`}`,
        ]),
      )
    const project = await projectOf(models(", materialized='table'", '1'))
    await buildAndStay(project)
    for (const [path, text] of Object.entries(models(", materialized='table'", '2'))) project.write(path, text)
    await build(project, 0)
    await build(project, 0, '--full-refresh', '--yes')
    for (const name of names) {
      const relation = `${quote(`s ${name}`)}.${quote(name)}`
      expect(await project.query(`select ${quote(name)} from ${relation}`)).toEqual([{ [name]: 2 }])
    }
  })
})
