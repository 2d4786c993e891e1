import { type Diagnostic, diagnose, hasErrors, nearest, type SourceFile } from '../diagnostics/index.ts'
import { isAllowed } from './env.ts'
import { expand } from './expand.ts'
import type { SelectorDefinition } from './project.ts'
import type { PropertiesScope } from './properties.ts'
import {
  childOf,
  describeJson,
  entriesOf,
  entryOf,
  itemsOf,
  located,
  parseYaml,
  spanOf,
  textOf,
  toJson,
  type YamlEntry,
  type YamlFile,
  type YamlNode,
} from './yaml/index.ts'

const methodKeys = [
  'method',
  'value',
  'children',
  'parents',
  'children_depth',
  'parents_depth',
  'childrens_parents',
  'indirect_selection',
  'exclude',
]
const modes = ['eager', 'cautious', 'buildable', 'empty']
const flags = ['children', 'parents', 'childrens_parents']
const depths = ['children_depth', 'parents_depth']

interface Reading {
  readonly yaml: YamlFile
  readonly found: Diagnostic[]
}

function wrong({ yaml, found }: Reading, node: YamlNode, problem: string, example?: string): void {
  found.push(diagnose('selector-form', { problem, example }, located(yaml.file, node).location))
}

function unknownKey({ yaml, found }: Reading, { key, keySpan }: YamlEntry, of: string, valid: readonly string[]): void {
  const parameters = { key, of, nearest: nearest(key, valid), valid: [...valid] }
  found.push(diagnose('unknown-key', parameters, spanOf(yaml.file, keySpan)))
}

function wrongValue({ yaml, found }: Reading, entry: YamlEntry, expected: string, near?: string): void {
  const parameters = { key: entry.key, expected, found: describeJson(toJson(entry.value)), nearest: near }
  found.push(diagnose('wrong-value', parameters, spanOf(yaml.file, entry.value)))
}

function checkList(reading: Reading, entry: YamlEntry): void {
  if (entry.value.kind !== 'list' || entry.value.items.length === 0) {
    wrongValue(reading, entry, 'a list of selectors')
    return
  }
  for (const item of entry.value.items) check(reading, item)
}

/** The value of one key of a mapping with `method`. */
function checkKey(reading: Reading, entry: YamlEntry): void {
  const { key, value } = entry
  const json = toJson(value)
  if (key === 'exclude') checkList(reading, entry)
  else if (flags.includes(key) && typeof json !== 'boolean') wrongValue(reading, entry, 'true or false')
  else if (depths.includes(key) && !(Number.isInteger(json) && Number(json) > 0)) {
    wrongValue(reading, entry, 'a whole number, at least 1')
  } else if ((key === 'method' || key === 'value') && textOf(value) === undefined) wrongValue(reading, entry, 'text')
  else if (key === 'indirect_selection' && !modes.includes(String(json))) {
    wrongValue(reading, entry, `one of ${modes.join(', ')}`, nearest(String(json), modes))
  }
}

function checkMethod(reading: Reading, node: YamlNode): void {
  const entries = entriesOf(node)
  for (const entry of entries) {
    if (methodKeys.includes(entry.key)) checkKey(reading, entry)
    else unknownKey(reading, entry, 'a selector', methodKeys)
  }
  const missing = ['method', 'value'].find((key) => !entryOf(node, key))
  if (missing) wrong(reading, node, `has no \`${missing}\``, '{ method: tag, value: nightly }')
}

/** `union:` and `intersection:` stand alone: whatever is beside them would be read as nothing. */
function checkSet(reading: Reading, node: YamlNode, key: 'union' | 'intersection'): void {
  for (const entry of entriesOf(node)) {
    if (entry.key === key) checkItems(reading, entry)
    else unknownKey(reading, entry, `a selector with ${key}`, [key])
  }
}

function isExclusion(node: YamlNode): boolean {
  return node.kind === 'map' && node.entries.length === 1 && node.entries[0]?.key === 'exclude'
}

function checkItems(reading: Reading, entry: YamlEntry): void {
  const items = itemsOf(entry.value)
  if (items.length === 0) {
    wrongValue(reading, entry, 'a list of selectors')
    return
  }
  const exclusions = items.filter(isExclusion)
  for (const item of exclusions) for (const inner of entriesOf(item)) checkList(reading, inner)
  for (const item of items.filter((candidate) => !isExclusion(candidate))) check(reading, item)
  if (exclusions.length > 1) wrong(reading, exclusions[1] ?? entry.value, 'is a second `exclude`', 'exclude: [a, b]')
  if (exclusions.length === items.length) wrong(reading, entry.value, 'selects nothing to exclude from')
}

/** Checks the form of a definition, or of a part of one. YAML nests 64 levels deep at most. */
function check(reading: Reading, node: YamlNode): void {
  if (node.kind === 'scalar') {
    if (typeof node.value !== 'string' || node.value.trim() === '') wrong(reading, node, 'is no text', 'tag:nightly+')
  } else if (node.kind === 'list') wrong(reading, node, 'is a list', 'union: [a, b]')
  else if (entryOf(node, 'union')) checkSet(reading, node, 'union')
  else if (entryOf(node, 'intersection')) checkSet(reading, node, 'intersection')
  else if (entryOf(node, 'method') || node.entries.length > 1) checkMethod(reading, node)
  else {
    const [entry] = node.entries
    if (!entry) wrong(reading, node, 'is empty', 'tag: nightly')
    else if (entry.key === 'exclude') wrong(reading, node, 'has nothing to exclude from', 'union: [a, exclude: [b]]')
    else if (textOf(entry.value) === undefined) wrongValue(reading, entry, 'text')
  }
}

const selectorKeys = ['name', 'description', 'default', 'definition']

function readSelector(reading: Reading, node: YamlNode): SelectorDefinition | undefined {
  const { yaml, found } = reading
  if (node.kind !== 'map') {
    wrong(reading, node, 'is no mapping', '{ name: nightly, definition: tag:nightly }')
    return undefined
  }
  for (const entry of node.entries) {
    if (!selectorKeys.includes(entry.key)) unknownKey(reading, entry, 'a selector', selectorKeys)
  }
  const [name, definition] = [textOf(childOf(node, 'name')), childOf(node, 'definition')]
  const missing = name === undefined ? 'name' : definition === undefined ? 'definition' : undefined
  if (missing)
    found.push(diagnose('missing-key', { key: missing, of: 'a selector' }, located(yaml.file, node).location))
  if (name === undefined || definition === undefined) return undefined
  check(reading, definition)
  const isDefault = entryOf(node, 'default')
  if (isDefault && typeof toJson(isDefault.value) !== 'boolean') wrongValue(reading, isDefault, 'true or false')
  const at = childOf(node, 'name') ?? node
  return {
    name,
    description: textOf(childOf(node, 'description')) ?? '',
    isDefault: isDefault !== undefined && toJson(isDefault.value) === true,
    definition: toJson(definition),
    location: located(yaml.file, at).location,
  }
}

function checkTogether(selectors: readonly SelectorDefinition[], found: Diagnostic[]): void {
  const first = new Map<string, SelectorDefinition>()
  const place = ({ location }: SelectorDefinition): string => `${location.path}:${location.line}`
  for (const selector of selectors) {
    const { name, location } = selector
    const other = first.get(name)
    if (other) found.push(diagnose('selector-taken', { name, first: place(other) }, location))
    else first.set(name, selector)
  }
  const [one, ...others] = selectors.filter(({ isDefault }) => isDefault)
  for (const { name, location } of others) {
    found.push(diagnose('selector-defaults', { name, first: one ? place(one) : '' }, location))
  }
}

/** Reads `selectors.yml`, dbt's format. What is wrong is reported at its place; methods are checked by the compiler. */
export function readSelectors(file: SourceFile, scope: PropertiesScope, found: Diagnostic[]): SelectorDefinition[] {
  const parsed = parseYaml(file)
  found.push(...parsed.diagnostics)
  if (!parsed.value || hasErrors(parsed.diagnostics)) return []
  const allows = (name: string): boolean => isAllowed(name, scope.listedEnv)
  const root = expand(file, parsed.value.root, { env: scope.env, allows, vars: scope.vars }, found)
  const reading: Reading = { yaml: { file, root: parsed.value.root }, found }
  for (const entry of entriesOf(root)) {
    if (entry.key !== 'selectors') unknownKey(reading, entry, 'selectors.yml', ['selectors'])
    else if (entry.value.kind !== 'list') wrongValue(reading, entry, 'a list of selectors')
  }
  const selectors = itemsOf(childOf(root, 'selectors')).flatMap((node) => readSelector(reading, node) ?? [])
  checkTogether(selectors, found)
  return selectors
}
