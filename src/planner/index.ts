export { changedInput } from './changed.ts'
export { plan } from './decide.ts'
export { needsPartitions, viewColumns } from './heads.ts'
export {
  currentInputs,
  filesRead,
  type InputState,
  inputState,
  type RelationVersions,
  type VersionRange,
  versionRanges,
} from './inputs.ts'
export type { Batch, Kept, KeptRange, Part, Plan, PlanOptions, PlanRequest, Reason, Step } from './plan.ts'
