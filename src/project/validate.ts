import type { z } from 'zod'
import { type Diagnostic, diagnose, type Location, nearest } from '../diagnostics/index.ts'
import type { Json } from './project.ts'
import { describeJson, entryOf, spanOf, toJson, type YamlFile, type YamlNode } from './yaml/index.ts'

type Path = readonly (string | number)[]

/** The node at a path, and the span of its key; undefined where the path leaves the file. */
function nodeAt(root: YamlNode, path: Path): YamlNode | undefined {
  return path.reduce<YamlNode | undefined>((node, step) => {
    if (node?.kind === 'list') return node.items[Number(step)]
    return node?.kind === 'map' ? node.entries.find((entry) => entry.key === String(step))?.value : undefined
  }, root)
}

/** A path as people write it: `sources[0].tables[1].files`. */
function shown(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')
}

interface Places {
  readonly value: (path: Path) => Location
  readonly key: (path: Path, key: string) => Location
  readonly json: (path: Path) => Json | undefined
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, places: Places, within: string): Diagnostic[] {
  const path = issue.path as Path
  const valid = issue.message.split('\n')
  const of = [within, shown(path)].filter(Boolean).join('.')
  return issue.keys.map((key) =>
    diagnose('unknown-key', { key, of, nearest: nearest(key, valid), valid }, places.key(path, key)),
  )
}

/** The last name of a path: where a list's item is wrong, the list's. */
function keyOf(path: Path, within: string): string {
  const name = path.findLast((step) => typeof step === 'string')
  return name === undefined ? within : String(name)
}

function explainIssue(issue: z.core.$ZodIssue, places: Places, within: string): Diagnostic[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue, places, within)
  const path = issue.path as Path
  const json = places.json(path)
  if (json === undefined && path.length > 0) {
    const of = [within, shown(path.slice(0, -1))].filter(Boolean).join('.')
    return [diagnose('missing-key', { key: String(path.at(-1)), of }, places.value(path.slice(0, -1)))]
  }
  const candidates = issue.code === 'invalid_value' ? issue.values.map(String) : []
  const similar = typeof json === 'string' ? nearest(json, candidates) : undefined
  const parameters = { key: keyOf(path, within), expected: issue.message, found: describeJson(json), nearest: similar }
  return [diagnose('wrong-value', parameters, places.value(path))]
}

/** The value without what stands at a path; what a required key is missing from goes as a whole. */
function without(value: Json, path: Path): Json {
  const [step, ...rest] = path
  if (step === undefined || typeof value !== 'object' || value === null) return null
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, i) => (i !== step ? [item] : rest.length === 0 ? [] : [without(item, rest)]))
  }
  const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] =>
    key !== String(step) ? [[key, item]] : rest.length === 0 ? [] : [[key, without(item, rest)]],
  )
  return Object.fromEntries(entries)
}

function prune(value: Json, issues: readonly z.core.$ZodIssue[], missing: (path: Path) => boolean): Json {
  // Later items of a list first: removing one moves those behind it.
  return [...issues].reverse().reduce<Json>((rest, issue) => {
    const path = issue.path as Path
    if (issue.code === 'unrecognized_keys') return issue.keys.reduce((json, key) => without(json, [...path, key]), rest)
    return without(rest, missing(path) ? path.slice(0, -1) : path)
  }, value)
}

/** The form of the schema that is left when everything wrong is taken away; undefined when nothing is. */
function salvage<T>(
  schema: z.ZodType<T>,
  value: Json,
  issues: readonly z.core.$ZodIssue[],
  isMissing: (path: Path) => boolean,
): T | undefined {
  const second = schema.safeParse(prune(value, issues, isMissing))
  return second.success ? second.data : undefined
}

/**
 * The value of a file's root in the form of the schema. Every issue is reported at its place, and what is wrong left out of
 * the value, so that the rest can be checked, too; no value when that leaves nothing usable.
 */
export function validate<T>(schema: z.ZodType<T>, yaml: YamlFile, found: Diagnostic[]): T | undefined {
  const node = yaml.root
  const result = schema.safeParse(toJson(node))
  if (result.success) return result.data
  const places: Places = {
    value: (path) => {
      const at = nodeAt(node, path) ?? node
      return spanOf(yaml.file, at.kind === 'scalar' ? at : { start: at.start, end: firstLineEnd(yaml, at) })
    },
    key: (path, key) => spanOf(yaml.file, entryOf(nodeAt(node, path), key)?.keySpan ?? node),
    json: (path) => {
      const at = nodeAt(node, path)
      return at && toJson(at)
    },
  }
  found.push(...result.error.issues.flatMap((issue) => explainIssue(issue, places, '')))
  return salvage(schema, toJson(node), result.error.issues, (path) => nodeAt(node, path) === undefined)
}

/** A block may be long: its first line is enough to find it. */
function firstLineEnd(yaml: YamlFile, node: YamlNode): number {
  const end = yaml.file.text.slice(node.start, node.end).search(/\r?\n/)
  return end < 0 ? node.end : node.start + end
}

/** Like `validate`, for a value without nodes: all issues are reported at one place, under the name of the key. */
export function validateValue<T>(
  schema: z.ZodType<T>,
  value: Json,
  key: string,
  location: Location,
  found: Diagnostic[],
): T | undefined {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const at = (path: Path): Json | undefined =>
    path.reduce<Json | undefined>((json, step) => {
      const inside = typeof json === 'object' && json !== null && Object.hasOwn(json, step)
      return inside ? (json as Readonly<Record<string | number, Json>>)[step] : undefined
    }, value)
  const places: Places = { value: () => location, key: () => location, json: at }
  found.push(...result.error.issues.flatMap((issue) => explainIssue(issue, places, key)))
  return undefined
}
