import { contractFaults, contractTypes, type EngineType } from '../assertions/index.ts'
import type { Location } from '../diagnostics/index.ts'
import type { BindRequest } from './request.ts'
import type { Told } from './told.ts'
import type { Walk } from './walk.ts'

/** Compares what models return with what they promise, as far as their columns and the promised types are known. */
export async function checkContracts(walk: Walk, request: BindRequest, told: Told): Promise<void> {
  const { graph, adapter, building } = request
  const wanted = new Set(request.models)
  const owners = graph.models.filter(({ id, contract }) => contract && wanted.has(id) && walk.columns(id))
  if (owners.length === 0) return
  const types = new Map<string, EngineType>()
  for (const word of new Set(owners.flatMap((model) => contractTypes(model, adapter.dialect)))) {
    walk.askType(word, (type) => types.set(word, type))
  }
  await walk.finish()
  const unchanged = building ? 'nothing was built' : 'nothing is published of it as long as this is so'
  for (const model of owners) {
    const isKnown = contractTypes(model, adapter.dialect).every((word) => types.has(word))
    const returned = walk.columns(model.id)
    if (!returned || !isKnown) continue
    const placed = (location: Location): Location => told.placed(location)
    told.add(contractFaults(model, { returned, types, adapter, placed, unchanged }))
  }
}
