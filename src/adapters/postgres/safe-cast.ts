/**
 * Casts that give null where they fail. Postgres can ask that of a cast from 16 on only, so the text is looked at first; what is
 * cast is the text. Each condition stands in a CASE of its own: the engine may change the order of an AND.
 */

const decimal = String.raw`^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?\s*$`
const notFinite = String.raw`^\s*[-+]?(nan|inf|infinity)\s*$`
const boolean = String.raw`^\s*(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0)\s*$`
const uuid = String.raw`^\s*[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\s*$`
const day = String.raw`\d{4}-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])`
const clock = String.raw`([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?`
const offset = String.raw`\s*(z|[-+](0?\d|1[0-5])(:?[0-5]\d)?)`
const moment = String.raw`^\s*(?!0000)${day}([ t]+${clock}(${offset})?)?\s*$`

const aliases: Readonly<Record<string, string>> = {
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  int2: 'smallint',
  decimal: 'numeric',
  float: 'double precision',
  float8: 'double precision',
  bool: 'boolean',
  timestamptz: 'timestamp with time zone',
  'timestamp without time zone': 'timestamp',
}

const bounds: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ['-32768', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
}

const when = (condition: string, result: string) => `case when ${condition} then ${result} end`
const matches = (text: string, pattern: string) => `${text} ~* '${pattern}'`

/** A day that its month has. */
function existingDay(text: string, result: string): string {
  const date = `substring(${text} from '\\d{4}-\\d{1,2}-\\d{1,2}')`
  const part = (number: number) => `cast(split_part(${date}, '-', ${number}) as integer)`
  const last = `extract(day from make_date(${part(1)}, ${part(2)}, 1) + interval '1 month' - interval '1 day')`
  return when(`${part(3)} <= ${last}`, result)
}

/** A cast whose failure is null: of numbers, booleans, dates, timestamps and UUIDs. Of other types it fails as any cast does. */
export function safeCast(expression: string, type: string): string {
  const written = type.trim().toLowerCase().replace(/\s+/g, ' ')
  const [, word = '', digits, scale = '0'] =
    /^([a-z0-9 ]+?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$/.exec(written) ?? []
  const name = aliases[word] ?? word
  const text = `cast(${expression} as text)`
  const result = `cast(${text} as ${type})`
  const range = bounds[name]
  if (range) {
    const rounded = `round(cast(${text} as numeric))`
    const fits = when(`${rounded} between ${range.join(' and ')}`, `cast(${rounded} as ${type})`)
    return when(matches(text, decimal), fits)
  }
  if (name === 'numeric') {
    if (digits === undefined) return when(matches(text, decimal), result)
    const rounded = `round(cast(${text} as numeric), ${scale})`
    return when(matches(text, decimal), when(`abs(${rounded}) < 1e${Number(digits) - Number(scale)}`, result))
  }
  if (name === 'double precision' || name === 'real') {
    const size = `abs(cast(${text} as numeric))`
    const [least, most] = name === 'real' ? ['1e-37', '3e38'] : ['1e-307', '1.7e308']
    const finite = when(matches(text, decimal), when(`${size} = 0 or ${size} between ${least} and ${most}`, result))
    return `case when ${matches(text, notFinite)} then ${result} else ${finite} end`
  }
  if (name === 'boolean') return when(matches(text, boolean), result)
  if (name === 'uuid') return when(matches(text, uuid), result)
  if (name === 'date' || name.startsWith('timestamp')) return when(matches(text, moment), existingDay(text, result))
  return `cast(${expression} as ${type})`
}
