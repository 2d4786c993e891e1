import type { Span, YamlEntry, YamlMap, YamlNode, YamlScalar } from './yaml-node.ts'
import { plainValue } from './yaml-scalar.ts'

/*
 * Reads the plain part of YAML that nearly all project files keep to: block mappings and sequences, scalars on one line, quoted
 * or not, literal and folded blocks, flow lists and mappings on one line, comments. Ten times as fast as a library that
 * knows all of YAML. Whatever it does not know for certain, every mistake included, it leaves to that library: `undefined`.
 */

/** Ends the reading: the file is more than plain. */
class NotPlain extends Error {}

function giveUp(): never {
  throw notPlain
}

const notPlain = new NotPlain()

const [newline, space, quote, hash, apostrophe, comma, dash, colon] = [10, 32, 34, 35, 39, 44, 45, 58]
const [greater, openList, backslash, closeList, bar, openMap, closeMap] = [62, 91, 92, 93, 124, 123, 125]

/** Characters that begin something else than plain text, besides `-`, `?` and `:`, which need a look at the next. */
const indicators: ReadonlySet<number> = new Set(Array.from(',[]{}#&*!|>\'"%@`', (c) => c.charCodeAt(0)))

/** Characters at which the library and this may differ: control characters, and white space beyond the space. */
const unusual =
  /[^\n\u0020-\u007e\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff01-\ufffd]/
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', '<<'])
const deepest = 30
const longestKey = 500

class PlainReader {
  readonly #text: string
  /** Where the next line with content has its first character, and in which column; at the end of the text, -1. */
  #start = 0
  #indent = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): YamlNode | undefined {
    const marker = /^---\n/.exec(this.#text)
    this.#toLine(marker ? marker[0].length : 0)
    if (this.#indent < 0) return { kind: 'map', entries: [], start: 0, end: 0 }
    const root = this.#block(this.#indent)
    return this.#indent < 0 && root.kind === 'map' ? root : undefined
  }

  #code(at: number): number {
    return this.#text.charCodeAt(at)
  }

  /** Whether nothing but a space or the end of a line stands there. */
  #isGap(at: number): boolean {
    const code = this.#code(at)
    return code === space || code === newline || Number.isNaN(code)
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf('\n', at)
    return end < 0 ? this.#text.length : end
  }

  #skipSpaces(at: number): number {
    let next = at
    while (this.#code(next) === space) next++
    return next
  }

  /** Goes to the first line with content that begins at `from` or later. */
  #toLine(from: number): void {
    let at = from
    while (at < this.#text.length) {
      const first = this.#skipSpaces(at)
      const code = this.#code(first)
      if (code !== newline && code !== hash && first < this.#text.length) {
        this.#start = first
        this.#indent = first - at
        if (this.#indent === 0 && /^(?:---|\.\.\.|%)/.test(this.#text.slice(first, first + 3))) giveUp()
        return
      }
      at = this.#lineEnd(first) + 1
    }
    this.#indent = -1
  }

  /** Goes on behind a value: nothing may stand there but a comment. */
  #finishLine(end: number): void {
    const next = this.#skipSpaces(end)
    const code = this.#code(next)
    if (next < this.#text.length && code !== newline && (code !== hash || next === end)) giveUp()
    this.#toLine(this.#lineEnd(next) + 1)
  }

  #isDash(at: number): boolean {
    return this.#code(at) === dash && this.#isGap(at + 1)
  }

  #block(indent: number): YamlNode {
    if (++this.#depth > deepest) giveUp()
    const node = this.#isDash(this.#start) ? this.#sequence(indent) : this.#mapping(indent)
    this.#depth--
    return node
  }

  #sequence(indent: number): YamlNode {
    const start = this.#start
    const items: YamlNode[] = []
    while (this.#indent === indent && this.#isDash(this.#start)) {
      const at = this.#skipSpaces(this.#start + 1)
      const code = this.#code(at)
      if (code === newline || code === hash || at >= this.#text.length || this.#isDash(at)) giveUp()
      if (this.#colonAfterKey(at) >= 0) {
        this.#indent += at - this.#start
        this.#start = at
        items.push(this.#block(this.#indent))
      } else items.push(this.#value(at, indent))
    }
    if (this.#indent > indent) giveUp()
    return { kind: 'list', items, start, end: items.at(-1)?.end ?? start }
  }

  #mapping(indent: number): YamlMap {
    const start = this.#start
    const entries: YamlEntry[] = []
    const keys = new Set<string>()
    while (this.#indent === indent && !this.#isDash(this.#start)) {
      const keySpan = { start: this.#start, end: this.#colonAfterKey(this.#start) }
      if (keySpan.end < 0) giveUp()
      const behind = keySpan.end
      while (this.#code(keySpan.end - 1) === space) keySpan.end--
      const key = this.#key(keySpan)
      if (keys.has(key) || forbiddenKeys.has(key)) giveUp()
      keys.add(key)
      entries.push({ key, keySpan, value: this.#valueOfKey(keySpan.end, behind + 1, indent) })
    }
    if (this.#indent > indent || entries.length === 0) giveUp()
    // An item of no list: a mistake.
    if (this.#indent === indent) giveUp()
    return { kind: 'map', entries, start, end: entries.at(-1)?.value.end ?? start }
  }

  #key(span: Span): string {
    const raw = this.#text.slice(span.start, span.end)
    const code = this.#code(span.start)
    if (raw.length === 0 || raw.length > longestKey) giveUp()
    if (code === quote || code === apostrophe) return String(this.#quoted(span.start).value)
    // A key without a value, `~` or `null`, is a mistake that the library words.
    return plainValue(raw) === null ? giveUp() : raw
  }

  /** The offset of the colon behind a key that begins here; -1 where the line holds none. */
  #colonAfterKey(start: number): number {
    const code = this.#code(start)
    if (code === quote || code === apostrophe) {
      const at = this.#skipSpaces(this.#quoted(start).end)
      return this.#code(at) === colon && this.#isGap(at + 1) ? at : -1
    }
    if (!this.#beginsPlain(start)) return -1
    for (let at = start; ; at++) {
      const here = this.#code(at)
      if (here === newline || at >= this.#text.length) return -1
      if (here === colon && this.#isGap(at + 1)) return at
      if (here === hash && this.#code(at - 1) === space) return -1
    }
  }

  #beginsPlain(at: number): boolean {
    const code = this.#code(at)
    // `?` and `:` may begin text, and hardly ever do.
    return !indicators.has(code) && code !== 63 && code !== colon && !this.#isDash(at)
  }

  #valueOfKey(keyEnd: number, from: number, indent: number): YamlNode {
    const at = this.#skipSpaces(from)
    const code = this.#code(at)
    if (at < this.#text.length && code !== newline && (code !== hash || at === from)) return this.#value(at, indent)
    this.#toLine(this.#lineEnd(at) + 1)
    if (this.#indent > indent) return this.#block(this.#indent)
    if (this.#indent === indent && this.#isDash(this.#start)) return this.#sequence(indent)
    return { kind: 'scalar', value: null, start: keyEnd, end: keyEnd }
  }

  /** A value that begins on this line. `indent`: of the mapping or sequence around it. */
  #value(at: number, indent: number): YamlNode {
    const code = this.#code(at)
    if (code === bar || code === greater) return this.#blockScalar(at, indent)
    const node = this.#inline(at)
    this.#finishLine(node.end)
    if (this.#indent > indent) giveUp()
    return node
  }

  #inline(at: number): YamlNode {
    const code = this.#code(at)
    if (code === openList || code === openMap) return this.#flow(at)
    if (code === quote || code === apostrophe) return this.#quoted(at)
    return this.#plain(at)
  }

  #plain(start: number): YamlScalar {
    if (!this.#beginsPlain(start)) giveUp()
    let end = start
    for (let at = start; ; at++) {
      const code = this.#code(at)
      if (code === newline || at >= this.#text.length) break
      if (code === colon && this.#isGap(at + 1)) giveUp()
      if (code === hash && this.#code(at - 1) === space) break
      if (code !== space) end = at + 1
    }
    const value = plainValue(this.#text.slice(start, end))
    return value === undefined ? giveUp() : { kind: 'scalar', value, start, end }
  }

  #quoted(start: number): YamlScalar {
    const closing = this.#code(start)
    for (let at = start + 1; at < this.#text.length; at++) {
      const code = this.#code(at)
      if (code === newline) giveUp()
      if (code === backslash && closing === quote) at++
      else if (code === closing) {
        if (closing === apostrophe && this.#code(at + 1) === apostrophe) at++
        else return { kind: 'scalar', value: this.#unquoted(start, at), start, end: at + 1 }
      }
    }
    return giveUp()
  }

  #unquoted(start: number, end: number): string {
    const inner = this.#text.slice(start + 1, end)
    if (this.#code(start) === apostrophe) return inner.replaceAll("''", "'")
    if (!inner.includes('\\')) return inner
    // The escapes that JSON has mean the same there.
    return /^(?:[^\\]|\\[\\"nt/])*$/.test(inner) ? JSON.parse(`"${inner}"`) : giveUp()
  }

  #flow(start: number): YamlNode {
    if (++this.#depth > deepest) giveUp()
    const node = this.#code(start) === openList ? this.#flowList(start) : this.#flowMap(start)
    this.#depth--
    return node
  }

  #flowList(start: number): YamlNode {
    const items: YamlNode[] = []
    let at = this.#skipSpaces(start + 1)
    while (this.#code(at) !== closeList) {
      const item = this.#flowValue(at)
      items.push(item)
      at = this.#afterItem(item.end, closeList)
    }
    return { kind: 'list', items, start, end: at + 1 }
  }

  #flowMap(start: number): YamlNode {
    const entries: YamlEntry[] = []
    let at = this.#skipSpaces(start + 1)
    while (this.#code(at) !== closeMap) {
      const end = /^[A-Za-z_][\w.]*(?=: )/.exec(this.#text.slice(at, at + longestKey))?.[0].length ?? giveUp()
      const key = this.#text.slice(at, at + end)
      const keySpan = { start: at, end: at + end }
      if (plainValue(key) !== key || forbiddenKeys.has(key) || entries.some((entry) => entry.key === key)) giveUp()
      const value = this.#flowValue(this.#skipSpaces(keySpan.end + 1))
      entries.push({ key, keySpan, value })
      at = this.#afterItem(value.end, closeMap)
    }
    return { kind: 'map', entries, start, end: at + 1 }
  }

  /** Where the next item begins, or the closing bracket stands. */
  #afterItem(end: number, closing: number): number {
    const at = this.#skipSpaces(end)
    if (this.#code(at) === closing) return at
    const next = this.#skipSpaces(at + 1)
    return this.#code(at) === comma && this.#code(next) !== closing ? next : giveUp()
  }

  #flowValue(at: number): YamlNode {
    const code = this.#code(at)
    if (code === openList || code === openMap) return this.#flow(at)
    if (code === quote || code === apostrophe) return this.#quoted(at)
    const match =
      /^(?:[^\s,[\]{}:#"'&*!|>%@`?\\-]|-(?=[\d.]))(?:[^,[\]{}:#\n]*[^\s,[\]{}:#])?/.exec(this.#lineFrom(at)) ?? giveUp()
    const end = at + match[0].length
    const value = plainValue(match[0])
    return value === undefined || this.#code(end) === colon ? giveUp() : { kind: 'scalar', value, start: at, end }
  }

  #lineFrom(at: number): string {
    return this.#text.slice(at, this.#lineEnd(at))
  }

  /** `|` and `>`, also with `-` or `+`: text of several lines. */
  #blockScalar(start: number, indent: number): YamlNode {
    const headEnd = this.#lineEnd(start)
    const head = /^([|>])([-+]?) *$/.exec(this.#text.slice(start, headEnd)) ?? giveUp()
    const lines: string[] = []
    let [at, end, column] = [headEnd + 1, headEnd, -1]
    while (at < this.#text.length) {
      const first = this.#skipSpaces(at)
      const stop = this.#lineEnd(first)
      if (first < stop) {
        if (first - at <= indent) break
        if (column < 0) column = first - at
        if (first - at < column || (head[1] === '>' && first - at > column)) giveUp()
        end = stop
      } else if (column < 0 || first - at > column) giveUp()
      lines.push(this.#text.slice(at + column, stop))
      at = stop + 1
    }
    this.#toLine(at)
    // Without any content, or with the last line not ended, its rules are the library's business.
    if (column < 0 || this.#indent > indent || !this.#text.endsWith('\n')) giveUp()
    const trimmed = this.#text.slice(start, end).trimEnd()
    return {
      kind: 'scalar',
      value: blockText(lines, head[1] === '>', head[2] ?? ''),
      start,
      end: start + trimmed.length,
    }
  }
}

/** The text of a block without what it is indented by; `keep` is `-`, `+` or nothing. */
function blockText(lines: readonly string[], isFolded: boolean, keep: string): string {
  const text = lines.join('\n')
  const body = text.replace(/\n*$/, '')
  const folded = isFolded ? body.replace(/\n+/g, (breaks) => (breaks.length === 1 ? ' ' : breaks.slice(1))) : body
  if (keep === '-') return folded
  return keep === '+' ? `${folded}${text.slice(body.length)}\n` : `${folded}\n`
}

/** The root of a file of plain YAML; undefined for every other file. */
export function readPlainYaml(text: string): YamlNode | undefined {
  if (unusual.test(text)) return undefined
  try {
    return new PlainReader(text).document()
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}
