import type { SourceFile } from '../diagnostics/index.ts'
import type { Folders } from './folders.ts'
import { findUnits, namedFolders, unitFiles } from './packages.ts'

/** A file or folder of a project that has a meaning: a folder with the files of certain names in it, at any depth. */
export interface Place {
  /** Relative to the project, with forward slashes. */
  readonly path: string
  readonly files: RegExp
}

const texts = /\.(?:sql|ya?ml|md)$/i

function foldersOf({ models, macros, tests, docs }: Folders): readonly string[] {
  return [...models, ...macros, ...docs, ...(tests ?? ['tests'])]
}

/** The files that say where all others lie. */
const first: readonly Place[] = unitFiles('').map((path) => ({ path, files: /./ }))

/**
 * The places of a project's files, as far as the files that are known tell: project.yml first, then the folders and packages
 * that it names, then those that the packages name. Ask again with what was read, until nothing new is named.
 */
export function projectPlaces(known?: readonly SourceFile[]): readonly Place[] {
  if (!known) return first
  const units = findUnits(known, [])
  const named = namedFolders(known)
  const single = ['', ...named].flatMap(unitFiles)
  const folders = units.flatMap((unit) => foldersOf(unit.folders))
  // A folder inside another one is read with it.
  const outer = [...new Set(folders)].filter((one) => !folders.some((other) => one.startsWith(`${other}/`)))
  return [
    ...[...new Set(single)].map((path) => ({ path, files: /./ })),
    ...outer.map((path) => ({ path, files: texts })),
  ]
}
