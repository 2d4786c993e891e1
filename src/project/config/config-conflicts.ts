import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { RawConfig } from '../project.ts'
import type { ConfigKey, ConfigValues } from './config-schema.ts'
import { strategyConflicts } from './strategy-conflicts.ts'

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
  'retention',
]

function conflict(raw: RawConfig, key: ConfigKey, detail: string, help?: string): Diagnostic {
  return diagnose('config-conflict', { key, detail, ...(help === undefined ? {} : { help }) }, raw[key]?.location)
}

function ofMaterialization(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  const materialized = values.materialized ?? 'view'
  const partitioned = values.partition_by !== undefined
  const found: Diagnostic[] = []
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
  const isIncremental = values.materialized === 'incremental'
  if (isIncremental && (values.partition_by !== undefined || raw.partition_by)) return []
  return ofPartitions.flatMap((key) => {
    const location = raw[key]?.location
    if (!location || values[key] === undefined || location.path === 'project.yml') return []
    const what = isIncremental ? 'one without partition_by' : `a ${values.materialized ?? 'view'}`
    const reason = `the model is ${what}, not an incremental one with partition_by`
    return [diagnose('key-without-effect', { key, reason }, location)]
  })
}

/** Reports settings that contradict each other, or need another. */
export function checkConflicts(raw: RawConfig, values: ConfigValues, found: Diagnostic[]): void {
  found.push(...strategyConflicts(raw, values), ...ofMaterialization(raw, values), ...withoutPartitions(raw, values))
}
