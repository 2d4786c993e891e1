import type { Window } from '../../calendar/index.ts'
import type { Diagnostic } from '../../diagnostics/index.ts'

export type BatchStatus =
  | 'success'
  /** Some partitions published, others failed their checks. */
  | 'partial'
  /** Built, equal to what is published: nothing was written. */
  | 'unchanged'
  /** An if-changed batch whose inputs turned out equal: not run. */
  | 'skipped'
  | 'failed'
  | 'blocked'
  | 'cancelled'

/** What happened to one batch. */
export interface BatchResult {
  readonly batch: string
  readonly model: string
  readonly window?: Window
  readonly status: BatchStatus
  /** All that keeps partitions of it from being published are failures that people know of. */
  readonly acknowledged?: true
  /** Partitions published with changed rows, found equal, failed, blocked, and cut away unrun. */
  readonly partitions: {
    readonly changed: number
    readonly equal: number
    readonly failed: number
    readonly blocked: number
    readonly skipped: number
  }
  readonly rows: number
  /** Wall time from lease to record. */
  readonly milliseconds: number
  readonly diagnostics: readonly Diagnostic[]
}

/** A cell of a row that differs: what was expected, and what is there. */
export interface DifferingCell {
  readonly expected?: string
  readonly actual?: string
  readonly differs: boolean
}

/** How the rows of a unit test differ from those expected. */
export interface RowsDifference {
  /** What was compared: `the rows of the query`, `the table afterwards`. */
  readonly what: string
  readonly columns: readonly string[]
  readonly rows: readonly {
    readonly kind: 'missing' | 'unexpected' | 'differing'
    readonly cells: readonly DifferingCell[]
  }[]
  /** Rows that differ, too, and are not among `rows`. */
  readonly more: number
}

/** One assertion, over all partitions it judged in this run; or one unit test. */
export interface AssertionOutcome {
  readonly assertion: string
  readonly name: string
  readonly node?: string
  /** `acknowledged`: it fails, and all of that is known. */
  readonly status: 'pass' | 'warn' | 'acknowledged' | 'fail' | 'error'
  readonly failures: number
  readonly rows: number
  /** What it measured, where it measures a value: of the worst partition. */
  readonly value?: number
  /** Failing rows, at most `limit`. */
  readonly sample: readonly Readonly<Record<string, unknown>>[]
  /** The compiled query that finds them. */
  readonly sql: string
  /** Of an engine that reads no files: what stands in `sql` for the rows of sources, by source; it is gone by now. */
  readonly brought?: Readonly<Record<string, string>>
  readonly milliseconds: number
  readonly diagnostics: readonly Diagnostic[]
  /** Of a unit test: how its rows differ; without any, it passed. Its `failures` are rows that differ, `rows` those compared. */
  readonly differences?: readonly RowsDifference[]
}

/** What the runner says while it works. Reports read these; the runner never prints. */
export type RunEvent =
  | {
      readonly type: 'run-started'
      readonly run: string
      readonly batches: number
      readonly models: number
      readonly partitions: number
      readonly at: number
    }
  | {
      readonly type: 'batch-started'
      readonly batch: string
      readonly model: string
      readonly window?: Window
      readonly at: number
    }
  | { readonly type: 'batch-finished'; readonly result: BatchResult; readonly at: number }
  | { readonly type: 'assertion-finished'; readonly outcome: AssertionOutcome; readonly at: number }
  | { readonly type: 'interrupting'; readonly signal: string; readonly at: number }
  | { readonly type: 'run-finished'; readonly results: RunResults; readonly at: number }

/** Everything that a run did. */
export interface RunResults {
  readonly run: string
  readonly status: 'success' | 'failed' | 'interrupted'
  readonly batches: readonly BatchResult[]
  readonly assertions: readonly AssertionOutcome[]
  readonly diagnostics: readonly Diagnostic[]
  readonly startedAt: number
  readonly milliseconds: number
}
