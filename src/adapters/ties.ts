import type { RelationName } from './relation-name.ts'

/** Queries for what binds to a relation or hangs on it. Identifiers of the answers are not quoted. */
export interface Ties {
  /**
   * What has to be dropped and made again when the relation is dropped (or, with columns, when these are dropped or altered):
   * rows of `schema`, `name`, `kind`, `depth`, the nearest first. `make` and `remove` are statements, null for what cannot be made
   * again.
   */
  readonly dependents: (relation: RelationName, columns?: readonly string[]) => string
  /**
   * What a relation has beside columns and rows (grants, comments, indexes …): rows of `statement`, which gives it that again,
   * `columns`, a list of those that it is about, and `same_kind`: whether a table's are no view's.
   */
  readonly belongings: (relation: RelationName) => string
  /** A statement that runs the first ones, or, where the engine refuses any of them, the others in their place. */
  readonly either: (first: readonly string[], others: readonly string[]) => string
}
