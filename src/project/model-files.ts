import { type Diagnostic, diagnose, locate, nearest, type SourceFile } from '../diagnostics/index.ts'
import { below, type Folders } from './folders.ts'
import { checkName } from './names.ts'
import type { Layer, Located, SingularAssertionFile } from './project.ts'

/** A model's file and what its path says. */
export interface FoundModel {
  readonly name: string
  /** Name of the project or package that it belongs to. */
  readonly package: string
  readonly file: SourceFile
  /** Its path below `models/`. */
  readonly below: string
}

/** The last part of a path without `.sql`. File systems that take accented letters apart give the same name. */
function nameOf(path: string): string {
  return path
    .replace(/^.*\//, '')
    .replace(/\.sql$/, '')
    .normalize('NFC')
}

function isEmpty(file: SourceFile): boolean {
  return file.text.replace(/^\uFEFF/, '').trim() === ''
}

/** Names in use, without regard to upper and lower case; the second of two is reported. */
export function distinct<T extends { readonly name: string; readonly file: SourceFile }>(
  what: string,
  all: readonly T[],
  found: Diagnostic[],
): T[] {
  const first = new Map<string, T>()
  for (const item of all) {
    const taken = first.get(item.name.toLowerCase())
    if (!taken) first.set(item.name.toLowerCase(), item)
    else found.push(diagnose('name-taken', { what, name: item.name, first: taken.file.path }, locate(item.file, 0)))
  }
  return [...first.values()]
}

function usable(what: string, file: SourceFile, found: Diagnostic[]): boolean {
  const named = checkName(what, nameOf(file.path), locate(file, 0), found)
  if (isEmpty(file)) found.push(diagnose('model-empty', { path: file.path }, locate(file, 0)))
  return named && !isEmpty(file)
}

/** The files of models of a project or package, also those that cannot be used. */
export function findModels(files: readonly SourceFile[], owner: string, folders: Folders): FoundModel[] {
  return files.flatMap((file) => {
    const path = file.path.endsWith('.sql') ? below(folders.models, file.path) : undefined
    return path === undefined ? [] : [{ name: nameOf(file.path), package: owner, file, below: path }]
  })
}

/** The usable ones among models: with a text and a name. */
export function usableModels(models: readonly FoundModel[], found: Diagnostic[]): FoundModel[] {
  return models.filter(({ file }) => usable('model', file, found))
}

/** A model with its layer. */
export interface PlacedModel extends FoundModel {
  readonly layer: string
}

/** How the models of a project or package get their layers. */
export interface Placement {
  /** What project files say of a model, which wins over its folder. */
  readonly configured: (model: FoundModel) => Located<string> | undefined
  /** The layer of all models that lie in no folder of a layer; absent: they are reported. */
  readonly fallback: string | undefined
  readonly layers: readonly Layer[]
}

function folderOf(model: FoundModel): string | undefined {
  return model.below.includes('/') ? (model.below.split('/')[0] ?? '') : undefined
}

/** Whether some model lies in the folder of one of these layers. */
export function usesLayers(models: readonly FoundModel[], layers: readonly Layer[]): boolean {
  const known = new Set(layers.map((layer) => layer.name))
  return models.some((model) => known.has(folderOf(model) ?? ''))
}

/** Models without a layer: those beside the folders, and the others by folder. */
function reportUnplaced(models: readonly FoundModel[], known: readonly string[], found: Diagnostic[]): void {
  const elsewhere = new Map<string, FoundModel[]>()
  const beside = models.filter((model) => folderOf(model) === undefined)
  for (const model of models) {
    const folder = folderOf(model)
    if (folder !== undefined) elsewhere.set(folder, [...(elsewhere.get(folder) ?? []), model])
  }
  const [one, ...more] = beside
  if (one) {
    const parameters = { path: one.file.path, known, others: more.map(({ file }) => file.path) }
    found.push(diagnose('model-outside-layer', parameters, locate(one.file, 0)))
  }
  for (const [folder, [first, ...others]] of elsewhere) {
    if (!first) continue
    const parameters = { folder, nearest: nearest(folder, known), known, files: others.length + 1 }
    found.push(diagnose('layer-unknown', parameters, locate(first.file, 0)))
  }
}

/** The models with their layers; those that have none are reported. */
export function placeModels(models: readonly FoundModel[], placement: Placement, found: Diagnostic[]): PlacedModel[] {
  const { configured, fallback, layers } = placement
  const known = layers.map((layer) => layer.name)
  const refused = new Set<string>()
  const unplaced: FoundModel[] = []
  const placed = models.flatMap((model): PlacedModel[] => {
    const folder = folderOf(model)
    const named = configured(model)
    const layer = named?.value ?? (folder !== undefined && known.includes(folder) ? folder : fallback)
    if (named && !known.includes(named.value)) {
      const place = `${named.location.path}:${named.location.line}`
      const expected = `one of ${known.join(', ')}`
      const parameters = { key: 'layer', expected, found: named.value, nearest: nearest(named.value, known) }
      if (!refused.has(place)) found.push(diagnose('wrong-value', parameters, named.location))
      refused.add(place)
      return []
    }
    if (layer !== undefined) return [{ ...model, layer }]
    unplaced.push(model)
    return []
  })
  reportUnplaced(unplaced, known, found)
  return placed
}

/** Folders of dbt's that lie among tests but hold no singular ones. */
const otherTests = /^(?:generic|fixtures|unit)\//

/** The singular assertions: a SELECT each, below the folders of tests. */
export function findSingularAssertions(
  files: readonly SourceFile[],
  owner: string,
  folders: readonly string[],
  found: Diagnostic[],
): SingularAssertionFile[] {
  return files.flatMap((file) => {
    const path = file.path.endsWith('.sql') ? below(folders, file.path) : undefined
    if (path === undefined || otherTests.test(path) || !usable('singular assertion', file, found)) return []
    return [{ name: nameOf(file.path), package: owner, file }]
  })
}
