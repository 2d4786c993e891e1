import type { Assertion } from '../../assertions/index.ts'
import type { AssertionResult, FailedRow, Found } from '../../ledger/index.ts'
import type { AssertionOutcome } from './events.ts'
import { type Judgement, worse } from './verdict.ts'

/** Gathers the judgements of a run: one outcome for each assertion, and every measured value for the ledger. */
export interface Quality {
  readonly add: (judgement: Judgement) => void
  /** Outcomes of these assertions, in their order; those that judged nothing are left out. */
  readonly outcomes: (assertions: readonly Assertion[]) => AssertionOutcome[]
  /** What was measured and not yet taken, and the rows that failed. */
  readonly take: () => Found
  /** How many records `take` would give. */
  readonly waiting: () => number
}

function merge(a: AssertionOutcome, b: AssertionOutcome): AssertionOutcome {
  const worst = worse(a.status, b.status) === a.status ? a : b
  return {
    ...worst,
    failures: a.failures + b.failures,
    rows: a.rows + b.rows,
    milliseconds: a.milliseconds + b.milliseconds,
    diagnostics: [...a.diagnostics, ...b.diagnostics],
  }
}

export function createQuality(): Quality {
  const byAssertion = new Map<string, AssertionOutcome>()
  let results: AssertionResult[] = []
  let failures: FailedRow[] = []
  return {
    add: ({ outcome, ...found }) => {
      const before = byAssertion.get(outcome.assertion)
      byAssertion.set(outcome.assertion, before ? merge(before, outcome) : outcome)
      results.push(...found.results)
      failures.push(...found.failures)
    },
    outcomes: (assertions) =>
      assertions.flatMap(({ id }) => {
        const outcome = byAssertion.get(id)
        return outcome ? [outcome] : []
      }),
    take: () => {
      const taken = { results, failures }
      results = []
      failures = []
      return taken
    },
    waiting: () => results.length + failures.length,
  }
}
