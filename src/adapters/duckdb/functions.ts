import type { DatePart, SqlFunctions } from '../contract.ts'
import { checks } from './checks.ts'

const isLiteral = (expression: string) => /^'(?:[^']|'')*'$/.test(expression.trim())

/** A text literal as a timestamp: DuckDB cannot choose a function for it otherwise. Everything else keeps its type. */
function moment(expression: string): string {
  return isLiteral(expression) ? `cast(${expression} as timestamp)` : expression
}

function dateAdd(part: DatePart, count: string, from: string): string {
  const number = count.trim()
  const interval = /^\d{1,15}$/.test(number)
    ? `interval ${number} ${part}`
    : /^-\d{1,15}$/.test(number)
      ? `interval (${number}) ${part}`
      : `cast(${number} as bigint) * interval 1 ${part}`
  return `(${moment(from)} + ${interval})`
}

/** Of weeks, DuckDB counts spans of seven days; everything else by its bounds. */
function dateDifference(part: DatePart, first: string, second: string): string {
  const [from, to] = [first, second].map((date) => {
    const timestamp = `cast(${date} as timestamp)`
    return part === 'week' ? `date_trunc('week', ${timestamp})` : timestamp
  })
  return `date_diff('${part}', ${from}, ${to})`
}

function joinValues(values: string, delimiter: string, orderBy?: string, limit?: number): string {
  const order = orderBy ? ` order by ${orderBy}` : ''
  if (limit === undefined) return `string_agg(${values}, ${delimiter}${order})`
  const value = values.replace(/^\s*distinct\s+/i, '')
  const first = `(array_agg(${values}${order}) filter (where ${value} is not null))[1:${limit}]`
  return `array_to_string(${first}, ${delimiter})`
}

/** DuckDB's words for portable macros. */
export const functions: SqlFunctions = {
  dateAdd,
  dateDifference,
  dateTruncate: (part, date) => `date_trunc('${part}', ${moment(date)})`,
  safeCast: (expression, type) => `try_cast(${expression} as ${type})`,
  splitPart: (text, delimiter, part) => `split_part(${text}, ${delimiter}, ${part})`,
  hash: (text) => `md5(cast(${text} as VARCHAR))`,
  anyValue: (expression) => `any_value(${expression})`,
  anyTrue: (expression) => `bool_or(${expression})`,
  sameValues: (left, right) => left.map((value, i) => `${value} is not distinct from ${right[i]}`).join(' and '),
  joinValues,
  array: {
    of: (items, type) => (items.length === 0 ? `cast([] as ${type}[])` : `[${items.join(', ')}]`),
    append: (array, item) => `list_append(${array}, ${item})`,
    concatenate: (first, second) => `list_concat(${first}, ${second})`,
  },
  checks,
  series: (count, column) => `(select unnest(range(${count})) as ${column}) as series`,
  firstOfEach: (relation, partitionBy, orderBy) =>
    `select *\nfrom ${relation} as candidates\nqualify row_number() over (partition by ${partitionBy} order by ${orderBy}) = 1`,
}
