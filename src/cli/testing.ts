import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Row } from '../adapters/contract.ts'
import { adapterOf } from '../adapters/index.ts'
import { bug } from '../diagnostics/index.ts'
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
  /** Milliseconds since 1970; default: what the machine says. */
  readonly now?: () => number
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
    elt: async (words, { cwd = '.', env = {}, signal, now = Date.now, ask, onProgress } = {}) => {
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
        now,
        signal: signal ?? new AbortController().signal,
      })
      return { code, ...written }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A warehouse that a test looks into, and changes, between commands. */
export interface TestWarehouse {
  /** The target in project.yml, as a mapping in braces. */
  readonly target: string
  readonly run: (sql: string) => Promise<void>
  readonly query: (sql: string) => Promise<Row[]>
}

function warehouseOf(type: string, options: Readonly<Record<string, unknown>>, folder: string): TestWarehouse {
  const adapter = adapterOf(type) ?? bug(`no engine ${type}`)
  const within = async <T>(
    work: (query: (sql: string) => Promise<Row[]>, run: (sql: string) => Promise<unknown>) => Promise<T>,
  ) => {
    const session = await adapter.connect({ options, projectDirectory: folder, readOnly: false, readableFolders: [] })
    try {
      const connection = await session.connect()
      return await work(connection.query, connection.run).finally(() => connection.release())
    } finally {
      await session.close()
    }
  }
  const words = Object.entries(options).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  return {
    target: `{ type: ${type}, ${words.join(', ')} }`,
    run: async (sql) => {
      await within((_, run) => run(sql))
    },
    query: (sql) => within((query) => query(sql)),
  }
}

/** A DuckDB file in a folder. */
export function duckdbFile(folder: string): TestWarehouse {
  return warehouseOf('duckdb', { path: 'warehouse.duckdb' }, folder)
}

/** A Postgres database by its address. */
export function postgresDatabase(url: string): TestWarehouse {
  return warehouseOf('postgres', { url }, '.')
}
