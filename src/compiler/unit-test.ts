import type { Window } from '../calendar/index.ts'
import type { Location } from '../diagnostics/index.ts'
import type { Json, RowDefinition } from '../project/index.ts'
import type { SqlText } from '../sql/index.ts'

/** Rows as written, with the texts of files in their place. `lineStarts`: where the lines of a text begin in the file `path`. */
export type WrittenRows =
  | { readonly format: 'dict'; readonly rows: readonly RowDefinition[]; readonly path: string }
  | {
      readonly format: 'csv'
      readonly text: string
      readonly path: string
      readonly lineStarts?: readonly number[]
      /** Where the whole is written. */
      readonly start: Place
    }
  | { readonly format: 'sql'; readonly text: string; readonly path: string; readonly start: Place }

/** A place as data: it is joined to its file when it is shown. */
type Place = Omit<Location, 'firstFrameLine' | 'frame'>

/** The rows that a node has in a test. */
export interface GivenRows {
  /** Id of a model or source; of `this`, of the tested model. */
  readonly node: string
  readonly rows: WrittenRows
}

/** The rows that a test compares. */
export interface ExpectedRows {
  readonly rows: WrittenRows
  readonly ordered: boolean
  /** How far numbers may lie apart; absent: twelve digits must agree. */
  readonly tolerance?: number
}

/** A test of a model's SQL on given rows. Plain data. */
export interface UnitTest {
  /** `unit_test.<model>.<name>` */
  readonly id: string
  readonly name: string
  /** Id of the tested model. */
  readonly model: string
  readonly description: string
  readonly package: string
  readonly tags: readonly string[]
  readonly meta: Readonly<Record<string, Json>>
  /** The SQL under test, where it is another one than the model's. */
  readonly sql?: SqlText
  /** Which text is tested of a model that has two. */
  readonly text: 'first' | 'incremental'
  readonly given: readonly GivenRows[]
  readonly expect?: ExpectedRows
  readonly expectTable?: ExpectedRows
  /** The partitions that are not settled afterwards; absent: that is not asked. */
  readonly expectOpen?: readonly number[]
  /** What is built of a partitioned model, one after the other; of others none. */
  readonly windows: readonly Window[]
  /** Hash of what decides its answer, beside the model and what is known of the columns of its inputs. */
  readonly hash: string
  readonly location: Location
}
