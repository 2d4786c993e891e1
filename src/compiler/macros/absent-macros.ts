import type { Namespace } from './shape.ts'

const models = "name the models that are meant: `[ref('a'), ref('b')]`"
const clock = 'compiling twice has to give the same SQL: leave the time out'

/** Macros that the packages have and elt has not, with what to write instead. */
export const absentMacros: Readonly<Record<Namespace, ReadonlyMap<string, string>>> = {
  dbt_utils: new Map([
    ['get_tables_by_pattern_sql', models],
    ['get_tables_by_prefix_sql', models],
    ['get_table_types_sql', 'ask `run_query` for rows of `information_schema`'],
    ['pretty_time', clock],
    [
      'surrogate_key',
      'write `dbt_utils.generate_surrogate_key([…])`; with the var `surrogate_key_treat_nulls_as_empty_strings: true` its keys are the same',
    ],
  ]),
  dbt: new Map([
    ['run_query', 'call it by its name: `run_query(sql)`'],
    ['ref', "call it by its name: `ref('a_model')`"],
    ['source', "call it by its name: `source('group', 'table')`"],
    ['is_incremental', 'call it by its name: `is_incremental()`'],
    ['should_full_refresh', 'use `is_incremental()`, which is false with `--full-refresh`'],
    ['statement', 'call it by its name: `statement`'],
    ['date_spine', 'write `dbt_utils.date_spine(…)`'],
    ['generate_series', 'write `dbt_utils.generate_series(…)`'],
    ['get_intervals_between', 'write `dbt_utils.get_intervals_between(…)`'],
    ['current_timestamp_backcompat', 'write `dbt.current_timestamp()`'],
    ['current_timestamp_in_utc_backcompat', 'write `dbt.current_timestamp()`'],
    ['get_columns_in_relation', 'write `adapter.get_columns_in_relation(relation)`'],
    ['load_relation', 'leave it out: what `ref` names exists before a model that reads it is built'],
  ]),
}
