import { type Diagnostic, diagnose, type SourceFile } from '../diagnostics/index.ts'
import { childOf, entryOf, itemsOf, spanOf, textOf, type YamlFile, type YamlNode } from './yaml/index.ts'

/** Where the files of the project, or of a package, lie: folders relative to the project. */
export interface Folders {
  readonly models: readonly string[]
  readonly macros: readonly string[]
  /** Of CSV files that are tables. */
  readonly seeds: readonly string[]
  /** Absent: nothing is said, and the shape of the project decides. */
  readonly tests: readonly string[] | undefined
  /** Of documentation beside that of models and macros. */
  readonly docs: readonly string[]
}

/** A path joined to a folder of the project (`''`: the project itself); undefined when it leaves the project or names all of it. */
export function pathWithin(folder: string, written: string): string | undefined {
  if (/^(?:\/|~|[A-Za-z]:)/.test(written) || written.includes('\\')) return undefined
  const parts: string[] = []
  for (const part of `${folder}/${written}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.length === 0 ? undefined : parts.join('/')
}

function readPaths(
  yaml: YamlFile | undefined,
  key: string,
  folder: string,
  found: Diagnostic[],
): readonly string[] | undefined {
  const entry = entryOf(yaml?.root, key)
  if (!yaml || !entry) return undefined
  const paths = itemsOf(entry.value).flatMap((node: YamlNode) => {
    const written = textOf(node)
    const path = written === undefined ? undefined : pathWithin(folder, written)
    const isInside = path !== undefined && (folder === '' || path.startsWith(`${folder}/`))
    if (written !== undefined && !isInside) {
      found.push(diagnose('path-outside-project', { key, path: written }, spanOf(yaml.file, node)))
    }
    return isInside ? [path] : []
  })
  return paths
}

/** The folders that a project file names, and the usual ones for those that it does not. */
export function readFolders(yaml: YamlFile | undefined, folder: string, found: Diagnostic[]): Folders {
  const at = (name: string): string => (folder === '' ? name : `${folder}/${name}`)
  return {
    models: readPaths(yaml, 'model-paths', folder, found) ?? [at('models')],
    macros: readPaths(yaml, 'macro-paths', folder, found) ?? [at('macros')],
    // Ours, and dbt's.
    seeds: readPaths(yaml, 'seed-paths', folder, found) ?? [at('data/seeds'), at('seeds')],
    tests: readPaths(yaml, 'test-paths', folder, found),
    docs: readPaths(yaml, 'docs-paths', folder, found) ?? [],
  }
}

/** The path of a file below one of some folders; undefined when it lies in none of them. */
export function below(folders: readonly string[], path: string): string | undefined {
  const folder = folders.find((candidate) => path.startsWith(`${candidate}/`))
  return folder === undefined ? undefined : path.slice(folder.length + 1)
}

/** Whether a key of a project file names folders, or may bring files from elsewhere into the project. */
export function mayMoveFiles({ text }: SourceFile): boolean {
  return /-paths['"]?\s*:|packages['"]?\s*:/.test(text)
}

/** The list under a key. */
export function listUnder(yaml: YamlFile, key: string): readonly YamlNode[] {
  return itemsOf(childOf(yaml.root, key))
}

/** The folders of macros that are tests, beside those of all macros: `generic` below the folders of tests, as in dbt. */
export function genericFolders(folder: string, { tests }: Folders): readonly string[] {
  return (tests ?? [pathWithin(folder, 'tests') ?? 'tests']).map((path) => `${path}/generic`)
}

/** The folder of singular assertions of a project or package that names none: `tests/sql`, or all of `tests` as in dbt. */
export function usualTests(folder: string, isLayered: boolean): string {
  return pathWithin(folder, isLayered ? 'tests/sql' : 'tests') ?? 'tests'
}

/** The folder of files with rows of unit tests, beside the singular assertions: `tests/fixtures`. */
export function fixtureFolder(tests: string): string {
  return `${tests.replace(/\/sql$/, '')}/fixtures`
}
