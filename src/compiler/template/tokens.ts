import lexer from 'nunjucks/src/lexer.js'
import type { SourceFile } from '../../diagnostics/index.ts'
import { hasMarker, nameMarker } from './holes.ts'
import { fail } from './site.ts'

/** A token of Nunjucks' lexer with its exact place. `value` of strings is decoded, of all others it is as written. */
export interface Token {
  readonly type: string
  readonly value: string
  readonly start: number
  readonly end: number
}

const number = /(?:\d+_)*\d+(?:\.(?:\d+_)*\d+)?(?:e[+-]?\d+)?/iy
const identifier = /^[\p{L}_][\p{L}\p{N}_]*$/u
const closingOf: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}' }

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\u0007',
  '0': '\0',
  '\n': '',
}

/** A string literal's content, with Python's escapes; a backslash before anything else stays. */
function decode(inner: string): string {
  if (!inner.includes('\\')) return inner
  return inner.replace(/\\(?:x([\da-f]{2})|u([\da-f]{4})|([\s\S]))/gi, (all, x?: string, u?: string, c?: string) => {
    if (c === undefined) return String.fromCharCode(Number.parseInt(x ?? u ?? '', 16))
    if (c === '\\' || c === '"' || c === "'") return c
    return escapes[c] ?? all
  })
}

/**
 * Nunjucks' lexer, corrected where it differs from Jinja: tokens know their offsets, `}}` inside a dictionary does not end
 * the tag, strings decode as in Python, numbers may have exponents, and what it would swallow silently (unterminated
 * strings and comments, regular expressions, names such as `a;b`) is an error.
 */
export class Tokens {
  readonly #file: SourceFile
  readonly #lexer: ReturnType<typeof lexer.lex>
  #opening: Token | undefined
  #curlyDepth = 0

  constructor(file: SourceFile) {
    this.#file = file
    this.#lexer = lexer.lex(file.text)
    const extract = this.#lexer._extractString
    this.#lexer._extractString = (text) => {
      if (this.#curlyDepth > 0 && text.endsWith('}}')) return null
      return extract.call(this.#lexer, text)
    }
  }

  nextToken(): Token | null {
    const start = this.#lexer.index
    const raw = this.#read(start)
    if (!raw) {
      if (this.#lexer.in_code && this.#opening) this.#unclosed(this.#opening.value.slice(0, 2), this.#opening.start)
      return null
    }
    const token = { type: raw.type, value: raw.value, start, end: this.#lexer.index }
    switch (token.type) {
      case 'variable-start':
      case 'block-start':
        return this.#open(token)
      case 'string':
        return this.#string(token)
      case 'int':
      case 'float':
      case 'boolean':
      case 'none':
      case 'symbol':
        return this.#word(token)
      case 'regex':
        return this.#regularExpression(token)
      case 'left-curly':
        this.#curlyDepth++
        return token
      case 'right-curly':
        this.#curlyDepth = Math.max(0, this.#curlyDepth - 1)
        return token
      case 'operator':
        // `+%}` only means "do not trim", which is what happens anyway.
        return token.value === '+' && this.#file.text.startsWith('%}', token.end) ? this.nextToken() : token
      default:
        return token
    }
  }

  /** Where the next token begins, white space included. */
  get position(): number {
    return this.#lexer.index
  }

  /** Goes on reading at an offset, as template text. Only for `raw` blocks, right after the tag's end. */
  jump(to: number): void {
    this.#lexer.index = to
  }

  /** Takes open braces for closed, so that the end of a tag with an error in it is found. */
  forgetBrackets(): void {
    this.#curlyDepth = 0
  }

  #read(start: number) {
    try {
      return this.#lexer.nextToken()
    } catch {
      // The lexer throws in three places: two are comments, the third cannot be reached.
      if (this.#file.text.startsWith('{#', start)) return this.#unclosed('{#', start)
      const at = Math.max(this.#file.text.indexOf('#}', start), start)
      return fail('template-syntax', { problem: '`#}` ends a comment that was not begun' }, this.#site(at, at + 2))
    }
  }

  #unclosed(tag: string, start: number): never {
    return fail('template-unclosed', { tag, closing: closingOf[tag] ?? '' }, this.#site(start, start + 2))
  }

  #site(start: number, end: number) {
    return { file: this.#file, start, end }
  }

  #open(token: Token): Token {
    this.#opening = token
    this.#curlyDepth = 0
    // `{%+` only means "do not trim", which is what happens anyway.
    if (token.type === 'block-start' && this.#file.text[token.end] === '+') this.#lexer.index++
    return token
  }

  #string(token: Token): Token {
    const { text } = this.#file
    const inner = text.slice(token.start + 1, token.end - 1)
    const isClosed =
      token.end - token.start >= 2 && text[token.start] === text[token.end - 1] && !/(?<!\\)(?:\\\\)*\\$/.test(inner)
    if (!isClosed) {
      const line = text.indexOf('\n', token.start)
      const end = line < 0 ? text.length : line
      fail(
        'template-syntax',
        { problem: 'a text in quotes is never closed', label: 'opened here' },
        this.#site(token.start, end),
      )
    }
    const value = decode(inner)
    if (hasMarker(value))
      fail('private-character', { character: nameMarker(value) }, this.#site(token.start, token.end))
    return { ...token, value }
  }

  #word(token: Token): Token {
    const { text } = this.#file
    number.lastIndex = token.start
    const written = number.exec(text)?.[0]
    if (written === undefined) {
      if (identifier.test(token.value)) return { ...token, type: 'symbol' }
      return fail(
        'template-syntax',
        { problem: `\`${token.value}\` is not a name` },
        this.#site(token.start, token.end),
      )
    }
    const end = token.start + written.length
    this.#lexer.index = end
    if (/[\p{L}_]/u.test(text[end] ?? '')) {
      fail(
        'template-syntax',
        { problem: `\`${text.slice(token.start, end + 1)}\` is not a number` },
        this.#site(token.start, end + 1),
      )
    }
    return {
      type: /[.e]/i.test(written) ? 'float' : 'int',
      value: written.replaceAll('_', ''),
      start: token.start,
      end,
    }
  }

  #regularExpression(token: Token): never {
    return fail(
      'template-unsupported',
      { construct: 'a regular expression', help: 'for a division write spaces around it: `r / x`' },
      this.#site(token.start, token.end),
    )
  }
}
