import { join } from 'node:path'
import { diagnose, Failure } from '../diagnostics/index.ts'
import { lookIntoCsv } from '../extract/index.ts'
import { type CsvLook, type Json, type Project, seedsToLookAt, wholeFile, withSeedColumns } from '../project/index.ts'
import { type Cache, openStore } from './cache/index.ts'
import type { CompileInputs } from './graph-cache.ts'

async function look(directory: string, path: string, delimiter: string): Promise<CsvLook> {
  try {
    return await lookIntoCsv(join(directory, path), delimiter)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    throw new Failure(diagnose('file-unreadable', { path, reason: error.message }, wholeFile(path)))
  }
}

/**
 * The project with the columns of its seeds. A file is looked through once; what was found is kept for as long as its size and
 * time are the same. Throws `Failure` with everything that is wrong in them.
 */
export async function lookIntoSeeds(
  project: Project,
  read: Pick<CompileInputs, 'seeds'> & { readonly directory: string },
  cache: Cache | undefined,
): Promise<Project> {
  const states = new Map(read.seeds.map((state) => [state.path, state]))
  const seeds = seedsToLookAt(project)
  if (seeds.length === 0) return project
  const store = openStore(cache, 'seeds')
  const looks = new Map<string, CsvLook>()
  for (const { path, delimiter } of seeds) {
    const { size, modified } = states.get(path) ?? {}
    const key = JSON.stringify([path, size, modified, delimiter])
    const known = store.get(key) as CsvLook | undefined
    const found = known ?? (await look(read.directory, path, delimiter))
    if (!known) store.set(key, found as unknown as Json)
    looks.set(path, found)
  }
  store.save()
  const typed = withSeedColumns(project, looks)
  if (typed.diagnostics.length > 0) throw new Failure(...typed.diagnostics)
  return typed.project
}
