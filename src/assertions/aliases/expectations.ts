import type { RawConfig } from '../../project/index.ts'
import { type Alias, type Aliases, ageWithin, always, both, opposite } from './alias.ts'

const set = { value_set: 'values', quote_values: 'quote' }
const bounds = { min_value: 'min', max_value: 'max' }
const compared = { compare_model: 'to', compare_group_by: 'to_group_by', compare_row_condition: 'to_where' }
const ordered = { sort_column: 'order_by', strictly: 'strict' }

/** A condition on one relation is one on both, unless the other has its own. */
function alsoOfOther({ where, ...given }: RawConfig): RawConfig {
  if (where === undefined) return given
  return { ...given, where, to_where: given.to_where ?? where }
}

/** A share of the value as our percentage. */
function tolerancePercent({ tolerance_percent: share, ...given }: RawConfig): RawConfig {
  if (typeof share?.value !== 'number') return given
  return { ...given, tolerance: { ...share, value: `${Number((share.value * 100).toPrecision(12))} %` } }
}

/** Which rows without values they leave out: those where all are missing, where nothing is said. */
export const ignoredRows: Pick<Alias, 'adapted'> = {
  adapted: ({ quote_columns: _, ignore_row_if: when, ...given }, location) => {
    const words: Readonly<Record<string, string>> = { any_value_is_missing: 'any', never: 'never' }
    const value = words[String(when?.value)] ?? 'all'
    return { ...given, ignore_nulls: { value, location: when?.location ?? location } }
  },
}

/** The tests of dbt_expectations. */
export const ofExpectations: Aliases = {
  expect_column_values_to_be_between: { type: 'accepted_range', ...opposite('strictly', 'inclusive') },
  expect_column_values_to_be_decreasing: { type: 'decreasing', renamed: ordered, ...always({ strict: true }) },
  expect_column_values_to_be_in_set: { type: 'accepted_values', renamed: set },
  expect_column_values_to_be_increasing: { type: 'increasing', renamed: ordered, ...always({ strict: true }) },
  expect_column_values_to_be_null: { type: 'always_null' },
  expect_column_values_to_be_unique: { type: 'unique' },
  expect_column_values_to_not_be_in_set: { type: 'not_accepted_values', renamed: set },
  expect_column_values_to_not_be_null: { type: 'not_null' },
  expect_compound_columns_to_be_unique: { type: 'unique_key', renamed: { column_list: 'columns' }, ...ignoredRows },
  expect_grouped_row_values_to_have_recent_data: {
    type: 'recency',
    renamed: { timestamp_column: 'column_name' },
    ...ageWithin,
  },
  expect_row_values_to_have_data_for_every_n_datepart: {
    type: 'complete_dates',
    renamed: { date_col: 'column_name', date_part: 'datepart', test_start_date: 'from', test_end_date: 'to' },
  },
  expect_row_values_to_have_recent_data: { type: 'recency', ...ageWithin },
  expect_table_aggregation_to_equal_other_table: {
    type: 'aggregation_equals',
    renamed: { ...compared, compare_expression: 'to_expression' },
    ...both({ adapted: alsoOfOther }, { adapted: tolerancePercent }),
  },
  expect_table_row_count_to_be_between: { type: 'row_count', renamed: bounds, ...opposite('strictly', 'inclusive') },
  expect_table_row_count_to_equal: { type: 'row_count', renamed: { value: 'equals' } },
  expect_table_row_count_to_equal_other_table: {
    type: 'rowcount_factor',
    renamed: compared,
    adapted: alsoOfOther,
  },
  expect_table_row_count_to_equal_other_table_times_factor: {
    type: 'rowcount_factor',
    renamed: compared,
    adapted: alsoOfOther,
  },
  expression_is_true: { type: 'expression_is_true' },
}
