import type { Model } from '../compiler/index.ts'
import type { Head } from '../ledger/index.ts'
import { type Due, type DueWindows, dueWindows } from './due.ts'
import { type Facts, gatherFacts, isPartitioned, isView } from './facts.ts'
import { type InputState, signalsChange, unseen } from './inputs.ts'
import { directUpstreams } from './outlook.ts'
import type { PlanRequest } from './plan.ts'
import { sourceIndex } from './source-index.ts'
import { changedColumns } from './views.ts'

/** What a model's upstreams and sources look like now, by id: version counters and digests. A view has none. */
export function headOf(model: Model, state: InputState): Record<string, string> {
  const head: Record<string, string> = {}
  if (isView(model)) return head
  for (const { upstream } of model.inputs) head[upstream] ??= upstreamHead(upstream, state)
  return head
}

/** The state of a model (its version counter) or of a source (a digest, or `unseen…` where changes cannot be seen). */
export function upstreamHead(upstream: string, state: InputState): string {
  const source = state.definitions.get(upstream)
  if (!source) return `${state.relations.get(upstream)?.version ?? 0}${state.places.get(upstream) ?? ''}`
  const signal = state.signals.get(upstream)
  if (!signal) return unseen
  const { digest, gone } = sourceIndex(signal).whole
  return `${signalsChange(source) ? digest : unseen}-${gone}`
}

/**
 * The models whose partitions `plan` has to see. `request.ledger` may come with heads only (of every selected model and
 * everything these read): models whose head has not moved are left out, so that nothing to do costs little. Load these
 * with their partitions, keep the heads of the others, and call `plan`.
 */
export function needsPartitions(request: PlanRequest): string[] {
  const facts = gatherFacts(request)
  const unmoved = unmovedModels(facts, dueWindows(facts))
  const needed = new Set<string>()
  // Readers come after what they read: from the last model backwards, each has been asked for before it is reached.
  for (const model of [...request.graph.models].reverse()) {
    if (model.config.materialized === 'ephemeral') continue
    const isMoved = facts.selected.has(model.id) && !unmoved.has(model.id)
    if (isMoved) needed.add(model.id)
    // A head says up to where a model was complete; without one, its window is that of its partitions.
    if (!isMoved && (!needed.has(model.id) || facts.record(model)?.head)) continue
    for (const input of model.inputs) {
      if (input.kind === 'window' && facts.models.has(input.upstream)) needed.add(input.upstream)
    }
  }
  return request.graph.models.filter((model) => needed.has(model.id)).map((model) => model.id)
}

/** The selected models of which nothing can have changed since they were last complete, nor is changed by this plan. */
export function unmovedModels(facts: Facts, dueOf: DueWindows): ReadonlySet<string> {
  const unmoved = new Set<string>()
  const { force, fullRefresh } = facts.request.options
  if (force || fullRefresh) return unmoved
  /** Views and ephemerals that move themselves, or lead to a view that does. */
  const moving = new Set<string>()
  for (const model of facts.request.graph.models) {
    const isStill = (id: string) => !facts.selected.has(id) || unmoved.has(id)
    const leadsToMoving = model.dependsOn.some((id) => moving.has(id))
    const isEphemeral = model.config.materialized === 'ephemeral'
    if (facts.selected.has(model.id) && !isEphemeral) {
      // What could change a model by being built again: what it is made from, and the views it is made through.
      const upstreams = isView(model)
        ? directUpstreams(facts, model).every(({ id }) => isStill(id))
        : !leadsToMoving &&
          model.inputs.every(({ upstream: id }) => id === model.id || !facts.models.has(id) || isStill(id))
      if (upstreams && isUnmoved(facts, model, dueOf(model))) unmoved.add(model.id)
    }
    if ((isEphemeral || isView(model)) && (leadsToMoving || (!isEphemeral && !isStill(model.id)))) moving.add(model.id)
  }
  return unmoved
}

function isUnmoved(facts: Facts, model: Model, due: Due | undefined): boolean {
  const record = facts.record(model)
  const head = record?.head
  if (!head?.clean || head.fingerprint !== model.fingerprint || !facts.exists(model)) return false
  if (isView(model)) return changedColumns(model, facts, record) === undefined
  if (facts.polls(model) && (!isPartitioned(model) || model.config.lookback > 0)) return false
  if (head.due?.start !== due?.due.start || head.due?.end !== due?.due.end) return false
  return sameHeads(head, headOf(model, facts.state))
}

function sameHeads({ upstreams }: Head, current: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(current)
  return keys.length === Object.keys(upstreams).length && keys.every((key) => upstreams[key] === current[key])
}
