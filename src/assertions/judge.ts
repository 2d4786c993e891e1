import type { Assertion } from './assertion.ts'
import { holds } from './threshold.ts'

/**
 * The verdict on a number of failing rows among all rows judged (rows that `where` leaves out are among them, so a
 * percentage is of the partition). Severity error: `error_if`, then `warn_if`; warn: `warn_if` only; info: always a pass,
 * the numbers are what it is for.
 */
export function judge(
  assertion: Pick<Assertion, 'severity' | 'errorIf' | 'warnIf'>,
  measured: { readonly failures: number; readonly rows: number },
): 'pass' | 'warn' | 'fail' {
  const { failures, rows } = measured
  if (assertion.severity === 'info') return 'pass'
  if (assertion.severity === 'error' && holds(assertion.errorIf, failures, rows)) return 'fail'
  return holds(assertion.warnIf, failures, rows) ? 'warn' : 'pass'
}
