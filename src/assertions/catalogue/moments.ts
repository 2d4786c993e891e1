import { isTimeZone } from '../../calendar/index.ts'
import type { Json } from '../../project/index.ts'
import type { AssertionContext } from '../context.ts'
import type { Arguments, Definition } from '../definition.ts'
import { judgeRows } from './predicate.ts'

const moments = ['date', 'local', 'instant'] as const
type Moment = (typeof moments)[number]

/** What a column is documented as: a day, a wall clock or an instant. */
function documented({ columns, partitioning }: AssertionContext, column: string | undefined): Moment | undefined {
  if (column !== undefined && column === partitioning?.name) return partitioning.type
  const type =
    columns
      .find(({ name }) => name === column)
      ?.type?.trim()
      .toLowerCase() ?? ''
  if (type === 'date') return 'date'
  if (type === 'instant' || /^timestamptz$|^timestamp with time zone$/.test(type)) return 'instant'
  return type === 'local' || /^(?:timestamp|datetime|timestamp without time zone)$/.test(type) ? 'local' : undefined
}

const zoneProblem = ({ time_zone: zone }: Arguments): string | undefined =>
  typeof zone === 'string' && !isTimeZone(zone) ? `names the time zone ${zone}, which nobody knows` : undefined

const spans = /^\s*(\d{1,9})\s+(second|minute|hour|day|week|month|year)s?\s*$/

export const noFuture: Definition = {
  summary: 'A row fails when the column lies in the future, by more than `tolerance`.',
  nulls: 'pass (add not_null)',
  empty: 'passes',
  example: '- no_future: { tolerance: 5 minutes }',
  column: 'required',
  arguments: {
    tolerance: { kind: 'text', help: 'how far ahead is fine: `5 minutes`, `1 day`; default: not at all' },
    time_zone: {
      kind: 'text',
      help: 'whose clock a date or a wall clock is read by; default: that of the partitions, or UTC; of instants always UTC',
    },
  },
  ofRows: true,
  readsClock: true,
  completed: (given, context, column) => {
    const type = documented(context, column)
    if (type === 'instant') return { ...given, time_zone: 'UTC' }
    const zone = type === undefined ? undefined : context.partitioning?.timeZone
    return { ...given, time_zone: given.time_zone ?? zone ?? 'UTC' }
  },
  problem: (given) => {
    const { tolerance } = given
    if (typeof tolerance === 'string' && !spans.test(tolerance))
      return 'has a `tolerance` that is none, such as `5 minutes`'
    return zoneProblem(given)
  },
  label: ({ tolerance }) => (typeof tolerance === 'string' ? `± ${tolerance.trim()}` : ''),
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const { tolerance, time_zone: zone } = assertion.arguments
    const now = dialect.functions.checks.now(dialect.literal({ type: 'text', value: String(zone) }))
    const [, count, part] = spans.exec(String(tolerance ?? '')) ?? []
    const latest = count === undefined ? now : dialect.functions.dateAdd(part as 'day', count, now)
    return judgeRows(compilation, `${compilation.column()} > ${latest}`)
  },
}

/** How the model is cut, as plain data. */
function partitionsOf({ partitioning }: AssertionContext): Json {
  if (!partitioning) return null
  const { name, type, unit, timeZone } = partitioning
  return { name, type, unit, timeZone }
}

export const withinPartition: Definition = {
  summary:
    'A row fails when the column’s day (hour, month, year) is not the partition that the row lies in: its date in the time zone of the partitions.',
  nulls: 'pass (add not_null)',
  empty: 'passes',
  example: '- within_partition: { type: instant, time_zone: Asia/Seoul }',
  column: 'required',
  arguments: {
    type: { kind: 'choice', choices: moments, help: 'what the column is; default: as it is documented' },
    time_zone: { kind: 'text', help: 'of instants: whose date is meant; default: that of the partitions' },
  },
  needsPartitions: true,
  ofRows: true,
  completed: (given, context, column) => ({
    ...given,
    ...(given.type === undefined && documented(context, column) ? { type: documented(context, column) ?? null } : {}),
    time_zone: given.time_zone ?? context.partitioning?.timeZone ?? 'UTC',
    partitions: partitionsOf(context),
  }),
  problem: (given) =>
    given.type === undefined
      ? 'needs `type`, since the column is not documented as date, local or instant'
      : zoneProblem(given),
  label: ({ time_zone: zone }) => String(zone),
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const { type, partitions, time_zone: zone } = assertion.arguments
    const { unit, timeZone, ...partition } = partitions as unknown as NonNullable<AssertionContext['partitioning']>
    const own = dialect.ordinal({ name: assertion.column ?? '', type: type as Moment }, unit, String(zone))
    return judgeRows(compilation, `${own} <> ${dialect.ordinal(partition, unit, timeZone)}`)
  },
}
