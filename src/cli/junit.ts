import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Diagnostic, diagnose, Failure } from '../diagnostics/index.ts'
import type { Io } from './io.ts'

/** The file that `--junit` asks for. */
export interface JunitFile {
  /** Puts the text in its place at once; says so when it cannot. */
  readonly write: (text: string) => Diagnostic | undefined
}

/**
 * Makes room for the report before anything is done: a command that dies leaves no older report, which would be taken for
 * its own. Throws `Failure` where no file can be.
 */
export function openJunit({ cwd }: Io, written: string): JunitFile {
  const path = resolve(cwd, written)
  const aside = `${path}.${process.pid}.tmp`
  const problem = (error: unknown) => diagnose('report-unwritable', { path: written, reason: (error as Error).message })
  try {
    mkdirSync(dirname(path), { recursive: true })
    rmSync(path, { force: true })
    // Whether a file can be made here is seen now, not when everything is done.
    writeFileSync(aside, '')
    rmSync(aside)
  } catch (error) {
    throw new Failure(problem(error))
  }
  return {
    write: (text) => {
      try {
        writeFileSync(aside, text, { flag: 'wx' })
        renameSync(aside, path)
        return undefined
      } catch (error) {
        rmSync(aside, { force: true })
        return problem(error)
      }
    },
  }
}
