import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { Failure } from '../../diagnostics/index.ts'
import { readProject } from '../../project/index.ts'
import { compileApart } from './isolated-compile.ts'

const folder = mkdtempSync(join(tmpdir(), 'elt-apart-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const settings = `name: shop
targets:
  local: { type: duckdb, path: "{{ env_var('WAREHOUSE_TOKEN') }}.duckdb" }
`
const { value: project } = readProject([{ path: 'project.yml', text: settings }], {
  vars: {},
  env: { WAREHOUSE_TOKEN: 'canary', ELT_A: 'b' },
})

/** Starts a thread with other code than the compiler's: what code that broke out could do there. */
function apart(
  code: string,
  limits: { seconds?: number; megabytes?: number } = {},
  signal = new AbortController().signal,
) {
  const path = join(folder, `${Math.random()}.mjs`)
  writeFileSync(path, `import { parentPort, workerData } from 'node:worker_threads'\n${code}`)
  if (!project) throw new Error('the project must be sound')
  const task = { project, results: new Map() }
  return compileApart(task, signal, { worker: pathToFileURL(path), seconds: 20, megabytes: 64, ...limits })
}

const codeOf = (error: unknown) => (error instanceof Failure ? error.diagnostics.map((d) => d.code) : error)

describe('the thread that compiles', () => {
  it('has an empty environment, and nothing of the target but its name', async () => {
    const found = await apart('parentPort.postMessage({ env: { ...process.env }, data: workerData.project })')
    const { env, data } = found as unknown as { env: object; data: { target: object; env: object } }
    expect(env).toEqual({})
    expect(data.target).toMatchObject({ name: 'local', type: 'duckdb', options: {} })
    expect(JSON.stringify([...Object.entries(data)])).not.toContain('canary')
  })

  it('is ended when it takes too long', async () => {
    const error = await apart('for (;;) {}', { seconds: 0.3 }).catch(codeOf)
    expect(error).toEqual(['compile-timeout'])
  })

  it('is ended when it takes too much memory', async () => {
    const error = await apart('const all = []; for (;;) all.push(Array(1e5).fill({ a: 1 }))').catch(codeOf)
    expect(error).toEqual(['compile-timeout'])
  })

  it('is ended with the command', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort('SIGINT'), 200)
    await expect(apart('for (;;) {}', {}, controller.signal)).rejects.toBe('SIGINT')
  })

  it('passes on its own failure', async () => {
    await expect(apart("throw new Error('broken')")).rejects.toThrow('broken')
  })
})
