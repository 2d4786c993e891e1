import type { Model } from '../../compiler/index.ts'
import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { Plan } from '../../planner/index.ts'
import { windowNames } from '../site/index.ts'

/** What the plan leaves alone although it is not in order: it makes the run fail until it is mended. */
export function keptFailures(plan: Plan, models: ReadonlyMap<string, Model>): Diagnostic[] {
  return plan.kept.flatMap(({ model: id, window, why }) => {
    const model = models.get(id)
    const isFailure = why.kind === 'still-failing' || (why.kind === 'blocked-by' && why.failed)
    if (!model || !isFailure) return []
    const partitions = window && windowNames(model, [window])
    if (why.kind === 'still-failing') {
      return [diagnose('still-failing', { model: id, partitions, message: why.message }, model.location)]
    }
    return [diagnose('kept-blocked', { model: id, partitions, upstream: why.upstream }, model.location)]
  })
}
