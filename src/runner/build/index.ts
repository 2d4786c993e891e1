export { tryOnce } from './build-window.ts'
export { partitionsOf } from './choose.ts'
export { executeBatches, isFailedBatch, neverStarted } from './execute.ts'
export { createRefreshes } from './refresh.ts'
