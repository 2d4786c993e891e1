import { describe, expect, it } from 'vitest'
import { messages, parsed, parsing } from './testing.ts'

/* Tests of dbt_expectations as people wrote them: what texts look like, and columns of a row against each other. */

const written: readonly [string, Record<string, unknown>, Record<string, unknown>][] = [
  ['values_to_match_regex(a)', { regex: '^x', is_raw: true, flags: '' }, { arguments: { regex: ['^x'] } }],
  ['values_to_match_regex(a)', { regex: '^x', flags: 'i' }, { arguments: { regex: ['^x'], flags: 'i' } }],
  [
    'values_to_match_regex_list(a)',
    { regex_list: ['x', 'y'], match_on: 'all' },
    { type: 'matches_regex', arguments: { regex: ['x', 'y'], match: 'all' } },
  ],
  ['values_to_not_match_regex(a)', { regex: '^x' }, { type: 'not_matches_regex', arguments: { regex: ['^x'] } }],
  // A row passes there that does not match one of them: it fails only when it matches all.
  ['values_to_not_match_regex_list(a)', { regex_list: ['x', 'y'] }, { arguments: { match: 'all' } }],
  ['values_to_not_match_regex_list(a)', { regex_list: ['x'], match_on: 'all' }, { arguments: { match: 'any' } }],
  ['values_to_match_like_pattern(a)', { like_pattern: 'x%' }, { type: 'like', arguments: { pattern: ['x%'] } }],
  [
    'values_to_not_match_like_pattern_list(a)',
    { like_pattern_list: ['x%', 'y%'] },
    { type: 'not_like', arguments: { pattern: ['x%', 'y%'], match: 'all' } },
  ],
  [
    'value_lengths_to_be_between(a)',
    { min_value: 1, max_value: 4, strictly: true },
    { type: 'length', arguments: { min: 1, max: 4, inclusive: false } },
  ],
  ['value_lengths_to_equal(a)', { value: 10 }, { type: 'length', arguments: { equals: 10 } }],
  ['values_to_have_consistent_casing(a)', { display_inconsistent_columns: true }, { type: 'consistent_casing' }],
  [
    'pair_values_A_to_be_greater_than_B',
    { column_A: 'a', column_B: 'b', or_equal: true },
    { type: 'a_greater_than_b', arguments: { a: 'a', b: 'b', or_equal: true } },
  ],
  [
    'pair_values_to_be_equal',
    { column_A: 'a', column_B: 'b' },
    { type: 'columns_equal', arguments: { ignore_nulls: 'any' } },
  ],
  [
    'pair_values_to_be_in_set',
    { column_A: 'a', column_B: 'b', value_pairs_set: [[0, "'x'"]] },
    { type: 'pair_in_set', arguments: { columns: ['a', 'b'], pairs: [[0, "'x'"]], quote: false } },
  ],
  ['to_exist(a)', { transform: 'upper' }, { type: 'column_exists', arguments: { columns: ['a'] } }],
  ['values_to_be_of_type(a)', { column_type: 'date' }, { type: 'column_type', arguments: { types: ['date'] } }],
  ['values_to_be_in_type_list(a)', { column_type_list: ['date', 'time'] }, { arguments: { types: ['date', 'time'] } }],
  [
    'mean_to_be_between(a)',
    { min_value: 1, max_value: "'x'", strictly: true, group_by: ['b'] },
    { type: 'metric_between', arguments: { metric: 'mean', min: 1, max: "'x'", inclusive: false, group_by: ['b'] } },
  ],
  [
    'quantile_values_to_be_between(a)',
    { quantile: 0.9, max_value: 3 },
    { arguments: { metric: 'quantile', quantile: 0.9, max: 3 } },
  ],
  [
    'distinct_values_to_equal_set(a)',
    { value_set: ['x'], quote_values: true },
    { type: 'distinct_values', arguments: { set: 'equal', values: ['x'] } },
  ],
  [
    'distinct_count_to_be_greater_than(a)',
    { value: 3 },
    { type: 'distinct_count', arguments: { min: 3, inclusive: false } },
  ],
  [
    'distinct_count_to_equal_other_table(a)',
    { compare_model: "ref('airports')", compare_column_name: 'faa' },
    { type: 'equal_distinct_count', arguments: { to: 'raw_data.airports', field: 'faa' } },
  ],
  [
    'most_common_value_to_be_in_set(a)',
    { value_set: [1], top_n: 2, data_type: 'decimal' },
    { type: 'most_common_in', arguments: { values: [1], top: 2 } },
  ],
  [
    'values_to_be_within_n_stdevs(a)',
    { group_by: 'b', sigma_threshold: 2 },
    { type: 'within_n_stdevs', scope: { kind: 'table' }, arguments: { n: 2, group_by: ['b'] } },
  ],
]

describe('names of dbt_expectations', () => {
  it.each(written)('%s %o', (name, given, expected) => {
    const known = `dbt_expectations.expect_column_${name}`
    expect(parsed(known, given as Parameters<typeof parsed>[1])).toMatchObject(expected)
  })

  it('judge which columns there are', () => {
    const list = { column_list: ['a', 'b'], transform: 'upper' }
    const known = 'dbt_expectations.expect_table_columns_to'
    expect(parsed(`${known}_contain_set`, list)).toMatchObject({ type: 'column_exists' })
    expect(parsed(`${known}_not_contain_set`, list)).toMatchObject({ type: 'columns_absent' })
    expect(parsed(`${known}_match_set`, list)).toMatchObject({
      type: 'columns_match',
      arguments: { columns: ['a', 'b'] },
    })
    expect(parsed(`${known}_match_ordered_list`, list)).toMatchObject({ arguments: { ordered: true } })
  })

  it('sum up columns over all rows, and compare the columns of a row', () => {
    const sum = { column_list: ['a', 'b'], sum_total: 4, group_by: ['c'] }
    expect(parsed('expect_multicolumn_sum_to_equal', sum)).toMatchObject({
      type: 'sum_equals',
      arguments: { columns: ['a', 'b'], total: 4, of_all: true, group_by: ['c'] },
    })
    const unique = { column_list: ['a', 'b'], quote_columns: false, ignore_row_if: 'any_value_is_missing' }
    expect(parsed('expect_select_column_values_to_be_unique_within_record', unique)).toMatchObject({
      type: 'unique_within_record',
      arguments: { columns: ['a', 'b'], ignore_nulls: 'any' },
    })
  })
})

it.each<[string, Record<string, unknown>, string]>([
  ['matches_regex(a)', { regex: 'x', flags: 'i)|(' }, 'has `flags` that are no letters'],
  ['castable(a)', { type: 'integer) or (true' }, 'has a `type` that is none: integer) or (true'],
  ['date_parseable(a)', { format: '%Y-%Q' }, 'has `%Q` in its `format`, which is not known'],
  ['length(a)', {}, 'needs `min`, `max` or `equals`'],
  ['pair_in_set', { columns: ['a', 'b'], pairs: [[1, 2, 3]] }, 'has `pairs` that are not of 2 values'],
  ['pair_in_set', { columns: ['a', 'b'], pairs: [['1) or (1', 2]], quote: false }, 'has SQL among `pairs` that closes'],
  ['exactly_one', { columns: ['a'] }, 'needs two `columns` or more'],
  ['metric_between(a)', { metric: 'quantile', min: 1 }, 'needs a `quantile` from 0 to 1'],
  ['metric_between(a)', { metric: 'mean' }, 'needs `min`, `max` or `equals`'],
  [
    'quantiles(a)',
    {
      quantiles: [0.5],
      ranges: [
        [1, 2],
        [3, 4],
      ],
    },
    'needs as many `ranges` as `quantiles`',
  ],
  ['z_score(a)', { window: 5 }, 'needs `window` and `order_by` together'],
  ['custom_sql', { rows: 'select 1', value: 'select 1' }, 'needs `rows` or `value`, and not both'],
  ['custom_sql', { value: 'select 1' }, 'needs `min`, `max` or `equals`'],
  ['distribution_shift(a)', { baseline: 'b' }, 'needs a `threshold`'],
  ['column_exists', {}, 'needs `columns`'],
  ['json_schema(a)', { schema: { items: {} } }, 'has `items` in schema, which is not judged'],
  ['json_schema(a)', { schema: { properties: { b: { minimum: 'x' } } } }, 'has a wrong `minimum` in schema.b'],
  ['sum_equals', { columns: ['a'], total: 1, group_by: ['b'] }, 'has `group_by` without `of_all: true`'],
])('%s %o is refused', (name, given, problem) => {
  const { value, diagnostics } = parsing(name, given as Parameters<typeof parsing>[1])
  expect(value).toBeUndefined()
  expect(messages(diagnostics).join('\n')).toContain(problem)
})
