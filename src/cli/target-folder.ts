import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { diagnose, Failure } from '../diagnostics/index.ts'
import type { Output } from './output.ts'

/** Name of the folder in the project that everything made for people to look at goes to. */
export const targetFolder = 'target'

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
    mkdirSync(dirname(absolute), { recursive: true })
    writeFileSync(`${absolute}.tmp`, text)
    renameSync(`${absolute}.tmp`, absolute)
  } catch (error) {
    throw new Failure(diagnose('target-folder-unwritable', { path, reason: (error as Error).message }))
  }
  return path
}
