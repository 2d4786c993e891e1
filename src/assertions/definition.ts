import type { Dialect } from '../adapters/contract.ts'
import type { Json } from '../project/index.ts'
import type { Assertion } from './assertion.ts'
import type { AssertionTarget, ColumnsMeasure, Measure } from './assertion-sql.ts'
import type { AssertionContext } from './context.ts'
import type { UsualRule } from './usual.ts'

/** How an argument is read: DESIGN §11 and the catalogue say what it means. */
export type ArgumentKind =
  /** A column's name. */
  | 'column'
  /** One column's name, or several. */
  | 'columns'
  /** A list of text, numbers or booleans. */
  | 'values'
  /** A list of such lists. */
  | 'rows'
  /** A number, a date, or an SQL expression. */
  | 'bound'
  | 'flag'
  /** A whole number, 0 or more. */
  | 'count'
  | 'number'
  | 'numbers'
  | 'text'
  /** One text, or several. */
  | 'texts'
  /** One of the words of the argument's `choices`. */
  | 'choice'
  /** An SQL expression. */
  | 'expression'
  /** One SQL expression, or several. */
  | 'expressions'
  /** A number, or a percentage as text: `5` or `5 %`; kept as `{ value, percent }`. */
  | 'tolerance'
  /** `ref('x')`, `source('g', 't')` or a model's name; kept as node id. */
  | 'relation'
  | 'mapping'

export interface Argument {
  readonly kind: ArgumentKind
  readonly required?: true
  /** What it means, for the reference. */
  readonly help: string
  /** Of kind `choice`. */
  readonly choices?: readonly string[]
  /** The columns it names are those of the relation that another argument names. */
  readonly ofOther?: true
}

export type Arguments = Readonly<Record<string, Json>>

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

/** What the SQL of a check finds. */
export interface CompiledCheck {
  readonly measure: Measure | ColumnsMeasure
  readonly failingRows: string
}

/** A check of the catalogue. */
export interface Definition {
  /** What makes a row bad, or the check fail. One or two sentences, for the reference. */
  readonly summary: string
  /** What NULLs do. */
  readonly nulls: string
  /** What it says of a relation, or a partition, without rows. */
  readonly empty: string
  /** YAML of a complete use. */
  readonly example: string
  /** Where it tells less than the check of another tool that it stands for. */
  readonly weaker?: string
  readonly column: 'required' | 'optional' | 'none'
  readonly arguments: Readonly<Record<string, Argument>>
  /** The value that it measures in words, which `warn_if` and `error_if` are then held against: `the number of rows`. */
  readonly measures?: string
  /** Judges each row by itself: an aggregate over the bad ones, `fail_calc`, can stand for their number. */
  readonly ofRows?: true
  /** What it finds depends on the present moment, too. */
  readonly readsClock?: true
  /** The value is a share, from 0 to 1, so that a threshold may be a percentage. */
  readonly isShare?: true
  /**
   * Compares what it measures of each partition with those before it: the rule, by the arguments and the unit of partitions. What
   * its SQL counts as failures is nothing.
   */
  readonly usual?: (given: Arguments, unit: string) => UsualRule
  /** Where no severity is written; default `error`. */
  readonly usualSeverity?: 'warn'
  /** Judges the partitions of the table as a whole: its scope is always `table`, and it never blocks a publication. */
  readonly ofPartitions?: true
  /** Compares rows with their partitions: it can be written at partitioned models only. */
  readonly needsPartitions?: true
  /** Compares whole relations: its scope is `table`, or the last partitions of it. */
  readonly ofWhole?: true
  /** Its arguments with those that follow from what is known of the model. They are part of what the assertion is. */
  readonly completed?: (given: Arguments, context: AssertionContext, column: string | undefined) => Arguments
  /**
   * What contradicts or is missing among arguments that are fine by themselves. `isBounded`: a threshold of its own says how
   * the value is judged.
   */
  readonly problem?: (given: Arguments, isBounded: boolean) => string | undefined
  /** What stands in the parentheses of its name, besides the column. */
  readonly label: (given: Arguments) => string
  readonly compile: (compilation: Compilation) => CompiledCheck
}
