import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { casesOf, readJunit } from '../junit-xml.ts'
import { emptyWorkspace, type Workspace } from './workspace.ts'

/**
 * What continuous integration is told of one project in one state: by the exit code, JUnit's XML, SARIF, annotations of GitHub and
 * JSON. All of it is made from the same results, so all of it has to say the same.
 */

interface Case {
  readonly title: string
  readonly assertion: string
  readonly model?: string
  readonly options?: readonly string[]
  readonly code: number
  readonly status?: string
  /** Of the report. */
  readonly cases: readonly string[]
  /** `level file:line` of SARIF and of annotations. */
  readonly findings: readonly string[]
}

/** Of SARIF, as far as it is looked at. */
interface Result {
  readonly level: string
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string }
        readonly region: { readonly startLine: number }
      }
    },
  ]
}

const place = 'models/raw_data/numbers.yml:4'
const passed = ['models raw_data.numbers: passed']
const cases: readonly Case[] = [
  {
    title: 'what passes is 0',
    assertion: 'row_count: { min: 1 }',
    code: 0,
    status: 'success',
    cases: [...passed, 'assertions row_count(1…): passed'],
    findings: [],
  },
  {
    title: 'a warning is 0',
    assertion: 'row_count: { min: 9, severity: warn }',
    code: 0,
    status: 'success',
    cases: [...passed, 'assertions row_count(9…): passed'],
    findings: [`warning ${place}`],
  },
  {
    title: 'a warning is 1 with --warn-error',
    assertion: 'row_count: { min: 9, severity: warn }',
    options: ['--warn-error'],
    code: 1,
    status: 'success',
    cases: [...passed, 'assertions row_count(9…): failure'],
    findings: [`warning ${place}`],
  },
  {
    title: 'a failure is 1',
    assertion: 'row_count: { min: 9 }',
    code: 1,
    status: 'failed',
    cases: ['models raw_data.numbers: failure', 'assertions row_count(9…): failure'],
    findings: [`error ${place}`],
  },
  {
    title: 'a failure of a test that somebody wrote is 1',
    assertion: 'fewer: { than: 2 }',
    code: 1,
    status: 'failed',
    cases: ['models raw_data.numbers: failure', 'assertions fewer(than: 2): failure'],
    findings: [`error ${place}`],
  },
  {
    title: 'a statement that the engine refuses while building is 1',
    assertion: 'row_count: { min: 1 }',
    model: "select cast('x' || i as integer) as n from range(3) as r(i)",
    code: 1,
    status: 'failed',
    cases: ['models raw_data.numbers: error', 'run …: skipped'],
    findings: ['error models/raw_data/numbers.sql:1', `warning ${place}`],
  },
  {
    title: 'a mistake is 2',
    assertion: 'row_cuont: { min: 1 }',
    code: 2,
    cases: ['elt there is no assertion `row_cuont`: error'],
    findings: [`error ${place}`],
  },
]

const test = `{% test fewer(model, than) %}
select * from {{ model }} where n >= {{ than }}
{% endtest %}
`

describe('continuous integration', () => {
  let workspace: Workspace

  beforeAll(() => {
    workspace = emptyWorkspace()
    workspace.write('project.yml', 'name: ci\ntargets: { local: { type: duckdb, path: .elt/warehouse.duckdb } }\n')
    workspace.write('macros/fewer.sql', test)
  })
  afterAll(() => workspace.dispose())

  const build = (one: Case, ...more: readonly string[]) => {
    rmSync(workspace.path('.elt'), { recursive: true, force: true })
    return workspace.elt('build', ...(one.options ?? []), ...more)
  }

  const sarifFindings = (text: string): string[] =>
    (JSON.parse(text).runs[0].results as readonly Result[]).map(({ level, locations: [place] }) => {
      const { artifactLocation, region } = place.physicalLocation
      return `${level} ${artifactLocation.uri}:${region.startLine}`
    })

  const annotations = (text: string): string[] =>
    [...text.matchAll(/^::(error|warning) file=([^,]*),line=(\d+)/gm)].map(
      ([, level, file, line]) => `${level} ${file}:${line}`,
    )

  it.each(cases)('$title', (one) => {
    const { assertion, model = 'select i as n from range(3) as r(i)', code, status, cases: expected, findings } = one
    workspace.write('models/raw_data/numbers.sql', `{{ config(materialized='table') }}${model}`)
    workspace.write(
      'models/raw_data/numbers.yml',
      `models:\n  - name: numbers\n    data_tests:\n      - ${assertion}\n`,
    )
    workspace.write('target/junit.xml', 'of an earlier build')

    const json = build(one, '--output', 'json', '--junit', 'target/junit.xml')
    expect(json.code, json.stderr).toBe(code)
    expect(JSON.parse(json.stdout).status).toBe(status)
    const shown = casesOf(readJunit(workspace.read('target/junit.xml'))).map((text) =>
      text.replace(/^run .*:/, 'run …:'),
    )
    expect(shown).toEqual(expected)

    const sarif = build(one, '--output', 'sarif')
    expect([sarif.code, [...new Set(sarifFindings(sarif.stdout))]]).toEqual([code, findings])
    expect(JSON.parse(sarif.stdout).runs[0].invocations[0].exitCode).toBe(code)

    const github = build(one, '--output', 'github')
    expect([github.code, [...new Set(annotations(github.stdout))]]).toEqual([code, findings])
  })

  it('an engine that cannot be reached is 3', () => {
    workspace.write(
      'other/project.yml',
      'name: ci\ntargets: { local: { type: postgres, host: 127.0.0.1, port: 1, user: nobody, database: none } }\n',
    )
    workspace.write('other/models/raw_data/numbers.sql', 'select 1 as n')
    const ran = workspace.elt(
      'build',
      '--project-dir',
      'other',
      '--retries',
      '0',
      '--output',
      'json',
      '--junit',
      'other.xml',
    )
    expect(ran.code, ran.stderr).toBe(3)
    const [only] = readJunit(workspace.read('other.xml')).children
    expect(only?.attributes).toMatchObject({ name: 'elt', tests: '1', errors: '1' })
  })

  it('a report that cannot be written is a mistake before anything is built', () => {
    rmSync(workspace.path('.elt'), { recursive: true, force: true })
    writeFileSync(workspace.path('taken'), '')
    const ran = workspace.elt('build', '--junit', 'taken/junit.xml')
    expect([ran.code, ran.stderr.includes('report-unwritable')]).toEqual([2, true])
    expect(existsSync(workspace.path('.elt'))).toBe(false)
  })
})
