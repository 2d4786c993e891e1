import type { Assertion } from './assertion.ts'
import { holds, type Measurement, thresholdText } from './threshold.ts'

type Verdict = 'pass' | 'warn' | 'fail'

/**
 * The verdict on what was measured: failing rows among all rows judged (rows that `where` leaves out are among them, so a
 * percentage is of the partition), or a value. Severity error: `error_if`, then `warn_if`; warn: `warn_if` only; info: always a
 * pass, the numbers are what it is for. Where no row is judged, `on_empty` decides, if it is given.
 */
export function judge(
  assertion: Pick<Assertion, 'severity' | 'errorIf' | 'warnIf' | 'onEmpty'>,
  measured: Measurement,
): Verdict {
  const { severity, errorIf, warnIf, onEmpty } = assertion
  if (severity === 'info') return 'pass'
  if (onEmpty !== undefined && (measured.considered ?? measured.rows) === 0) {
    return onEmpty === 'fail' && severity === 'warn' ? 'warn' : onEmpty
  }
  if (severity === 'error' && holds(errorIf, measured)) return 'fail'
  return holds(warnIf, measured) ? 'warn' : 'pass'
}

/** What was demanded, as the ledger keeps it: `> 10`, or `error_if > 10, warn_if != 0`; of a value, only what is said of it. */
export function heldAgainst({ severity, errorIf, warnIf }: Pick<Assertion, 'severity' | 'errorIf' | 'warnIf'>): string {
  if (severity === 'info') return ''
  const named = [['error_if', errorIf] as const, ['warn_if', warnIf] as const].slice(severity === 'error' ? 0 : 1)
  const onValues = named.filter(([, { measured }]) => measured)
  const [first, second] = onValues.length > 0 ? onValues : named
  if (first === undefined) return ''
  const text = thresholdText(first[1])
  if (second === undefined || thresholdText(second[1]) === text) return text
  return `${first[0]} ${text}, ${second[0]} ${thresholdText(second[1])}`
}
