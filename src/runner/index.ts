export type { AssertionOutcome, BatchResult, BatchStatus, RunEvent, RunResults } from './events.ts'
export type { Clock, RunOptions, RunRequest, Surroundings, TestRequest } from './request.ts'
export { run } from './run.ts'
export { test } from './test.ts'
