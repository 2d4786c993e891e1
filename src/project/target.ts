import { type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { DeferredTarget, Json, Layer, LedgerPlace, Target } from './project.ts'
import { childOf, entriesOf, entryOf, spanOf, textOf, toJson, type YamlEntry, type YamlFile } from './yaml/index.ts'

/** Keys of the design that would change what a run does, so ignoring them is no option. */
const later: Readonly<Record<string, string>> = {
  budget: 'remove it, and look at `elt plan` before a run',
  retries: 'remove it: transient errors end a run with exit code 3, and it can be repeated as it is',
}

/** Name of the target that a run uses; undefined after a report. `asked` is `--target`. */
export function chooseTarget(yaml: YamlFile, asked: string | undefined, found: Diagnostic[]): YamlEntry | undefined {
  const targets = entriesOf(childOf(yaml.root, 'targets'))
  const known = targets.map((entry) => entry.key)
  const fallback = childOf(yaml.root, 'default_target')
  const name = asked ?? textOf(fallback) ?? (known.length === 1 ? known[0] : undefined)
  const place = entryOf(yaml.root, 'targets')?.keySpan
  if (name === undefined) {
    if (known.length > 1 && place) found.push(diagnose('target-not-chosen', { known }, spanOf(yaml.file, place)))
    return undefined
  }
  const chosen = targets.find((entry) => entry.key === name)
  if (!chosen && place) {
    const at = asked === undefined && fallback ? fallback : place
    found.push(diagnose('target-unknown', { name, nearest: nearest(name, known), known }, spanOf(yaml.file, at)))
  }
  return chosen
}

function checkPattern(yaml: YamlFile, entry: YamlEntry, layers: readonly Layer[], found: Diagnostic[]): string {
  const node = childOf(entry.value, 'schema')
  const pattern = textOf(node) ?? '{layer}'
  const place = spanOf(yaml.file, node ?? entry.keySpan)
  const unknown = pattern.replaceAll('{layer}', '').match(/\{[^}]*\}?|\}/)?.[0]
  if (unknown) found.push(diagnose('schema-pattern', { pattern, detail: `holds ${unknown}` }, place))
  const taken = layers.find((layer) => pattern.replaceAll('{layer}', layer.schema).toLowerCase() === 'elt')
  if (taken) {
    const detail = `gives the layer ${taken.name} the schema elt, which is the ledger’s`
    found.push(diagnose('schema-pattern', { pattern, detail }, place))
  }
  return pattern
}

/** Where the ledger of a target lies, if it says so. */
function readLedger(yaml: YamlFile, target: YamlEntry): LedgerPlace | undefined {
  const entry = entryOf(target.value, 'ledger')
  if (!entry) return undefined
  const options = entriesOf(entry.value).flatMap(({ key, value }) => (key === 'type' ? [] : [[key, toJson(value)]]))
  return {
    type: textOf(childOf(entry.value, 'type')) ?? '',
    options: Object.fromEntries(options),
    location: spanOf(yaml.file, entry.keySpan),
  }
}

/** The target that another one defers to, if it says so. */
export function deferredEntry(yaml: YamlFile, target: YamlEntry): YamlEntry | undefined {
  const name = textOf(childOf(target.value, 'defer_to'))
  return entriesOf(childOf(yaml.root, 'targets')).find(({ key }) => key === name && key !== target.key)
}

const ownKeys = ['type', 'schema', 'on_code_change', 'ledger', 'defer_to']

/** Keys of the adapter. */
function optionsOf(target: YamlEntry): Readonly<Record<string, Json>> {
  const own = entriesOf(target.value).filter(({ key }) => !ownKeys.includes(key) && !Object.hasOwn(later, key))
  return Object.fromEntries(own.map(({ key, value }) => [key, toJson(value)]))
}

function readDeferred(
  yaml: YamlFile,
  target: YamlEntry,
  layers: readonly Layer[],
  found: Diagnostic[],
): DeferredTarget | undefined {
  const entry = entryOf(target.value, 'defer_to')
  const name = textOf(entry?.value)
  if (!entry || name === undefined) return undefined
  const location = spanOf(yaml.file, entry.value)
  const other = deferredEntry(yaml, target)
  if (!other) {
    const known = entriesOf(childOf(yaml.root, 'targets')).flatMap(({ key }) => (key === target.key ? [] : [key]))
    found.push(diagnose('target-unknown', { name, nearest: nearest(name, known), known }, location))
    return undefined
  }
  return {
    name: other.key,
    type: textOf(childOf(other.value, 'type')) ?? '',
    options: optionsOf(other),
    schema: checkPattern(yaml, other, layers, found),
    location,
  }
}

/** The chosen target, its scalars expanded; keys of the adapter are left for the adapter to judge. */
export function readTarget(yaml: YamlFile, entry: YamlEntry, layers: readonly Layer[], found: Diagnostic[]): Target {
  for (const { key, keySpan } of entriesOf(entry.value)) {
    if (!Object.hasOwn(later, key)) continue
    const parameters = { feature: `\`${key}\` of a target`, help: later[key] }
    found.push(diagnose('not-yet-supported', parameters, spanOf(yaml.file, keySpan)))
  }
  const onCodeChange = textOf(childOf(entry.value, 'on_code_change'))
  const ledger = readLedger(yaml, entry)
  const deferTo = readDeferred(yaml, entry, layers, found)
  return {
    name: entry.key,
    type: textOf(childOf(entry.value, 'type')) ?? '',
    options: optionsOf(entry),
    schema: checkPattern(yaml, entry, layers, found),
    ...(onCodeChange === 'keep' || onCodeChange === 'rebuild' ? { onCodeChange } : {}),
    ...(ledger ? { ledger } : {}),
    ...(deferTo ? { deferTo } : {}),
    location: spanOf(yaml.file, entry.keySpan),
  }
}
