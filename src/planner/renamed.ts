import type { Model } from '../compiler/index.ts'
import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import type { VanishedRelation } from '../ledger/index.ts'
import { type Facts, isView, tableIn } from './facts.ts'

/** Models looked at of which nothing was ever built here, though something might be: their rows may stand under another name. */
export function neverBuilt({ request: { graph, ledger, options } }: Pick<Facts, 'request'>): readonly string[] {
  const selected = new Set(options.selected)
  return graph.models
    .filter((model) => selected.has(model.id) && model.config.materialized !== 'ephemeral' && !isView(model))
    .filter(({ id }) => (ledger.relations.get(id)?.version ?? 0) === 0)
    .map(({ id }) => id)
}

/** Whether a build replaces single partitions or rows of what is there, so that others stay. */
function leavesRows({ config }: Model): boolean {
  return config.materialized === 'incremental' || config.materialized === 'history'
}

/** What another model, or a former one, has built where a model is to be stored, in a table that keeps rows. */
export function builtThere({ request }: Facts, model: Model): VanishedRelation | undefined {
  const { schema, name } = model.relation
  const there = request.vanished?.find(({ relation }) => relation.schema === schema && relation.name === name)
  const isTable = tableIn(request.catalog, model.relation)?.kind === 'table'
  return isTable && leavesRows(model) && there && there.partitions > 0 ? there : undefined
}

/** `rows-of-another`: models that would be written beside the rows of the model that was stored there before. */
export function rowsOfAnother(facts: Facts): readonly Diagnostic[] {
  const { request, models } = facts
  const { yes, fullRefresh } = request.options
  if ((request.vanished ?? []).length === 0) return []
  return neverBuilt(facts).flatMap((id) => {
    const model = models.get(id)
    const other = model && builtThere(facts, model)
    // Nothing builds a history from nothing.
    const isHistory = model?.config.materialized === 'history'
    const replaces = fullRefresh && !isHistory
    if (!model || !other || (replaces && yes)) return []
    const { node = 'another model', rows, relation } = other
    if (replaces) {
      const parameters = { model: id, partitions: 'all', rows, why: `${node} has built them` }
      return [diagnose('refresh-loses-rows', parameters, model.location)]
    }
    const parameters = { model: id, former: node, relation: `${relation.schema}.${relation.name}`, rows, isHistory }
    return [diagnose('rows-of-another', parameters, model.location)]
  })
}

/** `model-renamed`: new models whose rows stand where none is stored any more, under the name that they had before. */
export function renamedModels(facts: Facts): readonly Diagnostic[] {
  const { request, models, exists } = facts
  const { vanished = [], catalog } = request
  if (vanished.length === 0) return []
  const used = new Set([...models.values()].map(({ relation }) => JSON.stringify([relation.schema, relation.name])))
  const left = vanished.filter(
    ({ relation: { schema, name }, rows }) =>
      rows > 0 && !used.has(JSON.stringify([schema, name])) && tableIn(catalog, { schema, name })?.kind === 'table',
  )
  const wasStored = (one: VanishedRelation, id: string, fingerprint: string): boolean =>
    one.node === id || ((one.node === undefined || !models.has(one.node)) && one.fingerprints.includes(fingerprint))
  return neverBuilt(facts).flatMap((id) => {
    const model = models.get(id)
    if (!model || exists(model)) return []
    const former = left.filter((one) => wasStored(one, id, model.fingerprint))
    const [only] = former
    // Two of the same code: nobody knows which.
    if (!only || former.length > 1) return []
    const { relation, node, partitions, rows } = only
    const parameters = {
      model: id,
      former: node === id ? undefined : node,
      relation: `${relation.schema}.${relation.name}`,
      ...(model.partitioning ? { partitions } : {}),
      rows,
      alias: relation.schema === model.relation.schema ? relation.name : undefined,
      name: `${model.relation.schema}.${model.relation.name}`,
    }
    return [diagnose('model-renamed', parameters, model.location)]
  })
}
