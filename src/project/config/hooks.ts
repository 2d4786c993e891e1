import { z } from 'zod'
import type { HookTemplate, Json, Located, Setting } from '../project.ts'
import { flag, mapping, optional, text } from '../shape.ts'
import { entriesOf, entryOf, itemsOf, located, type YamlFile, type YamlNode } from '../yaml/index.ts'

const hook = z.union([text, mapping({ sql: text, transaction: optional(flag) }), z.null()])

/** SQL, a mapping of `sql` and `transaction`, or a list of these. */
export const hooks = z.union([hook, z.array(hook)], {
  error: 'SQL, a mapping of sql and transaction, or a list of them',
})

const spellings: Readonly<Record<string, string>> = {
  'pre-hook': 'pre_hook',
  'post-hook': 'post_hook',
  'on-run-start': 'on_run_start',
  'on-run-end': 'on_run_end',
}

/** The name of a setting however it is spelled: dbt writes hooks with a hyphen. */
export function settingKey(key: string): string {
  return Object.hasOwn(spellings, key) ? (spellings[key] ?? key) : key
}

const settings: ReadonlySet<string> = new Set(['pre_hook', 'post_hook'])
const templates: ReadonlySet<string> = new Set([...Object.keys(spellings), ...Object.values(spellings)])

/** Whether the setting holds hooks, of which each level adds its own. */
export function isHookSetting(key: string): boolean {
  return settings.has(key)
}

/** Whether what stands under a key of YAML is a template of its own, which is rendered when everything is known. */
export function holdsTemplates(key: string): boolean {
  return templates.has(key.replace(/^\+/, ''))
}

/** The hooks of a setting, each with its place as far as it is known. */
export function hookParts({ value, location, parts }: Setting): readonly Located<Json>[] {
  if (parts) return parts
  return (Array.isArray(value) ? value : [value]).map((item: Json) => ({ value: item, location }))
}

/** A setting of YAML whose hooks keep the places of their lines. */
export function readHooks(yaml: YamlFile, node: YamlNode): Setting {
  const items = node.kind === 'list' ? itemsOf(node) : [node]
  return { ...located(yaml.file, node), parts: items.map((item) => locatedSql(yaml, item)) }
}

/** A hook with the place of its SQL, which may be one key of a mapping. */
function locatedSql(yaml: YamlFile, node: YamlNode): Located<Json> {
  const sql = entryOf(node, 'sql')?.value
  const whole = located(yaml.file, node)
  return sql ? { value: whole.value, location: located(yaml.file, sql).location } : whole
}

/** Checked hooks as templates; empty ones are left out. */
export function hookTemplates(setting: Setting | undefined): HookTemplate[] {
  if (!setting) return []
  return hookParts(setting).flatMap(({ value, location }): HookTemplate[] => {
    if (typeof value === 'string') return value.trim() === '' ? [] : [{ value, location, transaction: true }]
    if (typeof value !== 'object' || value === null || !('sql' in value) || typeof value.sql !== 'string') return []
    const transaction = !('transaction' in value) || value.transaction !== false
    return value.sql.trim() === '' ? [] : [{ value: value.sql, location, transaction }]
  })
}

/** The hooks of `on_run_start` or `on_run_end`, however it is spelled. */
export function readRunHooks(yaml: YamlFile, key: string): readonly HookTemplate[] {
  return entriesOf(yaml.root)
    .filter((entry) => settingKey(entry.key) === key)
    .flatMap((entry) => hookTemplates(readHooks(yaml, entry.value)))
}
