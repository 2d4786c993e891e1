import type { RawConfig } from '../../project/index.ts'
import { type Alias, type Aliases, always, both, opposite } from './alias.ts'
import { ignoredRows } from './expectations.ts'

const pair = { column_A: 'a', column_B: 'b' }
const regexes = { regex_list: 'regex', match_on: 'match' }
const likes = { like_pattern: 'pattern', like_pattern_list: 'pattern', match_on: 'match' }

/** Whether an expression is taken as it is written plays no part: it always is. */
const expressions: Pick<Alias, 'adapted'> = {
  adapted: ({ is_raw: _, flags, ...given }) =>
    flags === undefined || flags.value === '' ? given : { ...given, flags },
}

/** There a row passes that does not match any one of several (`any`), or each of them (`all`). */
const opposites: Pick<Alias, 'adapted'> = {
  adapted: ({ match, ...given }, location) => {
    const value = match?.value === 'all' ? 'any' : 'all'
    return { ...given, match: { value, location: match?.location ?? location } }
  },
}

/** Two columns as a list of them, their pairs as SQL. */
function pairSet({ column_A: a, column_B: b, value_pairs_set: pairs, ...given }: RawConfig): RawConfig {
  const columns = a && b ? { columns: { value: [a.value, b.value], location: a.location } } : {}
  const quote = pairs ? { quote: { value: false, location: pairs.location } } : {}
  return { ...given, ...columns, ...(pairs ? { pairs } : {}), ...quote }
}

const lengthBounds = { min_value: 'min', max_value: 'max' }

/** The tests of dbt_expectations that judge what texts look like, and columns of a row against each other. */
export const ofExpectedValues: Aliases = {
  expect_column_pair_values_A_to_be_greater_than_B: { type: 'a_greater_than_b', renamed: pair },
  expect_column_pair_values_to_be_equal: { type: 'columns_equal', renamed: pair, ...always({ ignore_nulls: 'any' }) },
  expect_column_pair_values_to_be_in_set: { type: 'pair_in_set', adapted: pairSet },
  expect_column_value_lengths_to_be_between: {
    type: 'length',
    renamed: lengthBounds,
    ...opposite('strictly', 'inclusive'),
  },
  expect_column_value_lengths_to_equal: { type: 'length', renamed: { value: 'equals' } },
  expect_column_values_to_have_consistent_casing: {
    type: 'consistent_casing',
    adapted: ({ display_inconsistent_columns: _, ...given }) => given,
  },
  expect_column_values_to_match_like_pattern: { type: 'like', renamed: likes },
  expect_column_values_to_match_like_pattern_list: { type: 'like', renamed: likes },
  expect_column_values_to_match_regex: { type: 'matches_regex', ...expressions },
  expect_column_values_to_match_regex_list: { type: 'matches_regex', renamed: regexes, ...expressions },
  expect_column_values_to_not_match_like_pattern: { type: 'not_like', renamed: likes },
  expect_column_values_to_not_match_like_pattern_list: { type: 'not_like', renamed: likes, ...opposites },
  expect_column_values_to_not_match_regex: { type: 'not_matches_regex', ...expressions },
  expect_column_values_to_not_match_regex_list: {
    type: 'not_matches_regex',
    renamed: regexes,
    ...both(expressions, opposites),
  },
  expect_multicolumn_sum_to_equal: {
    type: 'sum_equals',
    renamed: { column_list: 'columns', sum_total: 'total' },
    ...always({ of_all: true }),
  },
  expect_select_column_values_to_be_unique_within_record: {
    type: 'unique_within_record',
    renamed: { column_list: 'columns' },
    ...ignoredRows,
  },
}
