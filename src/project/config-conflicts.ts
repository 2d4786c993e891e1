import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import type { ConfigKey, ConfigValues } from './config-schema.ts'
import type { RawConfig } from './project.ts'

/** Settings that mean something for partitioned incrementals only. */
const ofPartitions: readonly ConfigKey[] = [
  'begin',
  'end',
  'batch',
  'lookback',
  'settled',
  'give_up_after',
  'allow_partial',
  'on_code_change',
]

function conflict(raw: RawConfig, key: ConfigKey, detail: string, help?: string): Diagnostic {
  return diagnose('config-conflict', { key, detail, ...(help === undefined ? {} : { help }) }, raw[key]?.location)
}

function ofStrategy(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  const { strategy, materialized } = values
  if (strategy === 'merge' || strategy === 'append') {
    const help = 'use strategy: replace_partition with partition_by, or materialized: table'
    return [diagnose('not-yet-supported', { feature: `\`strategy: ${strategy}\``, help }, raw.strategy?.location)]
  }
  const found: Diagnostic[] = []
  if (values.unique_key !== undefined) {
    const detail = 'needs strategy: merge; rows are replaced a partition at a time'
    found.push(conflict(raw, 'unique_key', detail, 'to check that a key is unique, write the assertion unique_key'))
  }
  if (strategy !== undefined && materialized !== 'incremental') {
    found.push(conflict(raw, 'strategy', 'needs materialized: incremental', "add materialized='incremental'"))
  }
  return found
}

function ofMaterialization(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  const materialized = values.materialized ?? 'view'
  const partitioned = values.partition_by !== undefined
  const found: Diagnostic[] = []
  if (
    materialized === 'incremental' &&
    raw.partition_by === undefined &&
    values.strategy !== 'merge' &&
    values.strategy !== 'append'
  ) {
    const detail = 'is incremental but has no partition_by'
    found.push(conflict(raw, 'materialized', detail, "add partition_by='<date column>', or use materialized='table'"))
  }
  if (partitioned && (materialized === 'table' || materialized === 'ephemeral')) {
    const detail = `has no meaning with materialized: ${materialized}`
    found.push(conflict(raw, 'partition_by', detail, "use materialized='incremental', or remove partition_by"))
  }
  if (values.reads !== undefined && !(materialized === 'view' && partitioned)) {
    found.push(
      conflict(raw, 'reads', 'belongs to views with partition_by; other models say partition_filter(…, before=…)'),
    )
  }
  return found
}

/** Settings of partitions at a model without any: a note, unless they come from a folder, where they are meant for others. */
function withoutPartitions(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  const isPartitioned = values.materialized === 'incremental'
  if (isPartitioned) return []
  return ofPartitions.flatMap((key) => {
    const location = raw[key]?.location
    if (!location || values[key] === undefined || location.path === 'project.yml') return []
    const reason = `the model is a ${values.materialized ?? 'view'}, not an incremental one with partition_by`
    return [diagnose('key-without-effect', { key, reason }, location)]
  })
}

/** Reports settings that contradict each other, or need another. */
export function checkConflicts(raw: RawConfig, values: ConfigValues, found: Diagnostic[]): void {
  found.push(...ofStrategy(raw, values), ...ofMaterialization(raw, values), ...withoutPartitions(raw, values))
}
