import { cpSync, rmSync } from 'node:fs'
import { afterAll, expect } from 'vitest'
import { sampleWorkspace } from '../system/workspace.ts'
import { conforms, describeEngines, type Fixture } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'

/** Two weeks of the sample project, which every engine must build into the same rows. */

const projects: Project[] = []
const sample = sampleWorkspace((date) => date >= '2013-03-04' && date <= '2013-03-17')
afterAll(async () => {
  for (const project of projects) await project.remove()
  sample.dispose()
})

const settings = sample
  .read('project.yml')
  .replace(/^default_target:.*$/m, 'default_target: test')
  .replace(/^targets:[\s\S]*/m, 'targets:\n  test:\n<target>\n')
rmSync(sample.path('project.yml'))

/** Averages are computed in other orders, and have other types: numbers count to ten digits. */
function comparable(text: string): string {
  const round = ([name, value]: [string, unknown]): [string, unknown] => {
    const isNumber = typeof value === 'number' || (typeof value === 'string' && /^-?\d+\.\d+$/.test(value))
    return [name, isNumber ? Number(value).toPrecision(10) : value]
  }
  return JSON.stringify((JSON.parse(text) as [string, unknown][]).map(round))
}

async function build(fixture: Fixture): Promise<Readonly<Record<string, readonly string[]>>> {
  const project = await newProject(fixture, settings, {})
  projects.push(project)
  cpSync(sample.folder, project.folder, { recursive: true, preserveTimestamps: true })
  const { code, stdout, stderr } = await project.elt('build')
  expect(code, `${stdout}${stderr}`).toBe(0)
  const contents = await project.contents('raw_data', 'analytics')
  return Object.fromEntries(Object.entries(contents).map(([name, rows]) => [name, rows.map(comparable).sort()]))
}

/** What the first engine built. */
let expected: Readonly<Record<string, readonly string[]>> | undefined

describeEngines('the sample project', (fixture) => {
  conforms(fixture, 'has the same tables and rows on every engine', async () => {
    const built = await build(fixture)
    expected ??= built
    expect(Object.keys(built)).toEqual(Object.keys(expected))
    for (const [name, rows] of Object.entries(built)) {
      expect(rows.length, name).toBeGreaterThan(0)
      expect(rows, name).toEqual(expected[name])
    }
  })
})
