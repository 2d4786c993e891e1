import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { RawConfig } from '../project.ts'
import type { ConfigKey, ConfigValues } from './config-schema.ts'
import { historyConflicts } from './history.ts'
import { namedStrategy, strategyOf } from './strategy.ts'

/** Settings that say something to a merge alone. */
const ofMerges: readonly ConfigKey[] = [
  'delete_missing',
  'moves',
  'key_scope',
  'merge_update_columns',
  'merge_exclude_columns',
]

/** Settings that build a partition again, which an append never does. */
const ofRebuilds: readonly ConfigKey[] = ['lookback', 'settled', 'give_up_after', 'allow_partial']

function conflict(raw: RawConfig, key: ConfigKey, detail: string, help?: string): Diagnostic {
  return diagnose('config-conflict', { key, detail, ...(help === undefined ? {} : { help }) }, raw[key]?.location)
}

/** A setting that was written for this model, not for all of a folder. */
function isOwn(raw: RawConfig, key: ConfigKey): boolean {
  return raw[key] !== undefined && raw[key]?.location.path !== 'project.yml'
}

function ofMerge(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  const found: Diagnostic[] = []
  const strategyKey: ConfigKey = raw.strategy ? 'strategy' : 'incremental_strategy'
  if ((values.unique_key ?? []).length === 0) {
    const key = raw.unique_key ? 'unique_key' : strategyKey
    found.push(conflict(raw, key, 'merges, and names no column that tells rows apart', "add unique_key='<column>'"))
  }
  const partial = (['merge_update_columns', 'merge_exclude_columns'] as const).filter((key) => values[key])
  const [first, second] = partial
  if (first && second)
    found.push(conflict(raw, second, `and \`${first}\` say the same in two ways`, 'keep one of them'))
  if (!values.moves) return found
  if (typeof values.key_scope === 'number') {
    found.push(conflict(raw, 'key_scope', 'has no meaning with moves: true, which looks for keys everywhere'))
  }
  if (first) found.push(conflict(raw, first, 'has no meaning with moves: true, which writes whole rows elsewhere'))
  return found
}

function ofAppend(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  const detail = 'has no meaning with strategy: append: a built partition is never built again'
  const help = "use strategy='merge' with unique_key, or replace_partition"
  return ofRebuilds.filter((key) => values[key] && isOwn(raw, key)).map((key) => conflict(raw, key, detail, help))
}

function withoutMerge(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  const found = ofMerges.flatMap((key) => {
    const isSet = values[key] !== undefined && values[key] !== false && isOwn(raw, key)
    return isSet ? [conflict(raw, key, 'needs strategy: merge', "add strategy='merge' and unique_key='<column>'")] : []
  })
  if (values.unique_key === undefined) return found
  const detail = 'needs strategy: merge; rows are replaced a partition at a time'
  const help = 'to check that a key is unique, write the assertion unique_key'
  return [...found, conflict(raw, 'unique_key', detail, help)]
}

const lengths = ['hour', 'day', 'month', 'year']

/** Pieces of a table hold whole partitions. */
function ofPieces(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  const { table_partitions: pieces, partition_by: cut } = values
  if (pieces === undefined || !isOwn(raw, 'table_partitions')) return []
  if (values.materialized !== 'incremental' || cut === undefined) {
    const detail = 'needs materialized: incremental with partition_by: pieces hold whole partitions'
    return [conflict(raw, 'table_partitions', detail, "add partition_by='<date column>', or leave it out")]
  }
  const unit = (typeof cut === 'string' ? undefined : cut.unit) ?? 'day'
  if (lengths.indexOf(pieces) >= lengths.indexOf(unit)) return []
  return [conflict(raw, 'table_partitions', `is ${pieces}, less than a partition, which is a ${unit}`, `say ${unit}`)]
}

/** Settings of how rows are written that contradict each other. */
export function strategyConflicts(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  return [...ofPieces(raw, values), ...conflictsOf(raw, values)]
}

function conflictsOf(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  if (values.materialized === 'history') return historyConflicts(raw, values)
  const isIncremental = values.materialized === 'incremental'
  const found = historyConflicts(raw, values)
  if (values.strategy === 'timestamp' || values.strategy === 'check') {
    const help = "use materialized='history', or strategy='merge'"
    return [...found, conflict(raw, 'strategy', `is ${values.strategy}, which needs materialized: history`, help)]
  }
  if (values.strategy !== undefined && values.incremental_strategy !== undefined) {
    found.push(conflict(raw, 'incremental_strategy', "is dbt's name for `strategy`, which is given too", 'keep one'))
  }
  if (values.strategy !== undefined && !isIncremental) {
    found.push(conflict(raw, 'strategy', 'needs materialized: incremental', "add materialized='incremental'"))
  }
  const strategy = isIncremental ? strategyOf(values) : undefined
  if (strategy === 'merge') return [...found, ...ofMerge(raw, values)]
  if (strategy === 'append') found.push(...ofAppend(raw, values))
  if (isIncremental && values.partition_by === undefined && strategy === 'replace_partition' && !raw.partition_by) {
    const named = namedStrategy(values) !== undefined
    const detail = named ? 'replaces partitions, and the model has none' : 'is incremental but has no partition_by'
    const key: ConfigKey = named ? (raw.strategy ? 'strategy' : 'incremental_strategy') : 'materialized'
    const ways = "strategy='merge' with unique_key='<column>', strategy='append', or materialized='table'"
    found.push(conflict(raw, key, detail, `add partition_by='<date column>'; without partitions, say ${ways}`))
  }
  return [...found, ...withoutMerge(raw, values)]
}
