import { isTimeZone } from '../../calendar/index.ts'
import { type Checked, type Diagnostic, diagnose, hasErrors } from '../../diagnostics/index.ts'
import { parseAge, parseDays } from '../duration.ts'
import { isMapping } from '../mapping.ts'
import type { Json, ModelConfig, RawConfig, Setting } from '../project.ts'
import { parseFreshness } from '../read-freshness.ts'
import { unknownTimeZone } from '../time-zone.ts'
import { attachmentsOf, mergeGrants } from './attachments.ts'
import { checkConflicts } from './config-conflicts.ts'
import { checkConfigEntry } from './config-entry.ts'
import type { ConfigValues } from './config-schema.ts'
import { historyOf } from './history.ts'
import { hookParts, isHookSetting } from './hooks.ts'
import { mergeOf, strategyOf } from './strategy.ts'

function asList(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value as Json]
}

function mergeEntry(key: string, below: Setting | undefined, above: Setting): Setting {
  if (!below) return above
  if (isHookSetting(key)) {
    const value = [...asList(below.value), ...asList(above.value)]
    return { value, location: above.location, parts: [...hookParts(below), ...hookParts(above)] }
  }
  if (key === 'tags') {
    const tags = [...asList(below.value), ...asList(above.value)]
    return { value: [...new Set(tags)], location: above.location }
  }
  if (key === 'grants' && isMapping(below.value) && isMapping(above.value)) {
    return { value: mergeGrants(below.value, above.value), location: above.location }
  }
  if (
    (key === 'meta' || key === 'persist_docs' || key === 'contract') &&
    isMapping(below.value) &&
    isMapping(above.value)
  ) {
    return { value: { ...below.value, ...above.value }, location: above.location }
  }
  return above
}

/**
 * One level of settings laid over another: tags and hooks append, meta, persist_docs, contract and grants merge by key, everything else is
 * replaced.
 */
export function mergeConfig(below: RawConfig, above: RawConfig): RawConfig {
  const merged = Object.entries(above).map(([key, entry]) => [key, mergeEntry(key, below[key], entry)] as const)
  return { ...below, ...Object.fromEntries(merged) }
}

function partitionBy(
  raw: RawConfig,
  given: ConfigValues['partition_by'],
  timeZone: string,
  found: Diagnostic[],
): ModelConfig['partitionBy'] {
  const location = raw.partition_by?.location
  if (given === undefined || !location) return undefined
  const written: Exclude<typeof given, string> =
    typeof given === 'string' ? { column: given, unit: undefined, type: undefined, time_zone: undefined } : given
  const unit = written.unit ?? 'day'
  const zone = written.time_zone ?? timeZone
  const type = written.type ?? (unit === 'hour' ? 'instant' : 'date')
  if (unit === 'hour' && type === 'date') {
    const detail = 'cuts a date into hours'
    const help = 'hours need `type: instant` (the default of hours) or `type: local`'
    found.push(diagnose('config-conflict', { key: 'partition_by', detail, help }, location))
  }
  if (!isTimeZone(zone)) found.push(unknownTimeZone(zone, location))
  return { column: written.column, unit, type, timeZone: zone }
}

const defaultPatience = 30

function patience(raw: RawConfig, written: string | undefined, found: Diagnostic[]): number {
  const days = written === undefined ? defaultPatience : parseDays(written)
  if (days !== undefined) return days
  const parameters = { key: 'give_up_after', expected: 'a time such as 30 days', found: JSON.stringify(written) }
  found.push(diagnose('wrong-value', parameters, raw.give_up_after?.location))
  return defaultPatience
}

function retention(raw: RawConfig, written: string | undefined, found: Diagnostic[]): Pick<ModelConfig, 'retention'> {
  if (written === undefined) return {}
  const age = parseAge(written)
  if (age) return { retention: age }
  const parameters = { key: 'retention', expected: 'a time such as 90 days or 2 years', found: JSON.stringify(written) }
  found.push(diagnose('wrong-value', parameters, raw.retention?.location))
  return {}
}

function checkValues(raw: RawConfig, found: Diagnostic[]): ConfigValues {
  const values = Object.entries(raw).map(([key, entry]) => [key, checkConfigEntry(key, entry, found)] as const)
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as ConfigValues
}

function strings(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? [])
}

function freshnessOf(raw: RawConfig, timeZone: string, found: Diagnostic[]): Pick<ModelConfig, 'freshness'> {
  const { freshness: written, loaded_at_field: field } = raw
  if (!written || written.value === null) return {}
  const silent: Diagnostic[] = []
  // Its form was checked with all settings.
  const freshness = parseFreshness(written.value, timeZone, written.location, silent)
  found.push(...silent.filter((one) => !found.some(({ message }) => message === one.message)))
  if (!freshness) return {}
  return { freshness: { ...freshness, ...(typeof field?.value === 'string' ? { loadedAt: field.value } : {}) } }
}

function contractOf(written: ConfigValues['contract']): Pick<ModelConfig, 'contract'> {
  if (typeof written !== 'object') return written ? { contract: { aliasTypes: true } } : {}
  return written.enforced ? { contract: { aliasTypes: written.alias_types ?? true } } : {}
}

function readsOf(reads: ConfigValues['reads']): ModelConfig['reads'] {
  const entries = Object.entries(reads ?? {})
  return Object.fromEntries(
    entries.map(([name, { before, after }]) => [name, { before: before ?? 0, after: after ?? 0 }]),
  )
}

/** Keys whose absence means something, left out when absent. */
function optionals(values: ConfigValues, partitioned: ModelConfig['partitionBy']): Partial<ModelConfig> {
  const merge = mergeOf(values)
  const history = historyOf(values)
  return {
    ...attachmentsOf(values),
    ...contractOf(values.contract),
    ...(merge === undefined ? {} : { merge }),
    ...(history === undefined ? {} : { history }),
    ...(values.alias === undefined ? {} : { alias: values.alias }),
    ...(values.schema === undefined ? {} : { schema: values.schema }),
    ...(values.group === undefined ? {} : { group: values.group }),
    ...(values.owner === undefined ? {} : { owner: values.owner }),
    ...(partitioned === undefined ? {} : { partitionBy: partitioned }),
    ...(values.begin === undefined ? {} : { begin: values.begin }),
    ...(values.end === undefined ? {} : { end: values.end }),
    ...(values.table_partitions === undefined ? {} : { tablePartitions: values.table_partitions }),
    ...(values.batch === undefined ? {} : { batch: values.batch }),
    ...(values.settled === undefined ? {} : { settled: values.settled }),
    ...(values.on_code_change === undefined ? {} : { onCodeChange: values.on_code_change }),
  }
}

/** Settings that mean something for a seed. */
const ofSeeds: ReadonlySet<string> = new Set([
  ...['enabled', 'alias', 'schema', 'group', 'access', 'tags', 'owner', 'meta', 'docs', 'pre_hook', 'post_hook'],
  ...['checksum_exclude', 'column_types', 'delimiter', 'grants', 'persist_docs', 'indexes'],
])

/** Settings of seeds at a model, and the other way round: notes. */
function misplaced(raw: RawConfig, isMisplaced: (key: string) => boolean, reason: string): Diagnostic[] {
  return Object.entries(raw).flatMap(([key, { location }]) =>
    isMisplaced(key) ? [diagnose('key-without-effect', { key, reason }, location)] : [],
  )
}

/** Checks the merged settings of a seed, which is a table of the rows of its file. */
export function parseSeedConfig(raw: RawConfig, defaults: { readonly timeZone: string }): Checked<ModelConfig> {
  const notes = misplaced(raw, (key) => !ofSeeds.has(key), 'a seed is a table of the rows of its file')
  const own = Object.fromEntries(Object.entries(raw).filter(([key]) => ofSeeds.has(key)))
  const { value, diagnostics } = parseConfig(own, defaults)
  return { value: value && { ...value, materialized: 'seed' }, diagnostics: [...notes, ...diagnostics] }
}

/**
 * Checks the merged settings of a model; the time zone is the project's, for `partition_by`. Whatever is wrong is reported
 * at once, and no value is returned then.
 */
export function parseModelConfig(raw: RawConfig, defaults: { readonly timeZone: string }): Checked<ModelConfig> {
  const { value, diagnostics } = parseConfig(raw, defaults)
  const isOfSeeds = (key: string): boolean => key === 'column_types' || key === 'delimiter'
  return { value, diagnostics: [...diagnostics, ...misplaced(raw, isOfSeeds, 'it is for seeds: the model is none')] }
}

function parseConfig(raw: RawConfig, defaults: { readonly timeZone: string }): Checked<ModelConfig> {
  const found: Diagnostic[] = []
  const values = checkValues(raw, found)
  checkConflicts(raw, values, found)
  const config: ModelConfig = {
    enabled: values.enabled ?? true,
    materialized: values.materialized ?? 'view',
    access: values.access ?? 'protected',
    tags: strings(values.tags),
    meta: (values.meta ?? {}) as Readonly<Record<string, Json>>,
    strategy: strategyOf(values),
    uniqueKey: strings(values.unique_key),
    lookback: values.lookback ?? 0,
    giveUpAfterDays: patience(raw, values.give_up_after, found),
    onSchemaChange: values.on_schema_change ?? 'append_new_columns',
    allowPartial: values.allow_partial ?? false,
    reads: readsOf(values.reads),
    checksumExclude: strings(values.checksum_exclude),
    ...retention(raw, values.retention, found),
    ...freshnessOf(raw, defaults.timeZone, found),
    ...optionals(values, partitionBy(raw, values.partition_by, defaults.timeZone, found)),
  }
  return { value: hasErrors(found) ? undefined : config, diagnostics: found }
}
