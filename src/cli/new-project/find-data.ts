import { type Dirent, readdirSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import type { Adapter } from '../../adapters/contract.ts'
import { diagnose, Failure } from '../../diagnostics/index.ts'
import { type DataSource, sourceOf } from './data-source.ts'
import { type DataTable, tablesOf } from './data-tables.ts'

/** An engine's way to look into files. */
export type InferFiles = NonNullable<Adapter['inferFiles']>

/** Files of a table that are looked into: the first, the last, and some between. */
const sampledFiles = 5
const mostFiles = 100_000

/** Where data lies, as a project will know it. */
export interface DataFolder {
  /** Absolute. */
  readonly project: string
  readonly folder: string
}

function walk(folder: string, found: string[]): void {
  let entries: Dirent[] = []
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    throw new Failure(diagnose('file-unreadable', { path: folder, reason: (error as Error).message }))
  }
  for (const entry of entries) {
    if (found.length >= mostFiles || entry.name.startsWith('.') || entry.name.startsWith('_')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) walk(path, found)
    else if (entry.isFile()) found.push(path)
  }
}

function sample(files: DataTable['files']): string[] {
  if (files.length <= sampledFiles) return files.map(({ path }) => path)
  const step = (files.length - 1) / (sampledFiles - 1)
  return Array.from({ length: sampledFiles }, (_, i) => files[Math.round(i * step)]?.path ?? '')
}

/** Looks into the data files of a folder: tables, their columns and types, and how rows go with the dates of paths. */
export async function findData(
  { project, folder }: DataFolder,
  infer: InferFiles,
  timeZone: string,
): Promise<{ readonly group: string; readonly sources: readonly DataSource[] }> {
  const absolute: string[] = []
  walk(folder, absolute)
  const tables = tablesOf(absolute.map((path) => relative(project, path).split(sep).join('/')))
  if (tables.length === 0)
    throw new Failure(diagnose('init-no-data', { folder: relative(project, folder) || folder, files: absolute.length }))
  const sources: DataSource[] = []
  for (const table of tables) sources.push(await look(table, project, infer, timeZone))
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
  return { group: name || 'files', sources }
}

async function look(table: DataTable, project: string, infer: InferFiles, timeZone: string): Promise<DataSource> {
  const paths = sample(table.files)
  try {
    const inferred = await infer({ ...table, paths: paths.map((path) => join(project, path)) })
    const bounds = inferred.bounds.map((bound) => ({
      ...bound,
      path: relative(project, bound.path).split(sep).join('/'),
    }))
    return sourceOf(table, { ...inferred, bounds }, timeZone)
  } catch (error) {
    const detail = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
    throw new Failure(diagnose('init-unreadable-data', { path: paths[0] ?? table.pattern, detail }))
  }
}
