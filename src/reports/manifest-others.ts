import type { Graph } from '../compiler/index.ts'
import type { DocsBlock, GroupDefinition, SourceDefinition } from '../project/index.ts'
import {
  callsOf,
  columnNodes,
  dependsOn,
  type ManifestNode,
  type ManifestParts,
  type NodesById,
  pathInPackage,
  qualifiedName,
  shownDocs,
} from './manifest-request.ts'

/** Where the rows of a source of files come from, in the words of dbt's external tables. */
function externalOf({ origin }: SourceDefinition): ManifestNode | null {
  if (origin.kind !== 'files') return null
  return {
    location: origin.pattern,
    file_format: origin.format,
    row_format: null,
    tbl_properties: null,
    partitions: null,
  }
}

type Macro = Graph['macros'][number]
type Exposure = Graph['exposures'][number]

export function sourceNode(source: SourceDefinition, parts: ManifestParts): ManifestNode {
  const { graph, createdAt, database, ids, quote } = parts
  const { origin } = source
  const path = pathInPackage(source.location.path, source.package, graph.packages)
  const isRelation = origin.kind === 'relation'
  return {
    database,
    schema: isRelation ? origin.schema : source.group,
    name: source.name,
    resource_type: 'source',
    package_name: source.package,
    path,
    original_file_path: path,
    unique_id: ids.node(source.id),
    fqn: [...qualifiedName(source.package, path, source.group), source.name],
    source_name: source.group,
    source_description: '',
    loader: '',
    identifier: isRelation ? origin.identifier : source.name,
    quoting: { database: null, schema: null, identifier: null, column: null },
    loaded_at_field: (isRelation ? origin.loadedAt : origin.eventTime?.column) ?? null,
    freshness: null,
    external: externalOf(source),
    description: source.description,
    columns: columnNodes(source.columns),
    meta: source.meta,
    source_meta: {},
    tags: source.tags,
    config: { enabled: true, tags: source.tags, meta: source.meta },
    patch_path: null,
    unrendered_config: {},
    relation_name: isRelation ? `${quote(origin.schema)}.${quote(origin.identifier)}` : null,
    created_at: createdAt,
  }
}

export function macroNode(macro: Macro, idOf: (name: string) => readonly string[], parts: ManifestParts): ManifestNode {
  const path = pathInPackage(macro.path, macro.package, parts.graph.packages)
  return {
    name: macro.name,
    resource_type: 'macro',
    package_name: macro.package,
    path,
    original_file_path: path,
    unique_id: `macro.${macro.package}.${macro.name}`,
    macro_sql: macro.source,
    depends_on: { macros: macro.macros.flatMap(idOf) },
    description: '',
    meta: {},
    docs: shownDocs,
    patch_path: null,
    arguments: [],
    created_at: parts.createdAt,
    supported_languages: null,
  }
}

export function docNode({ name, text, package: owner, path }: DocsBlock): ManifestNode {
  return {
    name,
    resource_type: 'doc',
    package_name: owner,
    path,
    original_file_path: path,
    unique_id: `doc.${owner}.${name}`,
    block_contents: text,
  }
}

export function groupNode({ name, owner, description, package: from, location }: GroupDefinition): ManifestNode {
  return {
    name,
    resource_type: 'group',
    package_name: from,
    path: location.path,
    original_file_path: location.path,
    unique_id: `group.${from}.${name}`,
    owner: { name: owner.name ?? null, email: owner.email ?? null },
    description,
  }
}

export function exposureNode(exposure: Exposure, parts: ManifestParts, at: NodesById): ManifestNode {
  const { name, location, owner, package: from } = exposure
  return {
    name,
    resource_type: 'exposure',
    package_name: from,
    path: location.path,
    original_file_path: location.path,
    unique_id: `exposure.${from}.${name}`,
    fqn: qualifiedName(from, location.path, name),
    type: exposure.type,
    owner: { name: owner.name ?? null, email: owner.email ?? null },
    description: exposure.description,
    label: exposure.label || null,
    maturity: exposure.maturity ?? null,
    meta: exposure.meta,
    tags: exposure.tags,
    config: { enabled: true },
    unrendered_config: {},
    url: exposure.url ?? null,
    depends_on: dependsOn([], exposure.dependsOn, parts),
    ...callsOf(exposure.dependsOn, parts, at),
    created_at: parts.createdAt,
  }
}
