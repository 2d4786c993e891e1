import { type Alias, type Aliases, always, both, opposite } from './alias.ts'

const bounds = { min_value: 'min', max_value: 'max' }
const set = { value_set: 'values', quote_values: 'quote' }

/** A metric between two bounds. */
const metric = (name: string): Alias => ({
  type: 'metric_between',
  renamed: bounds,
  ...both(opposite('strictly', 'inclusive'), always({ metric: name })),
})

/** Distinct values against a set. */
const distinct = (name: string): Alias => ({ type: 'distinct_values', renamed: set, ...always({ set: name }) })

/** The tests of dbt_expectations that measure the values of a column. */
export const ofExpectedMetrics: Aliases = {
  expect_column_distinct_count_to_be_greater_than: {
    type: 'distinct_count',
    renamed: { value: 'min' },
    ...always({ inclusive: false }),
  },
  expect_column_distinct_count_to_equal: { type: 'distinct_count', renamed: { value: 'equals' } },
  expect_column_distinct_count_to_equal_other_table: {
    type: 'equal_distinct_count',
    renamed: { compare_model: 'to', compare_column_name: 'field', compare_row_condition: 'to_where' },
  },
  expect_column_distinct_values_to_be_in_set: distinct('in'),
  expect_column_distinct_values_to_contain_set: distinct('contain'),
  expect_column_distinct_values_to_equal_set: distinct('equal'),
  expect_column_max_to_be_between: metric('max'),
  expect_column_mean_to_be_between: metric('mean'),
  expect_column_median_to_be_between: metric('median'),
  expect_column_min_to_be_between: metric('min'),
  expect_column_most_common_value_to_be_in_set: {
    type: 'most_common_in',
    renamed: { ...set, top_n: 'top' },
    adapted: ({ data_type: _, ...given }) => given,
  },
  expect_column_proportion_of_unique_values_to_be_between: {
    type: 'unique_proportion',
    renamed: bounds,
    ...opposite('strictly', 'inclusive'),
  },
  expect_column_quantile_values_to_be_between: metric('quantile'),
  expect_column_stdev_to_be_between: metric('stddev'),
  expect_column_sum_to_be_between: metric('sum'),
  expect_column_unique_value_count_to_be_between: {
    type: 'distinct_count',
    renamed: bounds,
    ...opposite('strictly', 'inclusive'),
  },
  expect_column_values_to_be_within_n_stdevs: { type: 'within_n_stdevs', renamed: { sigma_threshold: 'n' } },
}

/** Expectations that only Great Expectations has, or under a name of its own. */
export const ofGreatExpectations: Aliases = {
  expect_column_pair_values_a_to_be_greater_than_b: {
    type: 'a_greater_than_b',
    renamed: { column_A: 'a', column_B: 'b' },
  },
  expect_column_value_z_scores_to_be_less_than: {
    type: 'z_score',
    renamed: { threshold: 'n' },
    adapted: ({ double_sided: _, ...given }) => given,
  },
  expect_column_values_to_be_json_parseable: { type: 'json_valid' },
  expect_column_values_to_match_json_schema: { type: 'json_schema', renamed: { json_schema: 'schema' } },
  expect_column_values_to_match_strftime_format: { type: 'date_parseable', renamed: { strftime_format: 'format' } },
}
