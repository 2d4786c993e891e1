import type { Window } from '../calendar/index.ts'

/**
 * A file of a source as it lies on disk now (or, when `gone`, as the ledger remembers it). Of a table of the warehouse, a
 * partition of it takes a file's place: named by its key, as large as it has rows, hashed by its change signal.
 */
export interface SourceFileState {
  /** Relative to the project, forward slashes; of a table, a partition's key, or `all`. */
  readonly path: string
  /** Bytes; rows of a table. */
  readonly size: number
  /** Milliseconds since 1970; 0 of a table. */
  readonly modified: number
  /** Hexadecimal SHA-256 of the content, or of what a table shows of its own; 32 characters. */
  readonly hash: string
  /** Ordinal of the source's grid that its path names; absent when the pattern holds no date. */
  readonly ordinal?: number
  /** Read before, and no longer there. */
  readonly gone: boolean
}

/** What can be seen of a source before anything is read. */
export interface SourceSignal {
  readonly source: string
  readonly files: readonly SourceFileState[]
  /** From the first to the last file's partition, of the source's grid; absent without files or without a date in the path. */
  readonly hull?: Window
  /** Of a table cut into partitions: the first partition that was looked at. Changes before it are not seen. */
  readonly since?: string
}
