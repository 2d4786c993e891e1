import { afterEach, expect } from 'vitest'
import type { Fixture } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'

/** What tests of bad data share: projects that live as long as a case, a source of files, a few days. */

const settings = `name: shop
default_target: test
targets:
  test:
    on_code_change: rebuild
<target>
`
export const now = ['--now', '2024-01-10']

export const span = "materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-05'"
export const fourDays = [1, 2, 3, 4]
  .map((n) => `select cast('2024-01-0${n}' as date) as day, ${n} as n`)
  .join(' union all ')

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
export const events = {
  'models/raw_data/sources.yml': sources,
  'models/raw_data/events.sql': `{{ config(materialized='incremental', partition_by='day') }}
select e.* from {{ source('box', 'events') }} as e where {{ partition_filter('box.events', alias='e') }}`,
}
export const head = 'day,id,x,price,t,seen\n'

/** Projects of the cases, each removed after its own. */
export function useProjects(fixture: Fixture) {
  const projects: Project[] = []
  afterEach(async () => {
    for (const project of projects.splice(0)) await project.remove()
  })

  async function projectOf(files: Readonly<Record<string, string>>): Promise<Project> {
    const project = await newProject(fixture, settings, files)
    projects.push(project)
    return project
  }

  async function build(project: Project, code: number, ...words: readonly string[]): Promise<string> {
    const { code: found, stdout, stderr } = await project.elt('build', ...words, ...now)
    expect(found, `${stdout}${stderr}`).toBe(code)
    expect(stderr).not.toMatch(/error\[internal|\n {4}at /)
    return `${stdout}${stderr}`
  }

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

  return { projectOf, build, buildAndStay, versions }
}
