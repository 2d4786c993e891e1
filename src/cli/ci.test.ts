import { afterAll, describe, expect, it } from 'vitest'
import { type Workbench, workbench } from './testing.ts'

const benches: Workbench[] = []
afterAll(() => {
  for (const bench of benches) bench.remove()
})

/** A project in the folder `shop` of a repository, called from the repository's root. */
function repository(files: Readonly<Record<string, string>> = {}) {
  const bench = workbench()
  benches.push(bench)
  const all = {
    'project.yml': 'name: shop\ntargets: { local: { type: duckdb, path: w.duckdb } }\n',
    'models/analytics/customers.sql': "{{ config(materialized='table') }}\nselect null::integer as customer",
    'models/analytics/models.yml':
      'models:\n  - name: customers\n    columns: [{ name: customer, data_tests: [not_null] }]\n',
    ...files,
  }
  for (const [path, text] of Object.entries(all)) bench.write(`shop/${path}`, text)
  return (line: string, env: Readonly<Record<string, string>> = {}) =>
    bench.elt([...line.split(' '), '--project-dir', 'shop'], { env })
}

const misspelt = { 'models/analytics/customers.sql': "select *\nfrom {{ ref('custmers') }}" }

describe('--output sarif', () => {
  it('is all that stdout carries, errors of compiling included', async () => {
    const elt = repository(misspelt)
    for (const command of ['compile', 'build', 'run', 'test', 'plan']) {
      const { code, stdout, stderr } = await elt(`${command} --output sarif`)
      expect(code).toBe(2)
      expect(stderr).toContain('error[ref-not-found]')
      const [run] = JSON.parse(stdout).runs
      expect(run).toMatchObject({
        tool: { driver: { name: 'elt', rules: [{ id: 'ref-not-found' }] } },
        invocations: [{ executionSuccessful: false, exitCode: 2 }],
      })
      expect(run.results).toHaveLength(1)
      expect(run.results[0].locations[0].physicalLocation).toMatchObject({
        artifactLocation: { uri: 'shop/models/analytics/customers.sql' },
        region: { startLine: 2, startColumn: 13 },
      })
    }
  })

  it('holds what assertions found', async () => {
    const { code, stdout } = await repository()('build --output=sarif')
    expect(code).toBe(1)
    expect(JSON.parse(stdout).runs[0].results).toMatchObject([{ ruleId: 'assertion-failed', level: 'error' }])
  })

  it('is written when nothing was found, too', async () => {
    const { code, stdout } = await repository()('compile --output sarif')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [], invocations: [{ executionSuccessful: true }] }],
    })
  })

  it('is of no use to commands that judge nothing', async () => {
    const { code, stderr } = await repository()('ls --output sarif')
    expect(code).toBe(2)
    expect(stderr).toContain('error[option-value-invalid]: `--output` cannot be `sarif`')
  })
})

describe('--output github', () => {
  it('annotates files as they lie in the repository, and says the rest as ever', async () => {
    const { code, stdout, stderr } = await repository()('build --output github')
    expect(code).toBe(1)
    expect(stderr).toContain('error[assertion-failed]')
    expect(stdout).toMatch(/^✗ 1 model failed/)
    expect(stdout.trim().split('\n').at(-1)).toMatch(
      /^::error file=shop\/models\/analytics\/models\.yml,line=3,endLine=3,col=\d+,endColumn=\d+,title=assertion-failed::not_null\(customer\) failed on /,
    )
  })

  it('knows the root of the checkout', async () => {
    const elt = repository(misspelt)
    const { stdout } = await elt('compile --output github', { GITHUB_WORKSPACE: '/' })
    expect(stdout).toMatch(/^::error file=\S+\/shop\/models\/analytics\/customers\.sql,line=2/)
  })
})

describe('commands to a CI system and control sequences', () => {
  const text = '::set-output name=a::b\\n##vso[task.setvariable variable=a]b\\n\u001b[2J\u009b1m\u202e'
  const files = {
    'models/analytics/customers.sql': `{{ log("${text}", info=true) }}select '::error::x' as "##[group]y", 1 as one`,
    'models/analytics/models.yml': `models:\n  - name: "::add-path::x"\n    "##vso[z]": 1\n`,
    'models/analytics/::stop-commands::y.sql': 'select 1',
  }
  const { 'models/analytics/models.yml': _, 'models/analytics/::stop-commands::y.sql': __, ...sound } = files

  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/

  /** What a CI system or a terminal would obey; the annotations that were asked for aside. */
  const obeyed = (printed: string) =>
    printed
      .split('\n')
      .filter((line) => /^\s*::(?!(error|warning|notice) [a-z]+=)|##vso\[|##\[/.test(line) || controls.test(line))

  it.each(['text', 'json', 'sarif', 'github'])('leave no output %s', async (form) => {
    for (const [made, commands] of [
      [files, ['compile']],
      [{ ...sound, 'models/analytics/models.yml': '' }, ['compile', 'build', 'plan', 'test']],
    ] as const) {
      const elt = repository(made)
      for (const command of commands) {
        const { stdout, stderr } = await elt(`${command} --output ${form}`)
        expect(obeyed(stdout)).toEqual([])
        expect(obeyed(stderr)).toEqual([])
        expect(`${stdout}${stderr}`).toMatch(/set-output|stop-commands/)
      }
    }
  })

  it.each(['text', 'json'])('leave no rows shown as %s', async (form) => {
    const elt = repository({ ...sound, 'models/analytics/models.yml': '' })
    await elt('run')
    const { stdout, stderr } = await elt(`show --select customers --output ${form}`)
    expect(obeyed(`${stdout}${stderr}`)).toEqual([])
    expect(stdout).toContain('error::x')
  })
})
