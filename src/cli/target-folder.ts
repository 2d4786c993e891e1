import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { diagnose, Failure } from '../diagnostics/index.ts'
import type { Output } from './output.ts'

/** Name of the folder in the project that everything made for people to look at goes to. */
export const targetFolder = 'target'

/** Folders that were made or found within their project. */
const within = new Set<string>()

/**
 * Makes a folder of a project, both absolute. False when it lies elsewhere, or would: a pull request may hold a link
 * `target` to a folder of the machine.
 */
export function makeFolderWithin(directory: string, folder: string): boolean {
  if (within.has(folder)) return true
  const root = `${realpathSync(directory)}${sep}`
  const steps = folder.slice(directory.length).split(sep).filter(Boolean)
  // Each step by itself: what is made below a link would be made elsewhere.
  const isWithin = steps.every((_, i) => {
    const path = join(directory, ...steps.slice(0, i + 1))
    mkdirSync(path, { recursive: true })
    return `${realpathSync(path)}${sep}`.startsWith(root)
  })
  if (isWithin) within.add(folder)
  return isWithin
}

function isSame(path: string, text: string): boolean {
  try {
    // A file that is missing costs less this way than by an error.
    return existsSync(path) && readFileSync(path, 'utf8') === text
  } catch {
    return false
  }
}

/** Makes a file and opens it. What a killed process of the same number left is taken away; nothing is written through a link. */
function openNew(path: string): number {
  try {
    return openSync(path, 'wx')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    rmSync(path, { force: true })
    return openSync(path, 'wx')
  }
}

/** Makes a file beside its place and renames it, so that nobody sees half of it, also when two commands write it at once. */
function putInPlace(absolute: string, write: (file: number) => void): void {
  const aside = `${absolute}.${process.pid}.tmp`
  const file = openNew(aside)
  try {
    try {
      write(file)
    } finally {
      closeSync(file)
    }
    renameSync(aside, absolute)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}

/** Has a file of `target/` written. Returns its path in the project. */
function replace(directory: string, name: string, write: (file: number) => void): string {
  const path = `${targetFolder}/${name}`
  const absolute = join(directory, path)
  try {
    if (!makeFolderWithin(directory, dirname(absolute)))
      throw new Failure(diagnose('link-leaves-project', { path: targetFolder }))
    putInPlace(absolute, write)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(diagnose('target-folder-unwritable', { path, reason: (error as Error).message }))
  }
  return path
}

/** Writes a file of `target/`, without secrets; one that would stay the same is not touched. Returns its path in the project. */
export function writeTargetFile(output: Output, directory: string, name: string, contents: string): string {
  const text = output.secrets.mask(contents)
  if (isSame(join(directory, targetFolder, name), text)) return `${targetFolder}/${name}`
  return replace(directory, name, (file) => writeFileSync(file, text))
}

/** Characters that are written at once. */
const writtenTogether = 1_000_000

/** Writes a file of `target/` piece by piece, each without secrets. Returns its path in the project. */
export function writeTargetPieces(output: Output, directory: string, name: string, pieces: Iterable<string>): string {
  return replace(directory, name, (file) => {
    let text = ''
    for (const piece of pieces) {
      text += piece
      if (text.length < writtenTogether) continue
      writeFileSync(file, output.secrets.mask(text))
      text = ''
    }
    writeFileSync(file, output.secrets.mask(text))
  })
}
