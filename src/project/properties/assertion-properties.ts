import { type Diagnostic, diagnose, locate } from '../../diagnostics/index.ts'
import { effectlessAssertionConfig } from '../config/index.ts'
import type { AssertionProperties, Json, Located } from '../project.ts'
import {
  describeJson,
  entriesOf,
  entryOf,
  itemsOf,
  located,
  spanOf,
  textOf,
  toJson,
  type YamlEntry,
  type YamlFile,
  type YamlNode,
} from '../yaml/index.ts'

/** Keys under which an assertion's own settings may be nested, as dbt has them. */
const nests: ReadonlySet<string> = new Set(['arguments', 'config'])
const listKeys = ['data_tests', 'tests', 'assertions']

/** The arguments of an assertion, those of its `arguments:` and `config:` blocks among them. */
function argumentsOf(yaml: YamlFile, given: YamlNode, found: Diagnostic[]): Record<string, Located<Json>> {
  const flat = entriesOf(given).flatMap((entry) => (nests.has(entry.key) ? entriesOf(entry.value) : [entry]))
  const result = new Map<string, YamlEntry>()
  for (const entry of flat) {
    const first = result.get(entry.key)
    const place = spanOf(yaml.file, entry.keySpan)
    if (first) {
      const line = locate(yaml.file, first.keySpan.start).line
      found.push(diagnose('duplicate-key', { key: entry.key, line }, place))
    } else if (Object.hasOwn(effectlessAssertionConfig, entry.key)) {
      const reason = effectlessAssertionConfig[entry.key] ?? ''
      found.push(diagnose('key-without-effect', { key: entry.key, reason }, place))
    } else result.set(entry.key, entry)
  }
  return Object.fromEntries([...result].map(([key, entry]) => [key, located(yaml.file, entry.value)]))
}

function wrong(yaml: YamlFile, node: YamlNode, found: Diagnostic[]): undefined {
  const expected = 'the name of an assertion, or a mapping of one name to its arguments'
  const json = toJson(node)
  const keys = entriesOf(node).length
  const shown = keys > 1 ? `a mapping of ${keys} keys (arguments are indented below the name)` : describeJson(json)
  found.push(diagnose('wrong-value', { key: 'an assertion', expected, found: shown }, spanOf(yaml.file, node)))
}

function readOne(
  yaml: YamlFile,
  node: YamlNode,
  column: string | undefined,
  found: Diagnostic[],
): AssertionProperties | undefined {
  const on = column === undefined ? {} : { column }
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    return { type: node.value, ...on, arguments: {}, location: spanOf(yaml.file, node) }
  }
  const named = entryOf(node, 'test_name')
  if (named && textOf(named.value)) {
    const { test_name: _, ...given } = argumentsOf(yaml, node, found)
    return { type: textOf(named.value) ?? '', ...on, arguments: given, location: spanOf(yaml.file, named.value) }
  }
  const [only, second] = entriesOf(node)
  if (!only || second) return wrong(yaml, node, found)
  const isEmpty = only.value.kind === 'scalar' && only.value.value === null
  if (only.value.kind !== 'map' && !isEmpty) return wrong(yaml, node, found)
  const given = argumentsOf(yaml, only.value, found)
  return { type: only.key, ...on, arguments: given, location: spanOf(yaml.file, only.keySpan) }
}

/** The assertions of a model, source table or column, under whichever of its three names. */
export function readAssertions(
  yaml: YamlFile,
  owner: YamlNode,
  column: string | undefined,
  found: Diagnostic[],
): AssertionProperties[] {
  return listKeys
    .flatMap((key) => itemsOf(entryOf(owner, key)?.value))
    .flatMap((node) => readOne(yaml, node, column, found) ?? [])
}
