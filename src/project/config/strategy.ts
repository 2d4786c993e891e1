import type { MergeConfig, ModelConfig } from '../project.ts'
import type { ConfigValues } from './config-schema.ts'

/** dbt's names of strategies. With a key that is unique, deleting and inserting is what a merge does. */
const byDbtName = {
  merge: 'merge',
  append: 'append',
  insert_overwrite: 'replace_partition',
  'delete+insert': 'merge',
} as const

/** The strategy that is asked for; undefined: none is. */
export function namedStrategy(values: ConfigValues): ModelConfig['strategy'] | undefined {
  const { strategy, incremental_strategy: dbt } = values
  if (strategy === 'timestamp' || strategy === 'check') return undefined
  return strategy ?? (dbt === undefined ? undefined : byDbtName[dbt])
}

/** How an incremental writes: as it says; else what its other settings leave no doubt about. */
export function strategyOf(values: ConfigValues): ModelConfig['strategy'] {
  const isKeyed = values.materialized === 'incremental' && values.unique_key !== undefined
  return namedStrategy(values) ?? (isKeyed && values.partition_by === undefined ? 'merge' : 'replace_partition')
}

function strings(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}

/** The settings of a merge; undefined for other strategies. */
export function mergeOf(values: ConfigValues): MergeConfig | undefined {
  if (values.materialized !== 'incremental' || strategyOf(values) !== 'merge') return undefined
  const { key_scope: scope, merge_update_columns: update, merge_exclude_columns: exclude } = values
  return {
    deleteMissing: values.delete_missing ?? false,
    moves: values.moves ?? false,
    ...(typeof scope === 'number' ? { keyScope: scope } : {}),
    ...(update === undefined ? {} : { update: strings(update) }),
    ...(exclude === undefined ? {} : { exclude: strings(exclude) }),
  }
}
