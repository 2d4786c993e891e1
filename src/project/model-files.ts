import { type Diagnostic, diagnose, locate, nearest, type SourceFile } from '../diagnostics/index.ts'
import { checkName } from './names.ts'
import type { Layer, SingularAssertionFile } from './project.ts'

/** A model's file and what its path says. */
export interface FoundModel {
  readonly name: string
  /** Name of the project or package that it belongs to. */
  readonly package: string
  readonly layer: string
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

/** Names of all model files, also of those that cannot be used. */
export function modelNames(files: readonly SourceFile[]): ReadonlySet<string> {
  return new Set(files.filter((file) => /^models\/.*\.sql$/.test(file.path)).map((file) => nameOf(file.path)))
}

function isEmpty(file: SourceFile): boolean {
  return file.text.replace(/^\uFEFF/, '').trim() === ''
}

function reportLayer(
  folder: string,
  files: readonly SourceFile[],
  layers: readonly Layer[],
  found: Diagnostic[],
): void {
  const known = layers.map((layer) => layer.name)
  const [first] = files
  if (!first) return
  const parameters = { folder, nearest: nearest(folder, known), known, files: files.length }
  found.push(diagnose('layer-unknown', parameters, locate(first, 0)))
}

/** Names in use, without regard to upper and lower case; the second of two is reported. */
function distinct<T extends { readonly name: string; readonly file: SourceFile }>(
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

/** The models of a project: each in the folder of a layer, with a name of its own. */
export function findModels(
  files: readonly SourceFile[],
  owner: string,
  layers: readonly Layer[],
  found: Diagnostic[],
): FoundModel[] {
  const known = layers.map((layer) => layer.name)
  const elsewhere = new Map<string, SourceFile[]>()
  const models: FoundModel[] = []
  for (const file of files) {
    const below = /^models\/(.*\.sql)$/.exec(file.path)?.[1]
    if (below === undefined) continue
    const layer = below.includes('/') ? (below.split('/')[0] ?? '') : undefined
    if (layer === undefined) found.push(diagnose('model-outside-layer', { path: file.path, known }, locate(file, 0)))
    else if (!known.includes(layer)) elsewhere.set(layer, [...(elsewhere.get(layer) ?? []), file])
    else if (usable('model', file, found)) models.push({ name: nameOf(file.path), package: owner, layer, file, below })
  }
  for (const [folder, inFolder] of elsewhere) reportLayer(folder, inFolder, layers, found)
  return distinct('model', models, found)
}

/** The singular assertions: a SELECT each, in `tests/sql`. */
export function findSingularAssertions(
  files: readonly SourceFile[],
  owner: string,
  found: Diagnostic[],
): SingularAssertionFile[] {
  const all = files
    .filter((file) => /^tests\/sql\/.*\.sql$/.test(file.path) && usable('singular assertion', file, found))
    .map((file) => ({ name: nameOf(file.path), package: owner, file }))
  return distinct('singular assertion', all, found)
}
