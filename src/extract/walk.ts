import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { PathPattern } from './pattern.ts'

/** A file that a pattern matches. */
export interface FoundFile {
  /** Relative to the project, forward slashes. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970, whole. */
  readonly modified: number
}

/** What lies under a pattern; `outside` are links that lead out of the project and were not followed. */
export interface Walked {
  readonly files: readonly FoundFile[]
  readonly outside: readonly string[]
}

const absent = new Set(['ENOENT', 'ENOTDIR'])

/** The result of a read of the file system, or undefined when the thing is not (or no longer) there. */
export function ifPresent<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (absent.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** Whole milliseconds: what every file system and the ledger can hold. */
export function modifiedOf(stats: Stats): number {
  return Math.floor(stats.mtimeMs)
}

/**
 * Lists the files of patterns, each folder once however many patterns share it. Links are followed inside the project
 * only. Synchronous: a year of daily files takes some milliseconds, a tenth of what awaiting each of them takes.
 */
export class Walker {
  readonly #project: string
  readonly #entries = new Map<string, readonly Dirent[]>()

  constructor(projectDirectory: string) {
    this.#project = realpathSync(projectDirectory)
  }

  /** The files that match, sorted by path. Errors other than absence are thrown as Node throws them. */
  walk(pattern: PathPattern): Walked {
    const files: FoundFile[] = []
    const outside: string[] = []
    if (!this.#isInside(pattern.root)) return { files, outside: [pattern.root] }
    const visit = (folder: string, depth: number): void => {
      for (const entry of this.#entriesOf(folder)) {
        if (!pattern.parts[depth]?.test(entry.name)) continue
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        const linked = entry.isSymbolicLink()
        if (linked && !this.#isInside(path)) outside.push(path)
        else if (depth < pattern.parts.length - 1) {
          if (linked || entry.isDirectory()) visit(path, depth + 1)
        } else if (pattern.whole.test(path)) {
          const file = this.#file(path, linked)
          if (file) files.push(file)
        }
      }
    }
    visit(pattern.root, 0)
    const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
    return { files: files.sort((a, b) => order(a.path, b.path)), outside: outside.sort(order) }
  }

  #entriesOf(folder: string): readonly Dirent[] {
    const known = this.#entries.get(folder)
    if (known) return known
    const entries = ifPresent(() => readdirSync(join(this.#project, folder), { withFileTypes: true })) ?? []
    this.#entries.set(folder, entries)
    return entries
  }

  #file(path: string, linked: boolean): FoundFile | undefined {
    const stats = ifPresent(() => (linked ? statSync : lstatSync)(join(this.#project, path)))
    return stats?.isFile() ? { path, size: stats.size, modified: modifiedOf(stats) } : undefined
  }

  /** Whether a path, all links followed, ends inside the project. What does not exist is inside: it yields nothing. */
  #isInside(path: string): boolean {
    const real = ifPresent(() => realpathSync(join(this.#project, path)))
    return real === undefined || real === this.#project || real.startsWith(this.#project + sep)
  }
}
