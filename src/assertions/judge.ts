import { bug } from '../diagnostics/index.ts'
import type { Assertion } from './assertion.ts'

/** The verdict on a number of failing rows among all rows judged. */
export function judge(
  assertion: Assertion,
  measured: { readonly failures: number; readonly rows: number },
): 'pass' | 'warn' | 'fail' {
  return bug(`being written: ${assertion.id} ${measured.rows}`)
}
