import type { Dialect } from '../adapters/contract.ts'
import type { Json } from '../project/index.ts'
import type { Assertion } from './assertion.ts'
import type { AssertionTarget, Measure } from './assertion-sql.ts'

/** How an argument is read: DESIGN §11 and the catalogue say what it means. */
export type ArgumentKind =
  /** A column's name. */
  | 'column'
  /** One column's name, or several. */
  | 'columns'
  /** A list of text, numbers or booleans. */
  | 'values'
  /** A number, a date, or an SQL expression. */
  | 'bound'
  | 'flag'
  /** A whole number, 0 or more. */
  | 'count'
  /** An SQL expression. */
  | 'expression'
  /** `ref('x')`, `source('g', 't')` or a model's name; kept as node id. */
  | 'relation'

interface Argument {
  readonly kind: ArgumentKind
  readonly required: boolean
}

type Arguments = Readonly<Record<string, Json>>

/** What the compile functions of a check work with. */
export interface Compilation {
  readonly assertion: Assertion
  readonly target: AssertionTarget
  readonly dialect: Dialect
  /** The relation judged. */
  readonly from: string
  /** Ordinal expression of a row's partition; undefined when all rows are judged together. */
  readonly partition: string | undefined
  /** The assertion's `where`, in parentheses. */
  readonly where: string | undefined
  /** The assertion's column, quoted. */
  readonly column: () => string
}

/** A check of the catalogue. */
export interface Definition {
  /** What makes a row bad; what NULLs and an empty relation do. One or two sentences, for the reference. */
  readonly summary: string
  /** YAML of a complete use. */
  readonly example: string
  readonly column: 'required' | 'optional' | 'none'
  readonly arguments: Readonly<Record<string, Argument>>
  /** Judges the partitions of the table as a whole: its scope is always `table`, and it never blocks a publication. */
  readonly ofPartitions?: true
  /** What contradicts or is missing among arguments that are fine by themselves. */
  readonly problem?: (given: Arguments) => string | undefined
  /** What stands in the parentheses of its name, besides the column. */
  readonly label: (given: Arguments) => string
  readonly compile: (compilation: Compilation) => { readonly measure: Measure; readonly failingRows: string }
}
