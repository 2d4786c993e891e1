import { isTimeZone } from '../calendar/index.ts'
import type { Diagnostic, Location } from '../diagnostics/index.ts'
import { diagnose } from '../diagnostics/index.ts'
import type { Freshness, Patience } from './freshness.ts'
import type { Json } from './project.ts'
import { anything, filledText, listOf, mapping, oneOf, optional, text, wholeNumber } from './shape.ts'
import { unknownTimeZone } from './time-zone.ts'
import { validateValue } from './validate.ts'

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
const patience = mapping({ count: optional(wholeNumber(0)), period: optional(oneOf(['minute', 'hour', 'day'])) })

/** `freshness:` as dbt has it, and calendars. */
export const freshnessShape = mapping({
  warn_after: optional(patience),
  error_after: optional(patience),
  filter: optional(filledText),
  by: optional(text),
  time_zone: optional(filledText),
  days: optional(listOf(oneOf([...weekdays, 'business']))),
  holidays: optional(listOf(text)),
  build_after: optional(anything),
})

type Given = NonNullable<ReturnType<typeof checked>>

/** What is wrong in its form is told by the schema of the file, where it is written: here it would be told for every table. */
function checked(value: Json, location: Location) {
  return validateValue(freshnessShape, value, 'freshness', location, [])
}

const patienceOf = (given: Given['warn_after']): Patience | undefined =>
  given?.count === undefined || given.period === undefined ? undefined : { count: given.count, period: given.period }

function minutesOf(by: string | undefined, location: Location, found: Diagnostic[]): number | undefined {
  if (by === undefined) return undefined
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(by.trim()) ?? []
  if (hours !== undefined && Number(hours) < 24 && Number(minutes) < 60) return Number(hours) * 60 + Number(minutes)
  const parameters = { key: 'by', expected: 'a time such as 07:00', found: JSON.stringify(by) }
  found.push(diagnose('wrong-value', parameters, location))
  return undefined
}

function holidaysOf(given: Given['holidays'], location: Location, found: Diagnostic[]): readonly string[] {
  const wrong = (given ?? []).find((date) => !/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date)))
  if (wrong === undefined) return given ?? []
  const parameters = { key: 'holidays', expected: 'dates such as 2024-12-25', found: JSON.stringify(wrong) }
  found.push(diagnose('wrong-value', parameters, location))
  return []
}

function weekdaysOf(given: Given['days']): { readonly weekdays?: readonly number[] } {
  if (!given) return {}
  const named = given.flatMap((day) => (day === 'business' ? [1, 2, 3, 4, 5] : [weekdays.indexOf(day) + 1]))
  return { weekdays: [...new Set(named)].sort() }
}

/**
 * Reads `freshness:`. Undefined where it asks for nothing. `build_after`, which says when a scheduler builds, gets a note:
 * here that is decided by what changed.
 */
export function parseFreshness(
  value: Json,
  timeZone: string,
  location: Location,
  found: Diagnostic[],
): Freshness | undefined {
  const given = checked(value, location)
  if (!given) return undefined
  if (given.build_after !== undefined) {
    const reason = 'a model is built when what it reads has changed; `elt run` is what builds'
    found.push(diagnose('key-without-effect', { key: 'build_after', reason }, location))
  }
  const zone = given.time_zone ?? timeZone
  if (!isTimeZone(zone)) found.push(unknownTimeZone(zone, location))
  const [warnAfter, errorAfter] = [patienceOf(given.warn_after), patienceOf(given.error_after)]
  const by = minutesOf(given.by, location, found)
  if (!warnAfter && !errorAfter && by === undefined) return undefined
  return {
    ...(warnAfter ? { warnAfter } : {}),
    ...(errorAfter ? { errorAfter } : {}),
    ...(given.filter === undefined ? {} : { filter: given.filter }),
    ...(by === undefined ? {} : { by }),
    timeZone: zone,
    ...weekdaysOf(given.days),
    holidays: holidaysOf(given.holidays, location, found),
    location,
  }
}
