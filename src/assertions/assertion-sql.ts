import type { Column } from '../adapters/contract.ts'
import type { Statement } from '../sql/index.ts'

/** What an assertion is compiled against: SQL of the relations, quoted by the caller. */
export interface AssertionTarget {
  /** Relation whose rows are judged (the staged relation, or the table): a quoted name, or a SELECT in parentheses. */
  readonly rows: string
  /** Integer ordinal of a row's partition, over unqualified columns. Absent: all rows are one partition, ordinal 0. */
  readonly partition?: string
  /** The table as it will be once `rows` are published: the rest plus `rows`. Absent: `rows` is the whole table. */
  readonly whole?: string
  /** Relation of another node, by its id. */
  readonly relation: (node: string) => string
}

export type Measure =
  /**
   * One aggregate over `from` that counts the failing rows, and perhaps one of the value that the check measures: goes with
   * others of the same `from` into one scan, grouped by partition when `perPartition`. A partition without rows has no group:
   * its failures are `whenEmpty`, its value is `valueWhenEmpty` or nothing.
   */
  | {
      readonly kind: 'aggregate'
      readonly expression: string
      readonly whenEmpty: number
      readonly value?: string
      readonly valueWhenEmpty?: number
    }
  /**
   * A SELECT of (`partition`, `failures`), integers, and perhaps `value`, a number or null; partitions without failures may be
   * missing.
   */
  | { readonly kind: 'query'; readonly sql: string }

/** The columns of the relation judged, as the engine tells them. */
export interface SeenColumns {
  readonly columns: readonly Column[]
  /** Whether a column has a type of `ColumnsMeasure.types`. */
  readonly isType: (found: Column, type: string) => boolean
}

/** Which columns there are: no row is read. */
export interface ColumnsMeasure {
  readonly kind: 'columns'
  /** A query that has the columns judged. */
  readonly query: string
  /** Types, in the engine's words or such that it may not know. */
  readonly types: readonly string[]
  /** What is wrong with them: `failingRows` is a query that tells it, when there are failures. */
  readonly judge: (seen: SeenColumns) => {
    readonly failures: number
    readonly value?: number
    readonly failingRows: string
  }
}

/** A SELECT of failing rows that a person wrote. */
export interface RowsMeasure {
  readonly kind: 'rows'
  /** The failing rows. */
  readonly rows: string
  /** Returns one row, (`failures`). */
  readonly sql: string
  /**
   * Of rows that have the partition column, as it is in `judged`: a SELECT of (`partition`, `failures`). Without it nobody knows
   * of which partitions they are, and all that are judged are judged together.
   */
  readonly byPartition?: { readonly column: string; readonly judged: string; readonly sql: string }
}

export interface AssertionSql {
  /** The relation judged: `rows`, `whole`, or the last partitions of it; usable after `from`. */
  readonly from: string
  /** Whether each partition is judged by itself; else there is one number, of partition 0. */
  readonly perPartition: boolean
  readonly measure: Measure | ColumnsMeasure | RowsMeasure
  /** An aggregate over `from`: the rows that `where` leaves. Absent: nobody has to know, or all of them. */
  readonly considered?: string
  /** A SELECT of failing rows, at most `limit` of them, the same each time. */
  readonly failingRows: string
  /** Of a SELECT that a person wrote: where it begins in the statements. */
  readonly written?: {
    readonly statement: Statement
    readonly offset: { readonly rows: number; readonly measure: number; readonly failingRows: number }
  }
}

/** Of a singular assertion: `offset` is where its own SQL begins in both statements. */
export interface SingularAssertionSql {
  /** Returns one row, (`failures`). */
  readonly measure: { readonly kind: 'query'; readonly sql: string }
  readonly failingRows: string
  readonly offset: { readonly measure: number; readonly failingRows: number }
}
