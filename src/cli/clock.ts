import { parsePartition, startInstant } from '../calendar/index.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import { type CommandLine, locateValue } from './command-line.ts'

const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

/**
 * The moment that `--now` names, UTC milliseconds: a date is the beginning of that day in the project's zone, so that the
 * day before is complete. Undefined when it is neither a date nor an instant with its zone.
 */
export function parseMoment(text: string, timeZone: string): number | undefined {
  const day = { unit: 'day', timeZone } as const
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const ordinal = parsePartition(day, text)
    return ordinal === undefined ? undefined : startInstant(day, ordinal)
  }
  const instant = instantForm.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(instant) ? undefined : instant
}

/** The planner's clock: the real one, or `--now`. A future moment has to be confirmed, because days not over would count as complete. */
export function plannersClock(
  given: { readonly now?: string; readonly yes?: true },
  real: number,
  timeZone: string,
  line: CommandLine,
): number {
  if (given.now === undefined) return real
  const moment = parseMoment(given.now, timeZone)
  const location = locateValue(line, given.now)
  if (moment === undefined) {
    const expected = 'a date (2013-12-31) or an instant with its zone (2013-12-31T05:00Z)'
    throw new Failure(diagnose('option-value-invalid', { option: '--now', value: given.now, expected }, location))
  }
  if (moment > real && !given.yes) throw new Failure(diagnose('clock-in-future', { now: given.now }, location))
  return moment
}
