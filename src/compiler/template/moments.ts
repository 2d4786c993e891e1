import { civil, formatted, parsed } from './moment-format.ts'
import { kindOf } from './print.ts'
import { bindArguments } from './signature.ts'
import { fail, type Site } from './site.ts'
import type { ArithmeticOperator } from './tree.ts'
import {
  type CallArguments,
  type Callable,
  callable,
  isInteger,
  Moment,
  numberOf,
  Printable,
  type TemplateValue,
  WholeFloat,
} from './value.ts'

const day = 86_400_000_000n
const firstDay = civil(1, 1, 1)
const endOfTime = civil(10_000, 1, 1)

const two = (value: number | bigint) => String(value).padStart(2, '0')

function problem(text: string, site: Site): never {
  return fail('template-type', { problem: text }, site)
}

function timeText(microseconds: bigint): string {
  const seconds = microseconds / 1_000_000n
  const rest = microseconds % 1_000_000n
  const clock = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`
  return rest === 0n ? clock : `${clock}.${String(rest).padStart(6, '0')}`
}

const floorTo = (value: bigint, unit: bigint) => value - (((value % unit) + unit) % unit)

function partsOf(microseconds: bigint) {
  const date = new Date(Number(floorTo(microseconds, 1000n) / 1000n))
  const inDay = microseconds - floorTo(microseconds, day)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: Number(inDay % 1_000_000n),
    weekday: (date.getUTCDay() + 6) % 7,
  }
}

const constant = (name: string, value: TemplateValue) => (call: CallArguments) => {
  bindArguments(name, [], call)
  return value
}

function method(name: string, work: (call: CallArguments) => TemplateValue): [string, Callable] {
  return [name, callable(name, work)]
}

function strftime(microseconds: bigint): [string, Callable] {
  return method('strftime', (call) => {
    const format = bindArguments('strftime', [{ name: 'format', required: true }], call).get('format')
    if (typeof format?.value !== 'string') return problem('`strftime` needs a text', call.site)
    return formatted(microseconds, format.value, format.site)
  })
}

/** `replace(year=…, day=…)` */
function replaced(kind: 'date' | 'datetime', microseconds: bigint): [string, Callable] {
  const names = kind === 'date' ? dateParts : [...dateParts, ...timeParts]
  return method('replace', (call) => {
    const parts: Readonly<Record<string, number>> = partsOf(microseconds)
    const given = bindArguments(
      'replace',
      names.map((name) => ({ name })),
      call,
    )
    const values = names.map((name) => given.get(name)?.value ?? parts[name] ?? 0)
    return make(kind, values, call.site)
  })
}

/** A date or a date with a time, `microseconds` after 1970-01-01; beyond the years 1 to 9999 there is none. */
function moment(kind: 'date' | 'datetime', microseconds: bigint, site: Site): Moment {
  const at = kind === 'date' ? floorTo(microseconds, day) : microseconds
  if (at < firstDay || at >= endOfTime) return problem('a date lies in the years 1 to 9999', site)
  const parts = partsOf(at)
  const date = `${String(parts.year).padStart(4, '0')}-${two(parts.month)}-${two(parts.day)}`
  const time = timeText(at - floorTo(at, day))
  const shown = [parts.year, parts.month, parts.day, parts.hour, parts.minute]
  if (parts.second > 0 || parts.microsecond > 0) shown.push(parts.second)
  if (parts.microsecond > 0) shown.push(parts.microsecond)
  const common: [string, TemplateValue][] = [
    ['year', parts.year],
    ['month', parts.month],
    ['day', parts.day],
    strftime(at),
    replaced(kind, at),
    method('weekday', constant('weekday', parts.weekday)),
    method('isoweekday', constant('isoweekday', parts.weekday + 1)),
  ]
  if (kind === 'date') {
    const representation = `datetime.date(${shown.slice(0, 3).join(', ')})`
    const members = new Map([...common, method('isoformat', () => date)])
    return new Moment({ kind, microseconds: at, text: date, representation, members: () => members })
  }
  const members = () =>
    new Map<string, TemplateValue>([
      ...common,
      ...timeParts.map((name): [string, TemplateValue] => [name, parts[name]]),
      method('isoformat', () => `${date}T${time}`),
      method('date', (call) => moment('date', at, call.site)),
    ])
  return new Moment({
    kind,
    microseconds: at,
    text: `${date} ${time}`,
    representation: `datetime.datetime(${shown.join(', ')})`,
    members,
  })
}

function timedelta(microseconds: bigint, site: Site): Moment {
  if (microseconds > endOfTime || microseconds < -endOfTime) return problem('the stretch of time is too long', site)
  const days = floorTo(microseconds, day) / day
  const inDay = microseconds - days * day
  const clock = timeText(inDay).replace(/^0(?=\d:)/, '')
  const text = days === 0n ? clock : `${days} day${days === 1n || days === -1n ? '' : 's'}, ${clock}`
  const seconds = Number(inDay / 1_000_000n)
  const rest = Number(inDay % 1_000_000n)
  const written = [
    ...(days === 0n ? [] : [`days=${days}`]),
    ...(seconds === 0 ? [] : [`seconds=${seconds}`]),
    ...(rest === 0 ? [] : [`microseconds=${rest}`]),
  ]
  const total = Number(microseconds) / 1e6
  const members = new Map<string, TemplateValue>([
    ['days', Number(days)],
    ['seconds', seconds],
    ['microseconds', rest],
    method('total_seconds', () => (Number.isInteger(total) ? new WholeFloat(total) : total)),
  ])
  const representation = `datetime.timedelta(${written.length > 0 ? written.join(', ') : '0'})`
  return new Moment({ kind: 'timedelta', microseconds, text, representation, members: () => members })
}

const dateParts = ['year', 'month', 'day'] as const
const timeParts = ['hour', 'minute', 'second', 'microsecond'] as const

/** A date of its parts, each in its range. */
function make(kind: 'date' | 'datetime', values: readonly TemplateValue[], site: Site): Moment {
  const parts = values.map((value) =>
    isInteger(value) ? value : problem(`a ${kind} is made of integers, not of ${kindOf(value)}`, site),
  )
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0, microsecond = 0] = parts
  const isDate = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && date >= 1
  const inRange = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60
  if (!isDate || date > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()) {
    return problem(`there is no day ${parts.slice(0, 3).join('-')}`, site)
  }
  if (!inRange || microsecond < 0 || microsecond >= 1_000_000) return problem('there is no such time of day', site)
  const time = BigInt(((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond)
  return moment(kind, civil(year, month, date) + time, site)
}

const noClock = (name: string) =>
  callable(name, ({ site }) =>
    fail(
      'template-unsupported',
      {
        construct: `\`${name}()\`, which reads the clock,`,
        help: 'use `window.start` and `window.end`, or `current_date` in SQL: compiling twice has to give the same SQL',
      },
      site,
    ),
  )

function text(name: string, call: CallArguments, ...names: readonly string[]): string[] {
  const bound = bindArguments(
    name,
    names.map((each) => ({ name: each, required: true })),
    call,
  )
  return names.map((each) => {
    const value = bound.get(each)?.value
    return typeof value === 'string' ? value : problem(`\`${name}\` needs a text as \`${each}\``, call.site)
  })
}

/** `datetime.date` and `datetime.datetime`: called they make one; their members read texts. The clock is out of reach. */
function maker(kind: 'date' | 'datetime'): Callable {
  const names = kind === 'date' ? dateParts : [...dateParts, ...timeParts]
  const parameters = names.map((name, index) => ({ name, required: index < 3 }))
  const read = (call: CallArguments) => {
    const bound = bindArguments(kind, parameters, call)
    return make(
      kind,
      names.map((name) => bound.get(name)?.value ?? 0),
      call.site,
    )
  }
  const fromIso = method('fromisoformat', (call) => {
    const [given = ''] = text('fromisoformat', call, 'text')
    const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{6}))?)?)?$/.exec(given)
    if (!match || (kind === 'date' && match[4])) return problem(`\`${given.slice(0, 40)}\` is no ${kind}`, call.site)
    return make(
      kind,
      match.slice(1).map((part) => Number(part ?? 0)),
      call.site,
    )
  })
  const strptime = method('strptime', (call) => {
    const [given = '', format = ''] = text('strptime', call, 'text', 'format')
    return make('datetime', parsed(given, format, call.site), call.site)
  })
  const clocks = ['now', 'utcnow', 'today', 'fromtimestamp'].map((name): [string, Callable] => [
    name,
    noClock(`${kind}.${name}`),
  ])
  const members = new Map([fromIso, ...(kind === 'datetime' ? [strptime] : []), ...clocks])
  return callable(kind, read, members)
}

const units: Readonly<Record<string, number>> = {
  days: 86_400e6,
  seconds: 1e6,
  microseconds: 1,
  milliseconds: 1e3,
  minutes: 60e6,
  hours: 3600e6,
  weeks: 604_800e6,
}

const timedeltaMaker = callable('timedelta', (call) => {
  const bound = bindArguments(
    'timedelta',
    Object.keys(units).map((name) => ({ name })),
    call,
  )
  const total = [...bound].reduce((sum, [name, { value, site }]) => {
    const number = numberOf(value)
    if (number === undefined) return problem(`\`timedelta\` needs numbers, not ${kindOf(value)}`, site)
    return sum + number * (units[name] ?? 0)
  }, 0)
  if (Math.abs(total) > Number(endOfTime)) return problem('the stretch of time is too long', call.site)
  return timedelta(BigInt(Math.round(total)), call.site)
})

/** `modules.datetime`: dates and their arithmetic, without a clock and without zones. */
export function datetimeModule(): Printable {
  const members = new Map<string, TemplateValue>([
    ['date', maker('date')],
    ['datetime', maker('datetime')],
    ['timedelta', timedeltaMaker],
  ])
  return new Printable({ description: '`modules.datetime`', members })
}

/** Python's arithmetic of dates; undefined when neither side is one, or the operation has no meaning. */
export function momentArithmetic(
  operator: ArithmeticOperator,
  left: TemplateValue,
  right: TemplateValue,
  site: Site,
): Moment | undefined {
  if (!(left instanceof Moment)) {
    const swaps = right instanceof Moment && (operator === '+' || operator === '*')
    return swaps && !(left instanceof Moment) ? momentArithmetic(operator, right, left, site) : undefined
  }
  if (right instanceof Moment && (operator === '+' || operator === '-')) {
    return sumOrDifference(operator, left, right, site)
  }
  if (left.kind !== 'timedelta' || !isInteger(right)) return undefined
  if (operator === '*') return timedelta(left.microseconds * BigInt(right), site)
  if (operator !== '//' || right === 0) return undefined
  const divisor = BigInt(right)
  const quotient = left.microseconds / divisor
  const isExact = quotient * divisor === left.microseconds
  return timedelta(isExact || left.microseconds < 0n === divisor < 0n ? quotient : quotient - 1n, site)
}

function sumOrDifference(operator: '+' | '-', left: Moment, right: Moment, site: Site): Moment | undefined {
  const sign = operator === '+' ? 1n : -1n
  if (right.kind !== 'timedelta') {
    if (operator === '-') {
      return left.kind === right.kind ? timedelta(left.microseconds - right.microseconds, site) : undefined
    }
    return left.kind === 'timedelta' ? sumOrDifference('+', right, left, site) : undefined
  }
  if (left.kind === 'timedelta') return timedelta(left.microseconds + sign * right.microseconds, site)
  // Of a date only whole days count, as in Python.
  const change = left.kind === 'date' ? floorTo(right.microseconds, day) : right.microseconds
  return moment(left.kind, left.microseconds + sign * change, site)
}
