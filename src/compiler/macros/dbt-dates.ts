import type { DatePart } from '../../adapters/contract.ts'
import { type BuiltinMacro, macro } from './macro.ts'
import type { MacroCall } from './macro-call.ts'
import { grouped } from './sql-words.ts'

const parts: readonly DatePart[] = [
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
]

/** The unit that a macro is asked for: `day`, `'DAY'`. */
export function datePart(call: MacroCall, name = 'datepart'): DatePart {
  const given = call.text(name).trim().toLowerCase()
  const found = parts.find((part) => part === given)
  return found ?? call.refuse(name, `\`${name}\` must be one of ${parts.join(', ')}, not \`${given}\``)
}

function calendarDate(call: MacroCall): string {
  const [year, month, day] = [call.count('year'), call.count('month'), call.count('day')]
  const text = [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-')
  const date = new Date(`${text}T00:00:00Z`)
  const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
  return isReal ? call.host.dialect.literal({ type: 'date', value: text }) : call.refuse('day', `there is no ${text}`)
}

/** The last day of the part that a date lies in: the day before the next part begins. */
function lastDay(call: MacroCall): string {
  const part = datePart(call)
  const first = call.dbt('date_trunc', part, call.sql('date'))
  return `cast(${call.dbt('dateadd', 'day', '-1', call.dbt('dateadd', part, '1', first))} as date)`
}

/** Macros of `dbt.` about dates and times. */
export const dateMacros: readonly BuiltinMacro[] = [
  macro('dbt', 'dateadd(datepart, interval, from_date_or_timestamp)', (call) =>
    call.host.dialect.functions.dateAdd(
      datePart(call),
      /^-?\d+$/.test(call.sql('interval')) ? call.sql('interval') : grouped(call.sql('interval')),
      grouped(call.sql('from_date_or_timestamp')),
    ),
  ),
  macro('dbt', 'datediff(first_date, second_date, datepart)', (call) =>
    call.host.dialect.functions.dateDifference(datePart(call), call.sql('first_date'), call.sql('second_date')),
  ),
  macro('dbt', 'date_trunc(datepart, date)', (call) =>
    call.host.dialect.functions.dateTruncate(datePart(call), call.sql('date')),
  ),
  macro('dbt', 'last_day(date, datepart)', lastDay),
  macro('dbt', 'date(year, month, day)', calendarDate),
  macro('dbt', 'current_timestamp()', () => 'current_timestamp'),
]
