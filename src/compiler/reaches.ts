import { type EdgeRead, type Grid, type Hop, partitionsIn, type Reach } from '../calendar/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { Extent } from './deferred.ts'

export const noReach: Reach = { before: 0, after: 0 }

function widen(a: Reach, b: Reach): Reach {
  return { before: a.before + b.before, after: a.after + b.after }
}

export function hull(a: Reach, b: Reach): Reach {
  return { before: Math.max(a.before, b.before), after: Math.max(a.after, b.after) }
}

function sameGrid(a: Grid, b: Grid): boolean {
  return a.unit === b.unit && a.timeZone === b.timeZone
}

/** Hops of one grid in a row as one. */
export function joined(hops: readonly Hop[]): Hop[] {
  const result: Hop[] = []
  for (const { grid, reach } of hops) {
    const last = result.at(-1)
    if (last && sameGrid(last.grid, grid)) result.splice(-1, 1, { grid, reach: widen(last.reach, reach) })
    else result.push({ grid, reach })
  }
  return result
}

/** What is read at the end of some hops, the last of which leads to the upstream. */
export function edgeAfter(hops: readonly Hop[]): EdgeRead {
  const through = joined(hops)
  const last = through.pop() ?? bug('an edge leads somewhere')
  return through.length > 0 ? { ...last, through } : last
}

/** The same edge without hops that change nothing for partitions of this grid. */
export function seenFrom(grid: Grid, edge: EdgeRead): EdgeRead {
  const [first, ...rest] = edge.through ?? []
  const isIdle = first && sameGrid(first.grid, grid) && first.reach.before === 0 && first.reach.after === 0
  return isIdle ? edgeAfter([...rest, edge]) : edge
}

export function extentIn(grid: Grid, extent: Extent): number {
  return extent.unit ? partitionsIn(grid, extent.count, extent.unit) : extent.count
}
