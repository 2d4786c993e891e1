export { changedInput } from './changed.ts'
export { deferModels, schemasLookedIn } from './defer.ts'
export { duePartitions } from './due-partitions.ts'
export { isCutAlike } from './facts.ts'
export { type Age, judgeAge, type Reach, reachOf } from './freshness.ts'
export { needsPartitions, upstreamHead } from './heads.ts'
export {
  currentInputs,
  failedOnRows,
  type InputState,
  inputState,
  lastInputs,
  unseen,
  versionRanges,
} from './inputs.ts'
export { plan } from './make-plan.ts'
export { partitionsAsked } from './narrow.ts'
export type { Batch, Due, Kept, KeptRange, Part, Plan, PlanOptions, PlanRequest, Reason, Step } from './plan.ts'
export { neverBuilt } from './renamed.ts'
export { type StalePart, staleParts } from './stale.ts'
export { storedModels } from './stored.ts'
export type { RelationVersions } from './version-index.ts'
export { viewColumns } from './views.ts'
