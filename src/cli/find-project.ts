import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { diagnose, Failure } from '../diagnostics/index.ts'

const projectFile = 'project.yml'

function holdsProject(folder: string): boolean {
  return existsSync(join(folder, projectFile))
}

function isOfDbt(folder: string): boolean {
  return existsSync(join(folder, 'dbt_project.yml'))
}

/** The absolute folder of the project: the one named, or the nearest with a project.yml from the current one upwards. */
export function findProject(cwd: string, named: string | undefined): string {
  if (named !== undefined) {
    const folder = resolve(cwd, named)
    if (holdsProject(folder)) return folder
    throw new Failure(diagnose('project-not-found', { directory: folder, searched: 'folder', ofDbt: isOfDbt(folder) }))
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (holdsProject(folder)) return folder
    if (dirname(folder) === folder) {
      throw new Failure(diagnose('project-not-found', { directory: cwd, searched: 'upwards', ofDbt: isOfDbt(cwd) }))
    }
  }
}

/** Whether there is a project to find. */
export function isInProject(cwd: string, named: string | undefined): boolean {
  try {
    findProject(cwd, named)
    return true
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}
