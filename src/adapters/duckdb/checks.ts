import type { CheckFunctions } from '../contract.ts'
import { text as literal } from '../standard-text.ts'

/** The engine takes commas before a closing bracket, comments and words for no numbers, which JSON does not know. */
function isJson(text: string): string {
  const written = `cast(${text} as VARCHAR)`
  const bare = `regexp_replace(${written}, '"(?:[^"\\\\]|\\\\.)*"', '0', 'g')`
  return `(json_valid(${written}) and not regexp_matches(${bare}, ',\\s*[\\]}]|/|nan|inf', 'i'))`
}

/** A path of names as a literal. */
function pointer(path: readonly string[]): string {
  return literal(path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''))
}

function jsonType(text: string, path: readonly string[]): string {
  const type = path.length === 0 ? `json_type(${text})` : `json_type(${text}, ${pointer(path)})`
  return `(case ${type} when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end)`
}

/** DuckDB's words for checks of data. */
export const checks: CheckFunctions = {
  matches: (text, pattern, ignoreCase) => `regexp_matches(${text}, ${pattern}${ignoreCase ? `, 'i'` : ''})`,
  like: (text, pattern, ignoreCase) => `(${text} ${ignoreCase ? 'ilike' : 'like'} ${pattern} escape '\\')`,
  length: (text) => `length(${text})`,
  isJson,
  jsonType,
  jsonText: (text, path) => `json_extract_string(${text}, ${path.length === 0 ? `'$'` : pointer(path)})`,
  isCastable: (expression, type) => `try_cast(${expression} as ${type}) is not null`,
  isMoment: (text, format) => `try_strptime(${text}, ${literal(format)}) is not null`,
  quantile: (expression, share) => `quantile_cont(${expression}, ${share})`,
  standardDeviation: (expression) => `stddev_samp(${expression})`,
  variance: (expression) => `var_samp(${expression})`,
  now: (timeZone) => `cast(now() at time zone ${timeZone} as timestamp)`,
}
