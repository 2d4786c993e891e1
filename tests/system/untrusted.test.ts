import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyWorkspace, type Workspace } from './workspace.ts'

/** Compiling in a thread of its own gives what compiling in the command's own thread gives. */

const root = resolve(import.meta.dirname, '../..')
let workspace: Workspace
beforeAll(() => {
  workspace = emptyWorkspace()
  for (const part of ['project.yml', 'models', 'macros', 'tests/sql', 'data']) {
    cpSync(join(root, part), workspace.path(part), { recursive: true })
  }
})
afterAll(() => workspace.dispose())

function elt(env: Readonly<Record<string, string>>, ...words: readonly string[]) {
  rmSync(workspace.path('target'), { recursive: true, force: true })
  const clean = { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...env }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/elt.js'), ...words], {
    cwd: workspace.folder,
    env: clean,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('untrusted templates', () => {
  it('compile to the same graph', () => {
    const here = elt({}, 'ls', '--output', 'json')
    expect(here.status).toBe(0)
    expect(elt({ CI: 'true' }, 'ls', '--output', 'json')).toEqual(here)
    expect(elt({}, 'ls', '--output', 'json', '--untrusted')).toEqual(here)
    const compiled = elt({}, 'compile', '--select', 'daily_carrier_delays', '--partition', '2013-07-04')
    const apart = elt({}, 'compile', '--select', 'daily_carrier_delays', '--partition', '2013-07-04', '--untrusted')
    expect(apart).toEqual(compiled)
  })

  it('are told the same errors, at the same places', () => {
    workspace.write('models/analytics/wrong.sql', "select {{ nope }}, {{ ref('flihgts') }}\n{{ 'a'.constructor }}")
    const here = elt({}, 'ls')
    expect(here.status).toBe(2)
    expect(here.stderr).toContain('wrong.sql:2')
    expect(elt({}, 'ls', '--untrusted')).toEqual(here)
    rmSync(workspace.path('models/analytics/wrong.sql'))
  })

  it('find no variable of the environment, and none that is secret', () => {
    const env = { ELT_SECRET_KEY: 'canary-in-env', ELT_PLAIN: 'seen', DATABASE_PASSWORD: 'canary-too' }
    workspace.write('models/analytics/env.sql', "select '{{ env_var('ELT_PLAIN') }}' as plain")
    expect(elt(env, 'ls', '--untrusted').status).toBe(0)
    for (const name of ['ELT_SECRET_KEY', 'DATABASE_PASSWORD']) {
      workspace.write('models/analytics/env.sql', `select '{{ env_var('${name}', 'x') }}' as hidden`)
      const { status, stdout, stderr } = elt(env, 'ls', '--untrusted')
      expect(status).toBe(2)
      expect(stdout + stderr).not.toContain('canary')
    }
    rmSync(workspace.path('models/analytics/env.sql'))
  })
})
