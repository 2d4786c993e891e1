import type { Dialect } from '../adapters/contract.ts'
import { type Grid, partitionsIn, type Reach } from '../calendar/index.ts'
import type { Diagnostic, Location } from '../diagnostics/index.ts'
import type { FileSource, SourceDefinition } from '../project/index.ts'
import type { Extent } from './deferred.ts'
import type { Draft } from './draft.ts'

/** How a model gets at an upstream that is stored or a source, before it is known who builds from it. */
export type Edge = {
  readonly upstream: string
  /** Views and ephemerals on the way, nearest first. */
  readonly via: readonly string[]
  /** Where the model that is being linked wrote it. */
  readonly location: Location
} & (
  | { readonly kind: 'window'; readonly grid: Grid; readonly reach: Reach }
  /** All of an upstream that is cut by time, on purpose. */
  | { readonly kind: 'reference'; readonly onChange: 'keep' | 'rebuild' }
  /** All of an upstream that is cut by time, without a filter. */
  | { readonly kind: 'scan'; readonly alias: string | undefined }
  /** All of an upstream that is not cut by time. */
  | { readonly kind: 'plain'; readonly onChange: 'keep' | 'rebuild' }
)

/** What linking one model needs to know of the others. Upstreams are linked before their readers. */
export interface Links {
  readonly drafts: ReadonlyMap<string, Draft>
  readonly sources: ReadonlyMap<string, SourceDefinition>
  /** Place in the topological order. */
  readonly position: ReadonlyMap<string, number>
  readonly dialect: Dialect
  /** Edges that stand in the model's own text, those through views resolved. */
  readonly ownEdges: Map<string, readonly Edge[]>
  /** Own edges and those of the ephemerals inside. */
  readonly allEdges: Map<string, readonly Edge[]>
  readonly report: (diagnostic: Diagnostic) => void
}

export const noReach: Reach = { before: 0, after: 0 }

export function widen(a: Reach, b: Reach): Reach {
  return { before: a.before + b.before, after: a.after + b.after }
}

export function hull(a: Reach, b: Reach): Reach {
  return { before: Math.max(a.before, b.before), after: Math.max(a.after, b.after) }
}

export function sameGrid(a: Grid, b: Grid): boolean {
  return a.unit === b.unit && a.timeZone === b.timeZone
}

/** A count of one grid's partitions as a count of another's that covers as much time. */
export function reachIn(grid: Grid, reach: Reach, from: Grid): Reach {
  const convert = (count: number): number => (count === 0 ? 0 : partitionsIn(grid, count, `${from.unit}s`))
  return { before: convert(reach.before), after: convert(reach.after) }
}

export function extentIn(grid: Grid, extent: Extent): number {
  return extent.unit ? partitionsIn(grid, extent.count, extent.unit) : extent.count
}

/** What a filter on a source is printed with: its event time, and the grid that `before` and `after` count in. */
export interface Events {
  readonly column: string
  readonly type: 'date' | 'instant' | 'local'
  /** Of the paths; absent when they hold no date. */
  readonly grid: Grid | undefined
}

export function filesOf(source: SourceDefinition | undefined): FileSource | undefined {
  return source?.origin.kind === 'files' ? source.origin : undefined
}

export function eventsOf(source: SourceDefinition | undefined): Events | undefined {
  const files = filesOf(source)
  return files?.eventTime && { ...files.eventTime, grid: files.grid }
}
