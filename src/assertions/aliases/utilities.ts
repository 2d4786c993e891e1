import type { Aliases } from './alias.ts'

/** The tests of dbt_utils. */
export const ofUtils: Aliases = {
  accepted_range: { type: 'accepted_range' },
  expression_is_true: { type: 'expression_is_true' },
  not_accepted_values: { type: 'not_accepted_values' },
  unique_combination_of_columns: { type: 'unique_key', renamed: { combination_of_columns: 'columns' } },
}
