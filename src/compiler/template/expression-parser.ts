import { fail } from './site.ts'
import { TokenParser } from './token-parser.ts'
import type { Token } from './tokens.ts'
import type { Argument, ArithmeticOperator, ComparisonOperator, Expression, Span } from './tree.ts'
import { float } from './value.ts'

const reserved = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'elif', 'for'])
const constants = new Map<string, null | boolean>([
  ['none', null],
  ['None', null],
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
])
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>='])
/** How tightly binary operators bind: the greater, the tighter. */
const bindings: ReadonlyMap<string, number> = new Map([
  ['+', 1],
  ['-', 1],
  ['~', 2],
  ['*', 3],
  ['/', 3],
  ['//', 3],
  ['%', 3],
  ['**', 4],
])
const maximalNesting = 100
/** Operators, calls and members in one tag: a chain of them is a tree as deep as it is long. */
const mostOperators = 1000

export interface OperationUse extends Span {
  readonly kind: 'filter' | 'test'
  readonly name: string
}

/**
 * Expressions, on Nunjucks' parser. Its token handling is used as it is; its expression grammar is replaced by Jinja's,
 * because it binds `is`, `in`, `~`, `//` and `%` differently, knows neither tuples, slices nor trailing commas, and its
 * nodes say only where they begin (and calls not even that). Every node here has its exact span.
 */
export class ExpressionParser extends TokenParser {
  /** The filters and tests that were read, for checking that they exist. */
  readonly operations: OperationUse[] = []
  #nesting = 0
  #operators = 0

  /** The whole expression of a tag: its errors are recorded, and a constant stands for it. */
  protected parseTagExpression(parse: () => Expression = () => this.parseExpression()): Expression {
    const nesting = this.#nesting
    this.#operators = 0
    try {
      return parse()
    } catch (error) {
      this.#nesting = nesting
      this.recover(error)
      return { kind: 'literal', value: null, start: this.lastEnd, end: this.lastEnd }
    }
  }

  /** An expression, or several with commas between them, which are a tuple. */
  protected parseTuple(parse: () => Expression = () => this.parseExpression()): Expression {
    const first = parse()
    if (this.peekToken()?.type !== 'comma') return first
    const items = [first]
    while (this.accept('comma')) {
      const next = this.peekToken()?.type
      if (next === 'block-end' || next === 'variable-end' || next === 'operator') break
      items.push(parse())
    }
    return { kind: 'tuple', items, start: first.start, end: this.lastEnd }
  }

  protected parseExpression(): Expression {
    return this.#nested(() => {
      let expression = this.parseOr()
      while (this.skipSymbol('if')) {
        const condition = this.parseOr()
        const otherwise = this.skipSymbol('else') ? this.parseExpression() : undefined
        expression = { kind: 'conditional', condition, value: expression, otherwise, ...this.#spanFrom(expression) }
      }
      return expression
    })
  }

  #nested<T>(parse: () => T): T {
    if (++this.#nesting > maximalNesting) {
      const { start, end } = this.peekToken() ?? { start: this.lastEnd, end: this.lastEnd }
      const limit = `${maximalNesting} levels`
      fail('template-limit', { what: 'the expression is nested too deeply', limit }, { file: this.file, start, end })
    }
    const result = parse()
    this.#nesting--
    return result
  }

  /** The span of an operation that has just been read. */
  #spanFrom({ start }: Expression): Span {
    const span = { start, end: this.lastEnd }
    if (++this.#operators > mostOperators) {
      const what = 'the expression has too many operators'
      const help = 'split it with `{% set %}`'
      fail('template-limit', { what, limit: `${mostOperators}`, help }, { file: this.file, ...span })
    }
    return span
  }

  protected parseOr(): Expression {
    let left = this.#parseAnd()
    while (this.skipSymbol('or')) left = this.#binary('or', left, this.#parseAnd())
    return left
  }

  #parseAnd(): Expression {
    let left = this.#parseNot()
    while (this.skipSymbol('and')) left = this.#binary('and', left, this.#parseNot())
    return left
  }

  #binary(kind: 'and' | 'or', left: Expression, right: Expression): Expression {
    return { kind, left, right, ...this.#spanFrom(left) }
  }

  #parseNot(): Expression {
    const not = this.accept('symbol', 'not')
    if (!not) return this.#parseComparison()
    const operand = this.#nested(() => this.#parseNot())
    return { kind: 'not', operand, start: not.start, end: operand.end }
  }

  #parseComparison(): Expression {
    const first = this.#parseBinary(1)
    const rest: { operator: ComparisonOperator; operand: Expression }[] = []
    for (let operator = this.#comparisonOperator(); operator; operator = this.#comparisonOperator()) {
      rest.push({ operator, operand: this.#parseBinary(1) })
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest, ...this.#spanFrom(first) }
  }

  #comparisonOperator(): ComparisonOperator | undefined {
    const token = this.peekToken()
    if (token?.type === 'operator' && comparisons.has(token.value)) {
      this.nextToken()
      return token.value as ComparisonOperator
    }
    if (this.skipSymbol('in')) return 'in'
    if (!this.skipSymbol('not')) return undefined
    return this.skipSymbol('in') ? 'not in' : this.unexpected('expected `in` after `not`')
  }

  /** Arithmetic and `~`, as far as their operators bind at least as tightly as asked. All are left-associative. */
  #parseBinary(tightness: number): Expression {
    let left = this.#parseUnary(true)
    for (;;) {
      const token = this.peekToken()
      const own = token?.type === 'operator' || token?.type === 'tilde' ? bindings.get(token.value) : undefined
      if (!token || own === undefined || own < tightness) return left
      this.nextToken()
      const right = this.#parseBinary(own + 1)
      const span = this.#spanFrom(left)
      left =
        token.type === 'tilde'
          ? { kind: 'concat', left, right, ...span }
          : { kind: 'arithmetic', operator: token.value as ArithmeticOperator, left, right, ...span }
    }
  }

  #parseUnary(withFilters: boolean): Expression {
    const sign = this.accept('operator', '-', '+')
    let expression: Expression
    if (sign) {
      const operand = this.#nested(() => this.#parseUnary(false))
      const operator = sign.value as '-' | '+'
      expression = { kind: 'sign', operator, operand, start: sign.start, end: operand.end }
    } else {
      expression = this.#parsePostfix(this.#parsePrimary())
    }
    return withFilters ? this.#parseFilters(expression) : expression
  }

  #parsePrimary(): Expression {
    const token = this.peekToken()
    switch (token?.type) {
      case 'string':
        return this.#parseString()
      case 'int':
      case 'float':
        return this.#parseNumber(token)
      case 'symbol':
        return this.#parseName(token)
      case 'left-paren':
        return this.#parseParentheses(token)
      case 'left-bracket':
        this.nextToken()
        return { kind: 'list', items: this.#parseItems('right-bracket', ']'), start: token.start, end: this.lastEnd }
      case 'left-curly':
        return this.#parseDictionary(token)
      default:
        return this.unexpected('expected an expression')
    }
  }

  /** One string, or several in a row, which are one as in Python. */
  #parseString(): Expression {
    const start = this.peekToken()?.start ?? this.lastEnd
    let value = ''
    for (let token = this.accept('string'); token; token = this.accept('string')) value += token.value
    return { kind: 'literal', value, start, end: this.lastEnd }
  }

  #parseNumber(token: Token): Expression {
    this.nextToken()
    const number = Number(token.value)
    const { start, end } = token
    if (token.type === 'float') return { kind: 'literal', value: float(number), start, end }
    if (Number.isSafeInteger(number)) return { kind: 'literal', value: number, start, end }
    const help = `write it as text: '${token.value}'`
    return fail(
      'template-syntax',
      { problem: 'the integer is too large to be exact', help },
      { file: this.file, start, end },
    )
  }

  #parseName(token: Token): Expression {
    if (reserved.has(token.value)) return this.unexpected('expected an expression')
    this.nextToken()
    const { start, end, value: name } = token
    const constant = constants.get(name)
    return constant === undefined
      ? { kind: 'name', name, start, end }
      : { kind: 'literal', value: constant, start, end }
  }

  /** `(x)` is x; `(x,)`, `(x, y)` and `()` are tuples. */
  #parseParentheses(open: Token): Expression {
    this.nextToken()
    const { start } = open
    if (this.accept('right-paren')) return { kind: 'tuple', items: [], start, end: this.lastEnd }
    const first = this.parseExpression()
    if (this.accept('right-paren')) return first
    if (!this.accept('comma')) this.unexpected('expected `,` or `)`')
    const items = [first, ...this.#parseItems('right-paren', ')')]
    return { kind: 'tuple', items, start, end: this.lastEnd }
  }

  #parseItems(closing: string, shown: string): Expression[] {
    return this.#parseSeparated(closing, shown, () => this.parseExpression())
  }

  /** Things between commas, up to and with a closing bracket; a trailing comma is fine. */
  #parseSeparated<T>(closing: string, shown: string, parseOne: () => T): T[] {
    const all: T[] = []
    // What stands side by side makes the tree wide, not deep: only the longest of them counts.
    const before = this.#operators
    let most = before
    while (!this.accept(closing)) {
      this.#operators = before
      all.push(parseOne())
      most = Math.max(most, this.#operators)
      if (!this.accept('comma') && this.peekToken()?.type !== closing) this.unexpected(`expected \`,\` or \`${shown}\``)
    }
    this.#operators = most
    return all
  }

  #parseDictionary(open: Token): Expression {
    this.nextToken()
    const entries = this.#parseSeparated('right-curly', '}', () => {
      const key = this.parseExpression()
      this.expect('colon', '`:` after the key')
      return { key, value: this.parseExpression() }
    })
    return { kind: 'dictionary', entries, start: open.start, end: this.lastEnd }
  }

  #parsePostfix(first: Expression): Expression {
    let target = first
    for (;;) {
      const token = this.peekToken()
      if (token?.type === 'operator' && token.value === '.') {
        this.nextToken()
        target = this.#parseMember(target)
      } else if (token?.type === 'left-bracket') {
        this.nextToken()
        target = this.#parseSubscript(target)
      } else if (token?.type === 'left-paren') {
        this.nextToken()
        target = { kind: 'call', callee: target, arguments: this.parseArguments(), ...this.#spanFrom(target) }
      } else {
        return target
      }
    }
  }

  #parseMember(target: Expression): Expression {
    const token = this.accept('symbol') ?? this.accept('int') ?? this.unexpected('expected a name')
    const { start, end, value } = token
    const span = this.#spanFrom(target)
    if (token.type === 'symbol') return { kind: 'member', target, name: value, nameSpan: { start, end }, ...span }
    const index: Expression = { kind: 'literal', value: Number(value), start, end }
    return { kind: 'index', target, index, ...span }
  }

  #parseSubscript(target: Expression): Expression {
    const part = () => {
      const type = this.peekToken()?.type
      return type === 'colon' || type === 'right-bracket' ? undefined : this.parseExpression()
    }
    const from = part()
    if (!this.accept('colon')) {
      this.expect('right-bracket', '`]`')
      return from ? { kind: 'index', target, index: from, ...this.#spanFrom(target) } : this.unexpected()
    }
    const to = part()
    const step = this.accept('colon') ? part() : undefined
    this.expect('right-bracket', '`]`')
    return { kind: 'slice', target, from, to, step, ...this.#spanFrom(target) }
  }

  /** The arguments after `(`, up to and with `)`. */
  protected parseArguments(): Argument[] {
    const all: Argument[] = []
    this.#parseSeparated('right-paren', ')', () => all.push(this.#parseArgument(all)))
    return all
  }

  #parseArgument(before: readonly Argument[]): Argument {
    const spread = this.accept('operator', '*', '**')
    const value = this.parseExpression()
    const { start, end } = value
    if (spread) {
      return { kind: spread.value === '*' ? 'spread-list' : 'spread-dictionary', value, start: spread.start, end }
    }
    if (value.kind === 'name' && this.accept('operator', '=')) {
      if (before.some((a) => a.kind === 'named' && a.name === value.name)) {
        fail('template-syntax', { problem: `\`${value.name}\` is given twice` }, { file: this.file, start, end })
      }
      const given = this.parseExpression()
      return { kind: 'named', name: value.name, value: given, start, end: given.end }
    }
    if (before.some((a) => a.kind === 'named')) {
      const problem = 'an argument without a name follows one with a name'
      fail('template-syntax', { problem }, { file: this.file, start, end })
    }
    return { kind: 'positional', value, start, end }
  }

  /** `| filter`, `is test` and calls of their results, in any number. */
  #parseFilters(first: Expression): Expression {
    let operand = first
    for (;;) {
      if (this.accept('pipe')) operand = this.parseFilter(operand)
      else if (this.skipSymbol('is')) operand = this.#parseTest(operand)
      else return operand
    }
  }

  /** A filter's name and arguments, after `|`. */
  protected parseFilter(operand: Expression): Expression {
    const { value: name, start, end } = this.expect('symbol', "a filter's name")
    const given = this.accept('left-paren') ? this.parseArguments() : []
    const nameSpan = { start, end }
    this.operations.push({ kind: 'filter', name, start, end })
    return { kind: 'filter', operand, name, nameSpan, arguments: given, ...this.#spanFrom(operand) }
  }

  #parseTest(operand: Expression): Expression {
    const negated = this.skipSymbol('not')
    const { value: name, start, end } = this.expect('symbol', "a test's name")
    const given = this.accept('left-paren') ? this.parseArguments() : this.#bareTestArgument()
    const nameSpan = { start, end }
    this.operations.push({ kind: 'test', name, start, end })
    return { kind: 'test', operand, name, nameSpan, arguments: given, negated, ...this.#spanFrom(operand) }
  }

  /** Jinja lets a test's only argument stand without parentheses: `x is divisibleby 3`. */
  #bareTestArgument(): Argument[] {
    const token = this.peekToken()
    const begins = ['string', 'int', 'float', 'left-bracket', 'left-curly', 'symbol'].includes(token?.type ?? '')
    if (!token || !begins || (token.type === 'symbol' && reserved.has(token.value))) return []
    const value = this.#parsePostfix(this.#parsePrimary())
    return [{ kind: 'positional', value, start: value.start, end: value.end }]
  }
}
