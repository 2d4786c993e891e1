import type { Catalog, RelationName } from '../adapters/contract.ts'
import { lengthOf, type Window } from '../calendar/index.ts'
import type { Graph, Model } from '../compiler/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { RelationRecord } from '../ledger/index.ts'
import { type InputState, inputState, isSameGrid, signalsChange } from './inputs.ts'
import type { PlanRequest } from './plan.ts'

/** The request, looked up by id: what every part of the planner asks. */
export interface Facts {
  readonly request: PlanRequest
  readonly models: ReadonlyMap<string, Model>
  readonly selected: ReadonlySet<string>
  readonly state: InputState
  /** What the ledger knows; undefined: never heard of. */
  readonly record: (model: Model) => RelationRecord | undefined
  /** Whether the warehouse has the relation. */
  readonly exists: (model: Model) => boolean
  /** Whether it is a relation of another target of which the ledger knows nothing: its changes are not seen. */
  readonly isUnseen: (node: string) => boolean
  /** Whether some input of the model cannot signal change. */
  readonly polls: (model: Model) => boolean
  /** Hashes of the assertions that may stop a publication of the model. */
  readonly blocking: (model: Model) => ReadonlySet<string>
}

const none: ReadonlySet<string> = new Set()

function blockingHashes({ graph, now }: PlanRequest): ReadonlyMap<string, ReadonlySet<string>> {
  const hashes = new Map<string, Set<string>>()
  const today = new Date(now).toISOString().slice(0, 10)
  for (const { node, blocking, hash, expires } of graph.assertions) {
    if (!blocking || node === undefined || (expires !== undefined && expires <= today)) continue
    const known = hashes.get(node) ?? new Set()
    hashes.set(node, known.add(hash))
  }
  return hashes
}

const nameOf = (relation: RelationName) => `${relation.schema}\n${relation.name}`

const catalogs = new WeakMap<Catalog, ReadonlyMap<string, Catalog['relations'][number]>>()

/** What the warehouse has where the model's relation belongs: perhaps a view where the model makes a table. */
export function standsFor(catalog: Catalog, model: Model): Catalog['relations'][number] | undefined {
  return tableIn(catalog, model.relation)
}

/** A relation of the warehouse by its name. */
export function tableIn(catalog: Catalog, relation: RelationName): Catalog['relations'][number] | undefined {
  const known = catalogs.get(catalog) ?? new Map(catalog.relations.map((relation) => [nameOf(relation), relation]))
  catalogs.set(catalog, known)
  return known.get(nameOf(relation))
}

/** The relation that a model is read from: where it is another target's, whatever that makes of it. */
export function readable(graph: Graph, catalog: Catalog, model: Model): Catalog['relations'][number] | undefined {
  return graph.deferred?.places.has(model.id) ? standsFor(catalog, model) : inCatalog(catalog, model)
}

/** The relation of a model in the warehouse, if it is there as what the model makes: a table or a view. */
export function inCatalog(catalog: Catalog, model: Model): Catalog['relations'][number] | undefined {
  const found = standsFor(catalog, model)
  return found?.kind === (isView(model) ? 'view' : 'table') ? found : undefined
}

/** Whether the recorded partitions are those that the model is cut into. */
export function isCutAlike(model: Model, record: RelationRecord): boolean {
  const cut = isPartitioned(model) ? model.partitioning : undefined
  if (!cut || !record.grid) return !cut && !record.grid
  return isSameGrid(cut.grid, record.grid) && cut.column === (record.column ?? cut.column)
}

/**
 * The record as the model can use it: of partitions that are cut otherwise, only that something was published. What was
 * never published has no grid yet: the outcomes of its attempts are those of the model's own partitions.
 */
function usable(model: Model, record: RelationRecord | undefined): RelationRecord | undefined {
  if (!record || record.version === 0 || isCutAlike(model, record)) return record
  const { head: _, ...rest } = record
  return { ...rest, published: [], outcomes: [] }
}

export function isView(model: Model): boolean {
  return model.config.materialized === 'view'
}

/** Whether the model is stored as partitions, and not as one. */
export function isPartitioned(model: Model): boolean {
  return model.partitioning !== undefined && model.config.materialized === 'incremental'
}

/** Whether a partition that was built is never built again. */
export function isAppendOnly(model: Model): boolean {
  return isPartitioned(model) && model.config.strategy === 'append'
}

/** Whether rows may leave partitions other than those that are built. */
export function movesRows(model: Model): boolean {
  return isPartitioned(model) && model.config.merge?.moves === true
}

/** How many of its own partitions before a partition of the model reads; 0: none. */
export function ownReach(model: Model): number {
  return Math.max(0, ...model.inputs.map((input) => (input.kind === 'self' ? input.before : 0)))
}

export function gatherFacts(request: PlanRequest): Facts {
  const { graph, ledger, catalog, sources } = request
  const state = inputState(graph, ledger.relations, sources)
  const blocking = blockingHashes(request)
  const isUnseen = (id: string) =>
    graph.deferred?.places.has(id) === true && (ledger.relations.get(id)?.version ?? 0) === 0
  return {
    request,
    models: new Map(graph.models.map((model) => [model.id, model])),
    selected: new Set(request.options.selected),
    state,
    record: (model) => usable(model, ledger.relations.get(model.id)),
    exists: (model) => readable(graph, catalog, model) !== undefined,
    isUnseen,
    polls: (model) =>
      model.inputs.some((input) => {
        const source = state.definitions.get(input.upstream)
        return source ? !signalsChange(source) : isUnseen(input.upstream)
      }),
    blocking: (model) => blocking.get(model.id) ?? none,
  }
}

/** The model of an id that the graph is known to have. */
export function modelOf(facts: Facts, id: string): Model {
  return facts.models.get(id) ?? bug(`the graph has no model ${id}`)
}

/** From the first to the last published partition; where partitions were not loaded, what was due when all was well. */
export function publishedHull(record: RelationRecord | undefined): Window | undefined {
  let hull: Window | undefined
  for (const range of record?.published ?? []) {
    if (range.retired || lengthOf(range) === 0) continue
    hull = {
      start: Math.min(hull?.start ?? range.start, range.start),
      end: Math.max(hull?.end ?? range.end, range.end),
    }
  }
  return hull ?? record?.head?.due
}
