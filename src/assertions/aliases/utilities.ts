import { type Aliases, ageWithin, always } from './alias.ts'

const compared = { compare_model: 'to' }

/** The tests of dbt_utils. */
export const ofUtils: Aliases = {
  accepted_range: { type: 'accepted_range' },
  at_least_one: { type: 'at_least_one' },
  cardinality_equality: { type: 'cardinality_equality' },
  equal_rowcount: { type: 'equal_rowcount', renamed: compared },
  equality: {
    type: 'equality',
    renamed: { ...compared, compare_columns: 'columns', exclude_columns: 'exclude' },
  },
  expression_is_true: { type: 'expression_is_true', renamed: { condition: 'where' } },
  fewer_rows_than: { type: 'fewer_rows_than', renamed: compared },
  mutually_exclusive_ranges: {
    type: 'mutually_exclusive_ranges',
    renamed: {
      lower_bound_column: 'lower',
      upper_bound_column: 'upper',
      zero_length_range_allowed: 'zero_length',
    },
  },
  not_accepted_values: { type: 'not_accepted_values' },
  not_constant: { type: 'not_constant' },
  not_empty_string: { type: 'not_empty_string', renamed: { trim_whitespace: 'trim' } },
  not_null_proportion: {
    type: 'not_null_proportion',
    renamed: { at_least: 'min', at_most: 'max' },
    ...always({ max: 1 }),
  },
  recency: { type: 'recency', renamed: { field: 'column_name', group_by_columns: 'group_by' }, ...ageWithin },
  relationships_where: {
    type: 'relationships',
    renamed: { from_condition: 'where', to_condition: 'to_where' },
  },
  sequential_values: { type: 'sequential' },
  unique_combination_of_columns: {
    type: 'unique_key',
    renamed: { combination_of_columns: 'columns' },
    adapted: ({ quote_columns: _, ...given }) => given,
  },
}
