import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { emptyWorkspace, type Workspace } from './workspace.ts'

/* Hooks through the built command, on a real DuckDB: what ran is read from a table that the hooks write. */

const project = `name: shop
default_target: local
targets: { local: { type: duckdb, path: .elt/warehouse.duckdb } }
vars: { who: analysts, factor: 1 }
on-run-start:
  - create schema if not exists audit
  - "create sequence if not exists audit.turn; create table if not exists audit.log (turn bigint default nextval('audit.turn'), event text)"
  - "{{ note('start') }}"
on-run-end: "{{ note('end') }}"
models:
  analytics:
    +post-hook: "{{ counted('folder', this) }}"
`
const macros = `{% macro note(text) %}insert into audit.log (event) values ('{{ text }}'){% endmacro %}
{% macro counted(who, relation) %}insert into audit.log (event) select '{{ who }} {{ relation }} ' || count(*) || '/' || sum(x) from {{ relation }}{% endmacro %}
`
const days = `{{ config(materialized='incremental', partition_by='d', begin='2024-01-01', end='2024-01-13', batch=1,
  pre_hook="{{ note('pre ' ~ this) }}", post_hook="{{ counted('own', this) }}") }}
select unnest(generate_series({{ window.start }}, {{ window.end }} - interval 1 day, interval 1 day))::date as d, {{ var('factor') }} as x
`
const sums = `{{ config(materialized='table', post_hook={'sql': "{{ counted('after', this) }}", 'transaction': false}) }}
select sum(x) as x from {{ ref('days') }}
`
const shown = "select x from {{ ref('sums') }}\n"

const workspaces: Workspace[] = []
afterEach(() => {
  for (const workspace of workspaces.splice(0)) workspace.dispose()
})

function shop(more: Readonly<Record<string, string>> = {}): Workspace {
  const workspace = emptyWorkspace()
  workspaces.push(workspace)
  const files = {
    'project.yml': project,
    'macros/audit.sql': macros,
    'models/raw_data/days.sql': days,
    'models/analytics/sums.sql': sums,
    'models/analytics/shown.sql': shown,
    ...more,
  }
  for (const [path, text] of Object.entries(files)) workspace.write(path, text)
  return workspace
}

async function log(workspace: Workspace, after = 0): Promise<string[]> {
  const rows = await workspace.query(`select event from audit.log where turn > ${after} order by turn`)
  return rows.map(({ event }) => String(event))
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const turn = async (workspace: Workspace): Promise<number> =>
  Number((await workspace.query('select coalesce(max(turn), 0) as turn from audit.log'))[0]?.turn)

describe('hooks', () => {
  it('run in order, once for a model of twelve batches, and nothing but those of the run when nothing is built', async () => {
    const workspace = shop()
    expect(workspace.elt('compile').code).toBe(0)
    expect(workspace.read('target/compiled/models/analytics/sums.post_hook.sql')).toContain(
      "insert into audit.log (event) select 'after analytics.sums '",
    )
    expect(workspace.elt('plan').stdout).toContain('with the hooks of 3 models')
    const first = workspace.elt('build')
    expect(first).toMatchObject({ code: 0 })
    expect(await log(workspace)).toEqual([
      'start',
      'pre raw_data.days',
      'own raw_data.days 12/12',
      ...['folder analytics.sums 1/12', 'after analytics.sums 1/12'],
      'folder analytics.shown 1/12',
      'end',
    ])
    const before = await turn(workspace)
    expect(workspace.elt('build').stdout).toContain('nothing to do')
    expect(await log(workspace, before)).toEqual(['start', 'end'])
    expect(workspace.elt('test').code).toBe(0)
    expect(await log(workspace, before)).toEqual(['start', 'end', 'start', 'end'])
  })

  it('that change build nothing', async () => {
    const workspace = shop()
    workspace.elt('build')
    workspace.write('models/analytics/sums.sql', sums.replace("'after'", "'later'"))
    expect(workspace.elt('plan').stdout).toContain('nothing to build')
  })

  it('are not run by commands that only look', async () => {
    const workspace = shop()
    for (const command of ['compile', 'ls', 'plan']) expect(workspace.elt(command).code).toBe(0)
    expect(workspace.elt('build').code).toBe(0)
    const before = await turn(workspace)
    for (const words of [['compile'], ['ls'], ['plan'], ['show', '--select', 'sums']]) {
      expect(workspace.elt(...words).code).toBe(0)
    }
    expect(await turn(workspace)).toBe(before)
  })

  it('that read files of the machine are refused by the closed session, and change nothing', async () => {
    const workspace = shop({
      'models/analytics/sums.sql':
        "{{ config(materialized='table', post_hook=\"copy (select 1) to '/tmp/elt-hook-leak.csv'\") }}select 1 as x",
    })
    const { code, stderr } = workspace.elt('build')
    expect(code).toBe(1)
    expect(stderr).toContain('error[hook-failed]: post_hook of analytics.sums failed')
    expect(spawnSync('ls', ['/tmp/elt-hook-leak.csv']).status).not.toBe(0)
    expect(
      await workspace.query("select count(*)::int as n from information_schema.tables where table_name = 'sums'"),
    ).toEqual([{ n: 0 }])
  })

  it('that failed after the rows were published are shown as pending, and caught up with', () => {
    const broken = sums.replace("counted('after', this)", "note('x') }} from {{ this")
    const workspace = shop({ 'models/analytics/sums.sql': broken })
    const { code, stderr } = workspace.elt('build')
    expect(code).toBe(1)
    expect(stderr).toContain('the rows of analytics.sums are published and stay; the hook is pending')
    const words = 'post_hook of analytics.sums, pending since an earlier run'
    expect(workspace.elt('plan').stdout).toContain(`runs the ${words}`)
    workspace.write('models/analytics/sums.sql', sums)
    expect(workspace.elt('build').stdout).toContain(`ran the ${words}`)
    expect(workspace.elt('plan').stdout).not.toContain('pending')
  })

  it('are never forgotten, whenever the process is killed', async () => {
    const workspace = shop()
    expect(workspace.elt('build').code).toBe(0)
    const rounds = 6
    for (let round = 2; round < 2 + rounds; round++) {
      workspace.write('project.yml', project.replace('factor: 1', `factor: ${round}`))
      const before = await turn(workspace)
      const child = workspace.start('build', '--rebuild', 'older-code')
      // From its first write on: that is when the write-ahead log appears.
      const isOver = (): boolean => child.exitCode !== null
      while (!existsSync(workspace.path('.elt/warehouse.duckdb.wal')) && !isOver()) await pause(2)
      await pause((round - 2) * 25)
      child.kill('SIGKILL')
      await new Promise((resolve) =>
        child.exitCode !== null || child.signalCode ? resolve(0) : child.once('exit', resolve),
      )
      expect(workspace.elt('build', '--rebuild', 'older-code').code).toBe(0)
      const told = await log(workspace, before)
      const total = 12 * round
      for (const kind of ['own raw_data.days 12', 'folder analytics.sums 1', 'after analytics.sums 1']) {
        expect({ round, last: told.findLast((event) => event.startsWith(kind)) }).toEqual({
          round,
          last: `${kind}/${total}`,
        })
      }
      expect(await workspace.query('select x::int as x from analytics.shown')).toEqual([{ x: total }])
      expect(await workspace.query('select * from elt.pending_hooks')).toEqual([])
      expect(workspace.elt('plan').stdout).toContain('nothing to build')
    }
    const [interrupted] = await workspace.query("select count(*)::int as n from elt.runs where status = 'interrupted'")
    expect(interrupted?.n).toBeGreaterThan(0)
  })
})
