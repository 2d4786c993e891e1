import type { Graph, Hook, Model } from '../compiler/index.ts'
import { constraintNode, contractNode, primaryKey, promisedColumns } from './manifest-contract.ts'
import {
  callsOf,
  checksumOf,
  columnNodes,
  dependsOn,
  type ManifestNode,
  type ManifestParts,
  type NodesById,
  pathInPackage,
  qualifiedName,
  shownDocs,
} from './manifest-request.ts'

/** Unique ids of the macros that a model uses: its own package's first, as templates find them. */
export function macroIds(model: Pick<Model, 'macros' | 'package'>, macros: MacrosByName): string[] {
  return model.macros.flatMap((name) => {
    const [, owner, bare = name] = /^(?:(\w+)\.)?(\w+)$/.exec(name) ?? []
    const found = macros.get(bare) ?? []
    const macro = found.find((one) => one.package === (owner ?? model.package)) ?? found[0]
    return macro ? [`macro.${macro.package}.${macro.name}`] : []
  })
}

export type MacrosByName = ReadonlyMap<string, readonly Graph['macros'][number][]>

/** Hooks in dbt's form, one statement each; relations are told as the templates name them. */
function hooksOf({ id }: Model, hooks: readonly Hook[]): ManifestNode[] {
  const name = (node: string): string => (node === id ? '{{ this }}' : `{{ ref('${node}') }}`)
  return hooks.map(({ sql, transaction }, index) => ({
    sql: sql.pieces
      .map((piece) => ('text' in piece ? piece.text : piece.hole.kind === 'relation' ? name(piece.hole.node) : ''))
      .join(''),
    transaction,
    index,
  }))
}

/** Settings of a model under dbt's names where dbt has them, and under ours where it has not. */
function configOf(model: Model): ManifestNode {
  const { config } = model
  const isIncremental = config.materialized === 'incremental'
  return {
    enabled: config.enabled,
    alias: config.alias ?? null,
    schema: config.schema ?? null,
    database: null,
    tags: config.tags,
    meta: config.meta,
    group: config.group ?? null,
    materialized: config.materialized,
    incremental_strategy: isIncremental ? config.strategy : null,
    unique_key: config.uniqueKey.length > 0 ? config.uniqueKey : null,
    on_schema_change: config.onSchemaChange,
    begin: config.begin ?? null,
    lookback: config.lookback,
    batch_size: model.partitioning?.grid.unit ?? null,
    event_time: model.partitioning?.column ?? null,
    access: config.access,
    persist_docs: config.persistDocs ?? {},
    quoting: {},
    column_types: {},
    full_refresh: null,
    grants: config.grants ?? {},
    packages: [],
    docs: shownDocs,
    contract: { enforced: model.contract !== undefined, alias_types: config.contract?.aliasTypes ?? true },
    'pre-hook': hooksOf(model, model.preHooks),
    'post-hook': hooksOf(model, model.postHooks),
    ...ownConfig(model),
  }
}

/** Settings that dbt's core does not know; its schema leaves room for them. Indexes are as its adapters write them. */
function ownConfig({ config, layer, owner, batch, partitioning }: Model): ManifestNode {
  return {
    layer,
    owner,
    ...(config.partitionBy && partitioning
      ? {
          partition_by: {
            column: config.partitionBy.column,
            unit: config.partitionBy.unit,
            type: config.partitionBy.type,
            time_zone: config.partitionBy.timeZone,
          },
          batch,
          allow_partial: config.allowPartial,
          give_up_after: `${config.giveUpAfterDays} days`,
        }
      : {}),
    ...(config.indexes ? { indexes: config.indexes } : {}),
    ...(config.end === undefined ? {} : { end: config.end }),
    ...(config.settled === undefined ? {} : { settled: config.settled }),
    ...(config.onCodeChange === undefined ? {} : { on_code_change: config.onCodeChange }),
    ...(config.checksumExclude.length > 0 ? { checksum_exclude: config.checksumExclude } : {}),
    ...(Object.keys(config.reads).length > 0 ? { reads: config.reads } : {}),
  }
}

/** The relation of a model as SQL writes it; none for what is stored nowhere. */
export function relationName(model: Model, quote: (identifier: string) => string): string | null {
  if (model.config.materialized === 'ephemeral') return null
  return `${quote(model.relation.schema)}.${quote(model.relation.name)}`
}

function compiledFields(model: Model, sql: string | undefined): ManifestNode {
  if (sql === undefined) return { compiled: false, compiled_path: null }
  return {
    compiled: true,
    compiled_path: `target/compiled/${model.path}`,
    compiled_code: sql,
    extra_ctes_injected: true,
    extra_ctes: [],
  }
}

/** A seed as a node of the manifest. */
export function seedNode(seed: Model, parts: ManifestParts): ManifestNode {
  const { graph, createdAt, database, ids } = parts
  const path = pathInPackage(seed.path, seed.package, graph.packages)
  const file = graph.seedFiles.find(({ id }) => id === seed.path)
  const types = file?.columns.map(({ name, type }) => [name, type ?? null]) ?? []
  const delimiter = file?.origin.kind === 'files' ? (file.origin.delimiter ?? ',') : ','
  return {
    database,
    schema: seed.relation.schema,
    name: seed.name,
    resource_type: 'seed',
    package_name: seed.package,
    path: path.replace(/^(?:data\/)?seeds\//, ''),
    original_file_path: path,
    unique_id: ids.node(seed.id),
    fqn: qualifiedName(seed.package, path, seed.name),
    alias: seed.relation.name,
    checksum: { name: 'path', checksum: path },
    config: { ...configOf(seed), delimiter, quote_columns: true, column_types: Object.fromEntries(types) },
    tags: seed.config.tags,
    description: seed.description,
    columns: columnNodes(file?.columns ?? []),
    meta: { owner: seed.owner, ...seed.config.meta },
    group: seed.config.group ?? null,
    docs: shownDocs,
    patch_path: null,
    build_path: null,
    unrendered_config: {},
    created_at: createdAt,
    relation_name: relationName(seed, parts.quote),
    raw_code: '',
    root_path: null,
    depends_on: { macros: [] },
  }
}

/** A model as a node of the manifest. */
export function modelNode(model: Model, parts: ManifestParts, at: NodesById, macros: MacrosByName): ManifestNode {
  const { graph, files, createdAt, database, ids } = parts
  const raw = files.get(model.path)?.text ?? ''
  const path = pathInPackage(model.path, model.package, graph.packages)
  return {
    database,
    schema: model.relation.schema,
    name: model.name,
    resource_type: 'model',
    package_name: model.package,
    path: path.replace(/^models\//, ''),
    original_file_path: path,
    unique_id: ids.node(model.id),
    fqn: qualifiedName(model.package, path, model.name),
    alias: model.relation.name,
    checksum: checksumOf(raw),
    config: configOf(model),
    tags: model.config.tags,
    description: model.description,
    columns: promisedColumns(model) ?? columnNodes(model.columns, parts.columns?.get(model.id)),
    // Where readers look for who answers for it.
    meta: { owner: model.owner, ...model.config.meta },
    group: model.config.group ?? null,
    docs: shownDocs,
    patch_path: null,
    build_path: null,
    unrendered_config: {},
    created_at: createdAt,
    relation_name: relationName(model, parts.quote),
    raw_code: raw,
    language: 'sql',
    ...callsOf(model.dependsOn, parts, at),
    depends_on: dependsOn(macroIds(model, macros), model.dependsOn, parts),
    ...compiledFields(model, parts.compiled.get(model.id)),
    contract: contractNode(model),
    access: model.config.access,
    constraints: (model.contract?.constraints ?? []).filter(({ columns }) => columns.length !== 1).map(constraintNode),
    version: null,
    latest_version: null,
    deprecation_date: null,
    primary_key: primaryKey(model),
  }
}
