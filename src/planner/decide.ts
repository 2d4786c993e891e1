import { bug, type Checked } from '../diagnostics/index.ts'
import type { Plan, PlanRequest } from './plan.ts'

/** Works out what has to be built, in which batches and why: DESIGN §6. Pure: the same request gives the same plan. */
export function plan(_request: PlanRequest): Checked<Plan> {
  return bug('being written')
}
