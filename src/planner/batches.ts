import { overlaps, partitionKey, upstreamWindow, type Window } from '../calendar/index.ts'
import type { Input, Model } from '../compiler/index.ts'
import type { Decided } from './decide.ts'
import { gridOf } from './due.ts'
import { type Facts, isPartitioned, isView, movesRows, ownReach, standsFor } from './facts.ts'
import { viewsThrough } from './on-the-way.ts'
import { directUpstreams, type Outlooks } from './outlook.ts'
import type { Batch, Part, Step } from './plan.ts'
import { builtThere } from './renamed.ts'
import { firstAbove } from './version-index.ts'

/** The steps made so far, with the ends of their batches: to find those that a window reads. */
export interface Steps {
  readonly add: (step: Step) => void
  readonly all: () => readonly Step[]
  /** Ids of the batches of a model that overlap the window; without one, of all its batches. */
  readonly batchesOf: (model: string, window?: Window) => readonly string[]
}

export function collectSteps(): Steps {
  const steps = new Map<string, { step: Step; ids: readonly string[]; ends: Float64Array }>()
  return {
    add: (step) => {
      const ends = Float64Array.from(step.batches, (batch) => batch.window?.end ?? 1)
      steps.set(step.model, { step, ids: step.batches.map((batch) => batch.id), ends })
    },
    all: () => [...steps.values()].map(({ step }) => step),
    batchesOf: (model, window) => {
      const known = steps.get(model)
      if (!known || !window || known.step.refresh) return known?.ids ?? []
      const found: string[] = []
      for (let i = firstAbove(known.ends, window.start); i < known.ids.length; i++) {
        const batch = known.step.batches[i]
        if (!batch?.window || !overlaps(batch.window, window)) break
        found.push(batch.id)
      }
      return found
    },
  }
}

type Built = Window & Part

/** What is built of a model, in batches; undefined when nothing is. */
export function makeStep(
  facts: Facts,
  model: Model,
  decided: readonly Decided[],
  outlooks: Outlooks,
  steps: Steps,
): Step | undefined {
  const parts = decided.flatMap((range): Built[] => {
    const { decision, start, end } = range
    return 'build' in decision ? [{ start, end, reason: decision.build, certainty: decision.certainty }] : []
  })
  if (parts.length === 0) return undefined
  if (!isPartitioned(model)) {
    const waitsFor = isView(model)
      ? viewWaitsFor(facts, model, outlooks, steps)
      : waiter(facts, model, steps)(undefined)
    const shown = parts.map(({ reason, certainty }) => ({ reason, certainty }))
    const batch: Batch = { id: model.id, model: model.id, parts: shown, ...textOf(facts, model), waitsFor }
    const kind = isView(model) ? 'view' : 'table'
    return { model: model.id, kind, ...refreshing(facts, model), batches: [batch] }
  }
  const batches = cut(model, parts, waiter(facts, model, steps))
  return { model: model.id, kind: 'partitions', ...refreshing(facts, model), batches }
}

/** Which of its two texts a model is built from: the first where its table is made, or made anew. */
function textOf({ request, exists }: Facts, model: Model): Pick<Batch, 'text'> {
  if (!model.incrementalSql) return {}
  return { text: exists(model) && !request.options.fullRefresh ? 'incremental' : 'first' }
}

/** Whether older rows have to be kept readable until all new ones are there. */
function refreshing(facts: Facts, model: Model): Pick<Step, 'refresh'> {
  const { request, record } = facts
  if (!request.options.fullRefresh || model.config.materialized !== 'incremental') return {}
  const isBuilt = (record(model)?.version ?? 0) > 0 || builtThere(facts, model) !== undefined
  const isThere = standsFor(request.catalog, model)?.kind === 'table' && isBuilt
  return isThere ? { refresh: true } : {}
}

/** Maximal windows of one certainty, split where `batch` says so. */
function cut(model: Model, parts: readonly Built[], waitsFor: (window: Window) => readonly string[]): Batch[] {
  const batches: Batch[] = []
  let open: { window: { start: number; end: number }; parts: Part[] } | undefined
  const close = (): void => {
    if (!open) return
    const id = `${model.id}@${partitionKey(gridOf(model), open.window.start)}`
    // A partition that reads those before it waits for the last of them.
    const before = ownReach(model) > 0 ? batches.slice(-1).map((batch) => batch.id) : []
    batches.push({ id, model: model.id, ...open, waitsFor: unique([...before, ...waitsFor(open.window)]) })
    open = undefined
  }
  for (const { start, end, reason, certainty } of parts) {
    for (let at = start; at < end; ) {
      const fits = open && open.window.end === at && open.parts[0]?.certainty === certainty
      if (!fits || at - (open?.window.start ?? at) >= model.batch) close()
      open ??= { window: { start: at, end: at }, parts: [] }
      const to = Math.min(end, open.window.start + model.batch)
      open.parts.push({ window: { start: at, end: to }, reason, certainty })
      open.window.end = to
      at = to
    }
  }
  close()
  return batches
}

/**
 * The batches that a window of the model waits for: exactly those whose partitions it reads, and the views between. A view
 * that is made waits for those behind it itself.
 */
function waiter(facts: Facts, model: Model, steps: Steps): (window: Window | undefined) => readonly string[] {
  const inputs = model.inputs
  const views = viewsThrough(facts.models, model.dependsOn, ({ id }) => steps.batchesOf(id).length > 0)
  const isWindow = (input: Input) => input.kind === 'window' && isPartitioned(model)
  const always = unique([
    ...views.flatMap((view) => steps.batchesOf(view.id)),
    ...inputs.filter((input) => !isWindow(input)).flatMap((input) => steps.batchesOf(input.upstream)),
  ])
  return (window) => {
    const read = inputs.flatMap((input) => {
      if (input.kind !== 'window' || !window || !isWindow(input)) return []
      const upstream = facts.models.get(input.upstream)
      if (upstream && movesRows(upstream)) return steps.batchesOf(input.upstream)
      return steps.batchesOf(input.upstream, upstreamWindow(gridOf(model), window, input))
    })
    return read.length === 0 ? always : unique([...always, ...read])
  }
}

/** A view needs its upstreams to exist with the columns they will have, not to be filled. */
function viewWaitsFor(facts: Facts, view: Model, outlooks: Outlooks, steps: Steps): readonly string[] {
  return unique(
    directUpstreams(facts, view)
      .filter((upstream) => isView(upstream) || outlooks.get(upstream.id)?.columnsMayChange)
      .flatMap((upstream) => steps.batchesOf(upstream.id)),
  )
}

const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)]
