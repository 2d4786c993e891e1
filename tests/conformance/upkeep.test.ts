import { readFileSync, rmSync } from 'node:fs'
import { afterEach, expect } from 'vitest'
import { conforms, describeEngines } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'

/** Tables that stand: taken over, compared with their record, and dropped when nothing is stored in them any more. */

const settings = `name: shop
time_zone: Asia/Seoul
default_target: test
targets:
  test:
<target>
`
const now = ['--now', '2024-01-10']
const numbers = '(select 1 as n union all select 2 union all select 3 union all select 4) as numbers'
const dated = `(select cast('2024-01-0' || cast(n as char(1)) as date) as day, n from ${numbers}) as days`
const daily = `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-05') }}
select day, n from ${dated} where {{ in_window('day') }}
`
const doubled = `{{ config(materialized='incremental', partition_by='day') }}
select d.day, d.n * 2 as n from {{ ref('daily') }} as d where {{ partition_filter('daily', alias='d') }}
`
const total = `{{ config(materialized='table') }}select count(*) as days from {{ ref('daily') }}`
const shop = {
  'models/analytics/daily.sql': daily,
  'models/analytics/doubled.sql': doubled,
  'models/analytics/total.sql': total,
}

describeEngines('tables that stand', (fixture) => {
  const projects: Project[] = []
  afterEach(async () => {
    for (const project of projects.splice(0)) await project.remove()
  })

  async function newShop(files: Readonly<Record<string, string>> = shop): Promise<Project> {
    const project = await newProject(fixture, settings, files)
    projects.push(project)
    return project
  }

  async function elt(project: Project, code: number, ...words: readonly string[]): Promise<string> {
    const ran = await project.elt(...words)
    expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(code)
    return `${ran.stdout}${ran.stderr}`
  }

  /** Tables of another tool, with rows that no model gives. */
  async function made(project: Project): Promise<void> {
    await project.query('create schema analytics')
    await project.query(`create table analytics.daily as select day, n + 100 as n from ${dated}`)
    await project.query('create table analytics.doubled as select day, n * 2 as n from analytics.daily')
    await project.query('create table analytics.total as select count(*) as days from analytics.daily')
  }

  const held = async (project: Project, table = 'daily') =>
    (await project.query(`select n from analytics.${table} order by n`)).map(({ n }) => Number(n))

  conforms(fixture, 'adopted tables stay as they are until an input changes', async () => {
    const project = await newShop()
    await made(project)
    expect(await elt(project, 2, 'run', ...now)).toContain('elt adopt --select analytics.daily')
    expect(await elt(project, 0, 'adopt', '--dry-run', ...now)).toContain('would adopt 3 relations')
    await elt(project, 2, 'run', ...now)
    const told = await elt(project, 0, 'adopt', ...now)
    expect(told).toMatch(/analytics\.daily +4 partitions +4 rows +2024-01-01 … 2024-01-04/)
    expect(told).not.toContain('has not built')
    expect(await elt(project, 0, 'adopt', ...now)).toContain('nothing to adopt')
    await elt(project, 0, 'run', ...now)
    expect(await held(project)).toEqual([101, 102, 103, 104])
    await elt(project, 0, 'run', '--select', 'daily', '--partition', '2024-01-02', '--force', ...now)
    await elt(project, 0, 'run', ...now)
    expect(await held(project, 'doubled')).toEqual([4, 202, 206, 208])
  })

  conforms(fixture, 'a renamed model is told where its rows are, and keeps them in either way', async () => {
    const project = await newShop({ 'models/analytics/daily.sql': daily })
    await elt(project, 0, 'run', ...now)
    const renamed = async (from: string, to: string): Promise<string> => {
      rmSync(`${project.folder}/models/analytics/${from}.sql`)
      project.write(`models/analytics/${to}.sql`, daily)
      return elt(project, 0, 'plan', ...now)
    }
    const told = await renamed('daily', 'days')
    expect(told).toContain('analytics.days is new, and has the code of analytics.daily, which is no model any more')
    expect(told).toContain('4 partitions with 4 rows')
    project.write('models/analytics/days.sql', daily.replace('{{ config(', "{{ config(alias='daily', "))
    expect(await elt(project, 0, 'adopt', ...now)).toContain('adopted 1 relation')
    expect(await elt(project, 0, 'run', ...now)).toContain('nothing to do')
    expect(await renamed('days', 'dates')).toContain('in analytics.daily, which holds 4 partitions with 4 rows')
    await project.query('alter table analytics.daily rename to dates')
    expect(await elt(project, 0, 'adopt', '--select', 'analytics.dates', ...now)).toContain('adopted 1 relation')
    const after = await elt(project, 0, 'run', ...now)
    expect(after).toContain('nothing to do')
    expect(after).not.toContain('model-renamed')
  })

  conforms(fixture, 'a model that is stored where another has rows is not mixed with them', async () => {
    const appended = daily.replace('{{ config(', "{{ config(strategy='append', alias='kept', ")
    const project = await newShop({ 'models/analytics/daily.sql': appended })
    await elt(project, 0, 'run', ...now)
    rmSync(`${project.folder}/models/analytics/daily.sql`)
    project.write('models/analytics/days.sql', appended)
    const told = await elt(project, 2, 'run', ...now)
    expect(told).toContain('analytics.kept holds rows of analytics.daily, and analytics.days is stored there now')
    expect(await held(project, 'kept')).toEqual([1, 2, 3, 4])
    await elt(project, 0, 'adopt', ...now)
    await elt(project, 0, 'run', ...now)
    expect(await held(project, 'kept')).toEqual([1, 2, 3, 4])
    rmSync(`${project.folder}/models/analytics/days.sql`)
    project.write('models/analytics/dates.sql', appended.replace("begin='2024-01-01'", "begin='2024-01-03'"))
    await elt(project, 2, 'plan', ...now)
    expect(await elt(project, 2, 'run', '--full-refresh', ...now)).toContain('4 published rows')
    await elt(project, 0, 'run', '--full-refresh', '--yes', ...now)
    expect(await held(project, 'kept')).toEqual([3, 4])
    expect(await elt(project, 0, 'run', ...now)).toContain('nothing to do')
  })

  conforms(fixture, 'a model that is stored elsewhere, or has other code, is told so or not', async () => {
    const project = await newShop({ 'models/analytics/daily.sql': daily })
    await elt(project, 0, 'run', ...now)
    project.write('models/analytics/daily.sql', daily.replace('{{ config(', "{{ config(alias='days', "))
    const told = await elt(project, 0, 'plan', ...now)
    expect(told).toContain('analytics.daily is stored elsewhere now, and its rows are still in analytics.daily')
    rmSync(`${project.folder}/models/analytics/daily.sql`)
    project.write('models/analytics/days.sql', daily.replace('select day, n', 'select day, n + 1 as n'))
    expect(await elt(project, 0, 'plan', ...now)).not.toContain('model-renamed')
  })

  conforms(fixture, 'a table alone is adopted with a word about what it reads', async () => {
    const project = await newShop()
    await made(project)
    const told = await elt(project, 0, 'adopt', '--select', 'doubled', ...now)
    expect(told).toContain('analytics.doubled reads analytics.daily, which elt has not built')
  })

  conforms(fixture, 'what does not fit is refused by name, and nothing is adopted', async () => {
    const project = await newShop()
    await made(project)
    await project.query('alter table analytics.daily drop column n')
    expect(await elt(project, 2, 'adopt', '--select', 'daily', ...now)).toContain('it has no column n')
    await project.query('drop table analytics.daily')
    await project.query('create view analytics.daily as select day, n from analytics.doubled')
    expect(await elt(project, 2, 'adopt', ...now)).toContain('a view stands where the model has a table')
    await project.query('drop view analytics.daily')
    await project.query(`create table analytics.daily as select case when n > 1 then day end as day, n from ${dated}`)
    expect(await elt(project, 1, 'adopt', '--select', 'daily', ...now)).toContain('1 of its rows have no value of day')
    await project.query("update analytics.daily set day = cast('2031-01-01' as date) where day is null")
    const outside = await elt(project, 1, 'adopt', '--select', 'daily', ...now)
    expect(outside).toContain('it holds partitions outside of the model’s begin and end: 2031-01-01')
    expect(await project.query('select 1 from elt.partitions')).toEqual([])
    await elt(project, 0, 'adopt', '--select', 'total', ...now)
    const text = readFileSync(`${project.folder}/project.yml`, 'utf8')
    project.write('project.yml', text.replace('name: shop', 'name: other'))
    expect(await elt(project, 2, 'adopt', '--select', 'total', ...now)).toContain('the project shop owns it')
  })

  conforms(fixture, 'hand edits are found by partition, and the command that is told mends them', async () => {
    const project = await newShop()
    await elt(project, 0, 'run', ...now)
    expect(await elt(project, 0, 'debug', '--verify')).toMatch(/rows +3 relations, 9 partitions, 9 rows as published/)
    await project.query("update analytics.daily set n = 7 where day = cast('2024-01-02' as date)")
    await project.query("delete from analytics.daily where day = cast('2024-01-04' as date)")
    const told = await elt(project, 1, 'debug', '--verify')
    expect(told).toContain('does not hold the rows that elt published: 2024-01-02, 2024-01-04')
    const commands = [...told.matchAll(/`elt (run [^`]+)`/g)].map(([, words]) => String(words).split(' '))
    expect(commands).toHaveLength(2)
    for (const words of commands) await elt(project, 0, ...words, ...now)
    expect(await held(project)).toEqual([1, 2, 3, 4])
    await elt(project, 0, 'debug', '--verify')
    await project.query("insert into analytics.daily (day, n) values (cast('2029-01-01' as date), 9)")
    expect(await elt(project, 1, 'debug', '--verify', '--select', 'daily')).toContain(
      'holds 1 row that elt never published: in 2029-01-01',
    )
    await project.query('drop table analytics.total')
    expect(await elt(project, 1, 'debug', '--verify', '--select', 'total')).toContain('is no longer there')
  })

  conforms(fixture, 'columns that came or went since are no hand edits', async () => {
    const project = await newShop({ 'models/analytics/daily.sql': daily })
    await elt(project, 0, 'run', ...now)
    const wider = daily
      .replace("end='2024-01-05'", "end='2024-01-05', on_schema_change='sync_all_columns'")
      .replace('select day, n from', "select day, 'a' as v from")
    project.write('models/analytics/daily.sql', wider)
    await elt(project, 0, 'run', '--partition', '2024-01-02', '--force', ...now)
    expect(await elt(project, 0, 'debug', '--verify')).toContain('3 partitions by count alone')
  })

  conforms(fixture, 'what no model is stored in goes, when somebody agrees', async () => {
    const project = await newShop({
      ...shop,
      'models/analytics/seen.sql': "{{ config(materialized='view') }}select day from {{ ref('daily') }}",
    })
    await elt(project, 0, 'run', ...now)
    expect(await elt(project, 0, 'gc')).toContain('nothing is left over')
    await project.query('create table analytics.foreign_table as select 1 as n')
    for (const name of ['doubled', 'seen']) rmSync(`${project.folder}/models/analytics/${name}.sql`)
    const dry = await elt(project, 0, 'gc', '--dry-run')
    const tells = fixture.adapter.dialect.ddl.size !== undefined
    const size = tells ? String.raw`\d[.\d]* kB +` : ''
    expect(dry).toMatch(new RegExp(`analytics\\.doubled +table +4 rows +${size}its model analytics.doubled is gone`))
    expect(dry).toMatch(tells ? /would drop 2 relations with [\d.]+ kB; nothing/ : /would drop 2 relations; nothing/)
    expect(await elt(project, 2, 'gc')).toContain('error[drop-unconfirmed]')
    const isThere = async () => Object.keys(await project.contents('analytics'))
    expect(await isThere()).toHaveLength(5)
    await elt(project, 0, 'gc', '--yes')
    expect(await isThere()).toEqual(['analytics.daily', 'analytics.foreign_table', 'analytics.total'])
    expect(await elt(project, 0, 'gc', '--yes')).toContain('nothing is left over')
    await elt(project, 0, 'debug', '--verify')
    // A model of the old name is built as if it never had been.
    project.write('models/analytics/doubled.sql', doubled)
    await elt(project, 0, 'run', ...now)
    expect(await held(project, 'doubled')).toEqual([2, 4, 6, 8])
  })

  conforms(
    fixture,
    'what somebody else has made upon a table keeps it, where the engine holds them together',
    async () => {
      const project = await newShop()
      await elt(project, 0, 'run', ...now)
      await project.query('create schema theirs')
      await project.query('create view theirs.board as select n from analytics.doubled')
      rmSync(`${project.folder}/models/analytics/doubled.sql`)
      const bound = fixture.adapter.dialect.ties !== undefined
      const told = await elt(project, bound ? 1 : 0, 'gc', '--yes')
      expect(told.includes('view "theirs"."board" depends on it')).toBe(bound)
      expect(Object.keys(await project.contents('analytics')).includes('analytics.doubled')).toBe(bound)
    },
  )
})
