/* What a value of a CSV file can be. The same for every engine, and strict where engines would round or guess. */

const zone = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/
const clock = /[ T]\d{2}:/

const daysOf = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isDate(text: string): boolean {
  const match = /^(\d{4,6})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day >= 1 && day <= (month === 2 && !isLeap ? 28 : (daysOf[month - 1] ?? 0))
}

function isTime(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?$/.test(text)
}

function isMoment(text: string): boolean {
  const at = text.search(/[ T]/)
  return at < 0 ? isDate(text) : isDate(text.slice(0, at)) && isTime(text.slice(at + 1))
}

function isWhole(text: string, least: bigint, greatest: bigint): boolean {
  if (!/^[+-]?\d{1,20}$/.test(text)) return false
  const value = BigInt(text.replace(/^\+/, ''))
  return value >= least && value <= greatest
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Whether a text is a value of a logical type that somebody declared. Of `decimal`, its digits are counted elsewhere. */
export const fits: Readonly<Record<string, (text: string) => boolean>> = {
  boolean: (text) => /^(?:true|false|t|f|yes|no|y|n|1|0)$/i.test(text),
  integer: (text) => isWhole(text, -2_147_483_648n, 2_147_483_647n),
  bigint: (text) => isWhole(text, -9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n),
  double: (text) => /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|inf(?:inity)?)$/i.test(text),
  decimal: (text) => /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text),
  date: isDate,
  instant: (text) => isMoment(text.replace(zone, (found, at: number) => (at > 10 ? '' : found))),
  local: isMoment,
  time: isTime,
  json: isJson,
}

/** Whether a text speaks for a type where nobody declared one: the types in the order in which they are tried. */
export const speaksFor: Readonly<Record<string, (text: string) => boolean>> = {
  boolean: (text) => /^(?:true|false)$/i.test(text),
  // A number that begins with 0 is a code: as a number it would lose it.
  bigint: (text) => /^-?(?:0|[1-9]\d*)$/.test(text) && fits.bigint?.(text) === true,
  double: (text) => /^-?(?:0|[1-9]\d*)?(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) && fits.double?.(text) === true,
  date: isDate,
  instant: (text) => clock.test(text) && zone.test(text) && fits.instant?.(text) === true,
  local: (text) => clock.test(text) && isMoment(text),
  time: (text) => isTime(text),
}

/** How many digits a number has before its point. */
export function digitsBeforePoint(text: string): number {
  return text.replace(/^[+-]?0*/, '').replace(/\..*$/, '').length
}
