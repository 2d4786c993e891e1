import { bug } from '../diagnostics/index.ts'
import type { Literal, PartitionColumn } from './contract.ts'
import { quote, text } from './standard-text.ts'

const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const date = /^\d{4,6}-\d{2}-\d{2}$/
const dateTime = /^\d{4,6}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?$/

function matching(pattern: RegExp, value: string): string {
  return pattern.test(value) ? value : bug(`no literal of its type: ${JSON.stringify(value)}`)
}

/** A value as a literal of standard SQL. */
export function literal(value: Literal): string {
  switch (value.type) {
    case 'null':
      return 'null'
    case 'text':
      return text(value.value)
    case 'boolean':
      return value.value ? 'true' : 'false'
    case 'number':
      return matching(number, String(value.value))
    case 'date':
      return `date '${matching(date, value.value)}'`
    case 'local':
      return `timestamp '${matching(dateTime, value.value).replace('T', ' ')}'`
    case 'instant':
      return `timestamptz '${matching(dateTime, value.value.replace(/Z$/, '')).replace('T', ' ')}+00'`
  }
}

/** The wall clock of a partition column, from which its local date is taken. */
export function wallClock(column: PartitionColumn, timeZone: string): string {
  const name = quote(column.name)
  return column.type === 'instant' ? `(${name} at time zone ${text(timeZone)})` : name
}

/** The instant expression of a partition column: of a wall clock without a zone, that of the zone. */
export function instantOf(column: PartitionColumn, timeZone: string): string {
  return column.type === 'instant'
    ? quote(column.name)
    : `(cast(${wallClock(column, timeZone)} as timestamp) at time zone ${text(timeZone)})`
}

/** Farther than any window reaches, and within what engines count with. */
const beyond = 2_000_000_000

/** The partition of finite times, as `ordinal` says it; infinite ones are in none that anybody builds. */
export function finite(column: PartitionColumn, ordinal: string): string {
  const name = quote(column.name)
  const sides = `when ${name} > date '1970-01-01' then ${beyond} when ${name} is not null then -${beyond}`
  return `(case when isfinite(${name}) then ${ordinal} ${sides} end)`
}

/** The local date of an instant expression. */
export function localDate(expression: string, timeZone: string): string {
  return `cast((${expression}) at time zone ${text(timeZone)} as date)`
}
