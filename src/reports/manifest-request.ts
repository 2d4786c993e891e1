import { createHash } from 'node:crypto'
import type { Column } from '../adapters/contract.ts'
import type { Graph } from '../compiler/index.ts'
import type { SourceFile } from '../diagnostics/index.ts'
import type { ColumnProperties, PackageDefinition } from '../project/index.ts'
import type { ArtifactIds } from './artifact-ids.ts'

/** What a manifest is made from. */
export interface ManifestRequest {
  readonly graph: Graph
  /** Texts by path, of models and singular assertions. */
  readonly files: ReadonlyMap<string, SourceFile>
  readonly quote: (identifier: string) => string
  /** Name of the engine, and of the database that relations lie in. */
  readonly adapter: string
  readonly database: string
  readonly version: string
  /** Names what the manifest was made from, so that a reader can tell whether it is current. */
  readonly stamp: string
  /** UUID of the command. */
  readonly invocation: string
  /** UTC, milliseconds. */
  readonly at: number
  /** SQL that was written to target/compiled, by model id. */
  readonly compiled: ReadonlyMap<string, string>
  /** Columns as the engine knows them, by model id, where it was asked. */
  readonly columns?: ReadonlyMap<string, readonly Column[]>
}

/** A request with what every part of the manifest looks up. */
export interface ManifestParts extends ManifestRequest {
  readonly ids: ArtifactIds
  /** Unix time in seconds. */
  readonly createdAt: number
}

/** A node of a manifest: plain data in dbt's keys. */
export type ManifestNode = Readonly<Record<string, unknown>>

export const shownDocs = { show: true, node_color: null } as const

export function checksumOf(text: string): ManifestNode {
  return { name: 'sha256', checksum: createHash('sha256').update(text).digest('hex') }
}

/** A path within its package, as dbt writes it; paths of the project itself stay. */
export function pathInPackage(path: string, owner: string, packages: readonly PackageDefinition[]): string {
  const folder = packages.find(({ name }) => name === owner)?.folder
  return folder !== undefined && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path
}

/** Package, folders below the first one, name: what dbt calls the fully qualified name. */
export function qualifiedName(owner: string, path: string, name: string): string[] {
  return [owner, ...path.split('/').slice(1, -1), name]
}

/** Documented columns in their order, then those that only the engine knows. */
export function columnNodes(
  documented: readonly ColumnProperties[],
  known: readonly Column[] = [],
): Readonly<Record<string, ManifestNode>> {
  const types = new Map(known.map(({ name, type }) => [name.toLowerCase(), type]))
  const names = new Set(documented.map(({ name }) => name.toLowerCase()))
  const others = known.filter(({ name }) => !names.has(name.toLowerCase()))
  const all = [...documented, ...others.map(({ name, type }) => ({ name, type, description: '' }))]
  return Object.fromEntries(
    all.map(({ name, type, description }) => [
      name,
      {
        name,
        description,
        meta: {},
        data_type: types.get(name.toLowerCase()) ?? type ?? null,
        constraints: [],
        quote: null,
        tags: [],
      },
    ]),
  )
}

/** What a node reads: its macros and nodes by unique id. */
export function dependsOn(macros: readonly string[], nodes: readonly string[], { ids }: ManifestParts): ManifestNode {
  return { macros, nodes: [...new Set(nodes)].map(ids.node) }
}

/** `ref()` and `source()` calls, as dbt lists them, from what they lead to. */
export function callsOf(reads: readonly string[], { graph }: ManifestParts, at: NodesById): ManifestNode {
  const refs = reads.flatMap((id) => {
    const model = at.models.get(id)
    return model
      ? [{ name: model.name, package: model.package === graph.project ? null : model.package, version: null }]
      : []
  })
  const sources = reads.flatMap((id) => {
    const source = at.sources.get(id)
    return source ? [[source.group, source.name]] : []
  })
  return { refs, sources, metrics: [] }
}

export interface NodesById {
  readonly models: ReadonlyMap<string, Graph['models'][number]>
  readonly sources: ReadonlyMap<string, Graph['sources'][number]>
}

export function nodesById(graph: Graph): NodesById {
  return {
    models: new Map(graph.models.map((model) => [model.id, model])),
    sources: new Map(graph.sources.map((source) => [source.id, source])),
  }
}
