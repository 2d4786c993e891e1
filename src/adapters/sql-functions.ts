import type { CheckFunctions } from './check-functions.ts'

/** The units that date macros count in. */
export type DatePart =
  | 'microsecond'
  | 'millisecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'

/**
 * What the macros of `dbt.` and `dbt_utils.` need the engine's own words for. Arguments are SQL expressions that can stand in an
 * argument list or beside an operator; so are results.
 */
export interface SqlFunctions {
  readonly dateAdd: (part: DatePart, count: string, from: string) => string
  /** How many bounds of the part lie between two moments; weeks begin on Monday. */
  readonly dateDifference: (part: DatePart, first: string, second: string) => string
  readonly dateTruncate: (part: DatePart, date: string) => string
  /** Null where the cast fails. */
  readonly safeCast: (expression: string, type: string) => string
  /** The part of a text by number from 1, negative from the end; an empty text where there is none. */
  readonly splitPart: (text: string, delimiter: string, part: string) => string
  /** The hexadecimal MD5 of a text. */
  readonly hash: (text: string) => string
  readonly anyValue: (expression: string) => string
  readonly anyTrue: (expression: string) => string
  /** Whether two lists of values are equal, nulls to each other: a condition that large relations can be joined by. */
  readonly sameValues: (left: readonly string[], right: readonly string[]) => string
  /** Values that are not null joined, the first `limit` of them in this order. */
  readonly joinValues: (values: string, delimiter: string, orderBy?: string, limit?: number) => string
  readonly array: {
    readonly of: (items: readonly string[], type: string) => string
    readonly append: (array: string, item: string) => string
    readonly concatenate: (first: string, second: string) => string
  }
  /** A table expression of one integer column: 0, 1 … as many as the count says. */
  readonly series: (count: string, column: string) => string
  /** A SELECT of the first row, in an order, of each combination of the expressions to partition by. */
  readonly firstOfEach: (relation: string, partitionBy: string, orderBy: string) => string
  readonly checks: CheckFunctions
}
