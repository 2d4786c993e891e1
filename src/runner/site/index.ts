export {
  attemptOf,
  giveUp,
  isUnknown,
  leaseOf,
  recordOutcomes,
  retrying,
  retryingAtDesk,
  startAttempt,
  withConnectionAgain,
} from './attempt.ts'
export { allFiles, type Carrier, filesOfWindow, type WantedFiles, withFiles } from './bring-files.ts'
export { type LastingConnection, openLasting, withConnection } from './connections.ts'
export type { BuildSite, Site, Workshop } from './context.ts'
export { errorDiagnostics, explain, placeOfError, StatementError, sending } from './engine-error.ts'
export type { AssertionOutcome, BatchResult, BatchStatus, RowsDifference, RunEvent, RunResults } from './events.ts'
export { createFileReading } from './file-reading.ts'
export type {
  CheckedPartition,
  Made,
  MakeRequest,
  PublishRequest,
  PublishResult,
  Staged,
  WindowJob,
} from './job.ts'
export { createModelHooks, type HookPart, type HookSender } from './model-hooks.ts'
export { all, keyOf, ordinalsOf, rowText, windowNames } from './names.ts'
export { withoutPersonal } from './personal.ts'
export { createPublications } from './publications.ts'
export { createPublished } from './published.ts'
export { createQuality } from './quality.ts'
export { createQueue } from './queue.ts'
export { createRelations, draftOf, relationKey } from './relations.ts'
export type { Clock, RunOptions, RunRequest, Surroundings, TestRequest } from './request.ts'
export { patient, retryTransient } from './retry.ts'
export { runSchedule, type Task } from './schedule.ts'
export {
  type Filling,
  filesCovered,
  modelStatement,
  nodeSql,
  ordinalSql,
  readableSql,
  readsFiles,
  readsNoFile,
  relationSql,
  sourceSql,
  wholeStatement,
  windowLiterals,
} from './statement.ts'
export { createUnbuilt } from './unbuilt.ts'
export { isFailure, type Judgement, type Status, worse } from './verdict.ts'
export { openWorkshop } from './workshop.ts'
