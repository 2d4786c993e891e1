import nunjucks from 'nunjucks/src/parser.js'
import { type Diagnostic, diagnose, type SourceFile } from '../../diagnostics/index.ts'
import { fail, locationOf, TemplateError } from './site.ts'
import { type Token, Tokens } from './tokens.ts'
import type { Span } from './tree.ts'

/** Parsing cannot go on; what is wrong has been recorded. */
export class Stop extends Error {
  override readonly name = 'Stop'
}

/** How a token is named in messages. */
export function quoted(token: Token | null): string {
  return token ? `\`${token.type === 'string' ? `'${token.value}'` : token.value}\`` : 'the end of the file'
}

/** Nunjucks' token handling, with exact ends of what was consumed, our own errors, and going on after them. */
export class TokenParser extends nunjucks.Parser {
  readonly diagnostics: Diagnostic[] = []
  protected readonly file: SourceFile
  protected readonly source: Tokens
  #lastEnd = 0
  #endBefore = 0

  constructor(file: SourceFile) {
    const source = new Tokens(file)
    super(source)
    this.file = file
    this.source = source
  }

  /** Where the last consumed token ends. */
  protected get lastEnd(): number {
    return this.#lastEnd
  }

  override nextToken(withWhitespace?: boolean): Token | null {
    const token = super.nextToken(withWhitespace)
    this.#endBefore = this.#lastEnd
    if (token) this.#lastEnd = token.end
    return token
  }

  override peekToken(): Token | null {
    if (this.peeked) return this.peeked
    const last = this.#lastEnd
    const before = this.#endBefore
    const token = super.peekToken()
    this.#lastEnd = last
    this.#endBefore = before
    return token
  }

  override pushToken(token: Token): void {
    super.pushToken(token)
    this.#lastEnd = this.#endBefore
  }

  /** As Nunjucks', without reading the token twice. */
  override skipSymbol(name: string): boolean {
    const token = this.peekToken()
    if (token?.type !== 'symbol' || token.value !== name) return false
    this.nextToken()
    return true
  }

  /** The next token, consumed, when it is of a type (and has one of the values). */
  protected accept(type: string, ...values: readonly string[]): Token | undefined {
    const token = this.peekToken()
    if (token?.type !== type || (values.length > 0 && !values.includes(token.value))) return undefined
    this.nextToken()
    return token
  }

  protected expect(type: string, shown: string): Token {
    return this.accept(type) ?? this.unexpected(`expected ${shown}`)
  }

  /** Fails at the next token, which is left unconsumed so that `recover` can find the end of the tag. */
  protected unexpected(label?: string): never {
    const token = this.peekToken()
    const end = this.file.text.length
    return fail(
      'template-syntax',
      { problem: `unexpected ${quoted(token)}`, ...(label ? { label } : {}) },
      { file: this.file, start: token?.start ?? end, end: token?.end ?? end },
    )
  }

  /** Records an error and skips to the end of its tag, so that the rest of the file is checked too. */
  protected recover(error: unknown): void {
    if (!(error instanceof TemplateError)) throw error
    this.diagnostics.push(error.diagnostic)
    try {
      this.skipToTagEnd()
    } catch (second) {
      if (!(second instanceof TemplateError)) throw second
      // A tag that never ends is the cause of whatever looked wrong in it.
      if (error.diagnostic.code !== 'template-unclosed') this.diagnostics.splice(-1, 1, second.diagnostic)
      throw new Stop()
    }
  }

  /** Skips up to the end of a tag (of either kind), which is the next token then. */
  protected skipToTagEnd(): void {
    this.source.forgetBrackets()
    let token = this.nextToken()
    while (token && token.type !== 'block-end' && token.type !== 'variable-end') token = this.nextToken()
    if (token) this.pushToken(token)
  }

  protected record(problem: string, span: Span, help?: string): void {
    const parameters = { problem, ...(help ? { help } : {}) }
    this.diagnostics.push(diagnose('template-syntax', parameters, locationOf({ file: this.file, ...span })))
  }
}
