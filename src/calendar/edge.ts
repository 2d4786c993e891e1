import { type Grid, type InstantRange, instantsOf, ordinalAt, overlapping, startInstant, type Window } from './grid.ts'

/** How far an edge reaches beyond the partition being built, in partitions of the upstream. */
export interface Reach {
  readonly before: number
  readonly after: number
}

/** The upstream partitions that a downstream window reads: those that overlap its instants, widened by the reach. */
export function upstreamWindow(downstream: Grid, window: Window, upstream: Grid, reach: Reach): Window {
  const sameGrid = downstream.unit === upstream.unit && downstream.timeZone === upstream.timeZone
  const read = sameGrid ? window : overlapping(upstream, instantsOf(downstream, window))
  return { start: read.start - reach.before, end: read.end + reach.after }
}

/** The downstream partitions that read any partition of an upstream window: the inverse of `upstreamWindow`. */
export function downstreamWindow(upstream: Grid, window: Window, downstream: Grid, reach: Reach): Window {
  const widened = { start: window.start - reach.after, end: window.end + reach.before }
  const sameGrid = downstream.unit === upstream.unit && downstream.timeZone === upstream.timeZone
  return sameGrid ? widened : overlapping(downstream, instantsOf(upstream, widened))
}

/**
 * The instants that a window reads of a source with an event time: the window's own, moved outward by the reach in
 * partitions of the source's grid (its files). Whole units are added in the source's zone, so a day may have 23 or 25
 * hours; an hour that the shorter day does not have becomes its end, so that the range never leaves the files of its window.
 */
export function sourceInstants(downstream: Grid, window: Window, source: Grid, reach: Reach): InstantRange {
  const range = instantsOf(downstream, window)
  if (reach.before === 0 && reach.after === 0) return range
  const move = (instant: number, by: number): number => {
    const at = ordinalAt(source, instant)
    const moved = startInstant(source, at + by) + (instant - startInstant(source, at))
    return Math.min(moved, startInstant(source, at + by + 1))
  }
  return { start: move(range.start, -reach.before), end: move(range.end, reach.after) }
}
