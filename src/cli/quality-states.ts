import type { Assertion } from '../assertions/index.ts'
import { ordinalAt, partitionKey, windowsOf } from '../calendar/index.ts'
import type { Graph } from '../compiler/index.ts'
import type { Acknowledgement, AssertionState, HeldPartitions, Ledger, NewestPartition } from '../ledger/index.ts'
import {
  type AcknowledgedFailure,
  type AssertionQuality,
  type ModelQuality,
  partitionRanges,
  type QualityState,
} from '../reports/index.ts'

/** Runs of an assertion that are looked at. */
const mostRuns = 30

/** What the ledger knows, all of it asked for at once. */
interface Known {
  readonly graph: Graph
  readonly now: number
  readonly states: ReadonlyMap<string, AssertionState>
  readonly held: readonly HeldPartitions[]
  readonly acknowledged: readonly Acknowledgement[]
  readonly newest: ReadonlyMap<string, NewestPartition>
  readonly models: ReadonlyMap<string, Graph['models'][number]>
}

const partitionsText = ({ first, last }: { first: string; last: string }): string =>
  first === last ? first : `${first} … ${last}`

/** An acknowledgement as it is told. */
export function acknowledgedFailure(one: Acknowledgement, timeZone: string): AcknowledgedFailure {
  const days = { unit: 'day', timeZone } as const
  return {
    author: one.author,
    reason: one.reason,
    ...(one.endsAt === undefined ? {} : { until: partitionKey(days, ordinalAt(days, one.endsAt - 1)) }),
    ...(one.partitions ? { partitions: partitionsText(one.partitions) } : {}),
  }
}

function isCovering({ partitions }: Acknowledgement, key: string): boolean {
  return !partitions || (partitions.first <= key && key <= partitions.last)
}

/** Partitions that an assertion keeps back, as ordinals. */
function heldBy({ held }: Known, assertion: Assertion): readonly number[] {
  return held
    .filter(({ node, assertions }) => node === assertion.node && assertions.includes(assertion.hash))
    .map(({ start }) => start)
}

function stateOf(known: Known, assertion: Assertion, held: readonly number[], covering: readonly Acknowledgement[]) {
  const last = known.states.get(assertion.id)?.runs.at(-1)
  const isFailing = last?.status === 'fail' || last?.status === 'error' || held.length > 0
  if (!last && held.length === 0) return 'not judged'
  if (!isFailing) return last?.status === 'warn' ? 'warned' : 'passing'
  const model = assertion.node === undefined ? undefined : known.models.get(assertion.node)
  const grid = model?.partitioning?.grid
  const keys = grid ? held.map((ordinal) => partitionKey(grid, ordinal)) : []
  const isKnown =
    covering.some(({ partitions }) => !partitions) ||
    (keys.length > 0 && keys.every((key) => covering.some((one) => isCovering(one, key))))
  return isKnown && last?.status !== 'error' ? 'acknowledged' : 'failing'
}

/** What is known of one assertion. */
function assertionQuality(known: Known, assertion: Assertion): AssertionQuality {
  const { graph, now } = known
  const held = heldBy(known, assertion)
  const model = assertion.node === undefined ? undefined : known.models.get(assertion.node)
  const covering = known.acknowledged.filter(
    ({ assertion: id, endsAt }) => id === assertion.id && (endsAt === undefined || endsAt > now),
  )
  const state: QualityState = stateOf(known, assertion, held, covering)
  const { runs = [], failingSince } = known.states.get(assertion.id) ?? {}
  const firstFailing = runs.find(({ status }) => status === 'fail')?.at
  const since = failingSince ?? (held.length > 0 ? firstFailing : undefined)
  return {
    assertion: assertion.id,
    name: assertion.name,
    severity: assertion.severity,
    blocking: assertion.blocking,
    state,
    ...(since === undefined ? {} : { failingSince: since }),
    ...(held.length > 0 ? { held: partitionRanges(model?.partitioning?.grid, windowsOf(held)) } : {}),
    acknowledged: covering.map((one) => acknowledgedFailure(one, graph.timeZone)),
    runs,
  }
}

const order: readonly QualityState[] = ['failing', 'acknowledged', 'warned', 'passing', 'not judged']

/** The worst of some states; what was never judged says nothing beside others. */
function worst(states: readonly QualityState[]): QualityState {
  return order.find((state) => states.includes(state)) ?? 'not judged'
}

/** Asks the ledger for all that it knows of quality; of no ledger, nothing. */
async function gather(graph: Graph, ledger: Ledger | undefined, now: number): Promise<Known> {
  const { quality } = ledger ?? {}
  const states = (await quality?.states(mostRuns)) ?? []
  const newest = (await quality?.newest()) ?? []
  return {
    graph,
    now,
    states: new Map(states.map((state) => [state.assertion, state])),
    held: (await quality?.held()) ?? [],
    acknowledged: (await quality?.acknowledgements()) ?? [],
    newest: new Map(newest.map((one) => [one.node, one])),
    models: new Map(graph.models.map((model) => [model.id, model])),
  }
}

/** The state of models and sources by their assertions; those that are files of their own stand together. */
export async function qualityOf(
  graph: Graph,
  ledger: Ledger | undefined,
  now: number,
  wanted: { readonly models: ReadonlySet<string>; readonly assertions: ReadonlySet<string> },
): Promise<readonly ModelQuality[]> {
  const known = await gather(graph, ledger, now)
  const groups = new Map<string, AssertionQuality[]>()
  for (const { id } of graph.models) if (wanted.models.has(id)) groups.set(id, [])
  for (const assertion of graph.assertions) {
    if (!wanted.assertions.has(assertion.id)) continue
    const node = assertion.node ?? 'tests/sql'
    groups.set(node, [...(groups.get(node) ?? []), assertionQuality(known, assertion)])
  }
  return [...groups].map(([model, assertions]): ModelQuality => {
    const newest = known.newest.get(model)
    return {
      model,
      state: worst(assertions.map(({ state }) => state)),
      ...(newest ? { lastGood: newest.partition, builtAt: newest.builtAt } : {}),
      assertions,
    }
  })
}
