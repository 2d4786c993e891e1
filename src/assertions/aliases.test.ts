import { describe, expect, it } from 'vitest'
import { catalogue } from './index.ts'
import { aliases } from './reference.ts'
import { parsed } from './testing.ts'

/* Tests as people wrote them for dbt and its packages: the names and arguments that their documentation has. */

const other = { compare_model: "ref('airports')" }
const to = 'raw_data.airports'

const written: readonly [string, Record<string, unknown>, Record<string, unknown>][] = [
  ['dbt_utils.equal_rowcount', other, { type: 'equal_rowcount', arguments: { to } }],
  ['dbt_utils.equal_rowcount', { ...other, group_by_columns: ['day'] }, { arguments: { to, group_by: ['day'] } }],
  ['dbt_utils.fewer_rows_than', other, { type: 'fewer_rows_than', arguments: { to } }],
  [
    'dbt_utils.equality',
    { ...other, compare_columns: ['a', 'b'] },
    { type: 'equality', arguments: { to, columns: ['a', 'b'] } },
  ],
  [
    'dbt_utils.recency',
    { field: 'a', datepart: 'day', interval: 2, group_by_columns: ['b'], ignore_time_component: false },
    { type: 'recency', column: 'a', arguments: { within: '2 day', group_by: ['b'] } },
  ],
  [
    'dbt_expectations.expect_row_values_to_have_recent_data(a)',
    { datepart: 'hour', interval: 3, row_condition: 'b > 1' },
    { type: 'recency', column: 'a', where: 'b > 1', arguments: { within: '3 hour' } },
  ],
  [
    'dbt_expectations.expect_grouped_row_values_to_have_recent_data',
    { group_by: ['b'], timestamp_column: 'a', datepart: 'day', interval: 1 },
    { type: 'recency', column: 'a', arguments: { within: '1 day', group_by: ['b'] } },
  ],
  [
    'dbt_expectations.expect_row_values_to_have_data_for_every_n_datepart',
    { date_col: 'a', date_part: 'month', interval: 2, test_start_date: '2024-01-01', test_end_date: '2024-09-01' },
    {
      type: 'complete_dates',
      column: 'a',
      arguments: { datepart: 'month', interval: 2, from: '2024-01-01', to: '2024-09-01' },
    },
  ],
  ['dbt_utils.not_constant(a)', {}, { type: 'not_constant', column: 'a' }],
  ['dbt_utils.at_least_one(a)', { group_by_columns: ['b'] }, { type: 'at_least_one', arguments: { group_by: ['b'] } }],
  [
    'dbt_utils.not_empty_string(a)',
    { trim_whitespace: false },
    { type: 'not_empty_string', arguments: { trim: false } },
  ],
  [
    'dbt_utils.not_null_proportion(a)',
    { at_least: 0.95 },
    { type: 'not_null_proportion', arguments: { min: 0.95, max: 1 } },
  ],
  [
    'dbt_utils.cardinality_equality(a)',
    { field: 'b', to: "ref('airports')" },
    { type: 'cardinality_equality', arguments: { to, field: 'b' } },
  ],
  [
    'dbt_utils.relationships_where(a)',
    { to: "ref('airports')", field: 'b', from_condition: 'x > 1', to_condition: 'y > 1' },
    { type: 'relationships', where: 'x > 1', arguments: { to, field: 'b', to_where: 'y > 1' } },
  ],
  [
    'dbt_utils.sequential_values(a)',
    { interval: 1, datepart: 'hour' },
    { type: 'sequential', arguments: { interval: 1, datepart: 'hour' } },
  ],
  [
    'dbt_utils.mutually_exclusive_ranges',
    {
      lower_bound_column: 'a',
      upper_bound_column: 'b',
      partition_by: 'c',
      gaps: 'required',
      zero_length_range_allowed: true,
    },
    { arguments: { lower: 'a', upper: 'b', partition_by: ['c'], gaps: 'required', zero_length: true } },
  ],
  [
    'dbt_expectations.expect_column_values_to_be_increasing(a)',
    { sort_column: 'b' },
    { type: 'increasing', arguments: { order_by: 'b', strict: true } },
  ],
  [
    'dbt_expectations.expect_column_values_to_be_decreasing(a)',
    { strictly: false },
    { type: 'decreasing', arguments: { strict: false } },
  ],
  [
    'dbt_expectations.expect_column_values_to_be_between(a)',
    { min_value: 0, strictly: true },
    { type: 'accepted_range', arguments: { min_value: 0, inclusive: false } },
  ],
  [
    'dbt_expectations.expect_compound_columns_to_be_unique',
    { column_list: ['a', 'b'], quote_columns: false },
    { type: 'unique_key', arguments: { columns: ['a', 'b'], ignore_nulls: 'all' } },
  ],
  [
    'dbt_expectations.expect_compound_columns_to_be_unique',
    { column_list: ['a', 'b'], ignore_row_if: 'any_value_is_missing' },
    { arguments: { columns: ['a', 'b'], ignore_nulls: 'any' } },
  ],
  [
    'dbt_expectations.expect_table_row_count_to_equal_other_table_times_factor',
    { ...other, factor: 13, row_condition: 'x > 1' },
    { type: 'rowcount_factor', where: 'x > 1', arguments: { to, factor: 13, to_where: 'x > 1' } },
  ],
  [
    'dbt_expectations.expect_table_aggregation_to_equal_other_table',
    { ...other, expression: 'sum(a)', tolerance_percent: 0.05 },
    { type: 'aggregation_equals', arguments: { to, expression: 'sum(a)', tolerance: { value: 5, percent: true } } },
  ],
  ['dbt_expectations.expect_column_values_to_be_null(a)', {}, { type: 'always_null' }],
  ['between(a)', { min: 1, max: 2 }, { type: 'accepted_range', arguments: { min_value: 1, max_value: 2 } }],
  ['row_condition', { expression: 'a > 1' }, { type: 'expression_is_true' }],
]

describe('names of other tools', () => {
  it.each(written)('%s %o', (name, given, expected) => {
    expect(parsed(name, given as Parameters<typeof parsed>[1])).toMatchObject(expected)
  })

  it('lead to checks, and rename to arguments that these have', () => {
    const settings = new Set(['where', 'group_by'])
    const lost = [...aliases].flatMap(([name, { type, renamed = {} }]) =>
      Object.values(renamed)
        .filter((ours) => !settings.has(ours) && catalogue.get(type)?.arguments[ours] === undefined)
        .filter((ours) => ours !== 'column_name' || catalogue.get(type)?.column === 'none')
        .map((ours) => `${name}: ${ours}`),
    )
    expect(lost).toEqual([])
  })
})
