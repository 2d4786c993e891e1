import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { HistoryConfig, RawConfig } from '../project.ts'
import type { ConfigKey, ConfigValues } from './config-schema.ts'

function strings(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}

/** The settings of a history; undefined for everything else. */
export function historyOf(values: ConfigValues): HistoryConfig | undefined {
  if (values.materialized !== 'history') return undefined
  const { updated_at: updatedAt, check_cols: check, snapshot_meta_column_names: names } = values
  const ended = values.invalidate_hard_deletes ? 'invalidate' : 'ignore'
  return {
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(check === undefined || check === 'all' ? {} : { checkColumns: strings(check) }),
    hardDeletes: values.hard_deletes ?? ended,
    columns: {
      validFrom: names?.dbt_valid_from ?? 'valid_from',
      validTo: names?.dbt_valid_to ?? 'valid_to',
      isDeleted: names?.dbt_is_deleted ?? 'is_deleted',
    },
  }
}

/** Settings that say something to a history alone. */
const ofHistories: readonly ConfigKey[] = [
  'updated_at',
  'check_cols',
  'hard_deletes',
  'invalidate_hard_deletes',
  'snapshot_meta_column_names',
]

function conflict(raw: RawConfig, key: ConfigKey, detail: string, help?: string): Diagnostic {
  return diagnose('config-conflict', { key, detail, ...(help === undefined ? {} : { help }) }, raw[key]?.location)
}

function isOwn(raw: RawConfig, key: ConfigKey): boolean {
  return raw[key] !== undefined && raw[key]?.location.path !== 'project.yml'
}

function ofChanges(raw: RawConfig, { strategy, updated_at: updatedAt, check_cols: check }: ConfigValues): Diagnostic[] {
  const ways = "say updated_at='<column>', or check_cols='all'"
  if (strategy !== undefined && strategy !== 'timestamp' && strategy !== 'check')
    return [conflict(raw, 'strategy', 'is a way to write incrementals; a history has timestamp or check', ways)]
  if (strategy === 'timestamp' && updatedAt === undefined)
    return [conflict(raw, 'strategy', 'needs updated_at, the column that says when a row changed', ways)]
  if (updatedAt !== undefined && strategy === 'check')
    return [conflict(raw, 'updated_at', 'has no meaning with strategy: check', ways)]
  return updatedAt !== undefined && check !== undefined
    ? [conflict(raw, 'check_cols', 'has no meaning with updated_at, which says whether a row changed', ways)]
    : []
}

/** Settings of a history that contradict each other, and those of one where there is none. */
export function historyConflicts(raw: RawConfig, values: ConfigValues): Diagnostic[] {
  if (values.materialized !== 'history') {
    const detail = 'needs materialized: history'
    return ofHistories.flatMap((key) =>
      values[key] !== undefined && isOwn(raw, key) ? [conflict(raw, key, detail)] : [],
    )
  }
  const found = ofChanges(raw, values)
  if ((values.unique_key ?? []).length === 0) {
    const key = raw.unique_key ? 'unique_key' : 'materialized'
    found.push(
      conflict(raw, key, 'keeps versions, and names no column that tells rows apart', "add unique_key='<column>'"),
    )
  }
  if (values.partition_by !== undefined) {
    const help = 'filter the history by its columns valid_from and valid_to'
    found.push(conflict(raw, 'partition_by', 'has no meaning with materialized: history, which is kept whole', help))
  }
  if (values.hard_deletes !== undefined && values.invalidate_hard_deletes !== undefined)
    found.push(
      conflict(raw, 'invalidate_hard_deletes', 'and `hard_deletes` say the same in two ways', 'keep hard_deletes'),
    )
  return found
}
