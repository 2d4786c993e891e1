import { afterEach, expect } from 'vitest'
import { conforms, describeEngines } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'

/** Files of sources, whether the engine reads them or not. */

const settings = `name: shop
default_target: test
targets:
  test:
<target>
`
const sources = `sources:
  - name: logs
    tables:
      - name: rides
        files: "data/rides/{yyyy}-{MM}-{dd}.csv"
        event_time: day
        columns:
          - { name: id, data_type: integer, data_tests: [not_null] }
          - { name: kind, data_type: text, data_tests: [{ accepted_values: { values: ['{% no %}'] } }] }
          - { name: day, data_type: date }
`
const rides = `{{ config(materialized='incremental', partition_by='day') }}
select r.id, r.day from {{ source('logs', 'rides') }} as r
where {{ partition_filter('logs.rides', alias='r') }}
`
const shop = {
  'models/sources.yml': sources,
  'models/raw_data/rides.sql': rides,
  'data/rides/2024-01-01.csv': 'id,kind,day\n1,taxi,2024-01-01\n',
  'data/rides/2024-01-02.csv': `id,kind,day\n${',bus,2024-01-02\n'.repeat(20)}`,
}
const now = ['--now', '2024-01-10'] as const

describeEngines('files of sources', (fixture) => {
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

  conforms(fixture, 'are named in compiled SQL, which runs as it is', async () => {
    const project = await newShop()
    await elt(project, 0, 'run', ...now)
    const compiled = await elt(project, 0, 'compile', '--select', 'rides', ...now)
    expect(compiled).toContain('data/rides/2024-01-02.csv')
    expect(compiled).not.toContain('2024-01-01.csv')
    await elt(project, 0, 'show', '--inline', '@target/compiled/models/raw_data/rides.sql')
  })

  conforms(
    fixture,
    'that fail their assertions are asked again for the rows, by the command that is shown',
    async () => {
      const project = await newShop()
      await elt(project, 0, 'run', ...now)
      const told = await elt(project, 1, 'test')
      const asked = [...told.matchAll(/elt (show --limit 100 --inline @\S+)/g)].map(([, words = '']) =>
        words.split(' '),
      )
      expect(asked, told).toHaveLength(2)
      const shown: string[] = []
      for (const words of asked) shown.push(await elt(project, 0, ...words))
      expect(shown.map((text) => text.match(/bus/g)?.length)).toEqual([20, 20])
    },
  )
})
