import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import { type Facts, tableIn } from './facts.ts'
import type { Step } from './plan.ts'

/** `foreign-relation`: steps whose relation is there although the ledger knows of no publication: it belongs to somebody else. */
export function foreignRelations({ request, models, record }: Facts, steps: readonly Step[]): readonly Diagnostic[] {
  return steps.flatMap((step) => {
    const model = models.get(step.model)
    if (!model || !tableIn(request.catalog, model.relation)) return []
    const known = record(model)
    if (known && known.version > 0 && !known.dropped) return []
    const { schema, name } = model.relation
    // What another model has built is elt's own.
    if (request.vanished?.some(({ relation }) => relation.schema === schema && relation.name === name)) return []
    return [diagnose('foreign-relation', { model: model.id, relation: `${schema}.${name}` }, model.location)]
  })
}
