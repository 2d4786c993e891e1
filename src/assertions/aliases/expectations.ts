import { type Aliases, opposite } from './alias.ts'

const set = { value_set: 'values', quote_values: 'quote' }
const bounds = { min_value: 'min', max_value: 'max' }

/** The tests of dbt_expectations. */
export const ofExpectations: Aliases = {
  expect_column_values_to_be_between: { type: 'accepted_range', ...opposite('strictly', 'inclusive') },
  expect_column_values_to_be_in_set: { type: 'accepted_values', renamed: set },
  expect_column_values_to_be_unique: { type: 'unique' },
  expect_column_values_to_not_be_in_set: { type: 'not_accepted_values', renamed: set },
  expect_column_values_to_not_be_null: { type: 'not_null' },
  expect_compound_columns_to_be_unique: { type: 'unique_key', renamed: { column_list: 'columns' } },
  expect_table_row_count_to_be_between: { type: 'row_count', renamed: bounds },
  expect_table_row_count_to_equal: { type: 'row_count', renamed: { value: 'equals' } },
}
