import type { Grid, Reach } from '../calendar/index.ts'

/** The kinds of time column that a partition can be cut by: DESIGN §5. */
export type TimeType = 'date' | 'instant' | 'local'

/**
 * A place in compiled SQL that is known only when a statement is built. Holes are data, so that a graph and a plan can be
 * printed and replayed; `fill` turns them into text with a dialect.
 */
export type Hole =
  /** The relation of a model or a warehouse source, by its node id; `this` is the model's own id. */
  | { readonly kind: 'relation'; readonly node: string }
  /** The rows of a file source: exactly the files of the batch's snapshot. */
  | { readonly kind: 'files'; readonly source: string }
  /** The rows that an assertion judges: staged ones, a table, or some of it. */
  | { readonly kind: 'judged' }
  /** A bound of the batch's own window, as a literal of `type`. `instant` bounds are the moments at which partitions begin. */
  | { readonly kind: 'window'; readonly bound: 'start' | 'end'; readonly type: TimeType }
  /** A bound of what the batch's window reads of a partitioned model, as a literal of the upstream column's type. */
  | {
      readonly kind: 'upstream'
      readonly bound: 'start' | 'end'
      readonly type: TimeType
      readonly grid: Grid
      readonly reach: Reach
    }
  /** A bound of what the batch's window reads of a source, on its event time: instants, or the source zone's local times. */
  | {
      readonly kind: 'events'
      readonly bound: 'start' | 'end'
      readonly type: TimeType
      readonly grid: Grid
      readonly reach: Reach
    }

/** Where a piece of compiled SQL comes from. Offsets count UTF-16 units of the template file. */
export interface Origin {
  readonly path: string
  readonly start: number
  readonly end: number
  /** True when the piece is the template's own text, character by character; else the whole span made the whole piece. */
  readonly verbatim: boolean
}

export type Piece =
  | { readonly text: string; readonly origin?: Origin }
  | { readonly hole: Hole; readonly origin?: Origin }

/** Compiled SQL: text with typed holes, and where each part of it was written. Plain data. */
export interface SqlText {
  readonly pieces: readonly Piece[]
}

/** A stretch of a filled statement and its origin; `start` and `end` are offsets in the statement. */
export interface MappedSpan {
  readonly start: number
  readonly end: number
  readonly origin: Origin
}

/** SQL that can be sent, with its source map (sorted by `start`). */
export interface Statement {
  readonly sql: string
  readonly map: readonly MappedSpan[]
}

/** What the holes of one batch stand for. A filler throws `Bug` for a hole that its caller must have excluded. */
export interface HoleValues {
  /** The quoted relation of a node. */
  readonly relation: (node: string) => string
  /** A table expression (in parentheses or a function call) that yields the rows of a file source. */
  readonly files: (source: string) => string
  /** What stands for the rows that an assertion judges; absent where no assertion can be. */
  readonly judged?: string
  readonly grid?: Grid
  readonly window?: { readonly start: number; readonly end: number }
  /** A literal of the type: `date` takes `YYYY-MM-DD`; `instant` and `local` take `YYYY-MM-DDTHH:MM:SS[.mmm]` (UTC, or wall clock). */
  readonly literal: (type: TimeType, value: string) => string
}
