import type { Location } from '../diagnostics/index.ts'
import type { Json } from '../project/index.ts'
import type { SqlText } from '../sql/index.ts'

/** Which rows an assertion judges: the staged window, the whole table as it will be, or the last N partitions. */
export type Scope =
  | { readonly kind: 'window' }
  | { readonly kind: 'table' }
  | { readonly kind: 'last'; readonly partitions: number }

/**
 * A condition on the number of failing rows: `> 10`, on their share of all rows: `> 5 %`, or on the value that the check
 * measures: `< 0.9`.
 */
export interface Threshold {
  readonly operator: '=' | '!=' | '>' | '>=' | '<' | '<=' | 'between' | 'not between'
  readonly value: number
  /** Of `between`: the greatest value; both bounds belong to it. */
  readonly upper?: number
  readonly percent: boolean
  /** It is held against the value that the check measures, not against failing rows. */
  readonly measured?: true
}

/** A check that finds bad rows, with its arguments checked. Plain data. */
export interface Assertion {
  /** Stable: `<model id>.<name>`, or `test.<name>` for a singular one. */
  readonly id: string
  /** Shown to people: `unique_key(flight_date, carrier)`. */
  readonly name: string
  /** An entry of the catalogue, or `sql` for a singular one. */
  readonly type: string
  /** The model (or source) it is written at; absent for a singular one. */
  readonly node?: string
  readonly column?: string
  /** Column of the model's partitions, when it has any. */
  readonly partitionColumn?: string
  readonly arguments: Readonly<Record<string, Json>>
  readonly severity: 'error' | 'warn' | 'info'
  readonly where?: string
  readonly scope: Scope
  readonly warnIf: Threshold
  readonly errorIf: Threshold
  /** Most failing rows that are shown or stored. */
  readonly limit: number
  /** Whether failing rows are kept in the ledger. */
  readonly storeFailures: boolean
  readonly tags: readonly string[]
  readonly description: string
  /** The verdict where no row is judged; absent: the check knows by itself. */
  readonly onEmpty?: 'pass' | 'warn' | 'fail'
  /** An aggregate over the failing rows that stands for their number. */
  readonly failCalc?: string
  /** Who is to look when it fails. */
  readonly owner?: string
  /** What its author keeps with it, for other tools. */
  readonly meta?: Readonly<Record<string, Json>>
  /** `YYYY-MM-DD`: from this day on it is told, and not judged. */
  readonly expires?: string
  /** Every node it reads, its own included. */
  readonly reads: readonly string[]
  /** Of a singular one. */
  readonly sql?: SqlText
  /** Hash of what decides its answer. */
  readonly hash: string
  /** Whether it judges staged rows and stops their publication: severity error, one model, not a view. */
  readonly blocking: boolean
  readonly location: Location
}
