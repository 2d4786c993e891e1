import { z } from 'zod'
import { units } from '../../calendar/index.ts'
import { freshnessShape } from '../read-freshness.ts'
import {
  anyMapping,
  filledText,
  flag,
  listOf,
  mapping,
  mappingOf,
  oneOf,
  optional,
  text,
  textOrTexts,
  wholeNumber,
} from '../shape.ts'
import { hooks } from './hooks.ts'

const reach = mapping({ before: optional(wholeNumber(0)), after: optional(wholeNumber(0)) })

const partitionBy = mapping({
  column: filledText,
  unit: optional(oneOf(units as readonly ['hour', 'day', 'month', 'year'])),
  type: optional(oneOf(['date', 'instant', 'local'])),
  time_zone: optional(filledText),
})

const persistDocs = mapping({ relation: optional(flag), columns: optional(flag) })

const index = mapping({ columns: textOrTexts, unique: optional(flag), type: optional(filledText) })

const contract = mapping({ enforced: optional(flag), alias_types: optional(flag) })

const oneCharacter = z.string({ error: 'one character' }).length(1, { error: 'one character' })

/** `2013` is a number in YAML, and a partition's name. */
const partitionName = z.union([text, z.number()], { error: 'a date such as 2013-01-01' }).transform(String)

/** The settings of a model: DESIGN §5. */
export const configShape = {
  enabled: flag,
  materialized: oneOf(['view', 'table', 'incremental', 'history', 'ephemeral']),
  alias: filledText,
  schema: filledText,
  group: filledText,
  access: oneOf(['private', 'protected', 'public']),
  tags: textOrTexts,
  owner: filledText,
  meta: anyMapping,
  docs: mapping({ show: optional(flag), node_color: optional(text) }),
  partition_by: z.union([filledText, partitionBy], {
    error: 'a column, or a mapping of column, unit, type and time_zone',
  }),
  strategy: oneOf(['replace_partition', 'merge', 'append', 'timestamp', 'check']),
  incremental_strategy: oneOf(['merge', 'append', 'insert_overwrite', 'delete+insert']),
  unique_key: textOrTexts,
  delete_missing: flag,
  moves: flag,
  key_scope: z.union([z.literal('all'), wholeNumber(0)], { error: 'all, or a number of partitions' }),
  merge_update_columns: textOrTexts,
  merge_exclude_columns: textOrTexts,
  updated_at: filledText,
  check_cols: textOrTexts,
  hard_deletes: oneOf(['ignore', 'invalidate', 'new_record']),
  invalidate_hard_deletes: flag,
  snapshot_meta_column_names: mapping({
    dbt_valid_from: optional(filledText),
    dbt_valid_to: optional(filledText),
    dbt_is_deleted: optional(filledText),
  }),
  begin: partitionName,
  end: partitionName,
  batch: wholeNumber(1),
  lookback: wholeNumber(0),
  settled: filledText,
  give_up_after: text,
  on_schema_change: oneOf(['append_new_columns', 'fail', 'sync_all_columns', 'ignore']),
  on_code_change: oneOf(['keep', 'rebuild']),
  allow_partial: flag,
  retention: text,
  table_partitions: oneOf(['day', 'month', 'year']),
  reads: mappingOf(reach),
  checksum_exclude: textOrTexts,
  column_types: mappingOf(filledText),
  delimiter: oneCharacter,
  grants: mappingOf(textOrTexts),
  persist_docs: persistDocs,
  indexes: listOf(index),
  freshness: freshnessShape,
  loaded_at_field: filledText,
  contract: z.union([z.literal('enforced'), flag, contract], {
    error: 'enforced, or a mapping of enforced and alias_types',
  }),
  pre_hook: hooks,
  post_hook: hooks,
} as const

export const partitionByMapping = partitionBy

export type ConfigKey = keyof typeof configShape

export type ConfigValues = { -readonly [K in ConfigKey]?: z.infer<(typeof configShape)[K]> }

export function isConfigKey(key: string): key is ConfigKey {
  return Object.hasOwn(configShape, key)
}

/** Settings of the design, or of dbt, that would change the rows or the warehouse: refused, with the way around. */
export const laterConfig: Readonly<Record<string, string | undefined>> = {
  batch_bytes: 'bound a statement by partitions: batch: 30',
  store_failures: undefined,
  event_time: "partitions are cut with partition_by='<column>'",
  batch_size: 'the unit is part of partition_by: { column: …, unit: month }',
  database: 'a model lies in the database of its target',
  sql_header: 'put the statements into pre_hook',
  partition_expiration_days: 'say how long partitions stay with retention: 90 days; `elt retain` drops older ones',
  incremental_predicates: 'what a merge looks at is bounded by partition_by and key_scope',
  dbt_valid_to_current: 'remove it: the current version ends at null',
  target_lag: 'remove it: `elt run` is what builds',
}
