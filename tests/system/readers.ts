import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Readers of dbt's files that others wrote, at the versions that these tests were written for. */
const packages = ['dbt-artifacts-parser==0.15.0', 'dbt-score==0.19.0']

export interface Readers {
  /** Runs Python with the readers installed; what it prints. Throws what it says when it fails. */
  readonly python: (script: string, ...args: readonly string[]) => string
  /** Runs one of them as a module. */
  readonly run: (
    module: string,
    ...args: readonly string[]
  ) => { readonly code: number | null; readonly output: string }
}

function call(command: string, args: readonly string[]) {
  const { status, stdout, stderr, error } = spawnSync(command, [...args], { encoding: 'utf8', timeout: 300_000 })
  return { code: status, stdout: stdout ?? '', output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` }
}

/** Makes the environment aside and renames it, so that nobody finds half of it; the reason when there is none to be had. */
function install(folder: string): string | undefined {
  const fresh = `${folder}.${process.pid}`
  mkdirSync(fresh, { recursive: true })
  const made = call('python3', ['-m', 'venv', fresh])
  const installed =
    made.code === 0 ? call(join(fresh, 'bin/python'), ['-m', 'pip', 'install', '-q', ...packages]) : made
  if (installed.code === 0 && !existsSync(folder)) renameSync(fresh, folder)
  rmSync(fresh, { recursive: true, force: true })
  return installed.code === 0 ? undefined : installed.output.trim().split('\n').at(-1)
}

/** The readers, installed from PyPI once a machine; where Python or the network are missing, why. */
export function readers(): Readers | string {
  const folder = join(tmpdir(), `elt-artifact-readers-${packages.join('-').replace(/[^\w.-]/g, '')}`)
  const missing = existsSync(folder) ? undefined : install(folder)
  if (missing !== undefined) return `no readers of dbt's files could be installed: ${missing}`
  const python = join(folder, 'bin/python')
  return {
    python: (script, ...args) => {
      const { code, stdout, output } = call(python, ['-c', script, ...args])
      if (code !== 0) throw new Error(output)
      return stdout
    },
    // By its module: scripts of an environment that was renamed name the old folder.
    run: (name, ...args) => call(python, ['-m', name, ...args]),
  }
}
