import { intersect, lengthOf } from '../../calendar/index.ts'
import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { LedgerSnapshot } from '../../ledger/index.ts'
import { type Plan, storedModels } from '../../planner/index.ts'
import { all, ordinalsOf, type Site, windowNames } from '../site/index.ts'
import { isKnownRefusal } from './acknowledged.ts'

type Kept = Plan['kept'][number]

/** Whether everything is known that made earlier attempts refuse the partitions of a range. */
async function isKnown(site: Site, heads: LedgerSnapshot, { model: id, window = all, why }: Kept): Promise<boolean> {
  const model = site.models.get(id)
  if (!model || why.kind !== 'still-failing') return false
  let looked = 0
  for (const outcome of heads.relations.get(id)?.outcomes ?? []) {
    const common = intersect(outcome, window)
    if (lengthOf(common) <= 0) continue
    // One acknowledgement covers neighbours or not: they are asked one by one.
    for (const ordinal of ordinalsOf(common)) if (!(await isKnownRefusal(site, model, ordinal, outcome))) return false
    looked += lengthOf(common)
  }
  return looked === lengthOf(window)
}

/** Models of which all that the plan leaves alone is held back knowingly, also through what they read. */
async function heldKnowingly(site: Site, heads: LedgerSnapshot, failures: readonly Kept[]): Promise<Set<string>> {
  const held = new Set(failures.map(({ model }) => model))
  for (const one of failures) {
    if (one.why.kind === 'still-failing' && held.has(one.model) && !(await isKnown(site, heads, one)))
      held.delete(one.model)
  }
  let before = -1
  while (before !== held.size) {
    before = held.size
    for (const { model, why } of failures) if (why.kind === 'blocked-by' && !held.has(why.upstream)) held.delete(model)
  }
  return held
}

/**
 * What the plan leaves alone although it is not in order: it makes the run fail until it is mended. What is held back by failures
 * that are acknowledged is told, too, and makes no run fail.
 */
export async function keptFailures(site: Site): Promise<Diagnostic[]> {
  const isFailure = ({ why }: Kept) => why.kind === 'still-failing' || (why.kind === 'blocked-by' && why.failed)
  const failures = site.plan.kept.filter((one) => isFailure(one))
  if (failures.length === 0) return []
  const failing = new Set(failures.map(({ model }) => model))
  const refused = await site.ledger.snapshot(storedModels(site.graph.models, failing), { headsOnly: true })
  const held = await heldKnowingly(site, refused, failures)
  return failures.flatMap(({ model: id, window, why }) => {
    const model = site.models.get(id)
    if (!model || (why.kind !== 'still-failing' && why.kind !== 'blocked-by')) return []
    const partitions = window && windowNames(model, [window])
    const upstream = why.kind === 'blocked-by' ? why.upstream : undefined
    if (held.has(id)) return [diagnose('still-acknowledged', { model: id, partitions, upstream }, model.location)]
    if (why.kind === 'still-failing') {
      return [diagnose('still-failing', { model: id, partitions, message: why.message }, model.location)]
    }
    return [diagnose('kept-blocked', { model: id, partitions, upstream: why.upstream }, model.location)]
  })
}
