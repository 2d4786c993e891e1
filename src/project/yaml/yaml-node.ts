import { type Location, locate, type SourceFile } from '../../diagnostics/index.ts'
import type { Json, Located } from '../project.ts'

/** Offsets of the characters `[start, end)` in a file. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface YamlScalar extends Span {
  readonly kind: 'scalar'
  readonly value: null | boolean | number | string
}

interface YamlList extends Span {
  readonly kind: 'list'
  readonly items: readonly YamlNode[]
}

export interface YamlEntry {
  readonly key: string
  readonly keySpan: Span
  readonly value: YamlNode
}

export interface YamlMap extends Span {
  readonly kind: 'map'
  readonly entries: readonly YamlEntry[]
}

/** A YAML value with its place: aliases and merges resolved, keys unique. */
export type YamlNode = YamlScalar | YamlList | YamlMap

/** A YAML file that could be read; `root` is a mapping without entries when the file holds nothing. */
export interface YamlFile {
  readonly file: SourceFile
  readonly root: YamlMap
}

export function spanOf(file: SourceFile, span: Span): Location {
  return locate(file, span.start, span.end)
}

export function toJson(node: YamlNode): Json {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(toJson)
  return Object.fromEntries(node.entries.map((entry) => [entry.key, toJson(entry.value)]))
}

export function located(file: SourceFile, node: YamlNode): Located<Json> {
  return { value: toJson(node), location: spanOf(file, node) }
}

export function entryOf(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined
}

export function childOf(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return entryOf(node, key)?.value
}

/** The text of a scalar (numbers and booleans as written by JSON); undefined for everything else, null included. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : []
}

export function entriesOf(node: YamlNode | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : []
}

/** The value in words, for "must be …, and is …". */
export function describeJson(value: Json | undefined): string {
  if (value === undefined || value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const shown = JSON.stringify(value)
  return typeof value === 'string' ? `the text ${shown.length > 60 ? `${shown.slice(0, 59)}…` : shown}` : shown
}
