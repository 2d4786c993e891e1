import type { Catalog, Column } from '../adapters/contract.ts'
import type { Graph, Model } from '../compiler/index.ts'
import type { RelationRecord } from '../ledger/index.ts'
import type { Decided, Decision } from './decide.ts'
import { type Facts, readable, tableIn } from './facts.ts'
import { directUpstreams } from './outlook.ts'
import type { Reason } from './plan.ts'
import type { Surroundings } from './sweep.ts'

/**
 * The columns of every relation that a view reads directly, as the catalog has them: recorded as `columns` when the view
 * is made. Another text later is the reason `columns-changed`.
 */
export function viewColumns(view: Model, graph: Graph, catalog: Catalog): string {
  const models = new Map(graph.models.map((model) => [model.id, model]))
  return columnLines(view, { models, graph, catalog }).join('\n')
}

interface Upstreams {
  readonly models: ReadonlyMap<string, Model>
  readonly graph: Graph
  readonly catalog: Catalog
}

function columnLines(view: Model, { models, graph, catalog }: Upstreams): string[] {
  // Over another relation a view has to be made again, whatever its columns.
  const placed = (id: string) => graph.deferred?.places.get(id) ?? ''
  const line = (id: string, columns: readonly Column[] = []) =>
    `${id}:${placed(id)} ${columns.map(({ name, type }) => `${name} ${type}`).join(', ')}`
  const ofModels = directUpstreams({ models }, view).map((upstream) =>
    line(upstream.id, readable(graph, catalog, upstream)?.columns),
  )
  const read = tablesRead({ models }, view)
  const ofTables = graph.sources.flatMap(({ id, origin }) =>
    origin.kind === 'relation' && read.has(id)
      ? [line(id, tableIn(catalog, { schema: origin.schema, name: origin.identifier })?.columns)]
      : [],
  )
  return [...ofModels, ...ofTables]
}

/** What a view names besides models, itself or in the ephemeral models inside it: sources. */
function tablesRead({ models }: Pick<Upstreams, 'models'>, view: Model): ReadonlySet<string> {
  const found = new Set<string>()
  const seen = new Set<string>()
  const pending = [...view.dependsOn]
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const upstream = models.get(id)
    if (!upstream) found.add(id)
    else if (upstream.config.materialized === 'ephemeral' && !seen.has(id)) pending.push(...upstream.dependsOn)
    seen.add(id)
  }
  return found
}

/** The first upstream whose columns are not those that the view was made with. */
export function changedColumns(
  view: Model,
  { models, request }: Pick<Facts, 'models' | 'request'>,
  record: RelationRecord | undefined,
): string | undefined {
  if (record?.columns === undefined) return undefined
  const made = new Set(record.columns.split('\n'))
  const { graph, catalog } = request
  const changed = columnLines(view, { models, graph, catalog }).find((line) => !made.has(line))
  return changed?.slice(0, changed.indexOf(':'))
}

/** Decides about a view: it has no rows of its own, so that only its code and the columns it reads matter. */
export function decideView(surroundings: Surroundings, view: Model): Decided[] {
  const { facts, holes } = surroundings
  const decision = judge(surroundings, view)
  const missing = directUpstreams(facts, view).find((upstream) => holes.isMissing(upstream))
  const blocked = missing && 'build' in decision
  const failed = missing !== undefined && holes.hasFailed(missing)
  const kept: Decision = { kept: { kind: 'blocked-by', upstream: missing?.id ?? '', failed } }
  return [{ start: 0, end: 1, decision: blocked ? kept : decision }]
}

function judge({ facts, outlooks }: Surroundings, view: Model): Decision {
  const reason = certainReason(facts, view)
  if (reason) return { build: reason, certainty: 'certain' }
  const moving = directUpstreams(facts, view).find((upstream) => outlooks.get(upstream.id)?.columnsMayChange)
  if (!moving) return { kept: { kind: 'up-to-date' } }
  return { build: { kind: 'columns-changed', upstream: moving.id }, certainty: 'if-changed' }
}

function certainReason(facts: Surroundings['facts'], view: Model): Reason | undefined {
  const { options } = facts.request
  const record = facts.record(view)
  const [published, outcome] = [record?.published[0], record?.outcomes[0]]
  if (options.fullRefresh) return { kind: 'requested', by: '--full-refresh' }
  if (options.force) return { kind: 'requested', by: '--force' }
  if (!facts.exists(view) && (record?.version ?? 0) > 0) return { kind: 'relation-missing' }
  if (outcome && outcome.status !== 'blocked') {
    return { kind: 'previous-failed', status: outcome.status, message: outcome.message }
  }
  if (!published) return { kind: 'never-built' }
  if (published.fingerprint !== view.fingerprint) return { kind: 'code-changed', builtTo: published.builtTo }
  const upstream = changedColumns(view, facts, record)
  return upstream === undefined ? undefined : { kind: 'columns-changed', upstream }
}
