import { type Diagnostic, diagnose, hasErrors, nearest } from '../../diagnostics/index.ts'
import type { Located, RawConfig } from '../project.ts'
import {
  childOf,
  describeJson,
  entriesOf,
  located,
  spanOf,
  type YamlEntry,
  type YamlFile,
  type YamlNode,
} from '../yaml/index.ts'
import { checkConfigEntry } from './config-entry.ts'
import { configShape, isConfigKey, laterConfig } from './config-schema.ts'
import { effectlessConfig } from './effectless.ts'
import { isHookSetting, readHooks, settingKey } from './hooks.ts'
import { mergeConfig } from './model-config.ts'

/** Folders and models below `models/`, as a tree of names. */
export interface FolderTree {
  readonly children: ReadonlyMap<string, FolderTree>
}

/** Settings of a folder (or model) and of what lies in it. */
export interface FolderConfig {
  readonly config: RawConfig
  /** The layer that its models are placed in, wherever they lie. */
  readonly layer?: Located<string>
  readonly children: ReadonlyMap<string, FolderConfig>
}

const nothing: FolderConfig = { config: {}, children: new Map() }

/** The tree of paths below `models/`, the last part without its extension. */
export function folderTree(paths: readonly string[]): FolderTree {
  const root = { children: new Map<string, FolderTree>() }
  for (const path of paths) {
    let at: { children: Map<string, FolderTree> } = root
    for (const part of path.replace(/\.(?:sql|csv)$/i, '').split('/')) {
      const next = at.children.get(part) ?? { children: new Map<string, FolderTree>() }
      at.children.set(part, next)
      at = next as { children: Map<string, FolderTree> }
    }
  }
  return root
}

function isSetting(key: string): boolean {
  return isConfigKey(key) || Object.hasOwn(effectlessConfig, key) || Object.hasOwn(laterConfig, key)
}

class Reader {
  private readonly yaml: YamlFile
  private readonly found: Diagnostic[]

  constructor(yaml: YamlFile, found: Diagnostic[]) {
    this.yaml = yaml
    this.found = found
  }

  level(node: YamlNode, tree: FolderTree): FolderConfig {
    const children = new Map<string, FolderConfig>()
    let config: RawConfig = {}
    let layer: Located<string> | undefined
    for (const entry of entriesOf(node)) {
      const below = entry.key.startsWith('+') ? undefined : tree.children.get(entry.key)
      if (below) children.set(entry.key, this.folder(entry, below))
      else if (/^\+?layer$/.test(entry.key)) layer = this.layer(entry)
      else config = mergeConfig(config, this.setting(entry, tree))
    }
    return { config, children, ...(layer ? { layer } : {}) }
  }

  private layer({ value }: YamlEntry): Located<string> | undefined {
    const { value: name, location } = located(this.yaml.file, value)
    if (typeof name === 'string') return { value: name, location }
    const parameters = { key: 'layer', expected: 'the name of a layer', found: describeJson(name) }
    this.found.push(diagnose('wrong-value', parameters, location))
    return undefined
  }

  folder(entry: YamlEntry, tree: FolderTree): FolderConfig {
    const isEmpty = entry.value.kind === 'scalar' && entry.value.value === null
    if (entry.value.kind === 'map' || isEmpty) return this.level(entry.value, tree)
    const parameters = { key: entry.key, expected: 'a mapping of settings', found: 'something else' }
    this.found.push(diagnose('wrong-value', parameters, spanOf(this.yaml.file, entry.value)))
    return nothing
  }

  private setting(entry: YamlEntry, tree: FolderTree): RawConfig {
    const key = settingKey(entry.key.replace(/^\+/, ''))
    const looksLikeFolder = entry.value.kind === 'map' && !entry.key.startsWith('+')
    if (!isSetting(key) && looksLikeFolder) {
      const candidates = [...tree.children.keys(), ...Object.keys(configShape)]
      const parameters = { folder: key, nearest: nearest(key, candidates) }
      this.found.push(diagnose('folder-unknown', parameters, spanOf(this.yaml.file, entry.keySpan)))
      return {}
    }
    return readSetting(this.yaml, key, entry, this.found)
  }
}

/** One setting, checked; nothing when it cannot be used. An unknown or idle key is reported at the key. */
function readSetting(yaml: YamlFile, key: string, entry: YamlEntry, found: Diagnostic[]): RawConfig {
  const value = isHookSetting(key) ? readHooks(yaml, entry.value) : located(yaml.file, entry.value)
  const at = isConfigKey(key) ? value : { ...value, location: spanOf(yaml.file, entry.keySpan) }
  const problems: Diagnostic[] = []
  checkConfigEntry(key, at, problems)
  found.push(...problems)
  return hasErrors(problems) || !isConfigKey(key) ? {} : { [key]: value }
}

/** The `config:` of a model's properties. */
export function readConfigBlock(yaml: YamlFile, node: YamlNode | undefined, found: Diagnostic[]): RawConfig {
  const settings = entriesOf(node).map((entry) =>
    readSetting(yaml, settingKey(entry.key.replace(/^\+/, '')), entry, found),
  )
  return settings.reduce(mergeConfig, {})
}

/** What `models:` of a project file says of its own models, and of those of packages. */
export interface ConfigTree {
  readonly own: FolderConfig
  readonly packages: ReadonlyMap<string, FolderConfig>
}

/** The folders that there are: of the project or package itself, and of the packages that it may configure. */
export interface Trees {
  readonly own: FolderTree
  readonly packages: ReadonlyMap<string, FolderTree>
}

/**
 * The `models:` or `seeds:` tree of a project file. As in dbt, the outermost key may be the name of the project, or of a
 * package.
 */
export function readFolderConfig(
  yaml: YamlFile,
  key: 'models' | 'seeds',
  project: string,
  trees: Trees,
  found: Diagnostic[],
): ConfigTree {
  const reader = new Reader(yaml, found)
  const outermost = entriesOf(childOf(yaml.root, key))
  const isFolder = (key: string): boolean => trees.own.children.has(key)
  const packages = new Map<string, FolderConfig>()
  const own: YamlEntry[] = []
  let wrapped: YamlNode | undefined
  for (const entry of outermost) {
    const tree = trees.packages.get(entry.key)
    if (entry.key === project && !isFolder(project)) wrapped = entry.value
    else if (tree && !isFolder(entry.key)) packages.set(entry.key, reader.folder(entry, tree))
    else own.push(entry)
  }
  const outer = reader.level({ kind: 'map', entries: own, start: 0, end: 0 }, trees.own)
  const inner = wrapped ? reader.level(wrapped, trees.own) : nothing
  const layer = inner.layer ?? outer.layer
  const config = mergeConfig(outer.config, inner.config)
  const children = new Map([...outer.children, ...inner.children])
  return { own: { config, children, ...(layer ? { layer } : {}) }, packages }
}

/** The layer that folders place the model at a path in: the deepest wins. */
export function layerAt(root: FolderConfig, path: string): Located<string> | undefined {
  let layer = root.layer
  let at: FolderConfig | undefined = root
  for (const part of path.replace(/\.(?:sql|csv)$/i, '').split('/')) {
    at = at?.children.get(part)
    layer = at?.layer ?? layer
  }
  return layer
}

/** The settings that folders give to the model at a path below `models/`: the deepest wins. */
export function configAt(root: FolderConfig, path: string): RawConfig {
  let config = root.config
  let at: FolderConfig | undefined = root
  for (const part of path.replace(/\.(?:sql|csv)$/i, '').split('/')) {
    at = at?.children.get(part)
    if (at) config = mergeConfig(config, at.config)
  }
  return config
}
