import { type Checked, hasErrors, sortDiagnostics } from '../diagnostics/index.ts'
import { dueWindows } from './due.ts'
import { gatherFacts } from './facts.ts'
import { dueOfModels, mistakesOf, modelsLookedAt } from './make-plan.ts'
import { narrow } from './narrow.ts'
import type { Due, PlanRequest } from './plan.ts'

/**
 * What a plan tells of partitions and files, and the mistakes that it would find before it decides anything: enough to write
 * SQL, and cheap where models read many. `ledger` needs the partitions of partitioned models only.
 */
export function duePartitions(request: PlanRequest): Checked<Due> {
  const facts = gatherFacts(request)
  const dueOf = dueWindows(facts)
  const models = modelsLookedAt(facts)
  const narrowed = narrow(facts, dueOf)
  const diagnostics = [...mistakesOf(facts, models), ...narrowed.diagnostics]
  const isRight = !hasErrors(diagnostics) && narrowed.value !== undefined
  const value = isRight ? { due: dueOfModels(dueOf, models), sources: request.sources } : undefined
  return { value, diagnostics: sortDiagnostics(diagnostics) }
}
