import type { Model } from '../compiler/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { InputRecord } from '../ledger/index.ts'
import type { Kept, Reason } from './plan.ts'

/**
 * Compares what a published partition was built from with what it would read now. A `Reason` builds it; `input-gone`
 * forbids to build it; `older-reference-kept` says that only a reference moved; undefined: nothing moved.
 */
export function changedInput(
  _recorded: readonly InputRecord[],
  _current: readonly InputRecord[],
  _model: Model,
): Reason | Kept | undefined {
  return bug('being written')
}
