import { Temporal } from 'temporal-polyfill'
import { type Grid, type InstantRange, ordinalAt, overlapping, startDate, startInstant } from '../calendar/index.ts'
import type { TimeType } from './text.ts'

/** `YYYY-MM-DDTHH:MM:SS`, with `.mmm` only where there are milliseconds. */
function clockText(iso: string): string {
  return iso.replace(/Z$/, '').replace(/\.000$/, '')
}

/**
 * The wall clock of an instant in a zone. The first moment of a day is written as its midnight, also where a change of
 * clocks skips it: a column of local times is cut by its date.
 */
function wallClock(timeZone: string, instant: number): string {
  const days: Grid = { unit: 'day', timeZone }
  const day = ordinalAt(days, instant)
  if (startInstant(days, day) === instant) return `${startDate(days, day)}T00:00:00`
  const shown = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDateTime()
  return clockText(shown.toString({ smallestUnit: 'millisecond' }))
}

function instantText(instant: number): string {
  return clockText(new Date(instant).toISOString())
}

/** The beginning of a partition as the text of a literal. */
export function partitionStart(grid: Grid, ordinal: number, type: TimeType): string {
  if (type === 'date') return startDate(grid, ordinal)
  const instant = startInstant(grid, ordinal)
  return type === 'instant' ? instantText(instant) : wallClock(grid.timeZone, instant)
}

/** A bound of instants as the text of a literal: dates are the days of the zone that cover the range. */
export function rangeBound(timeZone: string, range: InstantRange, bound: 'start' | 'end', type: TimeType): string {
  if (type === 'instant') return instantText(range[bound])
  if (type === 'local') return wallClock(timeZone, range[bound])
  const days: Grid = { unit: 'day', timeZone }
  return startDate(days, overlapping(days, range)[bound])
}
