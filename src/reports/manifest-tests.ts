import type { Assertion, Threshold } from '../assertions/index.ts'
import { testName } from './artifact-ids.ts'
import {
  callsOf,
  checksumOf,
  dependsOn,
  type ManifestNode,
  type ManifestParts,
  type NodesById,
  qualifiedName,
  shownDocs,
} from './manifest-request.ts'

/** What readers of dbt's files know an assertion as: by these names they look for keys and ranges. */
const knownAs: Readonly<
  Record<string, { readonly name: string; readonly namespace: string; readonly columns?: string }>
> = {
  unique_key: { name: 'unique_combination_of_columns', namespace: 'dbt_utils', columns: 'combination_of_columns' },
  accepted_range: { name: 'accepted_range', namespace: 'dbt_utils' },
  expression_is_true: { name: 'expression_is_true', namespace: 'dbt_utils' },
}

function testMetadata(assertion: Assertion, at: NodesById): ManifestNode {
  const known = knownAs[assertion.type]
  const { columns, ...others } = assertion.arguments
  const given = known?.columns && columns !== undefined ? { ...others, [known.columns]: columns } : assertion.arguments
  const model = at.models.get(assertion.node ?? '')
  const source = at.sources.get(assertion.node ?? '')
  const read = model ? `ref('${model.name}')` : `source('${source?.group}', '${source?.name}')`
  return {
    name: known?.name ?? assertion.type,
    namespace: known?.namespace ?? null,
    kwargs: {
      ...given,
      ...(assertion.column === undefined ? {} : { column_name: assertion.column }),
      model: `{{ get_where_subquery(${read}) }}`,
    },
  }
}

/** A condition as it was written: `> 3 %`. */
function thresholdText({ operator, value, upper, percent }: Threshold): string {
  return `${operator} ${value}${upper === undefined ? '' : ` and ${upper}`}${percent ? ' %' : ''}`
}

function configOf(assertion: Assertion): ManifestNode {
  return {
    enabled: true,
    materialized: 'test',
    tags: assertion.tags,
    meta: assertion.meta ?? {},
    severity: assertion.severity === 'error' ? 'ERROR' : 'WARN',
    where: assertion.where ?? null,
    limit: assertion.limit,
    fail_calc: assertion.failCalc ?? 'count(*)',
    warn_if: thresholdText(assertion.warnIf),
    error_if: thresholdText(assertion.errorIf),
    scope: assertion.scope.kind === 'last' ? `last ${assertion.scope.partitions}` : assertion.scope.kind,
    blocking: assertion.blocking,
    owner: assertion.owner ?? null,
    expires: assertion.expires ?? null,
    on_empty: assertion.onEmpty ?? null,
  }
}

/** What an assertion written at a model, source or column has beside the keys of every test. */
function attachment(assertion: Assertion, { ids }: ManifestParts, at: NodesById): ManifestNode {
  const { node } = assertion
  if (node === undefined) return {}
  const owner = at.models.get(node)?.name ?? at.sources.get(node)?.group
  return {
    column_name: assertion.column ?? null,
    file_key_name: `${at.models.has(node) ? 'models' : 'sources'}.${owner}`,
    attached_node: ids.node(node),
    test_metadata: testMetadata(assertion, at),
  }
}

/** An assertion as a node of the manifest: a test, generic or singular. */
export function testNode(assertion: Assertion, parts: ManifestParts, at: NodesById): ManifestNode {
  const { graph, files, createdAt, database, ids } = parts
  const isSingular = assertion.node === undefined
  const owner = at.models.get(assertion.node ?? '') ?? at.sources.get(assertion.node ?? '')
  const owned = owner?.package ?? graph.project
  const name = testName(assertion)
  const { path } = assertion.location
  const raw = isSingular ? (files.get(path)?.text ?? '') : `{{ test_${assertion.type}(**_dbt_generic_test_kwargs) }}`
  return {
    database,
    schema: at.models.get(assertion.node ?? '')?.relation.schema ?? graph.layers[0]?.schema ?? '',
    name,
    resource_type: 'test',
    package_name: owned,
    path: isSingular ? path.replace(/^tests\//, '') : `${name}.sql`,
    original_file_path: path,
    unique_id: ids.assertion(assertion.id),
    fqn: qualifiedName(owned, path, name),
    alias: name,
    checksum: isSingular ? checksumOf(raw) : { name: 'none', checksum: '' },
    config: configOf(assertion),
    tags: assertion.tags,
    description: assertion.description,
    columns: {},
    meta: assertion.meta ?? {},
    group: null,
    docs: shownDocs,
    created_at: createdAt,
    relation_name: null,
    raw_code: raw,
    language: 'sql',
    ...callsOf(assertion.reads, parts, at),
    depends_on: dependsOn([], assertion.reads, parts),
    compiled: false,
    ...attachment(assertion, parts, at),
  }
}
