/** The parts of Nunjucks that `tokens.ts` and `parser.ts` build on. Its other files (compiler, runtime) are never loaded. */
declare module 'nunjucks/src/lexer.js' {
  interface Token {
    readonly type: string
    readonly value: string
  }
  interface Tokenizer {
    readonly str: string
    index: number
    readonly in_code: boolean
    nextToken(): Token | null
    _extractString(text: string): string | null
  }
  const lexer: { lex(source: string): Tokenizer }
  export = lexer
}

declare module 'nunjucks/src/parser.js' {
  interface Token {
    readonly type: string
    readonly value: string
    readonly start: number
    readonly end: number
  }
  class Parser {
    constructor(tokens: { nextToken(): Token | null })
    peeked: Token | null
    breakOnBlocks: readonly string[] | null
    dropLeadingWhitespace: boolean
    nextToken(withWhitespace?: boolean): Token | null
    peekToken(): Token | null
    pushToken(token: Token): void
    skip(type: string): boolean
    skipValue(type: string, value: string): boolean
    skipSymbol(name: string): boolean
  }
  const parser: { Parser: typeof Parser }
  export = parser
}
