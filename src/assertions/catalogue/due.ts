import { isTimeZone } from '../../calendar/index.ts'
import type { Arguments, Definition } from '../definition.ts'
import { judgeValue } from './measured.ts'

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** Days of the week by number, 0 is Monday; undefined where a word is none. */
function numbersOf(days: unknown): readonly number[] | undefined {
  if (days === undefined) return [0, 1, 2, 3, 4, 5, 6]
  const numbers = (Array.isArray(days) ? days : [days]).flatMap((day) =>
    day === 'business' ? [0, 1, 2, 3, 4] : [weekdays.indexOf(String(day).trim().toLowerCase())],
  )
  return numbers.length === 0 || numbers.includes(-1) ? undefined : numbers
}

function minutesOf(by: unknown): number | undefined {
  const [, hours, minutes] = /^\s*(\d{1,2}):(\d{2})\s*$/.exec(String(by)) ?? []
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined
  return Number(hours) * 60 + Number(minutes)
}

/** How many days before a day of the week the last one is whose rows are due. */
function daysBefore(weekday: number, days: readonly number[]): number {
  for (let back = 1; back < 7; back++) if (days.includes((weekday + 7 - back) % 7)) return back
  return 7
}

function problem({ by, days, time_zone: zone }: Arguments): string | undefined {
  if (minutesOf(by) === undefined) return 'has a `by` that is no time of day, such as 07:00'
  if (!numbersOf(days)) return 'has `days` that are none, such as [monday, friday] or [business]'
  return isTimeZone(String(zone)) ? undefined : `names the time zone ${zone}, which nobody knows`
}

export const freshnessSla: Definition = {
  summary:
    'Fails when no value of the column is of the newest day that is due: of today from the time `by` on, of the day before until then; days that are not among `days` are not due.',
  nulls: 'play no part',
  empty: 'passes: there is no newest value (add `on_empty: fail`)',
  example: '- freshness_sla: { by: "07:00", time_zone: Asia/Seoul, days: [business] }',
  column: 'required',
  arguments: {
    by: { kind: 'text', required: true, help: 'the time by which something of the day has to be there: `07:00`' },
    time_zone: {
      kind: 'text',
      help: 'of the clock and of the column’s dates and wall clocks; default: that of the partitions, or UTC',
    },
    days: { kind: 'texts', help: 'days of the week, `monday` …, or `business` for Monday to Friday; default: all' },
  },
  measures: 'how many days the newest value is late',
  weaker: 'it knows no holidays: `freshness` of a model does',
  readsClock: true,
  ofWhole: true,
  completed: (given, { partitioning }) => ({ ...given, time_zone: given.time_zone ?? partitioning?.timeZone ?? 'UTC' }),
  problem,
  label: ({ by, days }) => `by ${String(by).trim()}${days === undefined ? '' : `, ${[days].flat().join(' ')}`}`,
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const { by, days, time_zone: zone } = assertion.arguments
    const { checks, dateAdd, dateDifference, dateTruncate } = dialect.functions
    const now = checks.now(dialect.literal({ type: 'text', value: String(zone) }))
    const today = dateTruncate('day', now)
    const wanted = numbersOf(days) ?? []
    // The first Monday of the epoch.
    const weekday = `(${dateDifference('day', dialect.literal({ type: 'date', value: '1970-01-05' }), today)} % 7)`
    const isDue = `${now} >= ${dateAdd('minute', String(minutesOf(by) ?? 0), today)}`
    const branches = weekdays.map((_, number) => {
      const back = daysBefore(number, wanted)
      return `when ${number} then ${wanted.includes(number) ? `case when ${isDue} then 0 else ${back} end` : back}`
    })
    const back = `case ${weekday} ${branches.join(' ')} end`
    const column = compilation.column()
    return judgeValue(compilation, {
      aggregate: (only) => `(${dateDifference('day', `max(${only(column)})`, today)} - ${back})`,
      name: 'days_late',
      bounds: { max: 0 },
    })
  },
}
