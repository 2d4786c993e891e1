import type { Column, RelationName } from '../../adapters/contract.ts'
import type { Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import type { Diagnostic } from '../../diagnostics/index.ts'
import type { InputRecord } from '../../ledger/index.ts'

/** A window of a model that one statement is to build. */
export interface WindowJob {
  readonly model: Model
  readonly window: Window
  /** Why, in a word. */
  readonly reason: string
  /** What each of its partitions reads. */
  readonly inputs: ReadonlyMap<number, readonly InputRecord[]>
  /** Writes rows also where they equal the published ones: somebody asked for it, or the checksum does not see all columns. */
  readonly rewrite: boolean
  /** It is the last window of its batch. */
  readonly last: boolean
}

/** The rows of a window, built aside on the connection that made them. */
export interface Staged {
  readonly relation: RelationName
  /** Those that are published, with the types that the table has or takes. */
  readonly columns: readonly Column[]
}

/** What the one scan of the staged rows says of a partition. */
export interface CheckedPartition {
  readonly ordinal: number
  readonly rows: number
  readonly checksum: string
  readonly settled: boolean
}

/** Partitions of a window that passed their checks, ready to be read by others. */
export interface PublishRequest extends WindowJob {
  readonly attempt: number
  readonly partitions: readonly CheckedPartition[]
  /** Absent: no rows were made, because there is nothing to read; every partition is empty. */
  readonly staged?: Staged
}

/** A table that does not exist yet. */
export interface MakeRequest extends WindowJob {
  readonly attempt: number
}

export interface PublishResult {
  readonly changed: number
  readonly equal: number
  /** Of the changed partitions. */
  readonly rows: number
}

/** A table that was made and published. */
export interface Made extends PublishResult {
  /** What assertions had to say that did not stop it. */
  readonly diagnostics: readonly Diagnostic[]
}
