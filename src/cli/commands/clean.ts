import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { findProject } from '../find-project.ts'
import { targetFolder } from '../target-folder.ts'

export async function execute({ io, options, output }: Context): Promise<number> {
  const folder = join(findProject(io.cwd, options['project-dir']), targetFolder)
  const existed = existsSync(folder)
  rmSync(folder, { recursive: true, force: true })
  if (output.json) output.answerJson({ removed: existed ? [targetFolder] : [] })
  else output.answer(existed ? 'removed target/; the warehouse was not touched' : 'nothing to remove')
  return exitCode.success
}
