import type { Adapter, Column, FileReader, Session } from '../../adapters/contract.ts'
import type { Window } from '../../calendar/index.ts'
import type { Graph, Model } from '../../compiler/index.ts'
import type { Diagnostic, SourceFile } from '../../diagnostics/index.ts'
import type { SourceSignal } from '../../extract/index.ts'
import type { Ledger, RunStart } from '../../ledger/index.ts'
import type { Plan } from '../../planner/index.ts'
import type { RunEvent } from './events.ts'

/** Time as the runner sees it, so that tests can move it by hand. */
export interface Clock {
  /** UTC, milliseconds. */
  readonly now: () => number
  /** Calls `action` every so many milliseconds until the returned function is called. */
  readonly every: (milliseconds: number, action: () => void) => () => void
  /** From 0 to before 1, so that many do not wait equally long; absent: they do. */
  readonly random?: () => number
}

/** What `run` and `test` both need. */
export interface Surroundings {
  readonly graph: Graph
  readonly adapter: Pick<Adapter, 'dialect' | 'features' | 'compareColumns'>
  /** Open for writing. The runner connects and releases, it does not close it. */
  readonly session: Session
  readonly ledger: Ledger
  /** The run's id and the facts of its host, as the ledger keeps them. */
  readonly start: RunStart
  /** Absolute: paths of source files are relative to it. */
  readonly projectDirectory: string
  /** The project's texts by path (`Project.files`), for the frames of engine errors. */
  readonly files: ReadonlyMap<string, SourceFile>
  /** Opens what reads files for an engine that reads none; asked at most once. */
  readonly openReader?: () => Promise<FileReader>
  readonly clock: Clock
  /** How often work is repeated that failed for a passing reason; default 3. */
  readonly retries?: number | undefined
  /** Called with every event, in order. Must not throw. */
  readonly emit: (event: RunEvent) => void
  /**
   * Aborting stops the run: running statements are cancelled, their attempts recorded as interrupted. The reason is the
   * name of the signal that caused it (`SIGINT`).
   */
  readonly signal: AbortSignal
}

export interface RunOptions {
  /** Most batches (or assertions) at work at once; at least 1. */
  readonly threads: number
  /** Starts nothing new after the first failure. */
  readonly failFast: boolean
  /**
   * `blocking`: those that judge staged rows (`run`). A list (of `build`): beside these the ones with these ids, on published
   * rows, after all models. `all`: every one that reads what was looked at.
   */
  readonly assertions: 'blocking' | 'all' | readonly string[]
}

/** Everything that executes a plan. */
export interface RunRequest extends Surroundings {
  readonly plan: Plan
  /** Columns that queries of models are known to return, by id: the engine is not asked for them. */
  readonly columns?: ReadonlyMap<string, readonly Column[]>
  /** Models that are not to be built, with what to tell of each: their unit tests failed. */
  readonly refused?: ReadonlyMap<string, Diagnostic>
  readonly options: RunOptions
}

/** What asserts published tables. */
export interface TestRequest extends Surroundings {
  /** Ids of the assertions to judge. */
  readonly assertions: readonly string[]
  /** The partitions to judge of each model; only of assertions that judge partitions apart. Then nothing is recorded. */
  readonly within?: ((model: Model) => Window) | undefined
  /** Files that each source offers, for assertions that read sources. */
  readonly sources: readonly SourceSignal[]
  readonly options: Pick<RunOptions, 'threads' | 'failFast'>
}
