import { isMapping, type Json } from '../../project/index.ts'
import type { Node } from './nodes.ts'
import { type Pattern, patternOf } from './pattern.ts'

type Mapping = Readonly<Record<string, Json | undefined>>

function camel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** The settings of a node: a model's config, and what others carry of the same names. */
function settingsOf({ it }: Node): Mapping {
  return ('config' in it ? it.config : it) as unknown as Mapping
}

/** The value of a setting by its key in YAML; dots go into mappings. */
function setting(node: Node, keys: readonly string[]): Json | undefined {
  let value: Json | undefined = settingsOf(node) as Json
  for (const key of keys) {
    if (!isMapping(value)) return undefined
    value = Object.hasOwn(value, key) ? value[key] : Object.hasOwn(value, camel(key)) ? value[camel(key)] : undefined
  }
  return value
}

/** Whether a value is what the selector says: numbers by value, booleans in any capitals, lists by what is in them. */
function isValue(value: Json | undefined, wanted: Pattern): boolean {
  if (typeof value === 'string') return wanted.matches(value)
  if (typeof value === 'boolean') return wanted.matches(String(value)) || wanted.text.toLowerCase() === String(value)
  if (typeof value === 'number') return wanted.matches(String(value)) || Number(wanted.text || Number.NaN) === value
  if (Array.isArray(value)) return value.some((item: Json) => !isMapping(item) && isValue(item, wanted))
  return isMapping(value) && Object.keys(value).some((key) => wanted.matches(key))
}

const settingNames: Readonly<Record<string, readonly string[]>> = {
  model: [],
  source: ['tags', 'meta', 'package'],
  assertion: ['severity', 'where', 'limit', 'tags', 'arguments', 'column', 'type'],
  exposure: ['tags', 'meta', 'type', 'maturity', 'package', 'label'],
}

/** `config.<key>:`; a mapping is named by its keys, and `partition_by` also by its column. */
export function bySetting(key: string, value: string): (node: Node) => boolean {
  const keys = key.split('.')
  const wanted = patternOf(value)
  return (node) => {
    if (node.kind !== 'model' && !settingNames[node.kind]?.includes(keys[0] ?? '')) return false
    const found = setting(node, keys)
    if (isValue(found, wanted)) return true
    return key === 'partition_by' && isMapping(found) && isValue(found.column, wanted)
  }
}

function tagsOf(node: Node): readonly string[] {
  return node.kind === 'model' ? node.it.config.tags : node.it.tags
}

export function byTag(value: string): (node: Node) => boolean {
  const wanted = patternOf(value)
  return (node) => tagsOf(node).some((tag) => wanted.matches(tag))
}
