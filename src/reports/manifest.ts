import { createHash } from 'node:crypto'
import { artifactIds } from './artifact-ids.ts'
import { groupBy } from './group-by.ts'
import { macroIds, modelNode, seedNode } from './manifest-models.ts'
import { docNode, exposureNode, groupNode, macroNode, sourceNode } from './manifest-others.ts'
import { type ManifestNode, type ManifestParts, type ManifestRequest, nodesById } from './manifest-request.ts'
import { testNode } from './manifest-tests.ts'
import { unitTestNode } from './manifest-unit-tests.ts'

/** The version of dbt whose files have the form that is written here: readers compare it with what they can read. */
export const writtenLike = '1.11.0'

function metadata({ graph, adapter, at, invocation, stamp, version }: ManifestRequest): ManifestNode {
  return {
    dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
    dbt_version: writtenLike,
    generated_at: new Date(at).toISOString(),
    invocation_id: invocation,
    // First in the file, so that whoever wants to know whether it is current reads a few bytes only.
    env: { elt_version: version, elt_graph: stamp, elt_target: graph.target },
    project_name: graph.project,
    project_id: createHash('md5').update(graph.project).digest('hex'),
    user_id: null,
    send_anonymous_usage_stats: false,
    adapter_type: adapter,
  }
}

type Reads = readonly (readonly [id: string, reads: readonly string[]])[]

/** What each node, source and exposure reads, by unique ids; nodes that read nothing have an empty list. */
function readsOf({ graph, ids }: ManifestParts): Reads {
  const unique = (reads: readonly string[]) => [...new Set(reads)].map(ids.node)
  return [
    ...graph.models.map(({ id, dependsOn }) => [ids.node(id), unique(dependsOn)] as const),
    ...graph.assertions.map(({ id, reads }) => [ids.assertion(id), unique(reads)] as const),
    ...graph.unitTests.map(({ id, model }) => [ids.assertion(id), unique([model])] as const),
    ...graph.sources.map(({ id }) => [ids.node(id), []] as const),
    ...graph.exposures.map(
      ({ name, package: from, dependsOn }) => [`exposure.${from}.${name}`, unique(dependsOn)] as const,
    ),
  ]
}

/** The same the other way round: who reads each of them. */
function readersOf(reads: Reads): Reads {
  const readers = new Map<string, string[]>(reads.map(([id]) => [id, []]))
  for (const [id, read] of reads) for (const one of read) readers.get(one)?.push(id)
  return [...readers]
}

function groupMap({ graph, ids }: ManifestParts): Readonly<Record<string, readonly string[]>> {
  const members = groupBy(
    graph.models.filter(({ config }) => config.group !== undefined),
    ({ config }) => config.group ?? '',
  )
  return Object.fromEntries(
    graph.groups.map(({ name }) => [name, (members.get(name) ?? []).map(({ id }) => ids.node(id))]),
  )
}

/** A part of the manifest: its entries made one by one, so that a large project is never held twice. */
type Entries = Iterable<readonly [id: string, value: unknown]>

function* byUniqueId<T>(items: readonly T[], make: (item: T) => ManifestNode): Entries {
  for (const item of items) {
    const node = make(item)
    yield [String(node.unique_id), node]
  }
}

function* together(...parts: readonly Entries[]): Entries {
  for (const part of parts) yield* part
}

const empty: Entries = []

/** The parts of the manifest in their order. */
function sections(request: ManifestRequest): [name: string, entries: Entries][] {
  const { graph } = request
  const parts: ManifestParts = { ...request, ids: artifactIds(graph), createdAt: request.at / 1000 }
  const at = nodesById(graph)
  const macros = groupBy(graph.macros, ({ name }) => name)
  const reads = readsOf(parts)
  const used = (macro: (typeof graph.macros)[number]) => (name: string) =>
    macroIds({ macros: [name], package: macro.package }, macros)
  return [
    ['metadata', Object.entries(metadata(request))],
    [
      'nodes',
      together(
        byUniqueId(graph.models, (model) =>
          model.config.materialized === 'seed' ? seedNode(model, parts) : modelNode(model, parts, at, macros),
        ),
        byUniqueId(graph.assertions, (assertion) => testNode(assertion, parts, at)),
      ),
    ],
    ['sources', byUniqueId(graph.sources, (source) => sourceNode(source, parts))],
    ['macros', byUniqueId(graph.macros, (macro) => macroNode(macro, used(macro), parts))],
    ['docs', byUniqueId(graph.docs, docNode)],
    ['exposures', byUniqueId(graph.exposures, (exposure) => exposureNode(exposure, parts, at))],
    ['metrics', empty],
    ['groups', byUniqueId(graph.groups, groupNode)],
    ['selectors', graph.selectors.map(({ name, definition }) => [name, definition] as const)],
    ['disabled', empty],
    ['parent_map', reads],
    ['child_map', readersOf(reads)],
    ['group_map', Object.entries(groupMap(parts))],
    ['saved_queries', empty],
    ['semantic_models', empty],
    ['unit_tests', byUniqueId(graph.unitTests, (test) => unitTestNode(test, parts, at))],
  ]
}

/** The project as a manifest in version 12 of dbt's schema. What elt has no notion of is there, and empty. */
export function manifest(request: ManifestRequest): ManifestNode {
  return Object.fromEntries(sections(request).map(([name, entries]) => [name, Object.fromEntries(entries)]))
}

/** The same as text, `target/manifest.json`, in pieces: of a large project it is too long to be held. */
export function* manifestText(request: ManifestRequest): Iterable<string> {
  let before = '{'
  for (const [name, entries] of sections(request)) {
    yield `${before}${JSON.stringify(name)}:{`
    let comma = ''
    for (const [id, value] of entries) {
      yield `${comma}${JSON.stringify(id)}:${JSON.stringify(value)}`
      comma = ','
    }
    before = '},\n'
  }
  yield '}}'
}
