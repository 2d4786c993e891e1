import type { Window } from '../calendar/index.ts'

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

/** What a window of a relation holds: the greatest version, and how many partitions are published and retired. */
interface WindowSummary {
  readonly version: number
  readonly published: number
  readonly retired: number
}

/** Answers about any window of a relation in logarithmic time; its memory grows with the ranges, not with the partitions. */
export interface VersionIndex {
  readonly summary: (window: Window) => WindowSummary
  /** By how many partitions the window can slide later until its summary may change: at least 1. */
  readonly steady: (window: Window) => number
  /**
   * The end of the run of one version, or of nothing, that holds the whole window: every other window in it has the same
   * version and nothing retired. Undefined: no such run holds it.
   */
  readonly uniform: (window: Window) => number | undefined
}

type State = 'published' | 'retired' | 'absent'

/** Greatest values of index ranges: a segment tree in one array. */
function maxima(values: Float64Array): (from: number, to: number) => number {
  const size = values.length
  const tree = new Float64Array(size * 2)
  tree.set(values, size)
  for (let i = size - 1; i > 0; i--) tree[i] = Math.max(tree[i * 2] ?? 0, tree[i * 2 + 1] ?? 0)
  return (from, to) => {
    let greatest = 0
    for (let low = from + size, high = to + size; low < high; low >>= 1, high >>= 1) {
      if (low & 1) greatest = Math.max(greatest, tree[low++] ?? 0)
      if (high & 1) greatest = Math.max(greatest, tree[--high] ?? 0)
    }
    return greatest
  }
}

/** The first index whose value is greater than `wanted`, of ascending values. */
export function firstAbove(values: ArrayLike<number>, wanted: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] ?? 0) > wanted) high = middle
    else low = middle + 1
  }
  return low
}

interface Columns {
  readonly starts: Float64Array
  readonly ends: Float64Array
  /** Zero for retired ranges: they do not count. */
  readonly versions: Float64Array
  /** Number of published and of retired partitions in the ranges before each. */
  readonly published: Float64Array
  readonly retired: Float64Array
}

function columnsOf(ranges: readonly VersionRange[]): Columns {
  const column = (length = ranges.length) => new Float64Array(length)
  const columns = {
    starts: column(),
    ends: column(),
    versions: column(),
    published: column(ranges.length + 1),
    retired: column(ranges.length + 1),
  }
  ranges.forEach((range, i) => {
    const length = range.end - range.start
    columns.starts[i] = range.start
    columns.ends[i] = range.end
    columns.versions[i] = range.retired ? 0 : range.version
    columns.published[i + 1] = (columns.published[i] ?? 0) + (range.retired ? 0 : length)
    columns.retired[i + 1] = (columns.retired[i] ?? 0) + (range.retired ? length : 0)
  })
  return columns
}

/** Indexes sorted, disjoint ranges. */
export function versionIndex(ranges: readonly VersionRange[]): VersionIndex {
  const { starts, ends, versions, published, retired } = columnsOf(ranges)
  const greatest = maxima(versions)
  /** How many partitions of a kind lie before the ordinal. */
  const before = (counts: Float64Array, ordinal: number): number => {
    const i = firstAbove(ends, ordinal)
    const inside = Math.max(0, ordinal - (starts[i] ?? ordinal))
    const counted = (counts[i + 1] ?? 0) > (counts[i] ?? 0)
    return (counts[i] ?? 0) + (counted ? inside : 0)
  }
  /** What lies at the ordinal, and where that ends. */
  const runAt = (ordinal: number): { state: State; end: number } => {
    const i = firstAbove(ends, ordinal)
    const start = starts[i] ?? Number.POSITIVE_INFINITY
    if (ordinal < start) return { state: 'absent', end: start }
    return { state: ranges[i]?.retired ? 'retired' : 'published', end: ends[i] ?? ordinal + 1 }
  }
  return {
    summary: ({ start, end }) => ({
      version: greatest(firstAbove(ends, start), firstAbove(starts, end - 1)),
      published: before(published, end) - before(published, start),
      retired: before(retired, end) - before(retired, start),
    }),
    steady: ({ start, end }) => {
      const first = runAt(start)
      const last = runAt(end - 1)
      // What leaves at the front and what enters at the back must be alike, and neither run may be used up.
      return first.state === last.state ? Math.min(first.end - start, last.end - (end - 1)) : 1
    },
    uniform: ({ start, end }) => {
      const run = runAt(start)
      return start < end && end <= run.end && run.state !== 'retired' ? run.end : undefined
    },
  }
}

const indexes = new WeakMap<RelationVersions, VersionIndex>()

/** The index of a relation's ranges, made once for each object. */
export function indexOf(relation: RelationVersions): VersionIndex {
  const index = indexes.get(relation) ?? versionIndex(relation.published)
  indexes.set(relation, index)
  return index
}
