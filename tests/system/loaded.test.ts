import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyWorkspace, type Workspace } from './workspace.ts'

/** Which packages a command loads: what it does not need, it must not pay for. */

const dist = resolve(import.meta.dirname, '../../dist')

let workspace: Workspace
beforeAll(() => {
  workspace = emptyWorkspace()
  workspace.write(
    'project.yml',
    'name: loaded\ntime_zone: UTC\ndefault_target: local\ntargets: { local: { type: duckdb, path: .elt/warehouse.duckdb } }\n',
  )
  workspace.write('models/analytics/one.sql', "{{ config(materialized='table') }}\nselect 1 as one")
  workspace.write(
    'models/analytics/one.yml',
    'models: [{ name: one, columns: [{ name: one, data_tests: [unique] }] }]\n',
  )
})
afterAll(() => workspace.dispose())

/** The packages in the modules that a command ran, and its own files among them. */
function loadedBy(...args: readonly string[]): { packages: string[]; own: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'elt-loaded-'))
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: folder, NO_COLOR: '1' }
    const run = spawnSync(process.execPath, [join(dist, 'elt.js'), ...args], { cwd: workspace.folder, env })
    expect(run.status).toBe(0)
    const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    const urls: string[] = reports.flatMap(({ result }) => result.map(({ url }: { url: string }) => url))
    const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url))
    const inBundle = files.filter((path) => path.startsWith(dist)).map((path) => readFileSync(path, 'utf8'))
    // The bundler writes the path of each module above it.
    const modules = inBundle.flatMap((text) =>
      [...text.matchAll(/^\/\/ (\S+\.(?:[cm]?js|ts|json))$/gm)].map((m) => m[1] ?? ''),
    )
    const outside = files.filter((path) => path.includes('node_modules'))
    const packages = [...modules, ...outside].flatMap(
      (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    )
    return { packages: [...new Set(packages)].sort(), own: modules.filter((path) => path.startsWith('src/')) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const heavy = ['@duckdb/node-api', '@duckdb/node-bindings', 'kysely', 'nunjucks', 'zod', 'yargs']

describe('what a command loads', () => {
  it('is nothing but the version for --version', () => {
    const { packages, own } = loadedBy('--version')
    expect(packages).toEqual([])
    expect(own.sort()).toEqual(['src/cli/main.ts', 'src/cli/version.ts'])
  })

  it('is no engine, no query builder and no parser for --help', () => {
    const { packages } = loadedBy('--help')
    expect(packages.filter((name) => [...heavy, 'yaml', 'temporal-polyfill'].includes(name))).toEqual([])
    expect(loadedBy('plan', '--help').packages).toEqual(packages)
  })

  it('is no compiler for a list of models that an earlier command compiled', () => {
    const cold = loadedBy('ls')
    expect(cold.packages).toContain('zod')
    expect(cold.own).toContain('src/compiler/compile.ts')
    const warm = loadedBy('ls')
    expect(warm.packages.filter((name) => heavy.includes(name))).toEqual([])
    expect(warm.own).not.toContain('src/compiler/compile.ts')
    expect(warm.own).not.toContain('src/compiler/template/render.ts')
    expect(warm.own).not.toContain('src/project/read-project.ts')
  })

  it('is no compiler for a plan of them, and no engine where nothing was built yet', () => {
    const { packages, own } = loadedBy('plan')
    expect(
      packages.filter((name) =>
        ['@duckdb/node-api', '@duckdb/node-bindings', 'nunjucks', 'zod', 'yargs'].includes(name),
      ),
    ).toEqual([])
    expect(own).not.toContain('src/compiler/compile.ts')
  })
})
