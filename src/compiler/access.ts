import type { Grid, Reach } from '../calendar/index.ts'
import type { TimeType } from '../sql/index.ts'
import type { Access } from './edges.ts'
import { extentIn, hull } from './reaches.ts'
import type { FilterUse, Read } from './uses.ts'

/** The reads and filters of one upstream in a model's own text. */
export interface Contact {
  readonly reads: readonly Read[]
  readonly filters: readonly FilterUse[]
}

/** How far all filters of one upstream reach together; undefined without filters. */
function reachOf(filters: readonly FilterUse[], grid: Grid): Reach | undefined {
  return filters
    .map(({ filter }): Reach => ({ before: extentIn(grid, filter.before), after: extentIn(grid, filter.after) }))
    .reduce<Reach | undefined>((all, reach) => (all ? hull(all, reach) : reach), undefined)
}

/** Reads for which no filter is left: each needs one of its own, told apart by alias. */
function unfiltered({ reads, filters }: Contact): Read | undefined {
  const wanting = reads.filter((read) => !read.reference.allPartitions)
  const aliases = new Set(filters.map(({ filter }) => filter.alias?.toLowerCase()))
  if (aliases.size >= wanting.length) return undefined
  return wanting.find((read) => !aliases.has(read.alias?.toLowerCase())) ?? wanting[aliases.size]
}

export function onChangeOf(reads: readonly Read[]): 'keep' | 'rebuild' {
  return reads.some((read) => read.reference.onChange === 'rebuild') ? 'rebuild' : 'keep'
}

/** How an upstream is cut, and by which type of column. */
interface Cut {
  readonly grid?: Grid | undefined
  readonly type: TimeType
}

/** `declared`: the reach that a partitioned view declares instead of filtering. */
export function accessTo(cut: Cut | undefined, contact: Contact, declared: Reach | undefined): Access {
  const grid = cut?.grid
  const { reads, filters } = contact
  const all = reads.filter((read) => read.reference.allPartitions)
  const wanting = reads.find((read) => !read.reference.allPartitions)
  const reach = grid && (reachOf(filters, grid) ?? (wanting && declared))
  const location = (filters[0] ?? wanting)?.location
  const scan = declared ? undefined : unfiltered(contact)
  return {
    ...(grid && reach && location ? { window: { grid, reach, isExact: cut.type !== 'date', location } } : {}),
    ...(all[0] ? { whole: { onChange: onChangeOf(all), location: all[0].location } } : {}),
    ...(scan ? { scan: { alias: scan.alias, location: scan.location } } : {}),
  }
}
