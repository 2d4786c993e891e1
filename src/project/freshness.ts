import type { Location } from '../diagnostics/index.ts'

/** A length of time in dbt's words. */
export interface Patience {
  readonly count: number
  readonly period: 'minute' | 'hour' | 'day'
}

/** How old the newest rows may be. */
export interface Freshness {
  readonly warnAfter?: Patience
  readonly errorAfter?: Patience
  /** Of a table: only these rows are looked at. */
  readonly filter?: string
  /** Minutes after midnight by which rows of the day have to be there. */
  readonly by?: number
  readonly timeZone: string
  /** The days of the week that count, 1 is Monday; absent: all. */
  readonly weekdays?: readonly number[]
  /** Dates that do not count. */
  readonly holidays: readonly string[]
  /** Of a table: the column, or expression, that says when a row was loaded, or a query for the newest moment. */
  readonly loadedAt?: string
  readonly query?: string
  readonly location: Location
}
