import type { Window } from '../calendar/index.ts'

/** A file of a source as it lies on disk now (or, when `gone`, as the ledger remembers it). */
export interface SourceFileState {
  /** Relative to the project, forward slashes. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Hexadecimal SHA-256 of the content, 32 characters. */
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
}
