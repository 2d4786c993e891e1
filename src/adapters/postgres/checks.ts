import type { CheckFunctions } from '../contract.ts'
import { text as literal } from '../standard-text.ts'
import { isMoment } from './moments.ts'
import { safeCast } from './safe-cast.ts'

/**
 * Whether a text is JSON, which the engine can say from 16 on only: numbers, strings and words become one letter each, then the
 * innermost lists and objects, until nothing changes.
 */
function isJson(text: string): string {
  const string = String.raw`"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"`
  const atom = String.raw`(?<![\w.+-])(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null)(?![\w.+-])`
  const white = String.raw`[ \t\n\r]+`
  const list = String.raw`\[([sv](,[sv])*)?\]|\{(s:[sv](,s:[sv])*)?\}`
  const strings = `regexp_replace(cast(${text} as text), '${string}', 's', 'g')`
  // A letter outside of strings is none of JSON's own: it must not be taken for one of ours.
  const own = `case when regexp_replace(cast(${text} as text), '${string}', '', 'g') ~ '(?<![[:alnum:]])[sv](?![[:alnum:]])' then '' else ${strings} end`
  const values = `regexp_replace(${own}, '${atom}', 'v', 'g')`
  const spaced = `case when ${values} ~ '[sv]${white}[sv]' then '' else regexp_replace(${values}, '${white}', '', 'g') end`
  const steps = `select ${spaced} as rest, '' as before union all select regexp_replace(rest, '${list}', 'v', 'g'), rest from steps where rest <> before`
  return `(case when ${text} is null then null else (with recursive steps as (${steps}) select bool_or(rest in ('s', 'v')) from steps) end)`
}

const clock = String.raw`^\s*([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?\s*$`

/** Whether a cast works: of types whose casts cannot be tried, it is tried nevertheless. */
function isCastable(expression: string, type: string): string {
  const name = type.trim().toLowerCase()
  const text = `cast(${expression} as text)`
  if (/^(?:text|(?:character )?varying|varchar|character|char)\b/.test(name)) return `${expression} is not null`
  if (/^jsonb?$/.test(name)) return isJson(text)
  if (/^time(?: without time zone)?$/.test(name)) return `${text} ~ '${clock}'`
  return `${safeCast(expression, type)} is not null`
}

/** What stands at a path in a text that is JSON: characters that no text of the engine can hold become ones that it can. */
function atPath(text: string, path: readonly string[], operator: '#>' | '#>>'): string {
  const held = `regexp_replace(${text}, '\\\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\\\ufffd', 'g')`
  return `(cast(${held} as json) ${operator} cast(array[${path.map(literal).join(', ')}] as text[]))`
}

/** Postgres' words for checks of data. */
export const checks: CheckFunctions = {
  matches: (text, pattern, ignoreCase) => `(${text} ${ignoreCase ? '~*' : '~'} ${pattern})`,
  like: (text, pattern, ignoreCase) => `(${text} ${ignoreCase ? 'ilike' : 'like'} ${pattern} escape '\\')`,
  length: (text) => `char_length(${text})`,
  isJson,
  jsonType: (text, path) => `json_typeof(${atPath(text, path, '#>')})`,
  jsonText: (text, path) => atPath(text, path, '#>>'),
  isCastable,
  isMoment,
  quantile: (expression, share) => `percentile_cont(${share}) within group (order by ${expression})`,
  standardDeviation: (expression) => `stddev_samp(${expression})`,
  variance: (expression) => `var_samp(${expression})`,
  now: (timeZone) => `(now() at time zone ${timeZone})`,
}
