import { type Alias, type Aliases, always, both } from './alias.ts'

const listed = { column_list: 'columns' }

/** How names are compared plays no part: without case. */
const anyCase: Pick<Alias, 'adapted'> = { adapted: ({ transform: _, ...given }) => given }

/** The tests of dbt_expectations that judge which columns there are. */
export const ofExpectedColumns: Aliases = {
  expect_column_to_exist: { type: 'column_exists', ...anyCase },
  expect_column_values_to_be_in_type_list: { type: 'column_type', renamed: { column_type_list: 'types' } },
  expect_column_values_to_be_of_type: { type: 'column_type', renamed: { column_type: 'types' } },
  expect_table_column_count_to_be_between: {
    type: 'column_count',
    renamed: { min_value: 'min', max_value: 'max' },
  },
  expect_table_column_count_to_equal: { type: 'column_count', renamed: { value: 'equals' } },
  expect_table_columns_to_contain_set: { type: 'column_exists', renamed: listed, ...anyCase },
  expect_table_columns_to_match_ordered_list: {
    type: 'columns_match',
    renamed: listed,
    ...both(anyCase, always({ ordered: true })),
  },
  expect_table_columns_to_match_set: { type: 'columns_match', renamed: listed, ...anyCase },
  expect_table_columns_to_not_contain_set: { type: 'columns_absent', renamed: listed, ...anyCase },
}
