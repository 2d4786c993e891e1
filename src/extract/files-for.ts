import { type InstantRange, overlapping } from '../calendar/index.ts'
import type { SourceDefinition } from '../project/index.ts'
import type { SourceFileState, SourceSignal } from './signal.ts'

/**
 * The files (of a table: the partitions that are known) that may hold rows of a range of instants: those whose partition shares a moment with it, and as many later
 * ones as the source's `late_by` says. Without a range, or where paths name no date: all. Files that are gone are among
 * them, marked: who reads leaves them out, who decides what is stale must know them. In the order of the signal.
 */
export function filesFor(
  source: SourceDefinition,
  signal: SourceSignal,
  range: InstantRange | undefined,
): SourceFileState[] {
  const { origin } = source
  const { grid } = origin
  if (!grid || !range) return [...signal.files]
  const covered = overlapping(grid, range)
  const end = covered.end + (origin.kind === 'files' ? origin.lateBy : 0)
  return signal.files.filter(({ ordinal }) => ordinal !== undefined && ordinal >= covered.start && ordinal < end)
}
