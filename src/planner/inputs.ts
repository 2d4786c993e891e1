import {
  downstreamWindow,
  type Grid,
  lengthOf,
  overlapping,
  sourceInstants,
  upstreamWindow,
  type Window,
} from '../calendar/index.ts'
import type { Deferral, Graph, Input, Model } from '../compiler/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { SourceSignal } from '../extract/index.ts'
import type { InputRecord, OutcomeRange, PublishedVersion, RelationRecord } from '../ledger/index.ts'
import type { SourceDefinition } from '../project/index.ts'
import { sourceIndex } from './source-index.ts'
import { indexOf, type RelationVersions, type VersionRange } from './version-index.ts'

/** What can be read now. */
export interface InputState {
  readonly definitions: ReadonlyMap<string, SourceDefinition>
  readonly relations: ReadonlyMap<string, RelationVersions>
  readonly signals: ReadonlyMap<string, SourceSignal>
  /** Words for the relations of models that are read from another target. */
  readonly places: Deferral['places']
}

const nowhere: Deferral['places'] = new Map()

const definitionsOf = new WeakMap<Graph, ReadonlyMap<string, SourceDefinition>>()

/**
 * What can be read now. `relations` holds every upstream model by node id: with ranges where the model reads windows, the
 * version alone where it reads all. An upstream that is not in it was never published.
 */
export function inputState(
  graph: Graph,
  relations: ReadonlyMap<string, RelationVersions>,
  signals: readonly SourceSignal[],
): InputState {
  const definitions =
    definitionsOf.get(graph) ?? new Map([...graph.sources, ...graph.seedFiles].map((source) => [source.id, source]))
  definitionsOf.set(graph, definitions)
  const places = graph.deferred?.places ?? nowhere
  return { definitions, relations, signals: new Map(signals.map((signal) => [signal.source, signal])), places }
}

/** Points of `Ledger.published`, in order, as ranges. */
export function versionRanges(partitions: readonly PublishedVersion[]): VersionRange[] {
  const ranges: { start: number; end: number; version: number }[] = []
  for (const { ordinal, version } of partitions) {
    const last = ranges.at(-1)
    if (last && last.end === ordinal && last.version === version) last.end = ordinal + 1
    else ranges.push({ start: ordinal, end: ordinal + 1, version })
  }
  return ranges
}

/** Whether changes of a source can be seen. */
export function signalsChange(source: SourceDefinition): boolean {
  return source.changeSignal !== 'none'
}

/** The content of what nobody looked at: of no signal, or of partitions beyond those that are watched. */
export const unseen = 'unseen'

/** Says in a record's digest how much of the input is known but no longer there. */
function withMissing(state: string, missing: number): string {
  return missing > 0 ? `${state}-${missing}` : state
}

/** How much of the input was known but gone when the record was made. */
export function missingOf(record: InputRecord): number {
  return Number(record.digest?.split('-')[1] ?? 0)
}

/** The digest of what was there, or is remembered: the same as long as nothing but a loss happened. */
export function contentOf(record: InputRecord): string | undefined {
  return record.digest?.split('-')[0]
}

function readSource(key: string, source: SourceDefinition, window: Window | undefined, state: InputState): InputRecord {
  const signal = state.signals.get(source.id)
  if (!signal) return { key, version: 0, published: 0, digest: unseen }
  const index = sourceIndex(signal)
  const files = window ? index.summary(window) : index.whole
  // Of a table, a window of which nothing is known may hold rows: it was never looked at.
  const isKnown = source.origin.kind === 'files' || files.present + files.gone > 0
  const content = signalsChange(source) && isKnown ? files.digest : unseen
  return { key, version: 0, published: files.present, digest: withMissing(content, files.gone) }
}

/** The relation of another target that an input of models was read from; empty: the target's own. */
export function placeIn(record: InputRecord): string {
  const content = contentOf(record)
  return content?.startsWith('@') ? content : ''
}

function readWhole(key: string, relation: RelationVersions | undefined, place: string | undefined): InputRecord {
  let published = 0
  for (const range of relation?.published ?? []) if (!range.retired) published += lengthOf(range)
  return { key, version: relation?.version ?? 0, published, ...(place === undefined ? {} : { digest: place }) }
}

type WindowInput = Extract<Input, { kind: 'window' }>

/** A source's own partitions that one input of a window covers, late files included; undefined: it has none. */
function filesOf(input: WindowInput, grid: Grid, window: Window, { origin }: SourceDefinition): Window | undefined {
  if (!origin.grid) return undefined
  const read = overlapping(origin.grid, sourceInstants(grid, window, origin.grid, input.reach))
  return { start: read.start, end: read.end + (origin.kind === 'files' ? origin.lateBy : 0) }
}

const isEqual = (a: Window | undefined, b: Window | undefined) => a?.start === b?.start && a?.end === b?.end

/** The next later partition that covers other files: many small ones lie in one large file. */
function filesUntil(input: WindowInput, grid: Grid, at: number, source: SourceDefinition): number {
  if (grid.unit !== 'hour' || input.grid.unit === 'hour') return at + 1
  const of = (ordinal: number) => filesOf(input, grid, { start: ordinal, end: ordinal + 1 }, source)
  const files = of(at)
  let [same, other] = [at, at + 25]
  if (isEqual(of(other - 1), files)) return other
  while (other - same > 1) {
    const middle = (same + other) >> 1
    if (isEqual(of(middle), files)) same = middle
    else other = middle
  }
  return same + 1
}

function readPartitions(
  key: string,
  window: Window,
  relation: RelationVersions | undefined,
  place?: string,
): InputRecord {
  const summary = relation ? indexOf(relation).summary(window) : { version: 0, published: 0, retired: 0 }
  const { version, published, retired } = summary
  const says = place !== undefined || retired > 0
  return { key, version, published, ...(says ? { digest: withMissing(place ?? 'versions', retired) } : {}) }
}

/** What one partition reads through an input, and the next later partition for which the answer may differ. */
export interface Reading {
  readonly record: InputRecord
  readonly until: number
}

/** Reads one input of a partition (undefined: of the whole model). */
export function readInput(input: Input, grid: Grid | undefined, at: number | undefined, state: InputState): Reading {
  const forever = Number.POSITIVE_INFINITY
  if (input.kind === 'self' && at !== undefined) {
    const relation = state.relations.get(input.upstream)
    const before = { start: at - input.before, end: at }
    const steps = relation ? indexOf(relation).steady(before) : forever
    return { record: readPartitions(input.key, before, relation), until: at + steps }
  }
  const source = state.definitions.get(input.upstream)
  const relation = state.relations.get(input.upstream)
  const place = state.places.get(input.upstream)
  if (input.kind !== 'window' || grid === undefined || at === undefined) {
    const record = source ? readSource(input.key, source, undefined, state) : readWhole(input.key, relation, place)
    return { record, until: forever }
  }
  const window = { start: at, end: at + 1 }
  if (source) {
    const files = filesOf(input, grid, window, source)
    return { record: readSource(input.key, source, files, state), until: filesUntil(input, grid, at, source) }
  }
  const read = upstreamWindow(grid, window, input)
  // Nothing is published: nothing differs.
  const until = relation ? steadyUntil(input, grid, at, read, relation) : forever
  return { record: readPartitions(input.key, read, relation, place), until }
}

/** The next later partition for which what was read may differ. */
function steadyUntil(input: WindowInput, grid: Grid, at: number, read: Window, relation: RelationVersions): number {
  const index = indexOf(relation)
  // On one grid the window slides as the partition does.
  if (!input.through && isSameGrid(grid, input.grid)) return at + index.steady(read)
  const end = index.uniform(read)
  if (end === undefined) return at + 1
  if (end === Number.POSITIVE_INFINITY) return end
  return Math.max(at + 1, downstreamWindow(input, { start: end, end: end + 1 }, grid).start)
}

/** Whether ordinals of two grids mean the same partitions. */
export function isSameGrid(a: Grid, b: Grid): boolean {
  return a.unit === b.unit && (a.unit === 'hour' || a.timeZone === b.timeZone)
}

/** What one partition (an ordinal, or `all`) would read now: one record for each input of the model, to be recorded with it. */
export function currentInputs(model: Model, at: number | 'all', state: InputState): InputRecord[] {
  const grid = at === 'all' ? undefined : (model.partitioning?.grid ?? bug(`${model.id} has no partition ${at}`))
  const ordinal = at === 'all' ? undefined : at
  return model.inputs.map((input) => readInput(input, grid, ordinal, state).record)
}

/** The range that holds the partition, of sorted ranges. */
function holding<T extends Window>(ranges: readonly T[], ordinal: number): T | undefined {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.end ?? 0) > ordinal) high = middle
    else low = middle + 1
  }
  const range = ranges[low]
  return range && range.start <= ordinal ? range : undefined
}

/** Whether an attempt ended by what its rows were: it fails again until inputs, code or assertions change. */
export function failedOnRows(outcome: OutcomeRange | undefined): outcome is OutcomeRange {
  return outcome?.status === 'assertion-failed' || outcome?.status === 'data-error'
}

/**
 * What a partition was last built from or, where its rows were refused since, tried with: the other side of `changedInput`.
 * Undefined: never built.
 */
export function lastInputs(record: RelationRecord, at: number | 'all'): readonly InputRecord[] | undefined {
  const ordinal = at === 'all' ? 0 : at
  const outcome = holding(record.outcomes, ordinal)
  return failedOnRows(outcome) ? outcome.inputs : holding(record.published, ordinal)?.inputs
}
