import type { Location } from '../diagnostics/index.ts'

export const constraintTypes = ['not_null', 'unique', 'primary_key', 'foreign_key', 'check', 'custom'] as const

/** A rule for the rows of a model, as written under `constraints:` of the model or of a column. */
export interface Constraint {
  readonly type: (typeof constraintTypes)[number]
  readonly name?: string
  /** Of one at a column: that column. */
  readonly columns: readonly string[]
  readonly expression?: string
  /** Of a foreign key, as written: `ref('customers')`. */
  readonly to?: string
  readonly toColumns?: readonly string[]
  readonly location: Location
}
