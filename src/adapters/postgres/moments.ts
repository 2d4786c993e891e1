import { text as literal } from '../standard-text.ts'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const longMonths = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

/** What each directive of `strftime` stands for. */
const directives: Readonly<Record<string, string>> = {
  Y: '[0-9]{4}',
  y: '[0-9]{2}',
  m: '(?:0?[1-9]|1[0-2])',
  d: '(?:0?[1-9]|[12][0-9]|3[01])',
  H: '(?:[01]?[0-9]|2[0-3])',
  I: '(?:0?[1-9]|1[0-2])',
  M: '[0-5]?[0-9]',
  S: '[0-5]?[0-9]',
  f: '[0-9]{1,6}',
  p: '(?:am|pm)',
  b: `(?:${months.join('|')})`,
  B: `(?:${longMonths.join('|')})`,
  j: '(?:[12][0-9]{2}|3[0-5][0-9]|36[0-6]|0?[1-9][0-9]|0{0,2}[1-9])',
  z: '[-+][0-9]{2}(?::?[0-9]{2})?',
  '%': '%',
}

const escaped = (sign: string): string => sign.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')

/** The pattern of a format, the first of `marked` in it as its group. */
function patternOf(format: string, marked: string): string {
  let isMarked = false
  const pattern = format.replace(/%(.)|[^%]/gsu, (sign, directive?: string) => {
    if (directive === undefined) return escaped(sign)
    const own = directives[directive] ?? ''
    if (isMarked || !marked.includes(directive)) return own
    isMarked = true
    return `(${own})`
  })
  return `^${pattern}$`
}

const has = (format: string, among: string): boolean =>
  [...among].some((one) => format.replaceAll('%%', '').includes(`%${one}`))

/**
 * Whether a text is a date or moment of a format of `strftime`: by its pattern, and by whether the month has the day. The engine's
 * own reader of formats fails on what it cannot read, and reads too much.
 */
export function isMoment(text: string, format: string): string {
  const matches = `${text} ~* ${literal(patternOf(format, ''))}`
  if (!has(format, 'Yy') || !has(format, 'd') || !has(format, 'mbB')) return `(${matches})`
  const part = (marked: string): string =>
    `lower(substring(${text} from ${literal(`(?i)${patternOf(format, marked)}`)}))`
  const number = (expression: string): string => `cast(${expression} as integer)`
  const year = has(format, 'Y')
    ? number(part('Y'))
    : `(${number(part('y'))} + case when ${number(part('y'))} < 69 then 2000 else 1900 end)`
  const month = has(format, 'm')
    ? number(part('m'))
    : `array_position(${`array[${months.map((name) => `'${name}'`).join(', ')}]`}, left(${part('bB')}, 3))`
  const last = `extract(day from make_date(${year}, ${month}, 1) + interval '1 month' - interval '1 day')`
  const exists = `case when ${year} = 0 then false else ${number(part('d'))} <= ${last} end`
  return `(case when ${text} is null then null when ${matches} then ${exists} else false end)`
}
