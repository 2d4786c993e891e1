import { afterEach, expect } from 'vitest'
import { conforms, describeEngines } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'

/** Whole builds, through the command line: what becomes of tables, and what never does. */

const settings = `name: shop
time_zone: Asia/Seoul
default_target: test
targets:
  test:
    on_code_change: rebuild
<target>
`
const now = ['--now', '2024-01-10']

/** A model of four days from `numbers`, whose rows are `n` and what the SELECT says of it. */
function daily(select: string, { config = '', where = '' } = {}): Readonly<Record<string, string>> {
  return {
    'models/analytics/daily.sql': `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-05'${config}) }}
select day, n, ${select}
from (
  select cast('2024-01-0' || cast(n as char(1)) as date) as day, n
  from (select 1 as n union all select 2 union all select 3 union all select 4) as numbers
) as days
where {{ in_window('day') }}${where}
`,
  }
}

describeEngines('builds', (fixture) => {
  const { features } = fixture.adapter
  const projects: Project[] = []
  afterEach(async () => {
    for (const project of projects.splice(0)) await project.remove()
  })

  async function projectOf(files: Readonly<Record<string, string>>): Promise<Project> {
    const project = await newProject(fixture, settings, files)
    projects.push(project)
    return project
  }

  function edit(project: Project, files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) project.write(path, text)
  }

  async function run(project: Project, code: number, ...words: readonly string[]): Promise<string> {
    const ran = await project.elt('run', ...words, ...now)
    expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(code)
    return `${ran.stdout}${ran.stderr}`
  }

  /** Rows of the model but for their day. */
  const held = async (project: Project, columns = 'n, v') =>
    (await project.query(`select ${columns} from analytics.daily order by n`)).map((row) => Object.values(row))

  const columnsOf = async (project: Project) => {
    const [first] = await project.query('select * from analytics.daily order by n')
    return Object.keys(first ?? {})
  }

  const versions = (project: Project) => project.query('select key, version from elt.partitions order by key')

  conforms(fixture, 'equal rows built again are no new version of a partition', async () => {
    const project = await projectOf(daily('n * 2 as v'))
    await run(project, 0)
    const before = await versions(project)
    expect(before.map(({ key }) => key)).toEqual(['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04'])
    expect(await run(project, 0)).toMatch(/nothing to do|up to date/)
    await run(project, 0, '--force', '--yes')
    edit(project, daily('n + n as v'))
    await run(project, 0)
    expect(await versions(project)).toEqual(before)
  })

  conforms(fixture, 'rows that are no longer returned disappear, and a partition without rows is empty', async () => {
    const project = await projectOf(daily('n * 2 as v'))
    await run(project, 0)
    edit(project, daily('n * 2 as v', { where: ' and n <> 2' }))
    await run(project, 0)
    expect(await held(project)).toEqual([
      [1, 2],
      [3, 6],
      [4, 8],
    ])
    expect(await versions(project)).toHaveLength(4)
  })

  const refused: readonly (readonly [says: string, select: string, code: string])[] = [
    ['rows without a day', 'n * 3 as v from (select cast(null as date) as day, 1 as n) as days where 1 = 1 or', 'null'],
    [
      'rows of another day',
      "n * 3 as v from (select cast('2024-02-01' as date) as day, 1 as n) as days where 1 = 1 or",
      'stray',
    ],
  ]
  for (const [says, select, code] of refused) {
    conforms(fixture, `${says} are refused, and nothing is changed`, async () => {
      const project = await projectOf(daily('n as v'))
      await run(project, 0)
      const text = daily('n as v')['models/analytics/daily.sql'] ?? ''
      edit(project, { 'models/analytics/daily.sql': text.replace(/n as v[\s\S]*where/, select) })
      expect(await run(project, 1)).toContain(code)
      expect(await held(project)).toEqual([1, 2, 3, 4].map((n) => [n, n]))
    })
  }

  const byKey = { config: ", strategy='merge', unique_key='n'" }
  const keys: readonly (readonly [says: string, from: string, to: string, code: string])[] = [
    ['a key that is there twice', 'union all select 3', 'union all select 2', 'duplicate-keys'],
    ['a key that is null', 'as date) as day, n', 'as date) as day, case when n < 3 then n end as n', 'null-keys'],
    ['a key of another partition', 'as date) as day, n', 'as date) as day, 5 - n as n', 'key-moved'],
  ]
  for (const [says, from, to, code] of keys) {
    conforms(fixture, `${says} is refused by merge, and its partition is as it was`, async () => {
      const project = await projectOf(daily('n as v', byKey))
      await run(project, 0)
      const text = daily('n * 2 as v', byKey)['models/analytics/daily.sql'] ?? ''
      edit(project, { 'models/analytics/daily.sql': text.replace(from, to) })
      expect(await run(project, 1, '--partition', code === 'duplicate-keys' ? '2024-01-02' : '2024-01-03')).toContain(
        code,
      )
      expect(await held(project)).toEqual([1, 2, 3, 4].map((n) => [n, n]))
    })
  }

  conforms(
    fixture,
    'merge keeps rows that are no longer returned, and takes them away with delete_missing',
    async () => {
      for (const [more, expected] of [
        ['', [2, 2, 6, 8]],
        [', delete_missing=true', [2, 6, 8]],
      ] as const) {
        const config = `${byKey.config}${more}`
        const project = await projectOf(daily('n as v', { config }))
        await run(project, 0)
        edit(project, daily('n * 2 as v', { config, where: ' and n <> 2' }))
        await run(project, 0)
        expect((await held(project, 'v')).flat()).toEqual(expected)
      }
    },
  )

  conforms(
    fixture,
    'append builds a partition once, whatever becomes of its source, and refuses to be forced',
    async () => {
      const config = ", strategy='append'"
      const project = await projectOf(daily('n as v', { config }))
      await run(project, 0)
      edit(project, daily('n * 2 as v', { config }))
      await run(project, 0)
      expect(await held(project)).toEqual([1, 2, 3, 4].map((n) => [n, n]))
      await run(project, 2, '--force', '--yes')
      expect(await held(project)).toEqual([1, 2, 3, 4].map((n) => [n, n]))
    },
  )

  conforms(fixture, 'a value that does not fit fails its partition, and the others are published', async () => {
    const project = await projectOf(daily('n as v'))
    await run(project, 0)
    edit(project, daily("cast(case when n = 3 then 'x' else '7' end as integer) as v"))
    await run(project, 1)
    expect(await held(project)).toEqual([
      [1, 7],
      [2, 7],
      [3, 3],
      [4, 7],
    ])
    edit(project, daily('n as v'))
    await run(project, 0)
    expect(await held(project)).toEqual([1, 2, 3, 4].map((n) => [n, n]))
  })

  conforms(fixture, 'a mistake in the SQL is shown where it stands in the template', async () => {
    const project = await projectOf(daily('n as v,\n  nope as w'))
    const ran = await project.elt('run', ...now)
    expect(ran.code).not.toBe(0)
    expect(`${ran.stdout}${ran.stderr}`).toContain('models/analytics/daily.sql:3:3')
  })

  const hostile = ['the "day"', "it's", 'ü😀', 'select', 'UPPER', '$1', '%s', 'a.b', 'x'.repeat(60)]

  conforms(fixture, 'columns may have any name, from the partition column to the key', async () => {
    const { quote } = fixture.adapter.dialect
    const [first, ...others] = hostile
    const columns = (values: readonly string[]) =>
      others.map((name, i) => `, ${values[i] ?? 'n'} as ${quote(name)}`).join('')
    const text = (...values: readonly string[]) => ({
      'models/analytics/daily.sql': `{{ config(materialized='incremental', partition_by='the "day"', begin='2024-01-01', end='2024-01-03') }}
select ${quote(first ?? '')}${columns(values)}
from (select cast('2024-01-01' as date) as ${quote(first ?? '')}, 1 as n union all select cast('2024-01-02' as date), 2) as days
where {{ in_window('the "day"') }}
`,
    })
    const project = await projectOf(text())
    await run(project, 0)
    edit(project, text('n * 2'))
    await run(project, 0)
    const rows = await project.query(`select * from analytics.daily order by ${quote(first ?? '')}`)
    expect(rows.map((row) => Object.keys(row))).toEqual([hostile, hostile])
    expect(rows.map((row) => [row[others[0] ?? ''], row[others[1] ?? '']])).toEqual([
      [2, 1],
      [4, 2],
    ])
  })

  conforms(fixture, 'a name beyond what the engine takes is refused before anything is sent', async () => {
    const alias = 'x'.repeat(features.identifierLimit + 1)
    const project = await projectOf({ 'models/analytics/long.sql': `{{ config(alias='${alias}') }}select 1 as n` })
    expect(await run(project, 2)).toContain('identifier-too-long')
  })

  conforms(fixture, 'a column whose name the engine would cut is refused, and no longer text is', async () => {
    const name = 'ö'.repeat(features.identifierLimit / 2 + 1)
    const project = await projectOf({ 'models/analytics/long.sql': `select 1 as "${name}"` })
    expect(await run(project, 2)).toContain('name-cut')
    project.write('models/analytics/long.sql', `select '"${name}"' as text`)
    await run(project, 0)
  })

  conforms(fixture, 'a new column is added, old rows have none, and its partitions are built anew', async () => {
    const project = await projectOf(daily('n as v'))
    await run(project, 0)
    edit(project, daily('n as v, n * 10 as w'))
    await run(project, 0, '--partition', '2024-01-02')
    expect(await held(project, 'n, v, w')).toEqual([
      [1, 1, null],
      [2, 2, 20],
      [3, 3, null],
      [4, 4, null],
    ])
    await run(project, 0)
    expect((await held(project, 'w')).flat()).toEqual([10, 20, 30, 40])
  })

  conforms(fixture, 'sync_all_columns takes columns away, append_new_columns keeps them, fail refuses', async () => {
    for (const [mode, code, columns] of [
      ['sync_all_columns', 0, ['day', 'n', 'w']],
      ['append_new_columns', 0, ['day', 'n', 'v', 'w']],
      ['fail', 1, ['day', 'n', 'v']],
    ] as const) {
      const config = `, on_schema_change='${mode}'`
      const project = await projectOf(daily('n as v', { config }))
      await run(project, 0)
      edit(project, daily('n as w', { config }))
      await run(project, code)
      expect([mode, await columnsOf(project)]).toEqual([mode, columns])
    }
  })

  conforms(fixture, 'a column whose type gets wider keeps its rows', async () => {
    const project = await projectOf(daily('n as v', { config: ", on_schema_change='sync_all_columns'" }))
    await run(project, 0)
    edit(project, daily('n + 9007199254740990 as v', { config: ", on_schema_change='sync_all_columns'" }))
    await run(project, 0)
    expect((await held(project, 'v')).flat().map(String)).toEqual(
      [1, 2, 3, 4].map((n) => String(9007199254740990n + BigInt(n))),
    )
  })

  conforms(fixture, 'views follow the columns of what they read', async () => {
    const names = {
      'models/analytics/seen.sql': "{{ config(materialized='view') }}select * from {{ ref('daily') }} as d",
    }
    const project = await projectOf({ ...daily('n as v'), ...names })
    await run(project, 0)
    edit(project, daily('n as v, n * 10 as w'))
    await run(project, 0)
    const rows = await project.query('select v, w from analytics.seen order by v')
    expect(rows.map(({ v, w }) => [v, w])).toEqual([1, 2, 3, 4].map((n) => [n, n * 10]))
  })

  conforms(
    fixture,
    'an interrupted run exits 130, leaves no staged rows behind, and the next run ends the work',
    async () => {
      const slow = `(select count(*) from (${fixture.endless}) as e) * 0 + n as v`
      const project = await projectOf(daily('n as v'))
      await run(project, 0)
      edit(project, daily(slow))
      const stopped = await project.interrupted(1, 'run', ...now)
      expect(stopped.code).toBe(130)
      expect(await held(project)).toEqual([1, 2, 3, 4].map((n) => [n, n]))
      edit(project, daily('n * 5 as v'))
      await run(project, 0)
      const tables = Object.keys(await project.contents('analytics', 'raw_data', 'elt'))
      expect(tables.filter((name) => name.includes('staging'))).toEqual([])
      expect(await held(project)).toEqual([1, 2, 3, 4].map((n) => [n, n * 5]))
    },
  )

  conforms(fixture, 'of two runs at once each ends, and together they leave what one leaves', async () => {
    if (features.exclusiveWriter) return
    const project = await projectOf(daily('n as v', { config: ', batch=1' }))
    const both = await Promise.all([project.elt('run', ...now), project.elt('run', ...now)])
    for (const { code, stdout, stderr } of both) expect([0, 3], `${stdout}${stderr}`).toContain(code)
    await run(project, 0)
    expect(await held(project)).toEqual([1, 2, 3, 4].map((n) => [n, n]))
    // Each partition was published once.
    expect((await versions(project)).map(({ version }) => Number(version)).sort()).toEqual([1, 2, 3, 4])
  })
})
