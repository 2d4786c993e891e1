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

const word = /[\p{L}_][\p{L}\p{N}_]*|(?:\d+_)*\d+(?:\.(?:\d+_)*\d+)?(?:e[+-]?\d+)?/iuy
const whiteSpace = ' \n\t\r\f\v\u00a0'
const opening = /\{[{%#]/g
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
 * the tag, strings decode as in Python, numbers may have exponents, `r / x` is no regular expression, `#}` may stand in
 * text, and what it would swallow silently (unterminated strings, names such as `a;b`) is an error.
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

  /** The next token that is not white space. */
  nextToken(): Token | null {
    if (!this.#lexer.in_code) return this.#outside()
    const { text } = this.#file
    while (whiteSpace.includes(text[this.#lexer.index] ?? '-')) this.#lexer.index++
    const start = this.#lexer.index
    return this.#word(start) ?? this.#inside(start)
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

  /** Text and comments are cut out here: the lexer would go through them character by character. */
  #outside(): Token | null {
    const { text } = this.#file
    const start = this.#lexer.index
    opening.lastIndex = start
    const at = opening.exec(text)?.index ?? text.length
    if (at > start) return this.#take('data', start, at)
    if (!text.startsWith('{#', start)) return this.#open(start)
    const end = text.indexOf('#}', start + 2)
    return end < 0 ? this.#unclosed('{#', start) : this.#take('comment', start, end + 2)
  }

  #take(type: string, start: number, end: number): Token {
    this.#lexer.index = end
    return { type, value: this.#file.text.slice(start, end), start, end }
  }

  #open(start: number): Token | null {
    const raw = this.#lexer.nextToken()
    if (!raw) return null
    const token = { type: raw.type, value: raw.value, start, end: this.#lexer.index }
    this.#opening = token
    this.#curlyDepth = 0
    // `{%+` only means "do not trim", which is what happens anyway.
    if (token.type === 'block-start' && this.#file.text[token.end] === '+') this.#lexer.index++
    return token
  }

  /** A name or a number, if one begins here. */
  #word(start: number): Token | undefined {
    const { text } = this.#file
    word.lastIndex = start
    const written = word.exec(text)?.[0]
    if (written === undefined) return undefined
    const end = start + written.length
    if (!/^\d/.test(written)) return this.#take('symbol', start, end)
    const whole = /^[\p{L}\p{N}_]+/u.exec(text.slice(end, end + 40))?.[0]
    if (whole) {
      const problem = `\`${written}${whole}\` is not a number`
      fail('template-syntax', { problem }, this.#site(start, end + whole.length))
    }
    this.#lexer.index = end
    return { type: /[.e]/i.test(written) ? 'float' : 'int', value: written.replaceAll('_', ''), start, end }
  }

  /** A text, an operator, a bracket, or the end of the tag. */
  #inside(start: number): Token {
    const raw = this.#lexer.nextToken()
    const end = this.#lexer.index
    if (!raw) return this.#unclosed(this.#opening?.value.slice(0, 2) ?? '', this.#opening?.start ?? start)
    const token = { type: raw.type, value: raw.value, start, end }
    switch (token.type) {
      case 'string':
        return this.#string(token)
      case 'symbol':
        return fail('template-syntax', { problem: `unexpected \`${token.value}\`` }, this.#site(start, end))
      case 'left-curly':
        this.#curlyDepth++
        return token
      case 'right-curly':
        this.#curlyDepth = Math.max(0, this.#curlyDepth - 1)
        return token
      case 'operator':
        // `+%}` only means "do not trim", which is what happens anyway.
        return token.value === '+' && this.#file.text.startsWith('%}', end) ? this.#inside(end) : token
      default:
        return token
    }
  }

  #string(token: Token): Token {
    const { start, end } = token
    const { text } = this.#file
    const inner = text.slice(start + 1, end - 1)
    const isClosed = end - start >= 2 && text[start] === text[end - 1] && !/(?<!\\)(?:\\\\)*\\$/.test(inner)
    if (!isClosed) {
      const line = text.indexOf('\n', start)
      const mark = text[start] ?? ''
      fail('template-unclosed', { tag: mark, closing: mark }, this.#site(start, line < 0 ? text.length : line))
    }
    const value = decode(inner)
    if (hasMarker(value)) fail('private-character', { character: nameMarker(value) }, this.#site(start, end))
    return { type: 'string', value, start, end }
  }

  #unclosed(tag: string, start: number): never {
    return fail('template-unclosed', { tag, closing: closingOf[tag] ?? '' }, this.#site(start, start + 2))
  }

  #site(start: number, end: number) {
    return { file: this.#file, start, end }
  }
}
