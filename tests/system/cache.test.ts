import { chmodSync, cpSync, readdirSync, rmSync, statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyWorkspace, type Workspace } from './workspace.ts'

/** Deleting the cache of compiled graphs changes nothing but time. */

const projectFile = `name: cache
time_zone: UTC
default_target: local
models: { raw_data: { tags: [loaded] }, analytics: { deep: { tags: [deep] } } }
vars: { limit: 10 }
targets:
  local: { type: duckdb, path: .elt/warehouse.duckdb }
  other: { type: duckdb, path: .elt/other.duckdb, schema: "{layer}_dev" }
`

let workspace: Workspace
beforeAll(() => {
  workspace = emptyWorkspace()
  workspace.write('project.yml', projectFile)
  workspace.write('macros/double.sql', '{% macro double(x) %}{{ x }} * 2{% endmacro %}')
  workspace.write(
    'models/raw_data/numbers.sql',
    "{{ config(materialized='table') }}\nselect range as n from range({{ var('limit') }})",
  )
  workspace.write('models/analytics/deep/one.sql', 'select 1 as one')
  workspace.write('models/analytics/doubled.sql', "select {{ double('n') }} as n from {{ ref('numbers') }}")
})
afterAll(() => workspace.dispose())

/** The file of the cache that holds the newest graph. */
function cache(): string {
  const time = (name: string) => statSync(workspace.path(`target/cache/${name}`)).mtimeMs
  const graphs = readdirSync(workspace.path('target/cache')).filter((name) => name.startsWith('graph-'))
  return `target/cache/${graphs.sort((a, b) => time(b) - time(a))[0]}`
}

/** What a command prints with the cache as it stands, and without it. */
function bothWays(...args: readonly string[]): { cached: string; fresh: string } {
  const cached = workspace.elt(...args)
  rmSync(workspace.path('target'), { recursive: true, force: true })
  const fresh = workspace.elt(...args)
  return {
    cached: `${cached.code}\n${cached.stdout}\n${cached.stderr}`,
    fresh: `${fresh.code}\n${fresh.stdout}\n${fresh.stderr}`,
  }
}

describe('the cache of compiled graphs', () => {
  it('is written by the first command and taken by the second', () => {
    expect(workspace.elt('compile').code).toBe(0)
    const path = workspace.path(cache())
    const { mtimeMs } = statSync(path)
    expect(workspace.elt('ls').stdout).toContain('doubled')
    expect(statSync(path).mtimeMs).toBe(mtimeMs)
  })

  it('is believed only as it was written', () => {
    const graph = cache()
    for (const [from, to] of [
      ['1 as one', '2 as one'],
      ['"analytics.one"', '"analytics.own"'],
    ] as const) {
      const genuine = workspace.read(graph)
      expect(genuine).toContain(from)
      workspace.write(graph, genuine.replace(from, to))
      const { code, stdout, stderr } = workspace.elt('compile', '--select', 'one')
      expect(stdout).not.toContain('2 as one')
      // Its index is checked before anything is taken of it; a part, when it is read.
      if (code !== 0) expect(stderr).toContain('error[cache-damaged]')
      expect(workspace.elt('compile', '--select', 'one').stdout).toContain('1 as one')
    }
  })

  it('is believed only by the user who wrote it', () => {
    const before = process.env.XDG_CACHE_HOME
    process.env.XDG_CACHE_HOME = workspace.path('of-another-user')
    const other = emptyWorkspace()
    if (before === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = before
    cpSync(workspace.folder, other.folder, { recursive: true })
    const graphs = () => readdirSync(other.path('target/cache')).filter((name) => name.startsWith('graph-')).length
    const copied = graphs()
    expect(other.elt('compile', '--select', 'one').stdout).toContain('1 as one')
    // Not taken, but made anew beside it.
    expect(graphs()).toBe(copied + 1)
    other.dispose()
    rmSync(workspace.path('target'), { recursive: true })
  })

  const edits: Record<string, () => void> = {
    'a changed model': () =>
      workspace.write('models/analytics/doubled.sql', "select {{ double('n') }} + 1 as n from {{ ref('numbers') }}"),
    'a changed macro': () =>
      workspace.write('macros/double.sql', '{% macro double(x) %}{{ x }} + {{ x }}{% endmacro %}'),
    'a new model': () => workspace.write('models/analytics/more.sql', "select n from {{ ref('doubled') }}"),
    'a broken model': () => workspace.write('models/analytics/more.sql', "select n from {{ ref('doubed') }}"),
    'a mended model': () => workspace.write('models/analytics/more.sql', "select n + 1 as n from {{ ref('doubled') }}"),
    'a renamed model': () => {
      rmSync(workspace.path('models/analytics/more.sql'))
      workspace.write('models/analytics/most.sql', "select n from {{ ref('doubled') }}")
    },
    'changed properties': () =>
      workspace.write(
        'models/analytics/a.yml',
        'models: [{ name: doubled, columns: [{ name: n, data_tests: [unique] }] }]',
      ),
    'a changed var': () => workspace.write('project.yml', projectFile.replace('limit: 10', 'limit: 20')),
  }
  for (const [edit, apply] of Object.entries(edits)) {
    it(`never outlives ${edit}`, () => {
      apply()
      const { cached, fresh } = bothWays('compile', '--select', 'doubled', '--output', 'json')
      expect(cached).toBe(fresh)
    })
  }

  it('keeps targets and --vars apart', () => {
    const first = workspace.elt('compile', '--select', 'doubled')
    const other = workspace.elt('compile', '--select', 'doubled', '--target', 'other')
    expect(other.stdout).toContain('raw_data_dev')
    expect(first.stdout).not.toContain('raw_data_dev')
    expect(workspace.elt('compile', '--select', 'numbers', '--vars', 'limit=77').stdout).toContain('77')
    expect(workspace.elt('compile', '--select', 'numbers').stdout).not.toContain('77')
  })

  it('is no reason to fail when it is damaged', () => {
    const before = workspace.elt('ls').stdout
    const graph = cache()
    const whole = workspace.read(graph)
    for (const text of ['', 'not a graph', whole.slice(0, 100), whole.slice(0, whole.length / 2)]) {
      workspace.write(graph, text)
      const { code, stdout } = workspace.elt('ls')
      expect({ code, stdout }).toEqual({ code: 0, stdout: before })
    }
  })

  it('is no reason to fail where nothing can be written', () => {
    rmSync(workspace.path('target'), { recursive: true, force: true })
    workspace.elt('ls')
    rmSync(workspace.path('target/cache'), { recursive: true })
    chmodSync(workspace.path('target'), 0o555)
    try {
      expect(workspace.elt('ls').code).toBe(0)
    } finally {
      chmodSync(workspace.path('target'), 0o755)
    }
  })

  it('gives two commands at once the same, while files change', async () => {
    for (let round = 0; round < 2; round++) {
      workspace.write('models/analytics/round.sql', `select ${round} as round from {{ ref('doubled') }}`)
      const running = [1, 2, 3].map(() => {
        const child = workspace.start('ls')
        return new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
      })
      expect(await Promise.all(running)).toEqual([0, 0, 0])
      const { cached, fresh } = bothWays('compile', '--select', 'round', '--output', 'json')
      expect(cached).toContain(`select ${round} as round`)
      expect(cached).toBe(fresh)
    }
  })

  it('goes with elt clean', () => {
    workspace.elt('ls')
    expect(workspace.elt('clean').code).toBe(0)
    expect(() => readdirSync(workspace.path('target/cache'))).toThrow()
  })
})
