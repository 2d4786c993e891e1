import type { Catalog } from '../adapters/contract.ts'
import type { Graph, Model } from '../compiler/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { PlanRequest } from './plan.ts'

/**
 * The models whose partitions `plan` has to see. `request.ledger` may come with heads only (of every selected model and
 * everything these read): models whose head has not moved are left out, so that nothing to do costs little. Load these
 * with their partitions, keep the heads of the others, and call `plan`.
 */
export function needsPartitions(_request: PlanRequest): string[] {
  return bug('being written')
}

/**
 * The columns of everything that a view reads directly, as the catalog has them: recorded as `columns` when the view is
 * made; another text later is the reason `columns-changed`.
 */
export function viewColumns(_view: Model, _graph: Graph, _catalog: Catalog): string {
  return bug('being written')
}
