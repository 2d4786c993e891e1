import type { CheckFunctions } from '../contract.ts'
import { text as literal } from '../standard-text.ts'

/** The engine takes commas before a closing bracket, comments and words for no numbers, which JSON does not know. */
function isJson(text: string): string {
  const written = `cast(${text} as VARCHAR)`
  const bare = `regexp_replace(${written}, '"(?:[^"\\\\]|\\\\.)*"', '0', 'g')`
  return `(json_valid(${written}) and not regexp_matches(${bare}, ',\\s*[\\]}]|/|nan|inf', 'i'))`
}

/** DuckDB's words for checks of data. */
export const checks: CheckFunctions = {
  matches: (text, pattern, ignoreCase) => `regexp_matches(${text}, ${pattern}${ignoreCase ? `, 'i'` : ''})`,
  like: (text, pattern, ignoreCase) => `(${text} ${ignoreCase ? 'ilike' : 'like'} ${pattern} escape '\\')`,
  length: (text) => `length(${text})`,
  isJson,
  isCastable: (expression, type) => `try_cast(${expression} as ${type}) is not null`,
  isMoment: (text, format) => `try_strptime(${text}, ${literal(format)}) is not null`,
  quantile: (expression, share) => `quantile_cont(${expression}, ${share})`,
  standardDeviation: (expression) => `stddev_samp(${expression})`,
  variance: (expression) => `var_samp(${expression})`,
  now: (timeZone) => `cast(now() at time zone ${timeZone} as timestamp)`,
}
