import { mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
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
    return readFileSync(path, 'utf8') === text
  } catch {
    return false
  }
}

/** Writes a file of `target/`, without secrets; one that would stay the same is not touched. Returns its path in the project. */
export function writeTargetFile(output: Output, directory: string, name: string, contents: string): string {
  const path = `${targetFolder}/${name}`
  const absolute = join(directory, path)
  const text = output.secrets.mask(contents)
  if (isSame(absolute, text)) return path
  try {
    if (!makeFolderWithin(directory, dirname(absolute)))
      throw new Failure(diagnose('link-leaves-project', { path: targetFolder }))
    writeFileSync(`${absolute}.tmp`, text)
    renameSync(`${absolute}.tmp`, absolute)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(diagnose('target-folder-unwritable', { path, reason: (error as Error).message }))
  }
  return path
}
