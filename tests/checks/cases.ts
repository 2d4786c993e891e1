import type { Json } from '../../src/project/index.ts'

/** Rows of a table, what is asked of them, and what a check is to find. */
export interface Case {
  /** What stands behind VALUES; empty: no rows. */
  readonly rows: string
  /** The same of the table `airports`, where the check reads it. */
  readonly others?: string
  /** Arguments and settings beside those of all cases of the check, or instead of them. */
  readonly given?: Readonly<Record<string, Json>>
  readonly failures: number
  /** What it measures; absent: that plays no part. */
  readonly value?: number
}

/** The cases of one check, on rows of one form. Every check has all of these kinds. */
export interface CheckCases {
  /** The column it is written at, if it is written at one. */
  readonly column?: string
  /** Columns of the table with types that every engine knows. */
  readonly columns: string
  /** Columns of `airports`. */
  readonly otherColumns?: string
  readonly given?: Readonly<Record<string, Json>>
  /**
   * Where it is judged: on a table (`plain`), on the partitions of one, whose `day` is then among the columns (`partitioned`).
   * Absent: on both; the partition's column is added.
   */
  readonly only?: 'plain' | 'partitioned'
  readonly passes: Case
  readonly fails: Case
  readonly nulls: Case
  readonly duplicates: Case
  readonly empty: Case
  readonly unicode: Case
  readonly more?: Readonly<Record<string, Case>>
}

export type CasesByCheck = Readonly<Record<string, CheckCases>>
