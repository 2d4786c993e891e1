import type { Catalog, RelationName } from '../adapters/contract.ts'
import type { Window } from '../calendar/index.ts'
import type { Graph } from '../compiler/index.ts'
import type { SourceSignal } from '../extract/index.ts'
import type { LedgerSnapshot, VanishedRelation } from '../ledger/index.ts'

/** Why a partition is built: DESIGN §6, the first that holds. Recorded while deciding. */
export type Reason =
  | { readonly kind: 'requested'; readonly by: '--force' | '--full-refresh' }
  | { readonly kind: 'relation-missing' }
  | { readonly kind: 'previous-failed'; readonly status: string; readonly message: string }
  | { readonly kind: 'never-built' }
  | { readonly kind: 'partial' }
  | { readonly kind: 'upstream-changed'; readonly upstream: string }
  | { readonly kind: 'source-changed'; readonly source: string }
  | { readonly kind: 'code-changed'; readonly builtTo: number }
  | { readonly kind: 'columns-changed'; readonly upstream: string }
  | { readonly kind: 'polls'; readonly because: 'open' | 'lookback' | 'unpartitioned' }

/** Why a partition is not built although something was looked at. */
export type Kept =
  | { readonly kind: 'up-to-date' }
  /** Open, but all inputs signal and none changed. */
  | { readonly kind: 'waiting' }
  /** Open for more than these days (`give_up_after`), counted to the end of the newest due partition. */
  | { readonly kind: 'stuck'; readonly days: number }
  | { readonly kind: 'still-failing'; readonly message: string; readonly status: string }
  | { readonly kind: 'blocked-by'; readonly upstream: string; readonly failed: boolean }
  | { readonly kind: 'input-gone'; readonly source: string; readonly missing: number }
  | { readonly kind: 'not-selected' }
  | { readonly kind: 'older-code-kept' }
  /** Built once, and never again: what would be a reason elsewhere is none here. */
  | { readonly kind: 'append-only'; readonly because: Reason['kind'] }
  | { readonly kind: 'older-reference-kept'; readonly upstream: string }

/** Partitions that share a reason. `window` is absent for unpartitioned models. */
export interface Part {
  readonly window?: Window
  readonly reason: Reason
  /** `if-changed`: an input is being rebuilt in this plan; cut before it starts to what really changed. */
  readonly certainty: 'certain' | 'if-changed'
}

/** What one statement builds. */
export interface Batch {
  /** `<model id>@<first partition>` or the model id; unique in the plan. */
  readonly id: string
  readonly model: string
  readonly window?: Window
  readonly parts: readonly Part[]
  /** Of a model with two texts: the one that is sent. */
  readonly text?: 'first' | 'incremental'
  /** Batches that must be over before this one starts. */
  readonly waitsFor: readonly string[]
}

/** What is done to one model. */
export interface Step {
  readonly model: string
  readonly kind: 'view' | 'table' | 'partitions'
  /**
   * Its batches fill a relation aside, which takes the place of the published one when all of them are over and well. Readers
   * wait for all of them.
   */
  readonly refresh?: true
  readonly batches: readonly Batch[]
}

export interface KeptRange {
  readonly model: string
  readonly window?: Window
  readonly why: Kept
}

/** What of a plan completes SQL: which partitions are due, and which files there are to read. */
export type Due = Pick<Plan, 'due' | 'sources'>

/** Everything that will be done, in an order in which it can be, and what will not. Plain data. */
export interface Plan {
  readonly version: 1
  readonly project: string
  readonly target: string
  readonly timeZone: string
  /** The planner's clock: UTC, milliseconds. */
  readonly now: number
  readonly steps: readonly Step[]
  readonly kept: readonly KeptRange[]
  /** Models that are looked at, in topological order: the selection without ephemerals. */
  readonly models: readonly string[]
  /** Their code. With other code the plan, when it was saved, is stale. */
  readonly fingerprints: Readonly<Record<string, string>>
  /** Version counters of the models looked at and of those that they read; 0: never published. With others the plan is stale. */
  readonly versions: Readonly<Record<string, number>>
  /** Due window of each partitioned model looked at. */
  readonly due: Readonly<Record<string, Window>>
  /**
   * What each model's head would hold: upstream or source id → state, as read for this plan. To be recorded when all batches
   * of the model succeeded and nothing of it is open, with the new versions of those upstreams that this plan built. Absent:
   * the model will not be complete (narrowed, waiting, failing, blocked, of older code), or was skipped as unmoved.
   */
  readonly heads: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Files that each source offers, as listed before planning: what statements read. */
  readonly sources: readonly SourceSignal[]
  /** What is read of the target that this one defers to, and where it lies there. Absent: nothing. */
  readonly deferred?: {
    readonly target: string
    readonly models: Readonly<Record<string, RelationName>>
    /** Those of which the ledger knows nothing: their changes are not seen. */
    readonly unseen: readonly string[]
  }
  /** Models looked at whose rows were published by a run that ended before their post_hook had run. Absent: none. */
  readonly pendingHooks?: readonly string[]
  /** Models looked at whose relations are there with other grants, comments or indexes than their settings say. Absent: none. */
  readonly attach?: readonly string[]
}

export interface PlanOptions {
  /** Node ids of the models to look at. */
  readonly selected: readonly string[]
  /** Texts of `--from`, `--to`, `--partition`, each a partition name. */
  readonly from?: string
  readonly to?: string
  readonly partition?: string
  readonly force: boolean
  /** Builds what is selected from nothing: no older row stays. */
  readonly fullRefresh?: boolean
  readonly rebuildOlderCode: boolean
  /** Default of `on_code_change` for this target. */
  readonly onCodeChange: 'keep' | 'rebuild'
  /** Confirms what would lose rows. */
  readonly yes: boolean
  /** Includes partitions that ended `still-failing`. */
  readonly retryFailed: boolean
}

/** Everything the planner knows. It reads no clock, no file, no warehouse. */
export interface PlanRequest {
  readonly graph: Graph
  readonly ledger: LedgerSnapshot
  readonly catalog: Catalog
  readonly sources: readonly SourceSignal[]
  /** UTC, milliseconds. */
  readonly now: number
  /** Roles that models looked at are granted to, and that the warehouse does not have. */
  readonly unknownRoles?: readonly string[]
  /** Relations that the project built, and in which other models or none are stored now; asked for where a model is new. */
  readonly vanished?: readonly VanishedRelation[]
  readonly options: PlanOptions
}
