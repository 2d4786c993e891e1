import type { SourceFile } from '../diagnostics/index.ts'
import type { ReadOptions, Target } from './project.ts'
import { readSettings } from './settings.ts'

/** The chosen target alone, of a project.yml that `readProject` has read before: says nothing about what is wrong there. */
export function readChosenTarget(projectFile: SourceFile, options: ReadOptions): Target | undefined {
  return readSettings(projectFile, options, [])?.target
}
