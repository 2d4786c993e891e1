import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { SourceFileState } from './signal.ts'
import { ifPresent, modifiedOf } from './walk.ts'

/** Whether any of some files is no longer as it was listed: it has another size or time, or is gone. */
export function haveMoved(projectDirectory: string, files: readonly SourceFileState[]): boolean {
  return files.some(({ path, size, modified }) => {
    const stats = ifPresent(() => statSync(join(projectDirectory, path)))
    return stats?.size !== size || modifiedOf(stats) !== modified
  })
}
