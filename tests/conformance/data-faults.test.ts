import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { events, fourDays, head, now, span, useProjects } from './data-faults.fixture.ts'
import { conforms, describeEngines } from './fixtures.ts'

/** Data as nobody wants it: in the rows of a project, the right rows, or a clear refusal that changes nothing. */

describeEngines('data that is', (fixture) => {
  const { dialect } = fixture.adapter
  const { quote } = dialect
  const typed = (type: string) => dialect.type(type) ?? type
  const { projectOf, build, buildAndStay, versions } = useProjects(fixture)
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
    expect(`${code} ${stdout}${stderr}`).toMatch(/^[12] [\s\S]*after every date/)
    expect(await project.query('select count(*) as n from analytics.daily')).toEqual([{ n: 5 }])
  })

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
