import type { Location } from '../diagnostics/index.ts'
import type { Json, Located, RawConfig } from './values.ts'

/** A value with its place in the file: offsets, since there are many, and few are ever shown. */
export interface CellDefinition {
  readonly column: string
  readonly value: Json
  /** Where the name of the column is written. */
  readonly named: number
  readonly start: number
  readonly end: number
}

/** A row as a mapping of columns to values. */
export interface RowDefinition {
  readonly cells: readonly CellDefinition[]
  readonly start: number
  readonly end: number
}

/**
 * Rows of a unit test as written: mappings, or a text of CSV or SQL, which may stand in a file of its own (`fixture`: its name).
 * `lineStarts`: offsets at which the lines of a text begin in the file; absent where it is not written line by line.
 */
export type RowsDefinition =
  | { readonly format: 'dict'; readonly rows: readonly RowDefinition[]; readonly location: Location }
  | {
      readonly format: 'csv' | 'sql'
      readonly text: string
      readonly lineStarts?: readonly number[]
      readonly location: Location
    }
  | { readonly format: 'csv' | 'sql'; readonly fixture: string; readonly location: Location }

/** The rows that a relation has in a test. `input`: `ref('x')`, `source('group', 'name')` or `this`. */
export interface GivenDefinition {
  readonly input: Located<string>
  readonly rows: RowsDefinition
}

export interface ExpectDefinition {
  readonly rows: RowsDefinition
  /** Whether the order of rows counts. */
  readonly ordered: boolean
  /** How far numbers may lie apart; absent: twelve digits must agree. */
  readonly tolerance?: number
}

/** What is built: one partition, or a range, which one statement builds. */
export interface WindowDefinition {
  readonly from: Located<string>
  readonly to?: Located<string>
}

/** A unit test as written, of a properties file. */
export interface UnitTestDefinition {
  readonly name: string
  readonly model: Located<string>
  readonly description: string
  readonly given: readonly GivenDefinition[]
  /** The rows that the query returns, and those that the table holds afterwards; one of them at least. */
  readonly expect?: ExpectDefinition
  readonly expectTable?: ExpectDefinition
  /** The partitions that are not settled afterwards. */
  readonly expectOpen?: readonly Located<string>[]
  /** What is built, one after the other. */
  readonly windows: readonly WindowDefinition[]
  readonly overrides: { readonly macros: RawConfig; readonly vars: RawConfig; readonly env: RawConfig }
  readonly tags: readonly string[]
  readonly meta: Readonly<Record<string, Json>>
  readonly package: string
  /** Where its name is written. */
  readonly location: Location
}
