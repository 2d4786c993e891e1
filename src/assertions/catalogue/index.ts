import type { Definition } from '../definition.ts'
import { acceptedRange } from './accepted-range.ts'
import { completePartitions } from './complete-partitions.ts'
import { expressionIsTrue } from './expression-is-true.ts'
import { notNull } from './not-null.ts'
import { relationships } from './relationships.ts'
import { rowCount } from './row-count.ts'
import { unique, uniqueKey } from './unique.ts'
import { acceptedValues, notAcceptedValues } from './values.ts'

/** Every check there is, by its name. */
export const catalogue: ReadonlyMap<string, Definition> = new Map([
  ['accepted_range', acceptedRange],
  ['accepted_values', acceptedValues],
  ['complete_partitions', completePartitions],
  ['expression_is_true', expressionIsTrue],
  ['not_accepted_values', notAcceptedValues],
  ['not_null', notNull],
  ['relationships', relationships],
  ['row_count', rowCount],
  ['unique', unique],
  ['unique_key', uniqueKey],
])

/** A check under the name, and with the arguments, that another tool has for it. */
interface Alias {
  readonly type: string
  /** Its name of an argument → ours. */
  readonly renamed?: Readonly<Record<string, string>>
}

const between = { min_value: 'min', max_value: 'max' }

export const aliases: ReadonlyMap<string, Alias> = new Map<string, Alias>([
  ['dbt.accepted_values', { type: 'accepted_values' }],
  ['dbt.not_null', { type: 'not_null' }],
  ['dbt.relationships', { type: 'relationships' }],
  ['dbt.unique', { type: 'unique' }],
  ['dbt_utils.accepted_range', { type: 'accepted_range' }],
  ['dbt_utils.expression_is_true', { type: 'expression_is_true' }],
  ['dbt_utils.not_accepted_values', { type: 'not_accepted_values' }],
  ['dbt_utils.unique_combination_of_columns', { type: 'unique_key', renamed: { combination_of_columns: 'columns' } }],
  ['unique_combination_of_columns', { type: 'unique_key', renamed: { combination_of_columns: 'columns' } }],
  ['dbt_expectations.expect_column_values_to_not_be_null', { type: 'not_null' }],
  ['dbt_expectations.expect_column_values_to_be_unique', { type: 'unique' }],
  [
    'dbt_expectations.expect_column_values_to_be_in_set',
    { type: 'accepted_values', renamed: { value_set: 'values', quote_values: 'quote' } },
  ],
  [
    'dbt_expectations.expect_column_values_to_not_be_in_set',
    { type: 'not_accepted_values', renamed: { value_set: 'values', quote_values: 'quote' } },
  ],
  ['dbt_expectations.expect_column_values_to_be_between', { type: 'accepted_range' }],
  ['dbt_expectations.expect_table_row_count_to_be_between', { type: 'row_count', renamed: between }],
  ['dbt_expectations.expect_table_row_count_to_equal', { type: 'row_count', renamed: { value: 'equals' } }],
  [
    'dbt_expectations.expect_compound_columns_to_be_unique',
    { type: 'unique_key', renamed: { column_list: 'columns' } },
  ],
])

/** Every name that an assertion may be written by: ours, and those of other tools. */
export const assertionNames: readonly string[] = [...catalogue.keys(), ...aliases.keys()]
