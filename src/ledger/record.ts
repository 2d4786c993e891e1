import type { RelationName } from '../adapters/contract.ts'
import type { Grid, Window } from '../calendar/index.ts'

/**
 * What a built partition read through one edge. Of a model: the greatest version and the number of published partitions of
 * the upstream window. Of a source: the digest of its signal, and the paths' count as `published`.
 */
export interface InputRecord {
  readonly key: string
  readonly version: number
  readonly published: number
  readonly digest?: string
}

/** A run of neighbouring published partitions that share everything below. Ordinals of the relation's grid; `all` is [0, 1). */
export interface PublishedRange extends Window {
  readonly version: number
  readonly fingerprint: string
  readonly settled: boolean
  /** Built while the clock was still in it. */
  readonly partial: boolean
  readonly inputs: readonly InputRecord[]
  /** UTC instants, milliseconds: the earliest and the latest build in the range. */
  readonly builtFrom: number
  readonly builtTo: number
  readonly rows: number
  /** Dropped by `retain`: the partition is known, its rows are gone. */
  readonly retired: boolean
}

/** A partition's newest attempt that did not publish it. */
export interface OutcomeRange extends Window {
  readonly status: 'planned' | 'interrupted' | 'engine-error' | 'assertion-failed' | 'data-error' | 'blocked'
  /** Inputs and fingerprint it was tried with: `still-failing` holds while they and the assertion are the same. */
  readonly inputs: readonly InputRecord[]
  readonly fingerprint: string
  /** Hashes of the assertions that failed. */
  readonly assertions: readonly string[]
  readonly message: string
  readonly at: number
}

/** What the last complete run of a relation saw: when nothing of it has moved, its partitions need not be read. */
export interface Head {
  readonly fingerprint: string
  /** Upstream id → its version counter; source id → digest of its whole signal. */
  readonly upstreams: Readonly<Record<string, string>>
  /** Due window, when partitioned. */
  readonly due?: Window
  /** Nothing was left open, failing, blocked or waiting, so the relation may be skipped. */
  readonly clean: boolean
}

/** A head as a run has seen it that held the relation's lease, or, without its fence, that had nothing to do there. */
export interface SeenHead extends Head {
  readonly fence?: number
}

/** What hangs on a relation because the project says so: of which setting it is, and what to take away when that changes. */
export interface AttachedRecord {
  /** Of the setting; empty when there is none any more. */
  readonly hash: string
  /** Privilege → roles that have it through elt, and those that somebody else had given it before. */
  readonly grants: Readonly<Record<string, readonly string[]>>
  readonly others: Readonly<Record<string, readonly string[]>>
  /** Names of indexes, and of columns that have comments. */
  readonly indexes: readonly string[]
  readonly columns: readonly string[]
  /** Whether it has a comment itself. */
  readonly comment: boolean
}

/** A relation that the ledger knows. */
export interface RelationRecord {
  readonly node: string
  readonly relation: RelationName
  readonly grid?: Grid
  readonly column?: string
  /** Greatest version given out. 0: never published. */
  readonly version: number
  readonly head?: Head
  /** Sorted. Absent when not asked for. */
  readonly published: readonly PublishedRange[]
  readonly outcomes: readonly OutcomeRange[]
  /** Of views: the column list it was made with, `name type, …`. */
  readonly columns?: string
  /** elt dropped it: what stands in its place belongs to somebody else. */
  readonly dropped?: true
  readonly attached?: AttachedRecord
  /** Its rows were published, and its post_hook has not run since. */
  readonly hooksPending?: true
}

/** A file of a source as it was when last read. */
export interface SourceFileRecord {
  readonly source: string
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Hexadecimal SHA-256 of the content, 32 characters. */
  readonly hash: string
  readonly gone: boolean
}

/** What the planner is given of the ledger: plain data, by node id. */
export interface LedgerSnapshot {
  readonly relations: ReadonlyMap<string, RelationRecord>
  readonly files: readonly SourceFileRecord[]
}
