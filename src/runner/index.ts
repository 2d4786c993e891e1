export { allFiles, type Carrier, filesOfWindow, type WantedFiles, withFiles } from './bring-files.ts'
export { errorDiagnostics, StatementError } from './engine-error.ts'
export type { AssertionOutcome, BatchResult, BatchStatus, RunEvent, RunResults } from './events.ts'
export { createFileReading } from './file-reading.ts'
export type { Clock, RunOptions, RunRequest, Surroundings, TestRequest } from './request.ts'
export { run } from './run.ts'
export { type Filling, modelStatement, readsFiles, wholeStatement } from './statement.ts'
export { test } from './test.ts'
export {
  type Adopted,
  type AdoptRequest,
  type Aged,
  adopt,
  adoptable,
  aged,
  collect,
  type Leftover,
  leftovers,
  type RetainRequest,
  retain,
  type Tended,
  type Verified,
  verify,
} from './upkeep/index.ts'
