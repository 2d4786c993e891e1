import type { SourceFile } from '../diagnostics/index.ts'
import { type Diagnostic, diagnose, locate } from '../diagnostics/index.ts'
import { isAllowed } from './env.ts'
import { expand, type Scope } from './expand.ts'
import { isMapping } from './mapping.ts'
import { checkName } from './names.ts'
import { findUnits, type Unit } from './packages/index.ts'
import type { Json, ReadOptions } from './project.ts'
import { projectSchema } from './schema/index.ts'
import { noteIdleKeys, type Settings } from './settings.ts'
import { validate } from './validate.ts'
import { childOf, spanOf, toJson, type YamlFile, type YamlNode } from './yaml/index.ts'

/** The project, or a package of it, with what its project file says. */
export interface Part {
  readonly name: string
  readonly unit: Unit
  /** With templates expanded. */
  readonly yaml: YamlFile
  /** What `var` finds in its templates and properties. */
  readonly vars: Vars
}

type Vars = Readonly<Record<string, Json>>

/** Vars under the name of a project or package are for that alone; all others are for everyone. */
function scopedTo(vars: Vars, owner: string, owners: ReadonlySet<string>): Vars {
  const shared = Object.entries(vars).filter(([key, value]) => !(owners.has(key) && isMapping(value)))
  const own = Object.hasOwn(vars, owner) ? vars[owner] : undefined
  return { ...Object.fromEntries(shared), ...(isMapping(own) ? own : {}) }
}

/** Keys that say where and when things run: the project's alone. */
const ofProject = ['targets', 'default_target', 'layers', 'quality', 'time_zone', 'connections', 'env', 'dispatch']
const runHooks = ['on-run-start', 'on-run-end', 'on_run_start', 'on_run_end']

interface PackageFile {
  readonly name: string
  readonly unit: Unit
  readonly yaml: YamlFile
  readonly vars: Vars
}

function readPackage(
  unit: Unit,
  settings: Settings,
  options: ReadOptions,
  found: Diagnostic[],
): PackageFile | undefined {
  const { yaml, file } = unit
  if (!yaml || !file) return undefined
  // What comes from elsewhere reads what templates may read, not all that the project's own file may.
  const allows = (name: string): boolean => isAllowed(name, settings.listedEnv)
  const scope: Scope = { env: options.env, allows, vars: { ...settings.vars, ...options.vars } }
  const expanded = expand(file, yaml.root, scope, found) as YamlNode
  const whole: YamlFile = { file, root: expanded.kind === 'map' ? expanded : yaml.root }
  const valid = validate(projectSchema, whole, found)
  if (!valid) return undefined
  noteIdleKeys(whole, [...ofProject, ...runHooks], 'it is for the project itself to say, not for a package', found)
  const nameNode = childOf(whole.root, 'name')
  if (!nameNode || !checkName('package', valid.name, spanOf(file, nameNode), found)) return undefined
  const vars = childOf(whole.root, 'vars')
  const given = vars ? toJson(vars) : {}
  return { name: valid.name, unit, yaml: whole, vars: isMapping(given) ? given : {} }
}

/** Packages with a name of their own; the second of two is reported. */
function distinctPackages(project: string, packages: readonly PackageFile[], found: Diagnostic[]): PackageFile[] {
  const taken = new Map<string, string>([[project.toLowerCase(), 'project.yml']])
  return packages.filter(({ name, yaml }) => {
    const first = taken.get(name.toLowerCase())
    const node = childOf(yaml.root, 'name')
    if (first !== undefined) {
      const place = node ? spanOf(yaml.file, node) : locate(yaml.file, 0)
      found.push(diagnose('name-taken', { what: 'package', name, first }, place))
    } else taken.set(name.toLowerCase(), yaml.file.path)
    return first === undefined
  })
}

/** The project and its packages, the project first. */
export function readParts(
  files: readonly SourceFile[],
  settings: Settings,
  options: ReadOptions,
  found: Diagnostic[],
): readonly Part[] {
  const [root, ...others] = findUnits(files, found).units
  const read = others.flatMap((unit) => readPackage(unit, settings, options, found) ?? [])
  const packages = distinctPackages(settings.name, read, found)
  const owners = new Set([settings.name, ...packages.map(({ name }) => name)])
  const shared = (name: string): Vars => scopedTo(settings.vars, name, owners)
  const own: Part[] = root
    ? [{ name: settings.name, unit: root, yaml: settings.yaml, vars: { ...shared(settings.name), ...options.vars } }]
    : []
  const inner = packages.map(({ vars, ...part }) => ({
    ...part,
    vars: { ...scopedTo(vars, part.name, owners), ...shared(part.name), ...options.vars },
  }))
  return [...own, ...inner]
}
