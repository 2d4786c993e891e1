import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type Scalar } from 'yaml'
import {
  type Checked,
  type Code,
  type Diagnostic,
  diagnose,
  locate,
  type ParametersOf,
  type SourceFile,
} from '../../diagnostics/index.ts'
import type { Span, YamlEntry, YamlFile, YamlMap, YamlNode } from './yaml-node.ts'
import { readPlainYaml } from './yaml-plain.ts'

const deepest = 64
const largest = 200_000
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Where nesting passes the limit, judged from the text alone: the parser itself recurses, and must not meet it. */
function tooDeepAt(text: string): number | undefined {
  let open = 0
  let lead = 0
  let leading = true
  for (let at = 0; at < text.length; at++) {
    const c = text[at]
    if (c === '\n') [lead, leading] = [0, true]
    else if (c === '[' || c === '{') open++
    else if ((c === ']' || c === '}') && open > 0) open--
    if (leading && (c === '-' || c === '?' || c === ':')) lead++
    else if (c !== ' ' && c !== '\n') leading = false
    if (open > 4 * deepest || (lead > deepest && c === ' ')) return at
  }
  return undefined
}

/** Depth of indentation: a stack of the columns at which lines begin. */
function tooIndentedAt(text: string): number | undefined {
  const columns: number[] = []
  for (const match of text.matchAll(/^( *)(?=[^\s#])/gm)) {
    const column = match[1]?.length ?? 0
    while (columns.length > 0 && (columns.at(-1) ?? 0) >= column) columns.pop()
    columns.push(column)
    if (columns.length > 2 * deepest) return match.index + column
  }
  return undefined
}

/** Makes nodes of the library's, with all that YAML allows and a project does not reported. */
class Conversion {
  readonly found: Diagnostic[] = []
  private readonly file: SourceFile
  /** The newest node of each anchor, in the order of the text; and those whose inside is being read. */
  private readonly anchors = new Map<string, Node>()
  private readonly inProgress = new Set<Node>()
  private made = 0
  private inAlias = 0

  constructor(file: SourceFile) {
    this.file = file
  }

  node(node: Node | null | undefined, fallback: Span, depth: number): YamlNode {
    const span = spanIn(this.file, node, fallback)
    const empty: YamlNode = { kind: 'scalar', value: null, ...span }
    // What is written is bounded by the file; what aliases make of it is not.
    if (this.inAlias > 0 && ++this.made > largest) {
      if (this.made === largest + 1) this.report(span, 'yaml-too-large', { limit: largest })
      return empty
    }
    if (depth > deepest) {
      this.report(span, 'yaml-too-deep', { limit: deepest })
      return empty
    }
    if (!node) return empty
    if (isAlias(node)) return this.alias(node, span, depth)
    const { anchor } = node as Scalar
    if (!anchor) return this.content(node, span, depth)
    this.anchors.set(anchor, node)
    this.inProgress.add(node)
    const value = this.content(node, span, depth)
    this.inProgress.delete(node)
    return value
  }

  private content(node: Node, span: Span, depth: number): YamlNode {
    if (node.tag && !knownTags.test(node.tag)) {
      return this.refuse(span, `the tag ${node.tag.replace('tag:yaml.org,2002:', '!!')} is unknown`)
    }
    if (isMap(node)) {
      const map = this.map(node.items as Pair<Node, Node | null>[], span, depth)
      return node.flow ? map : withoutComment(map, map.entries.at(-1)?.value, node.items.at(-1)?.value)
    }
    if (isSeq(node)) {
      const list: YamlNode = {
        kind: 'list',
        items: node.items.map((item) => this.node(item as Node, span, depth + 1)),
        ...span,
      }
      return node.flow ? list : withoutComment(list, list.items.at(-1), node.items.at(-1))
    }
    return this.scalar(isScalar(node) ? node.value : undefined, span)
  }

  private scalar(value: unknown, span: Span): YamlNode {
    if (typeof value === 'number' && !Number.isFinite(value)) return this.refuse(span, 'a number must be finite')
    if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
      return { kind: 'scalar', value, ...span }
    }
    return this.refuse(span, 'the value is neither text, number, boolean, list nor mapping')
  }

  /** What an alias stands for, with the places of the anchor. */
  private alias(alias: Alias, span: Span, depth: number): YamlNode {
    const anchor = this.anchors.get(alias.source)
    if (!anchor) return this.refuse(span, `there is no anchor &${alias.source} before this alias`)
    if (this.inProgress.has(anchor)) return this.refuse(span, `the alias *${alias.source} stands inside its own anchor`)
    this.inAlias++
    const value = this.node(anchor, span, depth + 1)
    this.inAlias--
    return value
  }

  private map(pairs: readonly Pair<Node, Node | null>[], span: Span, depth: number): YamlMap {
    const entries = new Map<string, YamlEntry>()
    const merged: YamlEntry[] = []
    for (const pair of pairs) {
      const keySpan = spanIn(this.file, pair.key, span)
      const after = { start: keySpan.end, end: keySpan.end }
      const key = this.key(pair.key, keySpan)
      if (key === '<<') merged.push(...this.merge(this.node(pair.value, after, depth + 1)))
      else if (key !== undefined) this.entry(entries, { key, keySpan, value: this.node(pair.value, after, depth + 1) })
    }
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry)
    return { kind: 'map', entries: [...entries.values()], ...span }
  }

  private key(node: Node, span: Span): string | undefined {
    const key = isAlias(node) ? this.anchors.get(node.source) : node
    if (!isScalar(key) || key.value === null || typeof key.value === 'object') {
      const found = isMap(key) ? 'a mapping' : isSeq(key) ? 'a list' : 'empty'
      this.report(span, 'yaml-key', { found })
      return undefined
    }
    const text = key.source ?? String(key.value)
    if (!forbiddenKeys.has(text)) return text
    this.report(span, 'forbidden-key', { key: text })
    return undefined
  }

  private entry(entries: Map<string, YamlEntry>, entry: YamlEntry): void {
    const first = entries.get(entry.key)
    if (!first) entries.set(entry.key, entry)
    else {
      const line = locate(this.file, first.keySpan.start).line
      this.report(entry.keySpan, 'duplicate-key', { key: entry.key, line })
    }
  }

  /** The entries that `<<:` brings, of one mapping or several; the first wins. */
  private merge(value: YamlNode): readonly YamlEntry[] {
    const maps = value.kind === 'list' ? value.items : [value]
    return maps.flatMap((map) => {
      if (map.kind === 'map') return map.entries
      this.refuse(map, 'only a mapping can be merged with <<')
      return []
    })
  }

  private refuse(span: Span, detail: string): YamlNode {
    this.report(span, 'yaml-value', { detail })
    return { kind: 'scalar', value: null, start: span.start, end: span.end }
  }

  private report<C extends Code>(span: Span, code: C, parameters: ParametersOf<C>): void {
    this.found.push(diagnose(code, parameters, locate(this.file, span.start, span.end)))
  }
}

/** A block ends with its last value: what the library adds to that is a comment. */
function withoutComment(block: YamlNode, last: YamlNode | undefined, from: unknown): YamlNode {
  return last && !isAlias(from) && last.end <= block.end && last.end > block.start ? { ...block, end: last.end } : block
}

/** Tags of what JSON can hold, too. */
const knownTags = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/

/** The place of a node, without the white space that a block ends with. */
function spanIn(file: SourceFile, node: Node | null | undefined, fallback: Span): Span {
  if (!node?.range) return fallback
  const [start, end] = node.range
  // A value that is not written stands behind its key.
  if (start === end) return fallback
  const text = file.text.slice(start, end).trimEnd()
  return { start, end: start + text.length }
}

/** The parser's message in our form: its first line, lower case, with the quote it may end with set off. */
const firstLine = (message: string): string => (message.split('\n')[0] ?? '').replace(/ (["'])quote$/, ' quote $1')

const words: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab cannot indent, use spaces',
  MULTIPLE_DOCS: 'a file holds one document, and --- begins a second',
  BLOCK_AS_IMPLICIT_KEY: 'a colon inside text needs quotes, or the mapping a line of its own',
  BAD_INDENT: 'the indentation fits nothing above it, or a bracket is not closed',
}

/**
 * Reads a YAML file into nodes with places. The value is absent when nothing could be read; otherwise what is wrong in
 * it is left out of the nodes and reported.
 */
export function parseYaml(file: SourceFile): Checked<YamlFile> {
  const nul = file.text.indexOf('\0')
  if (nul >= 0) {
    return { value: undefined, diagnostics: [diagnose('file-not-text', { path: file.path }, locate(file, nul))] }
  }
  const plain = readPlainYaml(file.text)
  if (plain?.kind === 'map') return { value: { file, root: plain }, diagnostics: [] }
  return parseAnyYaml(file)
}

/** Reads a file with all that YAML has. */
export function parseAnyYaml(file: SourceFile): Checked<YamlFile> {
  const deep = tooDeepAt(file.text) ?? tooIndentedAt(file.text)
  if (deep !== undefined) {
    return { value: undefined, diagnostics: [diagnose('yaml-too-deep', { limit: deepest }, locate(file, deep))] }
  }
  const document = parseDocument(file.text, { merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
  const [error] = document.errors
  if (error) {
    const detail = words[error.code] ?? firstLine(error.message).replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase())
    const place = locate(file, error.pos[0], Math.max(error.pos[1], error.pos[0] + 1))
    return { value: undefined, diagnostics: [diagnose('yaml-syntax', { detail }, place)] }
  }
  const conversion = new Conversion(file)
  const root = conversion.node(document.contents, { start: 0, end: 0 }, 0)
  if (root.kind === 'map') return { value: { file, root }, diagnostics: conversion.found }
  if (root.kind === 'scalar' && root.value === null) {
    return { value: { file, root: { kind: 'map', entries: [], start: 0, end: 0 } }, diagnostics: conversion.found }
  }
  const found = root.kind === 'list' ? 'a list' : 'a single value'
  const place = locate(file, root.start, root.kind === 'list' ? root.start + 1 : root.end)
  return {
    value: undefined,
    diagnostics: [...conversion.found, diagnose('wrong-root', { path: file.path, found }, place)],
  }
}
