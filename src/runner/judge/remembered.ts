import type { Assertion } from '../../assertions/index.ts'
import { diagnose } from '../../diagnostics/index.ts'
import type { LastResult } from '../../ledger/index.ts'
import type { Judgement } from '../site/index.ts'

/** Which assertions have to be judged on published rows, and which would find what they found last. */
export interface Due {
  readonly judge: readonly Assertion[]
  readonly remembered: readonly { readonly assertion: Assertion; readonly last: LastResult }[]
}

/**
 * Of blocking ones, those that never judged the published rows, or found them bad: all others are judged before they are published.
 * Of the rest, those whose rows or code differ from their last result, and those that failed: these are told whole until mended.
 */
export function dueAssertions(
  assertions: readonly Assertion[],
  lastResults: ReadonlyMap<string, LastResult>,
  versionsOf: (assertion: Assertion) => string,
): Due {
  const judge: Assertion[] = []
  const remembered: { assertion: Assertion; last: LastResult }[] = []
  for (const assertion of assertions) {
    const last = lastResults.get(assertion.hash)
    const isGood = last?.status === 'pass' || last?.status === 'warn'
    if (assertion.blocking) {
      if (!last || (last.versions !== '' && !isGood)) judge.push(assertion)
    } else if (last && isGood && last.versions !== '' && last.versions === versionsOf(assertion)) {
      remembered.push({ assertion, last })
    } else {
      judge.push(assertion)
    }
  }
  return { judge, remembered }
}

/** The last result as an outcome of this run. Nothing is recorded: it is recorded already. */
export function rememberedJudgement(assertion: Assertion, { status, failures, rows }: LastResult): Judgement {
  const { id, name, node, reads, location } = assertion
  const parameters = {
    name,
    node: node ?? reads.join(', '),
    failures,
    value: undefined,
    isEmpty: false,
    rows: node === undefined ? undefined : rows,
    partitions: undefined,
    sample: [],
  }
  const outcome = {
    assertion: id,
    name,
    ...(node ? { node } : {}),
    ...{ status, failures, rows, sample: [], sql: '', milliseconds: 0 },
    diagnostics: status === 'pass' ? [] : [diagnose('assertion-warned', parameters, location)],
  }
  return { outcome, failing: [], acknowledged: [], results: [], failures: [] }
}
