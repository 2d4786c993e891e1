import { fold, holeMark } from '../sql/index.ts'

/** A template cut into the SQL around its tags and the tags themselves. */
interface Cut {
  /** Each tag is one `holeMark`. */
  sql: string
  readonly tags: string[]
}

const opening = /\{\{|\{%|\{#/g
const rawTag = /^\{%[-+~]?\s*raw\s*[-+~]?%\}$/
const endOfRaw = /\{%[-+~]?\s*endraw\s*[-+~]?%\}/g
const expressionTokens = /'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"|[\w.]+|\S/g

/** Behind the closing sign of a tag, which may stand in quotes within it. */
function tagEnd(text: string, start: number): number {
  const closing = text[start + 1] === '%' ? '%}' : '}}'
  const scan = /'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"|[%}]\}/g
  scan.lastIndex = start + 2
  for (let match = scan.exec(text); match; match = scan.exec(text)) {
    if (match[0] === closing) return scan.lastIndex
  }
  return text.length
}

function foldTag(tag: string): string {
  const open = /^\{[{%][-+~]?/.exec(tag)?.[0] ?? ''
  const close = /[-+~]?[%}]\}$/.exec(tag)?.[0] ?? ''
  const inner = tag.slice(open.length, tag.length - close.length)
  return [open, ...(inner.match(expressionTokens) ?? []), close].join(' ')
}

/** Whether a tag only sets the model's config, which is hashed by its values instead. */
function isConfigCall(folded: string): boolean {
  const call = /^\{\{[-+~]? config \( (.*)\) [-+~]?\}\}$/s.exec(folded)
  if (!call) return false
  let depth = 0
  for (const token of (call[1] ?? '').match(expressionTokens) ?? []) {
    depth += token === '(' ? 1 : token === ')' ? -1 : 0
    if (depth < 0) return false
  }
  return depth === 0
}

function addTag(cut: Cut, tag: string): void {
  const folded = foldTag(tag)
  if (isConfigCall(folded)) return
  cut.tags.push(folded)
  cut.sql += holeMark
}

/** Copies what stands between `raw` and `endraw` as text; returns the offset behind it. */
function addRaw(cut: Cut, text: string, start: number): number {
  endOfRaw.lastIndex = start
  const end = endOfRaw.exec(text)
  cut.sql += text.slice(start, end?.index ?? text.length)
  return end ? endOfRaw.lastIndex : text.length
}

function cutTemplate(text: string): Cut {
  const cut: Cut = { sql: '', tags: [] }
  let at = 0
  for (;;) {
    opening.lastIndex = at
    const open = opening.exec(text)
    cut.sql += text.slice(at, open?.index ?? text.length)
    if (!open) return cut
    if (open[0] === '{#') {
      const close = text.indexOf('#}', open.index + 2)
      at = close < 0 ? text.length : close + 2
      continue
    }
    at = tagEnd(text, open.index)
    const tag = text.slice(open.index, at)
    if (rawTag.test(tag)) at = addRaw(cut, text, at)
    else addTag(cut, tag)
  }
}

/**
 * The text of a template without what cannot change its SQL: layout, comments of SQL and of templates, and `config()`
 * calls. SQL comments that hold tags stay, because tags in them are run.
 */
export function foldTemplate(text: string): string {
  const { sql, tags } = cutTemplate(text)
  return JSON.stringify([fold(sql, (comment) => comment.includes(holeMark)), ...tags])
}
