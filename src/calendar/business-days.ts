import { type Grid, ordinalAt, startInstant } from './grid.ts'

/** Which days count: days of the week (1 is Monday), without the dates that are holidays. Absent weekdays: all of them. */
export interface BusinessDays {
  readonly timeZone: string
  readonly weekdays?: readonly number[]
  /** Dates, `YYYY-MM-DD`. */
  readonly holidays: readonly string[]
}

const dayLength = 86_400_000

/** How many days back a count goes at most: what is older is old by any measure. */
const longest = 3700

function isBusinessDay(ordinal: number, { weekdays, holidays }: BusinessDays): boolean {
  const date = new Date(ordinal * dayLength)
  const weekday = date.getUTCDay() === 0 ? 7 : date.getUTCDay()
  return (weekdays?.includes(weekday) ?? true) && !holidays.includes(date.toISOString().slice(0, 10))
}

const gridOf = ({ timeZone }: BusinessDays): Grid => ({ unit: 'day', timeZone })

/** Milliseconds from one instant to another that lie in days that count; 0 when the first is not before the second. */
export function businessTime(from: number, to: number, days: BusinessDays): number {
  const grid = gridOf(days)
  const [last, oldest] = [ordinalAt(grid, to), ordinalAt(grid, to) - longest]
  const first = Math.max(ordinalAt(grid, from), oldest)
  let sum = first === oldest ? Math.max(0, startInstant(grid, oldest) - from) : 0
  for (let day = first; day <= last; day++) {
    if (!isBusinessDay(day, days)) continue
    const begin = Math.max(startInstant(grid, day), from)
    const end = Math.min(startInstant(grid, day + 1), to)
    sum += Math.max(0, end - begin)
  }
  return sum
}

/** The instant of a wall clock on a day of a zone: as many minutes after midnight as the clock shows, whatever the day's length. */
function clockOn(day: number, minutes: number, grid: Grid): number {
  const [start, next] = [startInstant(grid, day), startInstant(grid, day + 1)]
  // On a day that is longer or shorter the clock was moved in the small hours.
  const moved = next - start - dayLength
  return start + minutes * 60_000 + (minutes >= 180 ? moved : 0)
}

/** The beginning of the newest day that counts whose clock has shown this many minutes after midnight; undefined: none for long. */
export function newestDue(now: number, minutes: number, days: BusinessDays): number | undefined {
  const grid = gridOf(days)
  const today = ordinalAt(grid, now)
  for (let day = today; day > today - longest; day--) {
    if (isBusinessDay(day, days) && clockOn(day, minutes, grid) <= now) return startInstant(grid, day)
  }
  return undefined
}
