import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { main } from './index.ts'

/** What a command printed, and how it ended. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A temporary folder in which `elt` is called in this process, without a terminal. */
export interface Workbench {
  readonly folder: string
  readonly write: (path: string, text: string) => void
  readonly elt: (words: readonly string[], more?: Surroundings) => Promise<Ran>
  readonly remove: () => void
}

interface Surroundings {
  /** Folder below the bench's. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Whoever sits at the terminal: gives an answer to a question. */
  readonly ask?: (question: string) => Promise<string | undefined>
  /** Called with everything written to stderr. */
  readonly onProgress?: (text: string) => void
}

export function workbench(): Workbench {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'elt-cli-')))
  return {
    folder,
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    },
    elt: async (words, { cwd = '.', env = {}, signal, ask, onProgress } = {}) => {
      const written = { stdout: '', stderr: '' }
      const stream = (name: keyof typeof written) => ({
        write: (text: string) => {
          written[name] += text
          if (name === 'stderr') onProgress?.(text)
        },
        isTerminal: false,
        columns: 100,
      })
      const code = await main(words, {
        cwd: join(folder, cwd),
        env,
        stdout: stream('stdout'),
        stderr: stream('stderr'),
        ...(ask ? { ask } : {}),
        now: () => Date.now(),
        signal: signal ?? new AbortController().signal,
      })
      return { code, ...written }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
