import type { CheckFunctions } from '../contract.ts'

/** DuckDB's words for checks of data. */
export const checks: CheckFunctions = {
  matches: (text, pattern, ignoreCase) => `regexp_matches(${text}, ${pattern}${ignoreCase ? `, 'i'` : ''})`,
  like: (text, pattern, ignoreCase) => `(${text} ${ignoreCase ? 'ilike' : 'like'} ${pattern} escape '\\')`,
  length: (text) => `length(${text})`,
  isJson: (text) => `json_valid(cast(${text} as VARCHAR))`,
  quantile: (expression, share) => `quantile_cont(${expression}, ${share})`,
  standardDeviation: (expression) => `stddev_samp(${expression})`,
  variance: (expression) => `var_samp(${expression})`,
  now: (timeZone) => `cast(now() at time zone ${timeZone} as timestamp)`,
}
