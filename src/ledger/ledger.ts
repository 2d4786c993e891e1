import type { Column, Connection, RelationName } from '../adapters/contract.ts'
import type { Grid, Window } from '../calendar/index.ts'
import type { Acknowledgement, NamedPartitions } from './acknowledgements.ts'
import type { History } from './history.ts'
import type { Found, KeptSince, LastResult, TooOld } from './quality.ts'
import type {
  AssertionState,
  HeldPartitions,
  KeptRow,
  MeasuredPartition,
  NewestPartition,
  PartitionResult,
} from './quality-state.ts'
import type { AttachedRecord, InputRecord, LedgerSnapshot, OutcomeRange, SeenHead, SourceFileRecord } from './record.ts'

/** A model, and where it is stored. */
export interface Stored {
  readonly node: string
  readonly relation: RelationName
}

/** The right of a run to write one relation. `fence` grows with every holder. */
export interface Lease {
  readonly relation: RelationName
  readonly fence: number
}

export interface RunStart {
  /** Unique: time-ordered and readable. */
  readonly run: string
  readonly command: string
  readonly host: string
  readonly pid: number
  readonly version: string
}

/** An attempt left by a run that is dead, marked `interrupted`; its staging relation is to be dropped. */
export interface InterruptedAttempt {
  readonly attempt: number
  readonly node: string
  readonly staging?: RelationName
}

/** One batch that is about to be staged. Written before its first statement. */
export interface AttemptStart {
  readonly run: string
  readonly node: string
  readonly relation: RelationName
  readonly fence: number
  readonly fingerprint: string
  readonly reason: string
  readonly window: Window
  readonly staging?: RelationName
}

/** A partition that a publication records. */
export interface PublishedPartition {
  readonly ordinal: number
  /** Its readable name, `2013-12-30` or `all`. */
  readonly key: string
  readonly rows: number
  readonly checksum: string
  readonly settled: boolean
  readonly partial: boolean
  /** False when the rows equal the published ones: version and rows are kept, the rest is updated. */
  readonly changed: boolean
  readonly inputs: readonly InputRecord[]
}

/** A built partition that lost rows to another one: it takes a new version, and keeps what it was built from. */
export type LeftPartition = Pick<PublishedPartition, 'ordinal' | 'rows' | 'checksum' | 'settled'>

/** What somebody is about to publish, and by which right. */
export interface Claim {
  readonly lease: Lease
  readonly attempt: number
  readonly node: string
}

export interface Publication extends Claim {
  readonly grid?: Grid
  readonly column?: string
  readonly fingerprint: string
  readonly partitions: readonly PublishedPartition[]
  /** Other partitions of the relation whose rows went to these. */
  readonly left?: readonly LeftPartition[]
  /** Of views: their column list. */
  readonly columns?: string
  /**
   * The relation was made by this very publication. What the ledger knew of its other partitions is deleted, but for retired
   * ones: their rows went with the relation that was there before. The version counter goes on.
   */
  readonly fresh?: boolean
  /** The table was cut otherwise before: with `fresh`, what is known of retired partitions goes, too. */
  readonly recut?: boolean
  /** Partitions whose rows are dropped by their age: they stay known. */
  readonly retired?: readonly Window[]
  /** The relation itself was dropped: the ledger forgets all of it but its version counter, and that it was there. */
  readonly dropped?: boolean
  /** The table's columns, when this publication made or altered it. */
  readonly seen?: readonly Column[]
  /** Of models with a post_hook: it ran in this very transaction, or still has to run. */
  readonly hooks?: 'done' | 'pending'
  /** What hangs on the relation now; absent: what did before. */
  readonly attached?: AttachedRecord
}

export interface PublishedVersion {
  readonly ordinal: number
  readonly version: number
  readonly checksum: string
  readonly rows: number
}

/** A relation that elt wrote, for those who tidy up. */
export interface OwnedRelation {
  readonly relation: RelationName
  readonly project: string
  /** Whether this target writes it, not another one of the project in the same database. */
  readonly isHere: boolean
  /** The model that was last stored there; undefined: it has moved away. */
  readonly node: string | undefined
  readonly partitions: number
  readonly rows: number
  /** When it was last built, UTC milliseconds; undefined: nothing of it is published. */
  readonly builtAt: number | undefined
}

/** A relation of the project in this target in which the model that built it is not stored any more. */
export interface VanishedRelation extends Omit<OwnedRelation, 'project' | 'isHere' | 'builtAt'> {
  /** Of the code that built its rows, as far as that was one for all of them. */
  readonly fingerprints: readonly string[]
}

/** What assertions found over time in this target, and what people know of it. */
export interface QualityRecord {
  /** Those that were not withdrawn, the newest first; some may have ended. */
  readonly acknowledgements: () => Promise<readonly Acknowledgement[]>
  /** One about the same partitions gives way to it. */
  readonly acknowledge: (given: Omit<Acknowledgement, 'acknowledgedAt'>) => Promise<void>
  /** Of all partitions, or of those alone that it names; how many are withdrawn. */
  readonly withdraw: (assertion: string, partitions: NamedPartitions | undefined) => Promise<number>
  /** Every assertion with its newest runs, at most so many. */
  readonly states: (newest: number) => Promise<readonly AssertionState[]>
  /** The newest published partition of each model. */
  readonly newest: () => Promise<readonly NewestPartition[]>
  /** Partitions that failing assertions keep from being published. */
  readonly held: () => Promise<readonly HeldPartitions[]>
  /** What an assertion found last in its newest partitions, in their order. */
  readonly partitions: (assertion: string, newest: number) => Promise<readonly PartitionResult[]>
  /** The newest value that was measured in each partition of a range, under the hash of an assertion. */
  readonly values: (hash: string, range: NamedPartitions) => Promise<readonly MeasuredPartition[]>
  /** The newest rows that failed an assertion. */
  readonly failedRows: (assertion: string, newest: number) => Promise<readonly KeptRow[]>
}

/**
 * The record of what has been built, in schema `elt` of the warehouse. Every method is one transaction of its own on a
 * connection of its own, unless it takes one: that is the connection of the warehouse on which rows are written.
 */
export interface Ledger {
  /**
   * What is known of models where they are stored, by node id: other targets may store the same models in the same database.
   * `headsOnly` ones come without their partitions.
   */
  readonly snapshot: (models: readonly Stored[], options?: { readonly headsOnly: boolean }) => Promise<LedgerSnapshot>
  /** Those of the relations that this project made, or has taken over. */
  readonly owned: (relations: readonly RelationName[]) => Promise<readonly RelationName[]>
  /** Registers the run and marks what dead runs left; what of all that is still to be dropped. */
  readonly startRun: (run: RunStart) => Promise<readonly InterruptedAttempt[]>
  /** Has been told that what these attempts left aside is dropped: `startRun` says it no more. */
  readonly forgetStagings: (attempts: readonly number[]) => Promise<void>
  /** Ends the run, and with it its leases. Its attempts that were not closed, as of `startRun`. */
  readonly finishRun: (
    run: string,
    status: 'success' | 'failed' | 'interrupted',
  ) => Promise<readonly InterruptedAttempt[]>
  /**
   * Takes the leases of all relations in one transaction; rejects with `Failure` (`lease-held`) naming the holder. Their heads
   * stop being `clean` in the same transaction: a run that is killed must not leave one that says nothing is to be done.
   * `left`: what holders whose leases had expired left behind, as of `startRun`.
   */
  readonly acquire: (
    run: string,
    models: readonly Stored[],
  ) => Promise<{ readonly leases: ReadonlyMap<string, Lease>; readonly left: readonly InterruptedAttempt[] }>
  /** Whether nobody holds a lease of any of the relations. */
  readonly areFree: (relations: readonly RelationName[]) => Promise<boolean>
  /** How long leases last that are not prolonged, in milliseconds; undefined: as long as the file is held. */
  readonly leaseLasts: number | undefined
  /** Prolongs the run's leases; false when one of them is lost or has ended, and the run must stop. */
  readonly heartbeat: (run: string) => Promise<boolean>
  /** Marks partitions as asked for, before the first of them is built, so that a killed run forgets none. */
  readonly recordPlanned: (run: string, node: string, window: Window, fingerprint: string) => Promise<void>
  /**
   * Writes attempts of different windows down, in one statement, before any of them is staged; their numbers, in their order.
   */
  readonly startAttempts: (attempts: readonly AttemptStart[]) => Promise<number[]>
  /** Published partitions of a window with their versions and checksums. */
  readonly published: (relation: RelationName, window: Window | undefined) => Promise<PublishedVersion[]>
  /**
   * Publishes: checks the fences, has `write` write the rows on the connection, and records what it says of them; all of it or,
   * when anything rejects, nothing. `write` is called inside the transaction, and need not read what is published under
   * these leases before it is called. The versions given to changed partitions, publication by publication. Rejects with
   * `Failure` (`fence-lost`).
   */
  readonly publishAll: (
    connection: Connection,
    claims: readonly Claim[],
    write: () => Promise<readonly Publication[]>,
  ) => Promise<number[]>
  /**
   * Has `write` run what is left of a relation's post_hook on the connection, and records that it is pending no more. Rejects
   * with `Failure` (`fence-lost`).
   */
  readonly settleHooks: (
    connection: Connection,
    node: string,
    lease: Lease,
    write: () => Promise<void>,
  ) => Promise<void>
  /**
   * Has `write` change on the connection what hangs on a relation, and records what it says. Rejects with `Failure`
   * (`fence-lost`).
   */
  readonly recordAttached: (
    connection: Connection,
    node: string,
    lease: Lease,
    write: () => Promise<AttachedRecord>,
  ) => Promise<void>
  /** Roles that may use schemas because this project said so, by schema. */
  readonly schemaReaders: () => Promise<ReadonlyMap<string, readonly string[]>>
  /** Has `write` change who may use some schemas, and records what it says of these. */
  readonly recordReaders: (
    connection: Connection,
    write: () => Promise<ReadonlyMap<string, readonly string[]>>,
  ) => Promise<void>
  /** Closes an attempt that published nothing, or not all: an outcome for each partition, and what was found in their rows. */
  readonly recordOutcomes: (
    attempt: number,
    node: string,
    outcomes: readonly OutcomeRange[],
    found?: Found,
  ) => Promise<void>
  /** All relations that projects have published and not dropped. */
  readonly inventory: () => Promise<readonly OwnedRelation[]>
  /** Relations that this target's project built, without those in which the same of these is stored still. */
  readonly vanished: (stored: readonly Stored[]) => Promise<readonly VanishedRelation[]>
  /** Where runs that are over staged rows, or filled shadows: should one of these be left, nobody needs it. */
  readonly leftStagings: () => Promise<readonly RelationName[]>
  /** Columns that a relation ever had. */
  readonly columnsSeen: (relation: RelationName) => Promise<readonly Column[]>
  /**
   * Records that relations are complete for now, so that the next plan may skip them. Nothing is recorded of those whose fence has
   * been raised, or that somebody else holds: what was seen of them is no longer all.
   */
  readonly recordHeads: (heads: ReadonlyMap<RelationName, SeenHead>) => Promise<void>
  readonly recordFiles: (files: readonly SourceFileRecord[]) => Promise<void>
  readonly recordResults: (found: Found) => Promise<void>
  /** How much of what assertions found is older than it is kept. */
  readonly agedFound: (since: KeptSince) => Promise<TooOld>
  /** Forgets that. */
  readonly forgetFound: (since: KeptSince) => Promise<TooOld>
  /** Of each assertion that has ever been judged in this target, by its hash. */
  readonly lastResults: () => Promise<ReadonlyMap<string, LastResult>>
  readonly quality: QualityRecord
  /** The newest attempts of a relation, at most `limit`, and the published row of the partition (an ordinal) that is asked for. */
  readonly history: (relation: RelationName, ordinal: number | undefined, limit: number) => Promise<History>
}
