import type { SourceFile } from '../diagnostics/index.ts'
import { below, fixtureFolder, genericFolders, usualTests } from './folders.ts'
import { usualLayers } from './layers.ts'
import { findUnits, type Unit, unitFiles } from './packages/index.ts'

/** A file or folder of a project that has a meaning: a folder with the files of certain names in it, at any depth. */
export interface Place {
  /** Relative to the project, with forward slashes. */
  readonly path: string
  readonly files: RegExp
  /** Files that are data: they are not opened, only found. */
  readonly data?: RegExp
}

const csv = /\.csv$/i
const texts = /\.(?:sql|ya?ml|md)$/i

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Files of certain endings that lie in a folder itself. */
function directlyIn(folder: string, endings: string): RegExp {
  return new RegExp(`^${literal(folder)}/[^/]+\\.(?:${endings})$`, 'i')
}

/** The usual text files, and rows of unit tests in the folders of these. */
function textsAnd(fixtures: readonly string[]): RegExp {
  const all = [texts, ...fixtures.map((folder) => directlyIn(folder, 'csv'))]
  return fixtures.length === 0 ? texts : new RegExp(all.map(({ source }) => source).join('|'), 'i')
}

/** Whether the models of a project or package lie in folders of layers; undefined as long as none is known. */
function isLayered(known: readonly SourceFile[], { folder, file, folders }: Unit): boolean | undefined {
  const isModel = (path: string): boolean => path.endsWith('.sql') && below(folders.models, path) !== undefined
  if (!known.some(({ path }) => isModel(path))) return undefined
  // Said in the text, it is good enough to look in one folder for tests instead of two.
  if (folder === '' && file && /^['"]?layers['"]?\s*:/m.test(file.text)) return true
  const ofLayers = folders.models.flatMap((models) => usualLayers.map((layer) => `${models}/${layer}/`))
  return known.some(({ path }) => path.endsWith('.sql') && ofLayers.some((start) => path.startsWith(start)))
}

function testFolders(known: readonly SourceFile[], unit: Unit): readonly string[] {
  if (unit.folders.tests) return unit.folders.tests
  const layered = isLayered(known, unit)
  return layered === undefined ? [] : [usualTests(unit.folder, layered)]
}

function foldersOf(known: readonly SourceFile[], unit: Unit): readonly string[] {
  const { models, macros, docs, seeds } = unit.folders
  const generic = genericFolders(unit.folder, unit.folders)
  return [...models, ...macros, ...docs, ...seeds, ...testFolders(known, unit), ...generic]
}

/** The files that say where all others lie. */
const first: readonly Place[] = unitFiles('').map((path) => ({ path, files: /./ }))

/**
 * The places of a project's files, as far as the files that are known tell: project.yml first, then the folders and packages
 * that it names, then those that the packages name. Ask again with what was read, until nothing new is named.
 */
export function projectPlaces(known?: readonly SourceFile[]): readonly Place[] {
  if (!known) return first
  const { units, named } = findUnits(known, [])
  const single = ['', ...named].flatMap(unitFiles)
  const folders = units.flatMap((unit) => foldersOf(known, unit))
  const seeds = new Set(units.flatMap((unit) => unit.folders.seeds))
  const fixtures = units.flatMap((unit) => testFolders(known, unit).map(fixtureFolder))
  // A folder inside another one is read with it.
  const outer = [...new Set(folders)].filter((one) => !folders.some((other) => one.startsWith(`${other}/`)))
  const isRead = (path: string) => outer.some((one) => path.startsWith(`${one}/`))
  return [
    ...[...new Set(single)].map((path) => ({ path, files: /./ })),
    ...outer.map((path) => {
      const files = textsAnd(fixtures.filter((folder) => folder.startsWith(`${path}/`)))
      return seeds.has(path) ? { path, files, data: csv } : { path, files }
    }),
    ...fixtures.filter((path) => !isRead(path)).map((path) => ({ path, files: directlyIn(path, 'csv|sql') })),
  ]
}
