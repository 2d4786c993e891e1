import { type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import { parseDays } from './duration.ts'
import { checkName } from './names.ts'
import type { Layer } from './project.ts'
import type { LayerSettings, ProjectSettings } from './schema/index.ts'
import { childOf, entriesOf, entryOf, itemsOf, spanOf, type YamlEntry, type YamlFile } from './yaml/index.ts'

/** The layer of all models of a project that has no folders of layers. */
export const singleLayer = 'analytics'

/** The layers of a project that declares none: DESIGN §4. */
const defaults: readonly Layer[] = [
  {
    name: 'raw_data',
    schema: 'raw_data',
    owner: 'data-engineering',
    reads: ['sources', 'raw_data'],
    inDefaultSelection: true,
  },
  {
    name: 'analytics',
    schema: 'analytics',
    owner: 'analysts',
    reads: ['raw_data', 'analytics'],
    inDefaultSelection: true,
  },
  {
    name: 'adhoc',
    schema: 'adhoc',
    owner: 'anyone',
    reads: ['raw_data', 'analytics', 'adhoc'],
    inDefaultSelection: false,
    expiresAfterDays: 14,
  },
]

/** Names of the layers that every project has. */
export const usualLayers: readonly string[] = defaults.map(({ name }) => name)

function readersOf(yaml: YamlFile, name: string, given: LayerSettings | undefined): Pick<Layer, 'readers'> {
  const { readers } = given ?? {}
  const node = childOf(childOf(childOf(yaml.root, 'layers'), name), 'readers')
  if (readers === undefined || !node) return {}
  return { readers: { value: [readers].flat(), location: spanOf(yaml.file, node) } }
}

function layerOf(yaml: YamlFile, name: string, given: LayerSettings | undefined, base: Layer | undefined): Layer {
  const days = given?.expires_after === undefined ? base?.expiresAfterDays : parseDays(given.expires_after)
  return {
    ...readersOf(yaml, name, given),
    name,
    schema: given?.schema ?? base?.schema ?? name,
    owner: given?.owner ?? base?.owner ?? 'anyone',
    reads: given?.reads ?? base?.reads ?? [],
    inDefaultSelection: given?.in_default_selection ?? base?.inDefaultSelection ?? true,
    ...(days === undefined ? {} : { expiresAfterDays: days }),
  }
}

function checkReads(
  yaml: YamlFile,
  entry: YamlEntry,
  layer: Layer,
  known: readonly string[],
  found: Diagnostic[],
): void {
  if (!childOf(entry.value, 'reads') && layer.reads.length === 0) {
    const of = `layers.${layer.name}`
    found.push(diagnose('missing-key', { key: 'reads', of }, spanOf(yaml.file, entry.keySpan)))
  }
  layer.reads.forEach((name, index) => {
    if (known.includes(name)) return
    const node = itemsOf(childOf(entry.value, 'reads'))[index] ?? entry.value
    const parameters = { layer: layer.name, name, nearest: nearest(name, known), known }
    found.push(diagnose('reads-unknown', parameters, spanOf(yaml.file, node)))
  })
}

function checkExpiry(yaml: YamlFile, entry: YamlEntry, given: LayerSettings | undefined, found: Diagnostic[]): void {
  const expiry = entryOf(entry.value, 'expires_after')
  if (!expiry || given?.expires_after === undefined) return
  if (parseDays(given.expires_after) !== undefined) return
  const parameters = {
    key: 'expires_after',
    expected: 'a time such as 14 days',
    found: JSON.stringify(given.expires_after),
  }
  found.push(diagnose('wrong-value', parameters, spanOf(yaml.file, expiry.value)))
}

/** The layers in order: the defaults with what the project changes of them, then its own. */
export function readLayers(yaml: YamlFile, settings: ProjectSettings, found: Diagnostic[]): Layer[] {
  const given = new Map(Object.entries(settings.layers ?? {}))
  const named = entriesOf(childOf(yaml.root, 'layers')).map((entry) => entry.key)
  const own = named.filter((name) => !defaults.some((layer) => layer.name === name))
  const layers = [
    ...defaults.map((base) => layerOf(yaml, base.name, given.get(base.name), base)),
    ...own.map((name) => layerOf(yaml, name, given.get(name), undefined)),
  ]
  const known = ['sources', ...layers.map((layer) => layer.name)]
  for (const entry of entriesOf(childOf(yaml.root, 'layers'))) {
    const layer = layers.find((candidate) => candidate.name === entry.key)
    if (!layer || !checkName('layer', entry.key, spanOf(yaml.file, entry.keySpan), found)) continue
    checkReads(yaml, entry, layer, known, found)
    checkExpiry(yaml, entry, given.get(entry.key), found)
  }
  return layers
}
