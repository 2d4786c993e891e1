import { hash } from 'node:crypto'
import type { Catalog, RelationName } from '../adapters/contract.ts'
import type { Graph, Model } from '../compiler/index.ts'
import { standsFor, tableIn } from './facts.ts'

/** Stands for a relation of another target where versions are compared: each has a counter of its own. */
function placeOf({ schema, name }: RelationName): string {
  return `@${hash('sha256', JSON.stringify([schema, name]), 'hex').slice(0, 12)}`
}

/** The schemas in which a target finds its models: its own, and those of the target that it defers to. */
export function schemasLookedIn({ models }: Graph): string[] {
  const found = models.flatMap(({ relation, relationElsewhere: there }) =>
    there ? [relation.schema, there.schema] : [relation.schema],
  )
  return [...new Set(found)]
}

/**
 * Models that are read from the other target: not selected, not here, and there. A view that stands there shows rows of there:
 * where something that it reads is here, it is not read, and has to be made here.
 */
function modelsToDefer({ models }: Graph, selected: ReadonlySet<string>, catalog: Catalog): ReadonlySet<string> {
  const deferred = new Set<string>()
  /** What is here, and views and ephemerals that are not and through which it is read. */
  const leadsHere = new Set<string>()
  for (const model of models) {
    const { id, config, dependsOn, relationElsewhere: there } = model
    const isEphemeral = config.materialized === 'ephemeral'
    const isThrough = isEphemeral || config.materialized === 'view'
    const isHere = !isEphemeral && (selected.has(id) || standsFor(catalog, model) !== undefined)
    if (isHere || (isThrough && dependsOn.some((read) => leadsHere.has(read)))) leadsHere.add(id)
    else if (!isEphemeral && there && tableIn(catalog, there)) deferred.add(id)
  }
  return deferred
}

/** The graph with the models that are not here at the places where the other target stores them. `selected`: what is built here. */
export function deferModels(graph: Graph, target: string, selected: ReadonlySet<string>, catalog: Catalog): Graph {
  const ids = modelsToDefer(graph, selected, catalog)
  if (ids.size === 0) return graph
  const places = new Map<string, string>()
  const models = graph.models.map((model): Model => {
    const { id, relationElsewhere: there } = model
    if (!there || !ids.has(id)) return model
    places.set(id, placeOf(there))
    // Models of a kept graph read their parts when they are asked for, and so does the graph: neither may be copied.
    return Object.create(model, { relation: { value: there, enumerable: true } })
  })
  const deferred = { target, places }
  return Object.create(graph, {
    models: { value: models, enumerable: true },
    deferred: { value: deferred, enumerable: true },
  })
}

/** What of another target the models read, by id: with what views and ephemerals lead to. */
export function deferredReads(
  graph: Graph,
  models: Iterable<Pick<Model, 'dependsOn' | 'inputs'>>,
): Readonly<Record<string, RelationName>> {
  const { deferred } = graph
  if (!deferred) return {}
  const byId = new Map(graph.models.map((model) => [model.id, model]))
  const found = new Set<string>()
  const visit = (id: string): void => {
    if (deferred.places.has(id)) found.add(id)
    else if (byId.get(id)?.config.materialized === 'ephemeral')
      for (const read of byId.get(id)?.dependsOn ?? []) visit(read)
  }
  for (const { dependsOn, inputs } of models) {
    for (const id of dependsOn) visit(id)
    for (const { upstream } of inputs) visit(upstream)
  }
  return Object.fromEntries(
    graph.models.flatMap(({ id, relation }) =>
      found.has(id) ? [[id, { schema: relation.schema, name: relation.name }]] : [],
    ),
  )
}
