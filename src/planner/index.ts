export type { Batch, Kept, KeptRange, Part, Plan, PlanOptions, PlanRequest, Reason, Step } from './plan.ts'
