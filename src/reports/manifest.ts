import { createHash } from 'node:crypto'
import { artifactIds } from './artifact-ids.ts'
import { groupBy } from './group-by.ts'
import { macroIds, modelNode } from './manifest-models.ts'
import { docNode, exposureNode, groupNode, macroNode, sourceNode } from './manifest-others.ts'
import { type ManifestNode, type ManifestParts, type ManifestRequest, nodesById } from './manifest-request.ts'
import { testNode } from './manifest-tests.ts'

/** The version of dbt whose files have the form that is written here: readers compare it with what they can read. */
export const writtenLike = '1.11.0'

type Nodes = Readonly<Record<string, ManifestNode>>

const byUniqueId = (nodes: readonly ManifestNode[]): Nodes =>
  Object.fromEntries(nodes.map((node) => [String(node.unique_id), node]))

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

interface Maps {
  readonly parent_map: Readonly<Record<string, readonly string[]>>
  readonly child_map: Readonly<Record<string, readonly string[]>>
}

/** Who reads whom, in both directions; nodes that nobody reads have an empty list. */
function maps(nodes: Nodes, sources: Nodes, exposures: Nodes): Maps {
  const parents = new Map<string, readonly string[]>()
  const children = new Map<string, string[]>()
  const all = [...Object.entries(nodes), ...Object.entries(sources), ...Object.entries(exposures)]
  for (const [id] of all) children.set(id, [])
  for (const [id, node] of all) {
    const reads = (node.depends_on as { readonly nodes?: readonly string[] } | undefined)?.nodes ?? []
    parents.set(id, reads)
    for (const read of reads) children.get(read)?.push(id)
  }
  return { parent_map: Object.fromEntries(parents), child_map: Object.fromEntries(children) }
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

/** The project as `target/manifest.json` in version 12 of dbt's schema. What elt has no notion of is there, and empty. */
export function manifest(request: ManifestRequest): ManifestNode {
  const { graph } = request
  const parts: ManifestParts = { ...request, ids: artifactIds(graph), createdAt: request.at / 1000 }
  const at = nodesById(graph)
  const macros = groupBy(graph.macros, ({ name }) => name)
  const nodes = byUniqueId([
    ...graph.models.map((model) => modelNode(model, parts, at, macros)),
    ...graph.assertions.map((assertion) => testNode(assertion, parts, at)),
  ])
  const sources = byUniqueId(graph.sources.map((source) => sourceNode(source, parts)))
  const exposures = byUniqueId(graph.exposures.map((exposure) => exposureNode(exposure, parts, at)))
  const macroNodes = graph.macros.map((macro) =>
    macroNode(macro, (name) => macroIds({ macros: [name], package: macro.package }, macros), parts),
  )
  return {
    metadata: metadata(request),
    nodes,
    sources,
    macros: byUniqueId(macroNodes),
    docs: byUniqueId(graph.docs.map(docNode)),
    exposures,
    metrics: {},
    groups: byUniqueId(graph.groups.map(groupNode)),
    selectors: Object.fromEntries(graph.selectors.map(({ name, definition }) => [name, definition])),
    disabled: {},
    ...maps(nodes, sources, exposures),
    group_map: groupMap(parts),
    saved_queries: {},
    semantic_models: {},
    unit_tests: {},
  }
}
