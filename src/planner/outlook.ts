import { coalesce, downstreamWindow, subtract, type Window } from '../calendar/index.ts'
import type { Input, Model } from '../compiler/index.ts'
import type { Decided } from './decide.ts'
import { type DueWindows, gridOf } from './due.ts'
import { type Facts, isPartitioned, movesRows } from './facts.ts'
import { failedOnRows } from './inputs.ts'
import { viewsThrough } from './on-the-way.ts'

/** What a plan does with a model: what its readers are decided by. */
export interface Outlook {
  /** Windows that are built, coalesced; of an unpartitioned model [0, 1). */
  readonly built: readonly Window[]
  /** Windows that are not built because something that they read failed. */
  readonly blocked: readonly Window[]
  /** Whether its columns may come out differently. */
  readonly columnsMayChange: boolean
}

/** The outlooks of the models decided so far. A model without one is left as it is. */
export type Outlooks = ReadonlyMap<string, Outlook>

/** Partitions of a reader that an upstream's state reaches. */
export interface Reached extends Window {
  readonly upstream: string
}

/** Something of an upstream that was never built, and is not built by this plan. */
interface Hole extends Reached {
  readonly failed: boolean
}

const everything: Window = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }

const isBlockedByFailure = ({ decision }: Decided): boolean =>
  'kept' in decision && decision.kept.kind === 'blocked-by' && decision.kept.failed

/** Whether it is a view that is made again over other columns: its own may be others, too. */
const isOverOthers = ({ decision }: Decided): boolean =>
  'build' in decision && decision.build.kind === 'columns-changed'

/** Sums up what was decided about a model. */
export function outlookOf(facts: Facts, model: Model, decided: readonly Decided[], outlooks: Outlooks): Outlook {
  const built = coalesce(decided.filter(({ decision }) => 'build' in decision))
  const others = built.length > 0 && movesRows(model) ? (facts.record(model)?.published ?? []) : []
  return {
    // Rows that move away change what their partition holds, wherever it is.
    built: coalesce([...built, ...others]),
    blocked: coalesce(decided.filter(isBlockedByFailure)),
    columnsMayChange: built.length > 0 && (decided.some(isOverOthers) || mayChangeColumns(facts, model, outlooks)),
  }
}

/** Equal code over equal columns makes equal columns; new code, or a relation that has to be made, need not. */
function mayChangeColumns(facts: Facts, model: Model, outlooks: Outlooks): boolean {
  const built = facts.record(model)?.published ?? []
  if (!facts.exists(model) || !built.some((range) => range.fingerprint === model.fingerprint)) return true
  return directUpstreams(facts, model).some((upstream) => outlooks.get(upstream.id)?.columnsMayChange === true)
}

/** The relations that a model's SQL names, ephemeral models resolved away: what has to be there for it to run. */
export function directUpstreams(facts: Pick<Facts, 'models'>, model: Model): Model[] {
  const found = new Map<string, Model>()
  const pending = [...model.dependsOn]
  for (let id = pending.shift(); id !== undefined; id = pending.shift()) {
    const upstream = facts.models.get(id)
    if (!upstream || found.has(id)) continue
    if (upstream.config.materialized === 'ephemeral') pending.push(...upstream.dependsOn)
    else found.set(id, upstream)
  }
  return [...found.values()]
}

/** The partitions of a reader that read something which this plan builds through the input. */
export function rebuiltThrough(model: Model, input: Input, outlooks: Outlooks): Reached[] {
  const { upstream } = input
  const built = outlooks.get(upstream)?.built ?? []
  if (built.length === 0 || input.kind === 'self' || (input.kind === 'reference' && input.onChange === 'keep'))
    return []
  if (input.kind !== 'window' || !isPartitioned(model)) return [{ ...everything, upstream }]
  return readersOf(model, input, built).map((window) => ({ ...window, upstream }))
}

/** The partitions of a reader that read any of the windows of its upstream. */
function readersOf(model: Model, input: Extract<Input, { kind: 'window' }>, windows: readonly Window[]): Window[] {
  return coalesce(windows.map((window) => downstreamWindow(input, window, gridOf(model))))
}

/** Finds what was never built: whole upstreams, or due partitions of them. */
export interface Holes {
  /** The partitions of a reader that an input cannot feed: failures first. */
  readonly through: (model: Model, input: Input) => Hole[][]
  /** The nearest view that a reader reads through and that neither exists nor is made: it keeps all of it from being built. */
  readonly views: (model: Model) => Hole[][]
  /** What is due of a model, was never built and is not built by this plan; of an unpartitioned model [0, 1). */
  readonly of: (model: Model) => readonly Window[]
  /** Whether the model's relation neither exists nor is made by this plan. */
  readonly isMissing: (model: Model) => boolean
  /** Whether something of the model is not built because of a failure. */
  readonly hasFailed: (model: Model) => boolean
}

/** Looks for holes, in each model once. */
export function findHoles(facts: Facts, dueOf: DueWindows, outlooks: Outlooks): Holes {
  const known = new Map<string, readonly Window[]>()
  const isMissing = (model: Model): boolean =>
    (outlooks.get(model.id)?.built.length ?? 0) === 0 &&
    (!facts.exists(model) || (!facts.isUnseen(model.id) && (facts.record(model)?.version ?? 0) === 0))
  const find = (model: Model): readonly Window[] => {
    if (!isPartitioned(model)) return isMissing(model) ? [{ start: 0, end: 1 }] : []
    const due = dueOf(model)?.due
    if (!due || facts.isUnseen(model.id)) return []
    const published = facts.exists(model) ? (facts.record(model)?.published ?? []) : []
    return subtract(due, [...published, ...(outlooks.get(model.id)?.built ?? [])])
  }
  const of = (model: Model): readonly Window[] => {
    const holes = known.get(model.id) ?? find(model)
    known.set(model.id, holes)
    return holes
  }
  const present = new Set<string>()
  const views = (model: Model): Hole[][] => {
    const behind = viewsThrough(facts.models, model.dependsOn, ({ id }) => present.has(id))
    const absent = behind.find((view) => !present.has(view.id) && isMissing(view))
    if (absent) return [[nothingOf(absent)]]
    for (const { id } of behind) present.add(id)
    return []
  }
  const hasFailed = (model: Model) => failedWindows(facts, model, outlooks).length > 0
  const nothingOf = (absent: Model): Hole => ({ ...everything, upstream: absent.id, failed: hasFailed(absent) })
  const through = (model: Model, input: Input): Hole[][] => {
    const upstream = facts.models.get(input.upstream)
    if (input.kind === 'self') return []
    if (upstream && isMissing(upstream)) return [[nothingOf(upstream)]]
    if (!upstream || input.kind !== 'window' || !isPartitioned(model)) return []
    const holes = of(upstream)
    const failures = failedWindows(facts, upstream, outlooks)
    const tag = (windows: readonly Window[], failed: boolean): Hole[] =>
      readersOf(model, input, windows).map((window) => ({ ...window, upstream: upstream.id, failed }))
    return holes.length === 0 ? [] : [tag(common(holes, failures), true), tag(holes, false)]
  }
  return { of, isMissing, hasFailed, through, views }
}

/** What two lists of disjoint windows share. */
function common(windows: readonly Window[], others: readonly Window[]): Window[] {
  return windows.flatMap((window) => subtract(window, subtract(window, others)))
}

/** The partitions of an upstream that are not built because an attempt at them, or at what they read, failed. */
function failedWindows(facts: Facts, upstream: Model, outlooks: Outlooks): Window[] {
  const outcomes = facts.record(upstream)?.outcomes ?? []
  const ended = outcomes.filter((outcome) => outcome.status === 'engine-error' || failedOnRows(outcome))
  return coalesce([...ended, ...(outlooks.get(upstream.id)?.blocked ?? [])])
}
