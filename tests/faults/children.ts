import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

/** The built command as real processes, which tests kill, stop and start beside each other. */

const command = join(resolve(import.meta.dirname, '../..'), 'dist', 'elt.js')

/** How a process ended. */
export interface Ended {
  /** Null: a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Child {
  readonly signal: (name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM') => void
  readonly ended: Promise<Ended>
  /** When it first told of what it does: it is planned, and building begins. */
  readonly begun: Promise<void>
}

/** Starts the command in a folder. */
export function startElt(folder: string, words: readonly string[]): Child {
  const env = { ...process.env, NO_COLOR: '1', CI: '' }
  const child = spawn(process.execPath, [command, ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const written = { stdout: '', stderr: '' }
  const begun = new Promise<void>((begin) => child.stderr.once('data', () => begin()))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text
  })
  const ended = new Promise<Ended>((end, fail) => {
    child.once('error', fail)
    child.once('close', (code) => end({ code, ...written }))
  })
  return { signal: (name) => void child.kill(name), ended, begun }
}

/** Runs the command to its end. */
export function elt(folder: string, words: readonly string[]): Promise<Ended> {
  return startElt(folder, words).ended
}
