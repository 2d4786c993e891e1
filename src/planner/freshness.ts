import { businessTime, newestDue, partitionKey, startInstant } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import type { RelationRecord } from '../ledger/index.ts'
import type { Freshness, Patience } from '../project/index.ts'

/** How old the newest of something is, and whether that is too old. */
export interface Age {
  readonly status: 'pass' | 'warn' | 'error'
  /** Milliseconds, of days that count; absent: there is nothing. */
  readonly age?: number
  /** Why it is no pass. */
  readonly why?: string
}

const lengths = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

const lengthOf = ({ count, period }: Patience): number => count * lengths[period]
const words = ({ count, period }: Patience): string => `${count} ${period}${count === 1 ? '' : 's'}`

/** The day whose rows are due by a time and are not there. */
function overdue({ by, ...days }: Freshness, newest: number | undefined, now: number): string | undefined {
  const due = by === undefined ? undefined : newestDue(now, by, days)
  if (by === undefined || due === undefined || (newest !== undefined && newest >= due)) return undefined
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: days.timeZone }).format(due)
  const two = (value: number) => String(value).padStart(2, '0')
  return `nothing of ${day}, due by ${two(Math.floor(by / 60))}:${two(by % 60)}`
}

/** Judges the newest moment of something by what it is promised to be. Nothing at all is older than anything. */
export function judgeAge(freshness: Freshness, newest: number | undefined, now: number): Age {
  const { warnAfter, errorAfter, timeZone, weekdays, holidays } = freshness
  const days = { timeZone, holidays, ...(weekdays ? { weekdays } : {}) }
  const age = newest === undefined ? undefined : businessTime(newest, now, days)
  const known = age === undefined ? {} : { age }
  const isAbove = (limit: Patience | undefined): limit is Patience =>
    limit !== undefined && (age === undefined || age > lengthOf(limit))
  const told = (limit: Patience) => (age === undefined ? 'there is nothing' : `older than ${words(limit)}`)
  const late = overdue(freshness, newest, now)
  if (isAbove(errorAfter)) return { status: 'error', ...known, why: told(errorAfter) }
  if (late !== undefined) return { status: 'error', ...known, why: late }
  if (isAbove(warnAfter)) return { status: 'warn', ...known, why: told(warnAfter) }
  return { status: 'pass', ...known }
}

/** How far a model's rows reach, as the ledger knows. */
export interface Reach {
  /** The end of the newest partition; of a model without partitions, when it was built. */
  readonly newest?: number
  /** Partitions between the first and the last that are not there, the first few by their names. */
  readonly missing: number
  readonly missingNames: readonly string[]
}

const mostNamed = 3

/** How far the published rows of a model reach. */
export function reachOf({ partitioning }: Model, record: RelationRecord | undefined): Reach {
  const published = [...(record?.published ?? [])].sort((a, b) => a.start - b.start)
  const last = published.filter(({ retired }) => !retired).at(-1)
  if (!last) return { missing: 0, missingNames: [] }
  if (!partitioning) return { newest: last.builtTo, missing: 0, missingNames: [] }
  const { grid } = partitioning
  const names: string[] = []
  let missing = 0
  for (const [index, { start }] of published.entries()) {
    const before = published[index - 1]?.end ?? start
    missing += Math.max(0, start - before)
    for (let at = before; at < start && names.length < mostNamed; at++) names.push(partitionKey(grid, at))
  }
  return { newest: startInstant(grid, last.end), missing, missingNames: names }
}
