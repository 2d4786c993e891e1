import { bug, type Checked, type SourceFile } from '../diagnostics/index.ts'
import type { Project, ReadOptions } from './project.ts'

/** Reads the files of a project (paths relative to it): all diagnostics at once, no value when one is an error. */
export function readProject(files: readonly SourceFile[], options: ReadOptions): Checked<Project> {
  return bug(`being written: ${files.length} ${options.target}`)
}
