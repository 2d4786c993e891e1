import { bug } from '../diagnostics/index.ts'
import type { RunResults } from './events.ts'
import type { RunRequest } from './request.ts'

/**
 * Executes a plan: every batch staged, checked, published and recorded. Never prints; reports read the events. Rejects with
 * `Failure` only when nothing could be started (`lease-held`, the ledger cannot be reached); else failures are results.
 */
export async function run(request: RunRequest): Promise<RunResults> {
  return bug(`the runner is being written: ${request.plan.target}`)
}
