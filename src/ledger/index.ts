export type { Acknowledgement, NamedPartitions } from './acknowledgements.ts'
export type { AttemptRecord, History, PartitionRecord } from './history.ts'
export type {
  AttemptStart,
  Claim,
  InterruptedAttempt,
  Lease,
  Ledger,
  LeftPartition,
  OwnedRelation,
  Publication,
  PublishedPartition,
  PublishedVersion,
  QualityRecord,
  RunStart,
  Stored,
  VanishedRelation,
} from './ledger.ts'
export { type LedgerOptions, openLedger } from './open.ts'
export type { AssertionResult, FailedRow, Found, KeptSince, LastResult, TooOld } from './quality.ts'
export type {
  AssertionState,
  HeldPartitions,
  JudgedRun,
  KeptRow,
  MeasuredPartition,
  NewestPartition,
  PartitionResult,
} from './quality-state.ts'
export type {
  AttachedRecord,
  Head,
  InputRecord,
  LedgerSnapshot,
  OutcomeRange,
  PublishedRange,
  RelationRecord,
  SeenHead,
  SourceFileRecord,
} from './record.ts'
