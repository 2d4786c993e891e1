import { type Grid, type InstantRange, instantsOf, ordinalAt, overlapping, startInstant, type Window } from './grid.ts'

/** How far an edge reaches beyond the partition being built, in partitions of the upstream. */
export interface Reach {
  readonly before: number
  readonly after: number
}

/** Partitions that are read on the way to others: of a view in between, widened. */
export interface Hop {
  readonly grid: Grid
  readonly reach: Reach
}

/** What a window reads: partitions of an upstream, by way of others, nearest first. */
export interface EdgeRead extends Hop {
  readonly through?: readonly Hop[]
}

const isSame = (a: Grid, b: Grid): boolean => a.unit === b.unit && a.timeZone === b.timeZone

function hopOver(from: Grid, window: Window, { grid, reach }: Hop): Window {
  const read = isSame(from, grid) ? window : overlapping(grid, instantsOf(from, window))
  return { start: read.start - reach.before, end: read.end + reach.after }
}

function hopBack(from: Hop, window: Window, grid: Grid): Window {
  const widened = { start: window.start - from.reach.after, end: window.end + from.reach.before }
  return isSame(from.grid, grid) ? widened : overlapping(grid, instantsOf(from.grid, widened))
}

/** The upstream partitions that a downstream window reads: those that overlap its instants, widened by the reach. */
export function upstreamWindow(downstream: Grid, window: Window, edge: EdgeRead): Window {
  let [grid, read] = [downstream, window]
  for (const hop of edge.through ?? []) [grid, read] = [hop.grid, hopOver(grid, read, hop)]
  return hopOver(grid, read, edge)
}

/** The downstream partitions that read any partition of an upstream window: the inverse of `upstreamWindow`. */
export function downstreamWindow(edge: EdgeRead, window: Window, downstream: Grid): Window {
  const hops = [...(edge.through ?? []), edge]
  let read = window
  for (let i = hops.length - 1; i >= 0; i--) {
    const hop = hops[i]
    if (hop) read = hopBack(hop, read, hops[i - 1]?.grid ?? downstream)
  }
  return read
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
