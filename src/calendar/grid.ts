import { Temporal } from 'temporal-polyfill'

/** The length of a partition. */
export type Unit = 'hour' | 'day' | 'month' | 'year'

export const units: readonly Unit[] = ['hour', 'day', 'month', 'year']

/**
 * How time is cut into partitions: local days, months or years of a named zone, or UTC hours. A partition is named by
 * its ordinal: hours, days, months or years since 1970-01-01 of the grid's own calendar. Ordinals of neighbours differ by 1.
 */
export interface Grid {
  readonly unit: Unit
  /** IANA name. Of no meaning for hours, which are keyed by their UTC start. */
  readonly timeZone: string
}

/** A contiguous run of partitions `[start, end)`, as ordinals of one grid. Empty when `start >= end`. */
export interface Window {
  readonly start: number
  readonly end: number
}

/** UTC instants in milliseconds since 1970; `[start, end)`. */
export interface InstantRange {
  readonly start: number
  readonly end: number
}

const hour = 3_600_000
const dayLength = 86_400_000

/** Days since 1970-01-01 of the first day of a partition (not for hours). */
function firstDay(unit: Unit, ordinal: number): number {
  if (unit === 'day') return ordinal
  return unit === 'month' ? Date.UTC(1970, ordinal, 1) / dayLength : Date.UTC(1970, ordinal * 12, 1) / dayLength
}

function plainDate(day: number): Temporal.PlainDate {
  const date = new Date(day * dayLength)
  return new Temporal.PlainDate(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
}

const startsOfDays = new Map<string, Map<number, number>>()

/** The instant at which a local day begins: its first moment, also where midnight is skipped by a change of clocks. */
function dayStart(timeZone: string, day: number): number {
  const starts = startsOfDays.get(timeZone) ?? new Map<number, number>()
  startsOfDays.set(timeZone, starts)
  let start = starts.get(day)
  if (start === undefined) {
    start =
      timeZone === 'UTC' ? day * dayLength : plainDate(day).toZonedDateTime(timeZone).startOfDay().epochMilliseconds
    starts.set(day, start)
  }
  return start
}

/** The instant at which a partition begins. */
export function startInstant(grid: Grid, ordinal: number): number {
  return grid.unit === 'hour' ? ordinal * hour : dayStart(grid.timeZone, firstDay(grid.unit, ordinal))
}

/** The local date on which a partition begins, `YYYY-MM-DD`; of an hour, its UTC date. */
export function startDate(grid: Grid, ordinal: number): string {
  const day = grid.unit === 'hour' ? Math.floor((ordinal * hour) / dayLength) : firstDay(grid.unit, ordinal)
  return plainDate(day).toString()
}

/** The partition of the local date and hour that a clock on the wall shows at an instant. */
function ordinalShown(grid: Grid, shown: Temporal.ZonedDateTime): number {
  if (grid.unit === 'year') return shown.year - 1970
  if (grid.unit === 'month') return (shown.year - 1970) * 12 + shown.month - 1
  return Date.UTC(shown.year, shown.month - 1, shown.day) / dayLength
}

/** The partition that holds an instant: the last one that begins at or before it. */
export function ordinalAt(grid: Grid, instant: number): number {
  if (grid.unit === 'hour') return Math.floor(instant / hour)
  if (grid.unit === 'day' && grid.timeZone === 'UTC') return Math.floor(instant / dayLength)
  const shown = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(grid.timeZone)
  const ordinal = ordinalShown(grid, shown)
  // Where clocks go back just after midnight (St. John's until 2011), the wall shows the old date once more.
  return shown.hour === 23 && startInstant(grid, ordinal + 1) <= instant ? ordinal + 1 : ordinal
}

/** The instants of a window. */
export function instantsOf(grid: Grid, window: Window): InstantRange {
  return { start: startInstant(grid, window.start), end: startInstant(grid, window.end) }
}

/** Every partition that shares a moment with the range. */
export function overlapping(grid: Grid, range: InstantRange): Window {
  if (range.start >= range.end) {
    const at = ordinalAt(grid, range.start)
    return { start: at, end: at }
  }
  return { start: ordinalAt(grid, range.start), end: ordinalAt(grid, range.end - 1) + 1 }
}

/** Every partition that lies wholly inside the range. */
export function contained(grid: Grid, range: InstantRange): Window {
  const first = ordinalAt(grid, range.start)
  const start = startInstant(grid, first) >= range.start ? first : first + 1
  return { start, end: Math.max(start, ordinalAt(grid, range.end)) }
}

/** Whether the calendar of this language has a partition: engines know of later dates, and of infinite ones. */
function isKnownTime(grid: Grid, ordinal: number): boolean {
  const time = grid.unit === 'hour' ? ordinal * hour : firstDay(grid.unit, ordinal) * dayLength
  return !Number.isNaN(new Date(time).getTime())
}

/** The name of a partition: `2013-12-30T05:00Z`, `2013-12-30`, `2013-12` or `2013`. */
export function partitionKey(grid: Grid, ordinal: number): string {
  if (!isKnownTime(grid, ordinal)) return ordinal > 0 ? 'after every date' : 'before every date'
  if (grid.unit === 'hour') return `${new Date(ordinal * hour).toISOString().slice(0, 16)}Z`
  const date = startDate(grid, ordinal)
  return grid.unit === 'day' ? date : grid.unit === 'month' ? date.slice(0, -3) : date.slice(0, -6)
}

/** Days since 1970-01-01 of `YYYY-MM-DD`; undefined for anything that is no date of the calendar. */
function dayOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const time = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : time / dayLength
}

/**
 * The partition that a person's text names: a key of the unit, or anything longer that lies in it (`2013-12-30` names the
 * month `2013-12`) or shorter that begins with it (`2013-12` names the day `2013-12-01`). `T05` is an hour in UTC, a date one
 * of the grid's zone: it names the hour in which it begins. Undefined when it is no date.
 */
export function parsePartition(grid: Grid, text: string): number | undefined {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::00)?Z?)?)?)?$/.exec(text.trim())
  if (!match) return undefined
  const [, year = '', month = '01', date = '01', clock] = match
  const day = dayOf(`${year}-${month}-${date}`)
  if (day === undefined || Number(clock ?? 0) > 23) return undefined
  if (clock !== undefined) return ordinalAt(grid, day * dayLength + Number(clock) * hour)
  if (grid.unit === 'hour') return ordinalAt(grid, dayStart(grid.timeZone, day))
  if (grid.unit === 'day') return day
  return grid.unit === 'month' ? (Number(year) - 1970) * 12 + Number(month) - 1 : Number(year) - 1970
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return !/^[+-]/.test(timeZone)
  } catch {
    return false
  }
}

/** Answers so far: the first question costs 50 ms and each a tenth of one, and every model asks. */
const knownZones = new Map<string, boolean>([['UTC', true]])

/** Whether the time-zone database knows the name. */
export function isTimeZone(name: string): boolean {
  const known = knownZones.get(name) ?? isKnown(name)
  knownZones.set(name, known)
  return known
}

/** How many days the unit of a grid lasts at most: to turn `27 days` into a count of partitions. */
export function partitionsIn(grid: Grid, count: number, unit: 'hours' | 'days' | 'months' | 'years'): number {
  const hours = { hours: 1, days: 24, months: 24 * 31, years: 24 * 366 }[unit] * count
  const shortest = { hour: 1, day: 24, month: 24 * 28, year: 24 * 365 }[grid.unit]
  if (`${grid.unit}s` === unit) return count
  return Math.ceil(hours / shortest)
}
