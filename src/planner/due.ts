import {
  contained,
  type Grid,
  type InstantRange,
  instantsOf,
  ordinalAt,
  startInstant,
  upstreamWindow,
  type Window,
} from '../calendar/index.ts'
import type { Input, Model } from '../compiler/index.ts'
import { bug, type Diagnostic, diagnose } from '../diagnostics/index.ts'
import { type Facts, isPartitioned, modelOf, publishedHull } from './facts.ts'
import { isSameGrid } from './inputs.ts'
import { sourceIndex } from './source-index.ts'

/** Which partitions of a model there are to build. */
export interface Due {
  /** From `begin` to `end`, whatever the clock says. */
  readonly range: Window
  /** Those of them that are due. */
  readonly due: Window
  /** The first partition whose end the clock has not reached. */
  readonly incomplete: number
}

/** The due window of a model; undefined for models that are not partitioned or have no first partition. */
export type DueWindows = (model: Model) => Due | undefined

type WindowInput = Extract<Input, { kind: 'window' }>

function windowInputs(model: Model): WindowInput[] {
  return model.inputs.filter((input) => input.kind === 'window')
}

/** Those that have a first and a last partition: a table of the warehouse is never looked through for them. */
function boundedInputs({ state }: Facts, model: Model): WindowInput[] {
  return windowInputs(model).filter(({ upstream }) => state.definitions.get(upstream)?.origin.kind !== 'relation')
}

/** Whether the model says, or takes from what it reads, where its partitions begin. */
function hasFirstPartition(facts: Facts, model: Model): boolean {
  return model.begin !== undefined || boundedInputs(facts, model).length > 0
}

/** `begin-required`, for a selected model that nothing gives a first partition. */
export function checkBegin(facts: Facts, model: Model): Diagnostic | undefined {
  if (!isPartitioned(model) || hasFirstPartition(facts, model)) return undefined
  return diagnose('begin-required', { model: model.id, unit: gridOf(model).unit }, model.location)
}

export function gridOf(model: Model): Grid {
  return model.partitioning?.grid ?? bug(`${model.id} is not partitioned`)
}

function hullOf(windows: readonly Window[]): Window | undefined {
  const filled = windows.filter((window) => window.start < window.end)
  if (filled.length === 0) return undefined
  return { start: Math.min(...filled.map((w) => w.start)), end: Math.max(...filled.map((w) => w.end)) }
}

/** The due windows of all partitioned models. A model's depends on its upstreams', which come first in the graph. */
export function dueWindows(facts: Facts): DueWindows {
  const known = new Map<string, Due>()
  const clocks = new Map<string, number>()
  for (const model of facts.request.graph.models) {
    if (!isPartitioned(model) || !hasFirstPartition(facts, model)) continue
    const grid = gridOf(model)
    const clock = `${grid.unit} ${grid.timeZone}`
    const incomplete = clocks.get(clock) ?? ordinalAt(grid, facts.request.now)
    clocks.set(clock, incomplete)
    const due = makeDue(facts, model, incomplete, (upstream) => known.get(upstream.id))
    known.set(model.id, due)
  }
  return (model) => known.get(model.id)
}

/** What an input has to offer, in partitions of its own grid. */
function offered(facts: Facts, input: WindowInput, dueOf: DueWindows): Window | undefined {
  const source = facts.state.definitions.get(input.upstream)
  if (!source) return dueOf(modelOf(facts, input.upstream))?.range
  const signal = source.origin.kind === 'files' ? facts.state.signals.get(source.id) : undefined
  return signal && sourceIndex(signal).hull
}

/**
 * The partitions of a grid that lie wholly inside what the inputs offer. Where there is none, the window is empty and still
 * says before which partition the offer ends.
 */
function offeredTo(facts: Facts, grid: Grid, inputs: readonly WindowInput[], dueOf: DueWindows): Window | undefined {
  const windows = inputs.flatMap((input) => {
    const window = offered(facts, input, dueOf)
    return window && window.start < window.end ? [{ grid: input.grid, window }] : []
  })
  if (windows.every((offer) => isSameGrid(offer.grid, grid))) return hullOf(windows.map((offer) => offer.window))
  const ranges: InstantRange[] = windows.map((offer) => instantsOf(offer.grid, offer.window))
  const hull = hullOf(ranges)
  if (!hull) return undefined
  const inside = contained(grid, hull)
  return inside.start < inside.end ? inside : { start: inside.start, end: ordinalAt(grid, hull.end) }
}

/** `begin` and `end`, each by default from what the model reads, and never less than what is published. */
function rangeOf(facts: Facts, model: Model, incomplete: number, dueOf: DueWindows): Window {
  const inputs = boundedInputs(facts, model)
  const hull = offeredTo(facts, gridOf(model), inputs, dueOf)
  const known = [hull, publishedHull(facts.record(model))].filter((window) => window !== undefined)
  const reached = hullOf(known)
  // Without an end of its own, a model that reads no windows that end goes on for as long as the clock does.
  const open = inputs.length === 0 ? incomplete + 1 : undefined
  // Nothing to begin with: not even an `end` makes partitions then.
  if (model.begin === undefined && !reached) return { start: 0, end: 0 }
  const start = model.begin ?? reached?.start ?? 0
  const end = model.end ?? open ?? Math.max(start, ...known.map((window) => window.end))
  return { start, end: Math.max(start, end) }
}

function makeDue(facts: Facts, model: Model, incomplete: number, dueOf: DueWindows): Due {
  const range = rangeOf(facts, model, incomplete, dueOf)
  const end = model.config.allowPartial
    ? Math.min(range.end, incomplete + 1)
    : lastComplete(facts, model, Math.min(range.end, incomplete), range.start, dueOf)
  return { range, due: { start: range.start, end: Math.max(range.start, end) }, incomplete }
}

/** Whether what an input offers up to an ordinal is there to be read: its files' days are over, its partitions are due. */
function reached(facts: Facts, input: WindowInput, dueOf: DueWindows): (end: number) => boolean {
  const upstream = facts.models.get(input.upstream)
  const due = upstream && dueOf(upstream)?.due
  return due ? (end) => end <= due.end : (end) => startInstant(input.grid, end) <= facts.request.now
}

/** The end of the partitions all of whose inputs are due as well: later ones read later, so it is found by halving. */
function lastComplete(facts: Facts, model: Model, end: number, start: number, dueOf: DueWindows): number {
  const grid = gridOf(model)
  const edges = windowInputs(model).map((input) => {
    return { input, offer: offered(facts, input, dueOf), isReached: reached(facts, input, dueOf) }
  })
  const isDue = (ordinal: number): boolean =>
    edges.every(({ input, offer, isReached }) => {
      const read = upstreamWindow(grid, { start: ordinal, end: ordinal + 1 }, input)
      const last = Math.min(read.end, offer?.end ?? read.end)
      return last <= read.start || isReached(last)
    })
  if (end <= start || isDue(end - 1)) return end
  let low = start
  let high = end - 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (isDue(middle)) low = middle + 1
    else high = middle
  }
  return low
}
