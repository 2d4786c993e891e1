import type { Diagnostic } from '../diagnostics/index.ts'
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
import { below } from './folders.ts'
import { singleLayer } from './layers.ts'
import type { Part } from './parts.ts'
import type { ModelFile, SourceDefinition } from './project.ts'
import type { ModelProperties } from './properties.ts'
import type { SeedState } from './seed-state.ts'
import { isUsableSeed, seedName, seedSource, seedTemplate, wholeFile } from './sources/index.ts'

/** The layer of seeds, in projects that have layers. */
const seedLayer = 'raw_data'

/** A seed's file and what its path says. */
export interface FoundSeed {
  readonly name: string
  /** Name of the project or package it belongs to. */
  readonly package: string
  readonly path: string
  /** Its path below the folder of seeds. */
  readonly below: string
}

/** The CSV files in the folders of seeds of the project and its packages, as far as they have usable names. */
export function findSeeds(seeds: readonly SeedState[], parts: readonly Part[], found: Diagnostic[]): FoundSeed[] {
  return parts.flatMap((part) =>
    seeds.flatMap(({ path }) => {
      const inside = below(part.unit.folders.seeds, path)
      if (inside === undefined || !isUsableSeed(path, found)) return []
      return [{ name: seedName(path), package: part.name, path, below: inside }]
    }),
  )
}

/** Where the settings and properties of seeds come from. */
export interface SeedSettings {
  /** The project first. */
  readonly parts: readonly Part[]
  readonly layers: readonly string[]
  readonly isLayered: boolean
  readonly properties: ReadonlyMap<string, ModelProperties>
}

function treesOf(seeds: readonly FoundSeed[], { parts, layers }: SeedSettings): ReadonlyMap<string, FolderTree> {
  return new Map(
    parts.map(({ name }) => {
      const own = seeds.filter((seed) => seed.package === name).map((seed) => seed.below)
      return [name, folderTree([...own, ...layers])]
    }),
  )
}

function configsOf(seeds: readonly FoundSeed[], settings: SeedSettings, found: Diagnostic[]): Map<string, ConfigTree> {
  const trees = treesOf(seeds, settings)
  const [root] = settings.parts
  return new Map(
    settings.parts.map((part) => {
      const others = [...trees].filter(([name]) => part === root && name !== part.name)
      const own = trees.get(part.name) ?? folderTree([])
      return [part.name, readFolderConfig(part.yaml, 'seeds', part.name, { own, packages: new Map(others) }, found)]
    }),
  )
}

/** Seeds as models that read their files, and these files. */
export function assembleSeeds(
  seeds: readonly FoundSeed[],
  settings: SeedSettings,
  found: Diagnostic[],
): { readonly models: ModelFile[]; readonly files: SourceDefinition[] } {
  const configs = configsOf(seeds, settings, found)
  const [root] = settings.parts
  const models = seeds.map((seed): ModelFile => {
    const own = configs.get(seed.package)?.own
    const above = seed.package === root?.name ? undefined : configs.get(root?.name ?? '')?.packages.get(seed.package)
    const given = settings.properties.get(seed.name)
    const said = above && configAt(above, seed.below)
    const overrides = Object.entries(said ?? {}).filter(([key]) => !isHookSetting(key))
    const config = mergeConfig(own ? configAt(own, seed.below) : {}, given?.config ?? {})
    const named = (above && layerAt(above, seed.below)) ?? (own && layerAt(own, seed.below))
    return {
      name: seed.name,
      package: seed.package,
      layer: named?.value ?? (settings.isLayered ? seedLayer : singleLayer),
      file: { path: seed.path, text: seedTemplate(seed.path) },
      config: said ? mergeConfig(config, said) : config,
      ...(overrides.length > 0 ? { overrides: Object.fromEntries(overrides) } : {}),
      description: given?.description ?? '',
      columns: given?.columns ?? [],
      assertions: given?.assertions ?? [],
      ...(given && given.constraints.length > 0 ? { constraints: given.constraints } : {}),
      isSeed: true,
    }
  })
  return { models, files: models.map((model) => seedSource(model, wholeFile(model.file.path))) }
}
