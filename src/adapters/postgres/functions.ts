import type { DatePart, SqlFunctions } from '../contract.ts'
import { checks } from './checks.ts'
import { safeCast } from './safe-cast.ts'

const isLiteral = (expression: string) => /^'(?:[^']|'')*'$/.test(expression.trim())

/** A text literal as a timestamp: it would be taken for an interval beside another. Everything else keeps its type. */
function moment(expression: string): string {
  return isLiteral(expression) ? `cast(${expression} as timestamp)` : expression
}

/** A quarter is no unit of intervals. */
const intervals: Readonly<Partial<Record<DatePart, string>>> = { quarter: '3 month' }

function dateAdd(part: DatePart, count: string, from: string): string {
  return `(${moment(from)} + cast(${count.trim()} as bigint) * interval '${intervals[part] ?? `1 ${part}`}')`
}

/** Microseconds in a unit of even length. */
const lengths: Readonly<Partial<Record<DatePart, number>>> = {
  microsecond: 1,
  millisecond: 1_000,
  second: 1_000_000,
  minute: 60_000_000,
  hour: 3_600_000_000,
}

/** How many units of a part have begun since a fixed moment. */
function counted(part: DatePart, moment: string): string {
  const at = `cast(${moment} as timestamp)`
  const field = (name: string) => `cast(extract(${name} from ${at}) as bigint)`
  if (part === 'year') return field('year')
  if (part === 'quarter') return `(${field('year')} * 4 + ${field('quarter')})`
  if (part === 'month') return `(${field('year')} * 12 + ${field('month')})`
  if (part === 'week') return `((cast(date_trunc('week', ${at}) as date) - date '1970-01-05') / 7)`
  if (part === 'day') return `(cast(${at} as date) - date '1970-01-01')`
  return `cast(floor(extract(epoch from ${at}) * 1000000 / ${lengths[part]}) as bigint)`
}

/** An interval of nothing makes a timestamp of a date: `date_trunc` would take a date for an instant. */
function dateTruncate(part: DatePart, date: string): string {
  return `date_trunc('${part}', ${moment(date)} + interval '0')`
}

/** Values that are not null, in an order. */
function gathered(values: string, orderBy: string | undefined): string {
  const value = values.replace(/^\s*distinct\s+/i, '')
  return `array_agg(${values}${orderBy ? ` order by ${orderBy}` : ''}) filter (where ${value} is not null)`
}

function joinValues(values: string, delimiter: string, orderBy?: string, limit?: number): string {
  const all = gathered(values, orderBy)
  return `array_to_string(${limit === undefined ? all : `(${all})[1:${limit}]`}, ${delimiter})`
}

/** Postgres' words for portable macros. */
/** Nothing is joined by `is not distinct from` but by comparing each with each; hashes can be looked up. */
function sameValues(left: readonly string[], right: readonly string[]): string {
  const hashOf = (values: readonly string[]): string => `hash_record_extended(row(${values.join(', ')}), 0)`
  const same = left.map((value, i) => `${value} is not distinct from ${right[i]}`)
  return [`${hashOf(left)} = ${hashOf(right)}`, ...same].join(' and ')
}

export const functions: SqlFunctions = {
  dateAdd,
  dateDifference: (part, first, second) => `(${counted(part, second)} - ${counted(part, first)})`,
  dateTruncate,
  safeCast,
  splitPart: (text, delimiter, part) => `split_part(${text}, ${delimiter}, ${part})`,
  hash: (text) => `md5(cast(${text} as text))`,
  anyValue: (expression) => `(${gathered(expression, undefined)})[1]`,
  anyTrue: (expression) => `bool_or(${expression})`,
  sameValues,
  joinValues,
  array: {
    of: (items, type) => (items.length === 0 ? `cast(array[] as ${type}[])` : `array[${items.join(', ')}]`),
    append: (array, item) => `array_append(${array}, ${item})`,
    concatenate: (first, second) => `array_cat(${first}, ${second})`,
  },
  checks,
  series: (count, column) => `(select generate_series(0, cast(${count} as bigint) - 1) as ${column}) as series`,
  firstOfEach: (relation, partitionBy, orderBy) =>
    `select distinct on (${partitionBy}) *\nfrom ${relation} as candidates\norder by ${partitionBy}, ${orderBy}`,
}
