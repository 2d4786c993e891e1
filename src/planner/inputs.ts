import type { Window } from '../calendar/index.ts'
import type { Graph, Model } from '../compiler/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { SourceSignal } from '../extract/index.ts'
import type { InputRecord, PublishedVersion } from '../ledger/index.ts'

/** A run of published partitions of one version. A `PublishedRange` of the ledger is one. */
export interface VersionRange extends Window {
  readonly version: number
  readonly retired?: boolean
}

/** What is published of a relation. A `RelationRecord` of the ledger is one. */
export interface RelationVersions {
  /** Greatest version given out; 0 when nothing was ever published. */
  readonly version: number
  /** Sorted. May be empty for relations that are only read as a whole. */
  readonly published: readonly VersionRange[]
}

/** What can be read now, indexed: made once for many questions. */
export interface InputState {
  readonly graph: Graph
  readonly relations: ReadonlyMap<string, RelationVersions>
  readonly signals: ReadonlyMap<string, SourceSignal>
}

/**
 * Indexes what can be read now. `relations` holds every upstream model by node id: ranges where the model reads windows,
 * the version alone where it reads all. An upstream that is not in it was never published.
 */
export function inputState(
  graph: Graph,
  relations: ReadonlyMap<string, RelationVersions>,
  signals: readonly SourceSignal[],
): InputState {
  return { graph, relations, signals: new Map(signals.map((signal) => [signal.source, signal])) }
}

/** Points of `Ledger.published` as ranges. */
export function versionRanges(_partitions: readonly PublishedVersion[]): VersionRange[] {
  return bug('being written')
}

/** What one partition (an ordinal, or `all`) would read now: one record for each input of the model, to be recorded with it. */
export function currentInputs(_model: Model, _at: number | 'all', _state: InputState): InputRecord[] {
  return bug('being written')
}

/** The file partitions that a window of the model reads of a file source, late ones included; undefined: all its files. */
export function filesRead(
  _model: Model,
  _source: string,
  _window: Window | undefined,
  _graph: Graph,
): Window | undefined {
  return bug('being written')
}
