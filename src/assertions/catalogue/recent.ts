import { isTimeZone } from '../../calendar/index.ts'
import type { Arguments, Compilation, Definition } from '../definition.ts'
import { boundLabel, groupArgument, judgeValue } from './measured.ts'
import { judgeQuery, whereClause } from './predicate.ts'

/** Hours of the units in which an age is written. Months and years are taken as the longest. */
const hours = { minute: 1 / 60, hour: 1, day: 24, week: 168, month: 744, year: 8784 } as const

const ages = /^\s*(\d{1,9})\s+(minute|hour|day|week|month|year)s?\s*$/

function hoursOf(within: unknown): number | undefined {
  const [, count, unit] = ages.exec(String(within)) ?? []
  return count === undefined ? undefined : Number(count) * hours[unit as keyof typeof hours]
}

const zoneArgument = {
  kind: 'text',
  help: 'whose clock dates and wall clocks are read by; default: that of the partitions, or UTC',
} as const

export const recency: Definition = {
  summary:
    'Fails when the newest value of the column is older than `within`, of the whole table or of each group. Judges the table as it will be.',
  nulls: 'play no part; where all values are NULL there is no newest one, and it passes',
  empty: 'passes: there is no newest value (add `on_empty: fail`)',
  example: '- recency: { within: 24 hours }',
  column: 'required',
  arguments: {
    within: { kind: 'text', required: true, help: 'how old it may be: `24 hours`, `2 days`, `30 minutes`' },
    time_zone: zoneArgument,
    ...groupArgument,
  },
  measures: 'the age of the newest value in hours',
  weaker: 'a month counts as 31 days and a year as 366',
  readsClock: true,
  ofWhole: true,
  completed: (given, { partitioning }) => ({ ...given, time_zone: given.time_zone ?? partitioning?.timeZone ?? 'UTC' }),
  problem: ({ within, time_zone: zone }) => {
    if (hoursOf(within) === undefined) return 'has a `within` that is no age, such as `24 hours`'
    return isTimeZone(String(zone)) ? undefined : `names the time zone ${zone}, which nobody knows`
  },
  label: ({ within, group_by: groups }) =>
    `within ${String(within).trim()} ${boundLabel(groups === undefined ? {} : { group_by: groups })}`.trim(),
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const { within, time_zone: zone } = assertion.arguments
    const { checks, dateDifference } = dialect.functions
    const now = checks.now(dialect.literal({ type: 'text', value: String(zone) }))
    const column = compilation.column()
    return judgeValue(compilation, {
      aggregate: (only) => `(${dateDifference('minute', `max(${only(column)})`, now)} / 60.0)`,
      name: 'hours',
      bounds: { max: hoursOf(within) ?? 0 },
    })
  },
}

const parts = ['hour', 'day', 'week', 'month', 'quarter', 'year'] as const
type Part = (typeof parts)[number]

const isDate = (text: unknown): boolean =>
  text === undefined || (/^\d{4}-\d{2}-\d{2}$/.test(String(text)) && !Number.isNaN(Date.parse(String(text))))

function datesProblem({ from, to, exceptions }: Arguments): string | undefined {
  const wrong = [from, to, ...((exceptions ?? []) as readonly string[])].find((date) => !isDate(date))
  return wrong === undefined ? undefined : `names ${wrong}, which is no date such as 2024-12-25`
}

/** The moments that have to be there and are not. */
function missing(compilation: Compilation): string {
  const { assertion, dialect, from, where } = compilation
  const { datepart, interval, exceptions } = assertion.arguments
  const { dateTruncate, dateDifference, dateAdd, series } = dialect.functions
  const part: Part = parts.find((one) => one === datepart) ?? 'day'
  const step = dialect.literal({ type: 'number', value: Number(interval ?? 1) })
  const wall = (expression: string) => `cast(${expression} as ${dialect.type('local')})`
  const truncated = wall(dateTruncate(part, wall(compilation.column())))
  const bound = (given: unknown) =>
    given === undefined ? undefined : wall(dialect.literal({ type: 'date', value: String(given) }))
  const [first, end] = [bound(assertion.arguments.from), bound(assertion.arguments.to)]
  const last = end === undefined ? `max(${truncated})` : wall(dateAdd(part, '-1', end))
  const bounds = `(select ${first ?? `min(${truncated})`} as earliest, ${last} as latest from ${from} as judged${whereClause(where)}) as bounds`
  const steps = `cast(floor(${dateDifference(part, 'earliest', 'latest')} / (${step} * 1.0)) as bigint) + 1`
  const count = `coalesce((select ${steps} from ${bounds}), 0)`
  const due = wall(dateAdd(part, `(step * ${step})`, 'earliest'))
  const expected = `select ${due} as missing from ${series(count, 'step')}, ${bounds}`
  const seen = `exists (select 1 from ${from} as seen${whereClause(where, `${truncated} = expected.missing`)})`
  const except = ((exceptions ?? []) as readonly string[]).map((value) => dialect.literal({ type: 'date', value }))
  const excepted = except.length === 0 ? undefined : `cast(missing as date) not in (${except.join(', ')})`
  return `from (${expected}) as expected${whereClause(`not ${seen}`, excepted)}`
}

export const completeDates: Definition = {
  summary:
    'One failure for each day (or hour, week, month …) between the first and the last value of the column that no row has. Judges the table as it will be.',
  nulls: 'are left out',
  empty: 'passes, unless `from` and `to` say what has to be there',
  example: '- complete_dates: { datepart: day, exceptions: [2024-12-25] }',
  column: 'required',
  arguments: {
    datepart: { kind: 'choice', choices: parts, help: 'what has to be there each; default day' },
    interval: { kind: 'count', help: 'only every so many of them; default 1' },
    from: { kind: 'text', help: 'the first that has to be there; default the first that is' },
    to: { kind: 'text', help: 'the one after the last; default after the last that is there' },
    exceptions: { kind: 'texts', help: 'dates that may be missing' },
  },
  ofWhole: true,
  problem: (given) => (given.interval === 0 ? 'has an `interval` of 0' : datesProblem(given)),
  label: ({ datepart, interval, from, to }) => {
    const each = `${interval === undefined || interval === 1 ? '' : `${interval} `}${datepart ?? 'day'}`
    return from === undefined && to === undefined ? each : `${each}, ${from ?? ''}…${to ?? ''}`
  },
  compile: (compilation) => judgeQuery(compilation, (ordinal) => `select missing${ordinal} ${missing(compilation)}`),
}
