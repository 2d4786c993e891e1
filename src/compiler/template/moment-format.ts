import { fail, type Site } from './site.ts'

const day = 86_400_000_000n

/** The first microsecond of a day since 1970-01-01, in the calendar that Python counts backwards without end. */
export function civil(year: number, month: number, date: number): bigint {
  const moment = new Date(0)
  moment.setUTCFullYear(year, month - 1, date)
  return BigInt(moment.getTime()) * 1000n
}

const months = 'January February March April May June July August September October November December'.split(' ')
const days = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')
const pad = (value: number, width = 2) => String(value).padStart(width, '0')

type Formatter = (date: Date, microseconds: bigint) => string

const formatters: Readonly<Record<string, Formatter>> = {
  Y: (date) => String(date.getUTCFullYear()),
  y: (date) => pad(date.getUTCFullYear() % 100),
  m: (date) => pad(date.getUTCMonth() + 1),
  d: (date) => pad(date.getUTCDate()),
  H: (date) => pad(date.getUTCHours()),
  I: (date) => pad(date.getUTCHours() % 12 || 12),
  M: (date) => pad(date.getUTCMinutes()),
  S: (date) => pad(date.getUTCSeconds()),
  f: (_, microseconds) => pad(Number(((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n), 6),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  B: (date) => months[date.getUTCMonth()] ?? '',
  b: (date) => months[date.getUTCMonth()]?.slice(0, 3) ?? '',
  A: (date) => days[(date.getUTCDay() + 6) % 7] ?? '',
  a: (date) => days[(date.getUTCDay() + 6) % 7]?.slice(0, 3) ?? '',
  w: (date) => String(date.getUTCDay()),
  u: (date) => String(date.getUTCDay() || 7),
  j: (date, microseconds) => pad(Number((microseconds - civil(date.getUTCFullYear(), 1, 1)) / day) + 1, 3),
  F: (date) => `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`,
  T: (date) => `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`,
  '%': () => '%',
}

function unknown(directive: string, site: Site): never {
  return fail('template-type', { problem: `\`${directive}\` is not a format of dates` }, site)
}

/** Python's `strftime`, in English and without zones. */
export function formatted(microseconds: bigint, format: string, site: Site): string {
  const date = new Date(Number((microseconds - (((microseconds % 1000n) + 1000n) % 1000n)) / 1000n))
  return format.replace(/%(.?)/gs, (all, name: string) => {
    const formatter = Object.hasOwn(formatters, name) ? formatters[name] : undefined
    return formatter ? formatter(date, microseconds) : unknown(all, site)
  })
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'microsecond'

/** What a directive reads: how many digits at most, and into which part. */
const readers: Readonly<Record<string, readonly [most: number, part: Part]>> = {
  Y: [4, 'year'],
  m: [2, 'month'],
  d: [2, 'day'],
  H: [2, 'hour'],
  M: [2, 'minute'],
  S: [2, 'second'],
  f: [6, 'microsecond'],
}

/** Python's `strptime` with numbers: year, month, day, hour, minute, second and microsecond of a text. */
export function parsed(text: string, format: string, site: Site): number[] {
  const parts = { year: 1900, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0 }
  const mismatch = (): never =>
    fail('template-type', { problem: `\`${text.slice(0, 40)}\` does not match the format \`${format}\`` }, site)
  let at = 0
  for (const [token] of format.matchAll(/%.?|\s+|[^%\s]/gs)) {
    if (/^\s/.test(token)) {
      const from = at
      while (/\s/.test(text[at] ?? '')) at++
      if (at === from) mismatch()
      continue
    }
    const reader = token.length === 2 && Object.hasOwn(readers, token[1] ?? '') ? readers[token[1] ?? ''] : undefined
    if (!reader) {
      const literal = token === '%%' ? '%' : token.startsWith('%') ? unknown(token, site) : token
      if (!text.startsWith(literal, at)) mismatch()
      at += literal.length
      continue
    }
    const [most, part] = reader
    const digits =
      new RegExp(`^\\d{${part === 'year' ? most : 1},${most}}`).exec(text.slice(at, at + most))?.[0] ?? mismatch()
    parts[part] = Number(part === 'microsecond' ? digits.padEnd(6, '0') : digits)
    at += digits.length
  }
  if (at < text.length) mismatch()
  return Object.values(parts)
}
