import type { Found } from '../../ledger/index.ts'
import type { AssertionOutcome } from './events.ts'

/** One assertion's verdict on some partitions of a relation. */
export interface Judgement extends Found {
  readonly outcome: AssertionOutcome
  /** Ordinals of the partitions that fail; of an assertion that judges all rows together, every ordinal asked for. */
  readonly failing: readonly number[]
  /** Those of them that are acknowledged. */
  readonly acknowledged: readonly number[]
}

export type Status = AssertionOutcome['status']

const severities: readonly Status[] = ['pass', 'warn', 'acknowledged', 'fail', 'error']

/** The worse of two statuses. */
export function worse(a: Status, b: Status): Status {
  return severities.indexOf(a) >= severities.indexOf(b) ? a : b
}

/** Whether a status makes the run fail. */
export function isFailure(status: Status): boolean {
  return status === 'fail' || status === 'error'
}
