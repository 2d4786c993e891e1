export type { AssertionOutcome, BatchResult, BatchStatus, RunEvent, RunResults } from './events.ts'
