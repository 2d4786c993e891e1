import type { Json } from '../../project/index.ts'
import { foldTemplate } from '../template-fold.ts'
import { modelState, type NodeState, stateHash, writtenState } from './state.ts'

type Mapping = Readonly<Record<string, Json>>

function mappingOf(value: Json | undefined): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {}
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

/** Macros used, directly or through others, with their texts: a walk of its own, because artifacts may hold circles. */
function macrosOf(node: Mapping, macros: Mapping): [string, string][] {
  const found = new Set(textsOf(mappingOf(node.depends_on).macros))
  for (const id of found)
    for (const inner of textsOf(mappingOf(mappingOf(macros[id]).depends_on).macros)) found.add(inner)
  return [...found].sort().map((id) => [id, textOf(mappingOf(macros[id]).macro_sql)])
}

/** Columns with their types and constraints, where they are promised. */
function contractOf(node: Mapping): { readonly contract?: unknown } {
  if (mappingOf(node.contract).enforced !== true) return {}
  const rules = Object.values(mappingOf(node.columns)).map((column) => mappingOf(column).constraints)
  return { contract: [typesOf(node), rules, node.constraints ?? []] }
}

function typesOf(node: Mapping): Json[] {
  return Object.entries(mappingOf(node.columns)).map(([name, column]) => [name, mappingOf(column).data_type ?? null])
}

/** Descriptions, as far as the warehouse keeps them. */
function descriptionsOf(node: Mapping): string {
  const { relation, columns } = mappingOf(mappingOf(node.config).persist_docs)
  if (relation !== true && columns !== true) return ''
  const written = Object.entries(mappingOf(node.columns)).map(([name, column]) => [name, mappingOf(column).description])
  return stateHash([relation === true ? node.description : null, columns === true ? written : null])
}

function ofModel(node: Mapping, macros: Mapping): NodeState {
  const { database: _, ...config } = mappingOf(node.config)
  return {
    ...modelState({
      template: textOf(node.raw_code),
      config,
      relation: [textOf(node.schema), textOf(node.alias)],
      macros: macrosOf(node, macros),
      ...contractOf(node),
    }),
    persisted_descriptions: descriptionsOf(node),
  }
}

function ofTest(node: Mapping): NodeState {
  const metadata = mappingOf(node.test_metadata)
  const isSingular = Object.keys(metadata).length === 0
  const body = isSingular ? foldTemplate(textOf(node.raw_code)) : [metadata, node.column_name ?? null]
  return writtenState(body, mappingOf(node.config))
}

function ofSource(node: Mapping): NodeState {
  const { schema = null, identifier = null, external = null, loaded_at_field = null } = node
  return writtenState([schema, identifier, external, loaded_at_field, typesOf(node)], mappingOf(node.config))
}

function ofExposure(node: Mapping): NodeState {
  const { type, owner, description, label, maturity, url, tags, meta, depends_on } = node
  return writtenState({ type, owner, description, label, maturity, url, tags, meta, depends_on })
}

/** The states of the nodes of a `manifest.json`, by their unique ids there. Nodes of other kinds are left out. */
export function stateOfManifest(manifest: Json): ReadonlyMap<string, NodeState> {
  const root = mappingOf(manifest)
  const macros = mappingOf(root.macros)
  const states = new Map<string, NodeState>()
  for (const [id, value] of Object.entries(mappingOf(root.nodes))) {
    const node = mappingOf(value)
    if (node.resource_type === 'model') states.set(id, ofModel(node, macros))
    if (node.resource_type === 'test') states.set(id, ofTest(node))
  }
  for (const [id, value] of Object.entries(mappingOf(root.sources))) states.set(id, ofSource(mappingOf(value)))
  for (const [id, value] of Object.entries(mappingOf(root.exposures))) states.set(id, ofExposure(mappingOf(value)))
  return states
}
