import { type Diagnostic, diagnose, nearest, type SourceFile } from '../diagnostics/index.ts'
import { assembleSeeds, findSeeds } from './assemble-seeds.ts'
import {
  type ConfigTree,
  configAt,
  type FolderTree,
  folderTree,
  isHookSetting,
  layerAt,
  mergeConfig,
  readFolderConfig,
} from './config/index.ts'
import { distinctDocs, docsSeenBy, readDocs } from './docs-blocks.ts'
import { below, genericFolders, usualTests } from './folders.ts'
import { rememberedProperties } from './kept-properties.ts'
import { singleLayer } from './layers.ts'
import {
  distinct,
  type FoundModel,
  findModels,
  findSingularAssertions,
  type PlacedModel,
  placeModels,
  usableModels,
  usesLayers,
} from './model-files.ts'
import { withoutMaterializations } from './packages/index.ts'
import type { Part } from './parts.ts'
import type {
  DocsBlock,
  GroupDefinition,
  Layer,
  Located,
  MacroFile,
  ModelFile,
  Project,
  ProjectMemory,
  SelectorDefinition,
  SourceDefinition,
} from './project.ts'
import type { ModelProperties, Properties } from './properties.ts'
import type { SeedState } from './seed-state.ts'
import { readSelectors } from './selectors.ts'
import type { Settings } from './settings.ts'

/** The project, its packages, and all their files: what everything else is made from. */
export interface Sources {
  readonly files: readonly SourceFile[]
  readonly settings: Settings
  /** The project itself first. */
  readonly parts: readonly Part[]
  /** The process's environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly seeds: readonly SeedState[]
  readonly memory?: ProjectMemory | undefined
  readonly found: Diagnostic[]
}

/** A project or package with its models. */
interface Populated extends Part {
  readonly models: readonly FoundModel[]
  readonly tree: FolderTree
  /** Whether it has the folder of a layer, or the project declares layers. */
  readonly layered: boolean
}

function populate({ files, settings, parts }: Sources): readonly Populated[] {
  return parts.map((part) => {
    const models = findModels(files, part.name, part.unit.folders)
    const declares = part.unit.folder === '' && (settings.declaresLayers || models.length === 0)
    const layered = declares || usesLayers(models, settings.layers)
    // A layer may be configured before its first model is written.
    const layerNames = layered ? settings.layers.map((layer) => layer.name) : []
    return { ...part, models, layered, tree: folderTree([...layerNames, ...models.map((model) => model.below)]) }
  })
}

/** What each project file says of the models of each part: the project's own first. */
function configsOf({ found }: Sources, parts: readonly Populated[]): ReadonlyMap<string, ConfigTree> {
  const [root, ...packages] = parts
  const trees = new Map(packages.map((part) => [part.name, part.tree]))
  return new Map(
    parts.map((part) => {
      const configurable = part === root ? trees : new Map<string, FolderTree>()
      return [
        part.name,
        readFolderConfig(part.yaml, 'models', part.name, { own: part.tree, packages: configurable }, found),
      ]
    }),
  )
}

/** The settings of one model by project files: its own, and what the project says of a package's model. */
interface ConfigLevels {
  readonly own: ConfigTree['own'] | undefined
  readonly above: ConfigTree['own'] | undefined
}

function levelsOf(model: FoundModel, root: string, configs: ReadonlyMap<string, ConfigTree>): ConfigLevels {
  const isRoot = model.package === root
  return {
    own: configs.get(model.package)?.own,
    above: isRoot ? undefined : configs.get(root)?.packages.get(model.package),
  }
}

function place(sources: Sources, parts: readonly Populated[], configs: ReadonlyMap<string, ConfigTree>): PlacedModel[] {
  const { settings, found } = sources
  const fallback = settings.layers.find((layer) => layer.name === singleLayer)?.name
  return parts.flatMap((part) => {
    const configured = (model: FoundModel): Located<string> | undefined => {
      const { own, above } = levelsOf(model, settings.name, configs)
      const named = (above && layerAt(above, model.below)) ?? (own && layerAt(own, model.below))
      // What a project file says of all its models is for those that lie in no folder of a layer.
      return named === own?.layer && usesLayers([model], settings.layers) ? undefined : named
    }
    const placement = { configured, fallback: part.layered ? undefined : fallback, layers: settings.layers }
    return placeModels(usableModels(part.models, found), placement, found)
  })
}

/** Models with names of their own. One that is switched off makes room for one that is not: so a package's is replaced. */
function distinctModels(models: readonly ModelFile[], found: Diagnostic[]): ModelFile[] {
  const isOn = ({ config }: ModelFile): boolean => config.enabled?.value !== false
  const taken = new Set(models.filter(isOn).map(({ name }) => name.toLowerCase()))
  return distinct(
    'model',
    models.filter((model) => isOn(model) || !taken.has(model.name.toLowerCase())),
    found,
  )
}

/** Properties by the model or seed they belong to; those without a model, or given twice, are reported. */
function matchProperties(
  given: readonly ModelProperties[],
  models: readonly { readonly name: string }[],
  found: Diagnostic[],
): ReadonlyMap<string, ModelProperties> {
  const names = new Set(models.map((model) => model.name))
  const matched = new Map<string, ModelProperties>()
  for (const one of given) {
    const { value: name, location } = one.name
    const first = matched.get(name)
    if (!names.has(name)) {
      found.push(diagnose('properties-without-model', { name, nearest: nearest(name, names) }, location))
    } else if (first) {
      const at = `${first.name.location.path}:${first.name.location.line}`
      found.push(diagnose('name-taken', { what: 'entry', name, first: at }, location))
    } else matched.set(name, one)
  }
  return matched
}

interface Declared {
  readonly name: string
  readonly location: GroupDefinition['location']
}

/** Declarations sorted by their key; the second of two with one key is reported. */
function distinctDeclared<T extends Declared>(
  what: string,
  all: readonly T[],
  keyOf: (one: T) => string,
  found: Diagnostic[],
): T[] {
  const byKey = new Map<string, T>()
  for (const one of all) {
    const key = keyOf(one).toLowerCase()
    const first = byKey.get(key)
    if (!first) byKey.set(key, one)
    else {
      const at = `${first.location.path}:${first.location.line}`
      found.push(diagnose('name-taken', { what, name: keyOf(one), first: at }, one.location))
    }
  }
  return [...byKey.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

const named = ({ name }: Declared): string => name

function sourceName({ group, name }: SourceDefinition): string {
  return `${group}.${name}`
}

function modelFile(model: PlacedModel, { own, above }: ConfigLevels, given: ModelProperties | undefined): ModelFile {
  const said = above && configAt(above, model.below)
  const overrides = Object.entries(said ?? {}).filter(([key]) => !isHookSetting(key))
  const inPackage = mergeConfig(own ? configAt(own, model.below) : {}, given?.config ?? {})
  return {
    name: model.name,
    package: model.package,
    layer: model.layer,
    file: model.file,
    config: said ? mergeConfig(inPackage, said) : inPackage,
    ...(overrides.length > 0 ? { overrides: Object.fromEntries(overrides) } : {}),
    description: given?.description ?? '',
    columns: given?.columns ?? [],
    assertions: given?.assertions ?? [],
    ...(given && given.constraints.length > 0 ? { constraints: given.constraints } : {}),
  }
}

/** Files with a certain ending in the folders of models, macros and documentation. */
function filesOf(files: readonly SourceFile[], { unit: { folders } }: Part, ending: RegExp): SourceFile[] {
  const all = [...folders.models, ...folders.macros, ...folders.docs, ...folders.seeds]
  return files.filter(({ path }) => ending.test(path) && below(all, path) !== undefined)
}

function macrosOf({ name, unit }: Part, { files, found }: Sources): MacroFile[] {
  const folders = [...unit.folders.macros, ...genericFolders(unit.folder, unit.folders)]
  const all = files.filter(({ path }) => path.endsWith('.sql') && below(folders, path) !== undefined)
  const own = unit.folder === '' ? all : withoutMaterializations(name, all, found)
  return own.map((file) => ({ package: name, file }))
}

function docsOf({ files, parts, found }: Sources): DocsBlock[] {
  const blocks = parts.flatMap((part) =>
    filesOf(files, part, /\.md$/i).flatMap((file) => readDocs(file, part.name, found)),
  )
  return distinctDocs(blocks, new Map(files.map((file) => [file.path, file])), found)
}

function propertiesOf(sources: Sources, docs: readonly DocsBlock[]): Properties[] {
  const { files, settings, parts, found, memory } = sources
  return parts.flatMap((part) => {
    const seen = docsSeenBy(part.name, settings.name, docs)
    const { listedEnv, timeZone } = settings
    const scope = { package: part.name, env: sources.env, listedEnv, vars: part.vars, docs: seen, timeZone }
    return filesOf(files, part, /\.ya?ml$/).map((file) => rememberedProperties(file, scope, found, memory))
  })
}

function selectorsOf({ files, settings, env, found }: Sources): readonly SelectorDefinition[] {
  const file = files.find(({ path }) => path === 'selectors.yml')
  const docs = docsSeenBy(settings.name, settings.name, [])
  const { name, listedEnv, vars, timeZone } = settings
  const scope = { package: name, env, listedEnv, vars, docs, timeZone }
  return file ? readSelectors(file, scope, found) : []
}

/** Folders of singular assertions. */
function testFolders({ unit, layered }: Populated): readonly string[] {
  return unit.folders.tests ?? [usualTests(unit.folder, layered)]
}

/** The layers of a project that has any models, without those of the usual ones that nothing lies in if it has one alone. */
function layersOf(
  { settings }: Sources,
  parts: readonly Populated[],
  models: readonly { readonly layer: string }[],
): readonly Layer[] {
  if (parts[0]?.layered !== false) return settings.layers
  const used = new Set(models.map((model) => model.layer))
  return settings.layers
    .filter((layer) => used.has(layer.name) || layer.name === singleLayer)
    .map((layer) =>
      layer.name === singleLayer ? { ...layer, reads: [...new Set(['sources', ...layer.reads])] } : layer,
    )
}

/** The seeds of the project and its packages. */
function seedsOf({ seeds, settings, parts, found }: Sources, properties: readonly Properties[], isLayered: boolean) {
  const all = findSeeds(seeds, parts, found)
  const given = properties.flatMap((file) => file.seeds)
  const layers = settings.layers.map(({ name }) => name)
  return assembleSeeds(all, { parts, layers, isLayered, properties: matchProperties(given, all, found) }, found)
}

/** What properties files declare beside models, each under a name of its own. */
function declaredIn(
  properties: readonly Properties[],
  found: Diagnostic[],
): Pick<Project, 'groups' | 'exposures' | 'sources' | 'unitTests'> {
  const [groups, exposures] = [properties.flatMap((file) => file.groups), properties.flatMap((file) => file.exposures)]
  const [sources, unitTests] = [
    properties.flatMap((file) => file.sources),
    properties.flatMap((file) => file.unitTests),
  ]
  return {
    groups: distinctDeclared('group', groups, named, found),
    exposures: distinctDeclared('exposure', exposures, named, found),
    unitTests: distinctDeclared('unit test', unitTests, ({ name, model }) => `${model.value}.${name}`, found),
    sources: distinctDeclared('source table', sources, sourceName, found),
  }
}

/** Makes the project of its files and settings. Nothing is said about the target here: it may be missing. */
export function assemble(sources: Sources): Omit<Project, 'target'> {
  const { files, settings, parts: bare, found } = sources
  const parts = populate(sources)
  const configs = configsOf(sources, parts)
  const docs = docsOf(sources)
  const properties = propertiesOf(sources, docs)
  const models = place(sources, parts, configs)
  const seeds = seedsOf(sources, properties, parts[0]?.layered !== false)
  const matched = matchProperties(
    properties.flatMap((file) => file.models),
    parts.flatMap((part) => part.models),
    found,
  )
  const tests = parts.flatMap((part) => findSingularAssertions(files, part.name, testFolders(part), found))
  const packages = bare.filter(({ unit }) => unit.folder !== '')
  return {
    name: settings.name,
    timeZone: settings.timeZone,
    quality: settings.quality,
    layers: layersOf(sources, parts, [...models, ...seeds.models]),
    vars: bare[0]?.vars ?? {},
    packageVars: Object.fromEntries(packages.map((part) => [part.name, part.vars])),
    dispatch: settings.dispatch,
    env: settings.env,
    models: distinctModels(
      [
        ...models.map((model) => modelFile(model, levelsOf(model, settings.name, configs), matched.get(model.name))),
        ...seeds.models,
      ],
      found,
    ),
    macros: bare.flatMap((part) => macrosOf(part, sources)),
    packages: packages.map((part) => ({ name: part.name, folder: part.unit.folder })),
    ...declaredIn(properties, found),
    docs,
    selectors: selectorsOf(sources),
    onRunStart: settings.onRunStart,
    onRunEnd: settings.onRunEnd,
    singularAssertions: distinct('singular assertion', tests, found),
    seedFiles: seeds.files,
    files: new Map(files.map((file) => [file.path, file])),
  }
}
