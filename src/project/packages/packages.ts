import { type Diagnostic, diagnose, type Location, type SourceFile } from '../../diagnostics/index.ts'
import { type Folders, listUnder, mayMoveFiles, pathWithin, readFolders } from '../folders.ts'
import { childOf, parseYaml, spanOf, textOf, type YamlFile, type YamlNode } from '../yaml/index.ts'

/** The project, or a package inside it, before its settings are read. */
export interface Unit {
  /** Relative to the project; `''` is the project itself. */
  readonly folder: string
  /** Its project.yml or dbt_project.yml; of the project itself it may be missing. */
  readonly file: SourceFile | undefined
  /** Absent when the file moves nothing, or cannot be read. */
  readonly yaml: YamlFile | undefined
  readonly folders: Folders
  /** Where a package is named. */
  readonly location: Location | undefined
}

/** Files that may list packages, the project's own among them. */
const listing = ['packages.yml', 'dependencies.yml']
const projectFiles = ['project.yml', 'dbt_project.yml']

/** Packages of the registry whose macros are part of elt. */
const builtIn: ReadonlySet<string> = new Set(['dbt-labs/dbt_utils', 'fishtown-analytics/dbt_utils'])

/** Paths of the files that say what a project or package consists of. */
export function unitFiles(folder: string): readonly string[] {
  const names = folder === '' ? ['project.yml', 'project.yaml', 'selectors.yml'] : projectFiles
  return [...names, ...listing].map((name) => (folder === '' ? name : `${folder}/${name}`))
}

type FilesByPath = ReadonlyMap<string, SourceFile>

function at(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

function projectFileOf(files: FilesByPath, folder: string): SourceFile | undefined {
  const names = folder === '' ? ['project.yml'] : projectFiles
  return names.map((name) => files.get(at(folder, name))).find((file) => file !== undefined)
}

/** What a package entry names that is no folder: something to be downloaded. */
function remoteName(node: YamlNode): string | undefined {
  const name = ['package', 'git', 'tarball', 'private', 'url', 'name']
    .map((key) => textOf(childOf(node, key)))
    .find((text) => text !== undefined)
  return name
}

function refuseRemote(yaml: YamlFile, node: YamlNode, found: Diagnostic[]): void {
  const name = remoteName(node)
  const location = spanOf(yaml.file, node)
  if (name === undefined) {
    const parameters = { key: 'packages', expected: 'a list of `local: <folder>`', found: 'something else' }
    found.push(diagnose('wrong-value', parameters, location))
  } else if (builtIn.has(name)) {
    const reason = 'its most used macros are part of elt'
    found.push(diagnose('key-without-effect', { key: name, reason }, location))
  } else {
    const folder = /([\w-]+?)(?:\.git)?\/?$/.exec(name)?.[1] ?? 'package'
    found.push(diagnose('package-not-local', { name, folder: `packages/${folder}` }, location))
  }
}

interface Entry {
  readonly folder: string
  readonly location: Location
}

/** The folders of the packages that a list names. */
function entriesIn(yaml: YamlFile, folder: string, found: Diagnostic[]): Entry[] {
  return listUnder(yaml, 'packages').flatMap((node) => {
    const local = childOf(node, 'local')
    const written = textOf(local)
    if (!local || written === undefined) {
      refuseRemote(yaml, node, found)
      return []
    }
    const path = pathWithin(folder, written)
    const location = spanOf(yaml.file, local)
    if (path !== undefined) return [{ folder: path, location }]
    found.push(diagnose('path-outside-project', { key: 'local', path: written }, location))
    return []
  })
}

function unitAt(
  files: FilesByPath,
  { folder, location }: Partial<Entry> & { folder: string },
  found: Diagnostic[],
): Unit {
  const file = projectFileOf(files, folder)
  // The project's own file is read once more with its templates expanded, and reported there.
  const reported = folder === '' ? [] : found
  const parsed = file && (folder !== '' || mayMoveFiles(file)) ? parseYaml(file) : undefined
  reported.push(...(parsed?.diagnostics ?? []))
  const yaml = parsed?.value
  return { folder, file, yaml, folders: readFolders(yaml, folder, found), location }
}

function listedBy(files: FilesByPath, unit: Unit, found: Diagnostic[]): Entry[] {
  const lists = listing.flatMap((name) => {
    const file = files.get(at(unit.folder, name))
    const parsed = file && parseYaml(file)
    found.push(...(parsed?.diagnostics ?? []))
    return parsed?.value ?? []
  })
  return [...(unit.yaml ? [unit.yaml] : []), ...lists].flatMap((yaml) => entriesIn(yaml, unit.folder, found))
}

const describing = /(?:^|\/)(?:dbt_project|project|packages|dependencies)\.yml$/

/** The project and its packages, and the folders of all packages that are named, whether there is anything in them or not. */
export interface Units {
  readonly units: readonly Unit[]
  readonly named: readonly string[]
}

/**
 * The project and its packages, those of packages too, in the order in which they are named. A package without a project file
 * is reported and left out; `found` may be dropped where only the folders are of interest.
 */
export function findUnits(all: readonly SourceFile[], found: Diagnostic[]): Units {
  const files = new Map(all.filter(({ path }) => describing.test(path)).map((file) => [file.path, file]))
  const units = [unitAt(files, { folder: '' }, found)]
  const known = new Set([''])
  for (let next = 0; next < units.length; next++) {
    const unit = units[next]
    for (const entry of unit ? listedBy(files, unit, found) : []) {
      if (known.has(entry.folder)) continue
      known.add(entry.folder)
      if (projectFileOf(files, entry.folder)) units.push(unitAt(files, entry, found))
      else found.push(diagnose('package-not-found', { folder: entry.folder }, entry.location))
    }
  }
  return { units, named: [...known].slice(1) }
}
