import type { RelationName } from '../adapters/contract.ts'
import type { Graph } from '../compiler/index.ts'
import type { LedgerSnapshot } from '../ledger/index.ts'
import { deferredReads } from './defer.ts'
import type { Plan } from './plan.ts'

/** Something that a plan was made from and that has moved since. */
export interface StalePart {
  readonly node: string
  readonly what: 'code' | 'rows' | 'place' | 'unknown'
}

/** The state of what a plan looks at: its code, and its rows with those that it reads directly. */
export function basisOf(
  graph: Graph,
  ledger: LedgerSnapshot,
  models: readonly string[],
): Pick<Plan, 'fingerprints' | 'versions'> {
  const looked = new Set(models)
  const known = new Set(graph.models.map(({ id }) => id))
  const fingerprints: Record<string, string> = {}
  const versions: Record<string, number> = {}
  for (const { id, fingerprint, inputs } of graph.models) {
    if (!looked.has(id)) continue
    fingerprints[id] = fingerprint
    for (const node of [id, ...inputs.map(({ upstream }) => upstream)]) {
      if (known.has(node)) versions[node] ??= ledger.relations.get(node)?.version ?? 0
    }
  }
  return { fingerprints, versions }
}

/** What has moved since a plan was made. `ledger` needs heads only. */
export function staleParts(plan: Plan, graph: Graph, ledger: LedgerSnapshot): StalePart[] {
  const now = basisOf(graph, ledger, plan.models)
  const looked = new Set(plan.models)
  const places = deferredReads(
    graph,
    graph.models.filter(({ id }) => looked.has(id)),
  )
  const placeOf = (of: Readonly<Record<string, RelationName>>, node: string) => `${of[node]?.schema}.${of[node]?.name}`
  const isElsewhere = (node: string) => placeOf(places, node) !== placeOf(plan.deferred?.models ?? {}, node)
  const deferred = [...Object.keys(places), ...Object.keys(plan.deferred?.models ?? {})]
  const nodes = new Set([
    ...plan.models,
    ...deferred,
    ...Object.keys(plan.versions),
    ...plan.steps.map(({ model }) => model),
  ])
  return [...nodes].flatMap((node): StalePart[] => {
    const isLooked = node in plan.fingerprints || plan.steps.some(({ model }) => model === node)
    if (isLooked && now.fingerprints[node] === undefined) return [{ node, what: 'unknown' }]
    if (now.fingerprints[node] !== plan.fingerprints[node]) return [{ node, what: 'code' }]
    if (isElsewhere(node)) return [{ node, what: 'place' }]
    return now.versions[node] === plan.versions[node] ? [] : [{ node, what: 'rows' }]
  })
}
