import { type Grid, partitionsIn, type Reach } from '../calendar/index.ts'
import type { Extent } from './deferred.ts'

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
