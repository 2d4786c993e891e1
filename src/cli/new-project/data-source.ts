import type { Column, Inferred } from '../../adapters/contract.ts'
import { type Grid, ordinalAt, parsePartition } from '../../calendar/index.ts'
import type { DataTable } from './data-tables.ts'

/** A table of files as the project will declare it. */
export interface DataSource extends DataTable {
  readonly columns: readonly Column[]
  /** How its rows go with the dates of the paths; absent: no time column agrees with them, or the paths hold none. */
  readonly event?: {
    readonly column: string
    readonly type: 'date' | 'instant' | 'local'
    /** Zone of the paths' dates. */
    readonly timeZone: string
    /** How many partitions of the path later a row was found. */
    readonly lateBy: number
  }
}

/** Most partitions that a row may lie later in the paths than its time says, to be believed. */
const mostLate = 7

type TimeColumn = Column & { readonly type: 'date' | 'instant' | 'local' }

const isTime = (column: Column): column is TimeColumn => ['date', 'instant', 'local'].includes(column.type)

/** How many partitions late rows are at most; undefined when a row is ahead of its file, or too late to be of it. */
function lateness(table: DataTable, bounds: Inferred['bounds'], column: string, grid: Grid): number | undefined {
  let latest = 0
  const files = new Map(table.files.map(({ path, partition }) => [path, partition]))
  for (const bound of bounds) {
    if (bound.column !== column) continue
    const own = parsePartition(grid, files.get(bound.path) ?? '')
    if (own === undefined || ordinalAt(grid, bound.to) > own) return undefined
    latest = Math.max(latest, own - ordinalAt(grid, bound.from))
  }
  return latest <= mostLate ? latest : undefined
}

/**
 * What a table's files say of themselves: its columns and, where the paths hold a date, the time column and the zone in which
 * its rows lie in the files of their dates. Of several the one with the least delay, then the first.
 */
export function sourceOf(table: DataTable, inferred: Inferred, projectZone: string): DataSource {
  const source = { ...table, columns: inferred.columns }
  const { unit } = table
  if (unit === undefined) return source
  const candidates = inferred.columns.filter(isTime).flatMap((column) => {
    const isSeen = inferred.bounds.some((bound) => bound.column === column.name)
    // Wall clocks are compared as they are read: the dates of their paths are of the same clock.
    const zones = column.type === 'instant' ? [...new Set(['UTC', projectZone])] : ['UTC']
    return isSeen
      ? zones.map((zone) => ({
          column,
          zone,
          late: lateness(table, inferred.bounds, column.name, { unit, timeZone: zone }),
        }))
      : []
  })
  const [best] = candidates
    .flatMap((candidate) => (candidate.late === undefined ? [] : [{ ...candidate, late: candidate.late }]))
    .sort((a, b) => a.late - b.late)
  if (!best) return source
  const timeZone = best.column.type === 'instant' ? best.zone : projectZone
  return { ...source, event: { column: best.column.name, type: best.column.type, timeZone, lateBy: best.late } }
}
