type TokenKind =
  | 'space'
  | 'line-comment'
  | 'block-comment'
  /** `'…'`, `E'…'`, `$tag$…$tag$` */
  | 'string'
  /** `"…"` or a name in backticks */
  | 'quoted-identifier'
  | 'word'
  | 'number'
  /** One character. */
  | 'punctuation'

/** A stretch of SQL, `[start, end)` in UTF-16 units. The tokens of a text cover it without gaps. */
export interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
  /** False for a quote or comment that the text does not end. */
  readonly closed: boolean
}

const space = /\s+/y
const word = /[\p{L}\p{Nl}\p{Co}_][\p{L}\p{Nl}\p{Co}\p{Mn}\p{Mc}\p{Nd}_$]*/uy
const number = /(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y
const lineComment = /--[^\n\r]*/y
const dollarTag = /\$(?:[\p{L}_][\p{L}\p{Nd}_]*)?\$/uy
const nestedComment = /\/\*|\*\//g

const [asciiSpace, asciiLetter, asciiDigit, asciiDollar] = [1, 2, 4, 8]

function matchEnd(pattern: RegExp, sql: string, start: number): number {
  pattern.lastIndex = start
  return pattern.test(sql) ? pattern.lastIndex : -1
}

/** End of a quoted text whose quote is doubled to stand for itself, and with `escapes` may also follow a backslash. */
function quoteEnd(sql: string, open: number, escapes: boolean): { end: number; closed: boolean } {
  const quote = sql[open]
  for (let i = open + 1; i < sql.length; i++) {
    if (escapes && sql[i] === '\\') i++
    else if (sql[i] === quote) {
      if (sql[i + 1] !== quote) return { end: i + 1, closed: true }
      i++
    }
  }
  return { end: sql.length, closed: false }
}

function blockCommentEnd(sql: string, start: number): { end: number; closed: boolean } {
  let depth = 0
  nestedComment.lastIndex = start
  for (let match = nestedComment.exec(sql); match; match = nestedComment.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1
    if (depth === 0) return { end: nestedComment.lastIndex, closed: true }
  }
  return { end: sql.length, closed: false }
}

function dollarQuote(sql: string, start: number): Token | undefined {
  const tagEnd = matchEnd(dollarTag, sql, start)
  if (tagEnd < 0) return undefined
  const tag = sql.slice(start, tagEnd)
  const close = sql.indexOf(tag, tagEnd)
  return close < 0
    ? { kind: 'string', start, end: sql.length, closed: false }
    : { kind: 'string', start, end: close + tag.length, closed: true }
}

/** What ASCII characters are; 0 for signs, quotes and all other characters. */
const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/\s/.test(character)) return asciiSpace
  if (/[A-Za-z_]/.test(character)) return asciiLetter
  return /\d/.test(character) ? asciiDigit : character === '$' ? asciiDollar : 0
})

/** End of the characters from `start` on whose kind is in the set of bits. */
function runEnd(sql: string, start: number, kinds: number): number {
  let end = start
  while (((asciiKinds[sql.charCodeAt(end)] ?? 0) & kinds) !== 0) end++
  return end
}

/** The white space, word or number that is written in ASCII and begins here; undefined where it takes a closer look. */
function asciiToken(sql: string, start: number): Token | undefined {
  const kind = asciiKinds[sql.charCodeAt(start)] ?? 0
  if (kind === asciiDigit) return { kind: 'number', start, end: matchEnd(number, sql, start), closed: true }
  if (kind !== asciiSpace && kind !== asciiLetter) return undefined
  const end = runEnd(sql, start, kind === asciiSpace ? asciiSpace : asciiLetter | asciiDigit | asciiDollar)
  if (sql.charCodeAt(end) > 127) return undefined
  return { kind: kind === asciiSpace ? 'space' : 'word', start, end, closed: true }
}

/** The token that begins with a quote, a comment's first sign or a dollar; undefined when it is plain punctuation. */
function special(sql: string, start: number): Token | undefined {
  const first = sql[start]
  if (first === "'") return { kind: 'string', start, ...quoteEnd(sql, start, false) }
  if (first === '"' || first === '`') return { kind: 'quoted-identifier', start, ...quoteEnd(sql, start, false) }
  if (first === '$') return dollarQuote(sql, start)
  if (first === '/' && sql[start + 1] === '*') return { kind: 'block-comment', start, ...blockCommentEnd(sql, start) }
  if (first === '-' && sql[start + 1] === '-') {
    return { kind: 'line-comment', start, end: matchEnd(lineComment, sql, start), closed: true }
  }
  return undefined
}

function tokenAt(sql: string, start: number): Token {
  if ((sql[start] === 'e' || sql[start] === 'E') && sql[start + 1] === "'") {
    return { kind: 'string', start, ...quoteEnd(sql, start + 1, true) }
  }
  const ascii = asciiToken(sql, start)
  if (ascii) return ascii
  const afterSpace = matchEnd(space, sql, start)
  if (afterSpace >= 0) return { kind: 'space', start, end: afterSpace, closed: true }
  const afterWord = matchEnd(word, sql, start)
  if (afterWord >= 0) return { kind: 'word', start, end: afterWord, closed: true }
  const afterNumber = matchEnd(number, sql, start)
  if (afterNumber >= 0) return { kind: 'number', start, end: afterNumber, closed: true }
  return special(sql, start) ?? { kind: 'punctuation', start, end: start + 1, closed: true }
}

/**
 * Cuts SQL into tokens, without knowing its grammar: nested block comments, doubled quotes, `E''` escapes and dollar
 * quotes are understood as Postgres and DuckDB do. Any text has tokens; together they are the text.
 */
export function tokens(sql: string): Token[] {
  const result: Token[] = []
  for (let at = 0; at < sql.length; ) {
    const token = tokenAt(sql, at)
    result.push(token)
    at = token.end
  }
  return result
}

/** Whether a token is only there for people: white space and comments. */
export function isBlank(token: Token): boolean {
  return token.kind === 'space' || token.kind === 'line-comment' || token.kind === 'block-comment'
}
