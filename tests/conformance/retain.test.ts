import { afterEach, expect } from 'vitest'
import { conforms, describeEngines } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'

/** What `elt retain` drops, and what never follows from it. */

const settings = `name: shop
time_zone: Asia/Seoul
default_target: test
targets:
  test:
<target>
`
const now = ['--now', '2024-01-10']
const daily = `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-07', retention='5 days') }}
select day, n, 'a' as v
from (
  select cast('2024-01-0' || cast(n as char(1)) as date) as day, n
  from (select 1 as n union all select 2 union all select 3 union all select 4 union all select 5 union all select 6) as numbers
) as days
where {{ in_window('day') }}
`
const doubled = `{{ config(materialized='incremental', partition_by='day') }}
select d.day, d.n * 2 as n from {{ ref('daily') }} as d where {{ partition_filter('daily', alias='d') }}
`
const total = `{{ config(materialized='table') }}
select count(*) as days from {{ ref('daily') }}
`

describeEngines('retention', (fixture) => {
  const projects: Project[] = []
  afterEach(async () => {
    for (const project of projects.splice(0)) await project.remove()
  })

  async function built(files: Readonly<Record<string, string>>): Promise<Project> {
    const project = await newProject(fixture, settings, files)
    projects.push(project)
    await elt(project, 0, 'run', ...now)
    return project
  }

  async function elt(project: Project, code: number, ...words: readonly string[]): Promise<string> {
    const ran = await project.elt(...words)
    expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(code)
    return `${ran.stdout}${ran.stderr}`
  }

  const held = async (project: Project, table = 'daily') =>
    (await project.query(`select n from analytics.${table} order by n`)).map(({ n }) => Number(n))

  const shop = {
    'models/analytics/daily.sql': daily,
    'models/analytics/doubled.sql': doubled,
    'models/analytics/total.sql': total,
  }

  conforms(fixture, 'old partitions are dropped once, and nothing that was built from them follows', async () => {
    const project = await built(shop)
    const dry = await elt(project, 0, 'retain', '--dry-run', ...now)
    expect(dry).toContain('would drop 4 rows of 1 model; nothing was changed')
    expect(await held(project)).toEqual([1, 2, 3, 4, 5, 6])
    const told = await elt(project, 0, 'retain', ...now)
    expect(told).toMatch(/analytics\.daily +4 partitions +4 rows +2024-01-01 … 2024-01-04 +older than 5 days/)
    expect(await held(project)).toEqual([5, 6])
    expect(await elt(project, 0, 'retain', ...now)).toContain('nothing is older than it is kept')
    await elt(project, 0, 'run', ...now)
    await elt(project, 0, 'run', '--rebuild', 'older-code', ...now)
    expect(await held(project)).toEqual([5, 6])
    expect(await held(project, 'doubled')).toEqual([2, 4, 6, 8, 10, 12])
    expect(await project.query('select days from analytics.total')).toEqual([{ days: 6 }])
  })

  conforms(fixture, 'retired partitions come back by name alone, not by a refresh', async () => {
    const project = await built(shop)
    await elt(project, 0, 'retain', ...now)
    await elt(project, 0, 'run', '--select', 'daily', '--full-refresh', ...now)
    expect(await held(project)).toEqual([5, 6])
    await elt(project, 0, 'run', '--select', 'daily', '--force', ...now)
    expect(await held(project)).toEqual([5, 6])
    await elt(project, 0, 'run', '--select', 'daily', '--force', '--partition', '2024-01-02', ...now)
    expect(await held(project)).toEqual([2, 5, 6])
    await elt(project, 0, 'run', ...now)
    expect(await held(project)).toEqual([2, 5, 6])
    await elt(project, 0, 'retain', ...now)
    expect(await held(project)).toEqual([5, 6])
  })

  conforms(fixture, 'a new reader of retired partitions is not built from nothing', async () => {
    const project = await built({ 'models/analytics/daily.sql': daily })
    await elt(project, 0, 'retain', ...now)
    project.write('models/analytics/doubled.sql', doubled)
    const told = await elt(project, 0, 'run', ...now)
    expect(told).toContain('input-gone')
    expect(await held(project, 'doubled')).toEqual([10, 12])
    const record = await project.query(
      "select count(*) as n from elt.partitions as p join elt.relations as r on r.id = p.relation where r.name = 'doubled'",
    )
    expect(record).toEqual([{ n: 2 }])
  })

  conforms(
    fixture,
    'tables and views of layers with expires_after go when they were not built for so long',
    async () => {
      const project = await built({
        'models/analytics/daily.sql': daily,
        'models/adhoc/tried.sql': "{{ config(materialized='table') }}select 1 as n",
        'models/adhoc/seen.sql': "{{ config(materialized='view') }}select n from {{ ref('tried') }}",
      })
      await elt(project, 0, 'run', '--select', 'adhoc')
      const isThere = async () => Object.keys(await project.contents('adhoc')).sort()
      await elt(project, 0, 'retain')
      expect(await isThere()).toEqual(['adhoc.seen', 'adhoc.tried'])
      const later = ['--now', '2099-01-01', '--yes']
      const told = await elt(project, 0, 'retain', '--select', 'adhoc', '--output', 'json', ...later)
      expect(JSON.parse(told).dropped.map(({ model }: { model: string }) => model)).toEqual([
        'adhoc.seen',
        'adhoc.tried',
      ])
      expect(await isThere()).toEqual([])
      // The name is free: what somebody else puts there is theirs.
      await project.query('create table adhoc.tried as select 7 as n')
      expect(await elt(project, 2, 'run', '--select', 'tried')).toContain('foreign-relation')
      await project.query('drop table adhoc.tried')
      await elt(project, 0, 'run', '--select', 'adhoc')
      expect(await isThere()).toEqual(['adhoc.seen', 'adhoc.tried'])
      expect(await elt(project, 0, 'run', '--select', 'adhoc')).toContain('up to date')
    },
  )
})
