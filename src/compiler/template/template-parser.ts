import { diagnose, nearest } from '../../diagnostics/index.ts'
import { ExpressionParser } from './expression-parser.ts'
import { fail, locationOf } from './site.ts'
import type { Token } from './tokens.ts'
import type { Expression, MacroDefinition, MacroParameter, Span, Statement, Target } from './tree.ts'

/** Tags that Jinja, Nunjucks or dbt have and elt refuses, and what to do instead. */
export const unsupportedTags: ReadonlyMap<string, string> = new Map<string, string>([
  ['include', 'make it a macro: macros of `macros/` are visible everywhere by name'],
  ['import', 'remove it: macros of `macros/` are visible everywhere by name'],
  ['from', 'remove it: macros of `macros/` are visible everywhere by name'],
  ['extends', 'use macros'],
  ['block', 'use macros'],
  ['switch', 'use `{% if %}` and `{% elif %}`'],
  ['autoescape', 'remove it: nothing is escaped'],
  ['trans', 'remove it'],
  ['verbatim', 'use `{% raw %}`'],
  ['asyncEach', 'use `{% for %}`'],
  ['asyncAll', 'use `{% for %}`'],
  ['ifAsync', 'use `{% if %}`'],
  ['materialization', 'choose one of the built-in materializations with `config(materialized=…)`'],
  ['test', 'put it into a file of `macros/` or `tests/generic/`'],
  ['data_test', 'put it into a file of `macros/` or `tests/generic/`'],
  ['snapshot', 'use a model with a materialization'],
  ['docs', 'write the description in a properties file'],
])
const supported = ['if', 'for', 'set', 'macro', 'call', 'filter', 'do', 'raw', 'with', 'break', 'continue']
const maximalBlocks = 100

/** What the names of tests have as macros, as in dbt. */
export const testPrefix = 'test_'

/** Blocks that are macros whose names begin with `test_`: assertions that YAML names. They stand in files of macros alone. */
const testTags: ReadonlySet<string> = new Set(['test', 'data_test'])

interface OpenTag extends Span {
  readonly name: string
}

/** Whole templates. `parse()` returns the statements that could be read; `diagnostics` says what could not. */
export class TemplateParser extends ExpressionParser {
  readonly #open: OpenTag[] = []
  /** Closing tags whose opening tag was refused: they are no errors of their own. */
  readonly #refusedEnds = new Set<string>()
  #ofMacros = false

  /** `ofMacros`: the file holds macros, and tests beside them. */
  parse(ofMacros: boolean): Statement[] {
    this.#ofMacros = ofMacros
    return this.#parseStatements()
  }

  #parseStatements(): Statement[] {
    const all: Statement[] = []
    for (let token = this.nextToken(); token; token = this.nextToken()) {
      if (token.type === 'block-start') {
        this.dropLeadingWhitespace = false
        const statement = this.#parseTag(token)
        if (statement === 'end') return all
        if (statement) all.push(statement)
      } else if (token.type === 'variable-start') {
        all.push(this.#parseOutput(token))
      } else if (token.type === 'comment') {
        this.dropLeadingWhitespace = token.value.endsWith('-#}')
      } else {
        this.#addText(all, token.value, token.start)
      }
    }
    return all
  }

  /** Template text, trimmed where a neighbouring tag says so; its span is what is left. */
  #addText(all: Statement[], written: string, from: number): void {
    let text = written
    if (this.dropLeadingWhitespace) text = text.trimStart()
    this.dropLeadingWhitespace = false
    const start = from + written.length - text.length
    const next = this.peekToken()
    const opens = next?.type === 'block-start' || next?.type === 'variable-start' || next?.type === 'comment'
    if (opens && next.value[2] === '-') text = text.trimEnd()
    if (text) all.push({ kind: 'text', text, start, end: start + text.length })
  }

  #parseOutput(open: Token): Statement {
    this.dropLeadingWhitespace = false
    const expression = this.parseTagExpression(() => this.parseTuple())
    const end = this.#endTag('variable-end', '`}}`')
    return { kind: 'output', expression, start: open.start, end }
  }

  /** Consumes the end of a tag; what stands before it is an error, and skipped. Returns where the tag ends. */
  #endTag(type: 'variable-end' | 'block-end' = 'block-end', shown = '`%}`'): number {
    // Jinja tolerates `{% if x: %}`.
    if (type === 'block-end') this.accept('colon')
    let end = this.accept(type)
    if (!end) {
      this.parseTagExpression(() => this.unexpected(`expected ${shown}`))
      end = this.accept('block-end') ?? this.accept('variable-end')
    }
    this.dropLeadingWhitespace = end?.value.startsWith('-') ?? false
    return this.lastEnd
  }

  #parseTag(open: Token): Statement | 'end' | undefined {
    const tag = this.peekToken()
    if (tag?.type !== 'symbol') {
      this.parseTagExpression(() => this.unexpected("expected a tag's name"))
      this.#endTag()
      return undefined
    }
    if (this.breakOnBlocks?.includes(tag.value)) return 'end'
    this.nextToken()
    switch (tag.value) {
      case 'if':
        return this.#parseIf(open)
      case 'for':
        return this.#parseFor(open)
      case 'set':
        return this.#parseSet(open)
      case 'macro':
        return this.#parseMacro(open)
      case 'call':
        return this.#parseCall(open)
      case 'filter':
        return this.#parseFilterBlock(open)
      case 'do':
        return { kind: 'do', expression: this.parseTagExpression(), start: open.start, end: this.#endTag() }
      case 'raw':
        return this.#parseRaw(open)
      case 'with':
        return this.#parseWith(open)
      case 'break':
      case 'continue':
        return this.#parseJump(open, tag.value)
      default:
        return this.#ofMacros && testTags.has(tag.value) ? this.#parseMacro(open, tag.value) : this.#refuse(tag)
    }
  }

  /** Statements up to a closing tag, whose name is the next token then. */
  #parseBody(tag: OpenTag, ...closers: readonly string[]): Statement[] {
    const outer = this.breakOnBlocks
    this.breakOnBlocks = closers
    this.#open.push(tag)
    if (this.#open.length > maximalBlocks) {
      const limit = `${maximalBlocks} levels`
      fail('template-limit', { what: 'blocks are nested too deeply', limit }, { file: this.file, ...tag })
    }
    const statements = this.#parseStatements()
    if (!this.peekToken()) {
      const closing = `{% end${tag.name} %}`
      fail('template-unclosed', { tag: `{% ${tag.name} %}`, closing }, { file: this.file, ...tag })
    }
    this.#open.pop()
    this.breakOnBlocks = outer
    return statements
  }

  #opened(name: string, open: Token): OpenTag {
    return { name, start: open.start, end: this.lastEnd }
  }

  /** Consumes a closing tag whose name is the next token; returns where it ends. */
  #closeTag(): number {
    this.nextToken()
    return this.#endTag()
  }

  #parseIf(open: Token): Statement {
    const branches: { condition: Expression; body: Statement[] }[] = []
    let tag: OpenTag | undefined
    do {
      const condition = this.parseTagExpression()
      this.#endTag()
      tag ??= this.#opened('if', open)
      branches.push({ condition, body: this.#parseBody(tag, 'elif', 'else', 'endif') })
    } while (this.skipSymbol('elif'))
    const hasElse = this.peekToken()?.value === 'else'
    this.#closeTag()
    const otherwise = hasElse ? this.#parseBody(tag, 'endif') : []
    if (hasElse) this.#closeTag()
    return { kind: 'if', branches, otherwise, start: open.start, end: this.lastEnd }
  }

  #parseFor(open: Token): Statement {
    const target = this.#parseTarget()
    if (!this.skipSymbol('in')) this.unexpected('expected `in`')
    const iterable = this.parseTagExpression(() => this.parseTuple(() => this.parseOr()))
    const filter = this.skipSymbol('if') ? this.parseTagExpression() : undefined
    const recursive = this.skipSymbol('recursive')
    this.#endTag()
    const tag = this.#opened('for', open)
    const body = this.#parseBody(tag, 'else', 'endfor')
    const hasElse = this.peekToken()?.value === 'else'
    this.#closeTag()
    const otherwise = hasElse ? this.#parseBody(tag, 'endfor') : []
    if (hasElse) this.#closeTag()
    return { kind: 'for', target, iterable, filter, recursive, body, otherwise, start: open.start, end: this.lastEnd }
  }

  #parseJump(open: Token, kind: 'break' | 'continue'): Statement {
    const end = this.#endTag()
    const inLoop = this.#open.findLast((tag) => tag.name === 'for' || tag.name === 'macro' || tag.name === 'call')
    if (inLoop?.name !== 'for') this.record(`\`${kind}\` outside of a loop`, { start: open.start, end })
    return { kind, start: open.start, end }
  }

  /** `x`, `ns.x`, `a, b` or `(a, b)`. */
  #parseTarget(): Target {
    const first = this.#parseSingleTarget()
    if (this.peekToken()?.type !== 'comma') return first
    const items = [first]
    while (this.accept('comma') && this.#startsTarget()) items.push(this.#parseSingleTarget())
    return { kind: 'tuple', items, start: first.start, end: this.lastEnd }
  }

  #startsTarget(): boolean {
    const token = this.peekToken()
    return token?.type === 'left-paren' || (token?.type === 'symbol' && token.value !== 'in')
  }

  #parseSingleTarget(): Target {
    const paren = this.accept('left-paren')
    if (paren) {
      const inner = this.#parseTarget()
      this.expect('right-paren', '`)`')
      return inner
    }
    const { value: name, start, end } = this.expect('symbol', "a variable's name")
    if (!this.accept('operator', '.')) return { kind: 'name', name, start, end }
    const member = this.expect('symbol', "a member's name")
    return { kind: 'member', namespace: name, name: member.value, start, end: member.end }
  }

  #parseSet(open: Token): Statement {
    const target = this.#parseTarget()
    if (this.accept('operator', '=')) {
      const value = this.parseTagExpression(() => this.parseTuple())
      return { kind: 'set', target, value, start: open.start, end: this.#endTag() }
    }
    const value = this.#parseCapture('set', open)
    return { kind: 'set', target, value, start: open.start, end: this.lastEnd }
  }

  /** `{% with a = 1, b = 2 %} … {% endwith %}`: variables of the block alone. */
  #parseWith(open: Token): Statement {
    const bindings: { target: Target; value: Expression }[] = []
    while (this.peekToken()?.type === 'symbol' || this.peekToken()?.type === 'left-paren') {
      const target = this.#parseTarget()
      if (!this.accept('operator', '=')) this.unexpected('expected `=`')
      bindings.push({ target, value: this.parseTagExpression() })
      if (!this.accept('comma')) break
    }
    this.#endTag()
    const body = this.#parseBody(this.#opened('with', open), 'endwith')
    return { kind: 'with', bindings, body, start: open.start, end: this.#closeTag() }
  }

  #parseFilterBlock(open: Token): Statement {
    // The name after `filter` is the first of the chain, as if a pipe stood before it.
    const expression = this.#parseCapture('filter', open, true)
    return { kind: 'output', expression, start: open.start, end: this.lastEnd }
  }

  /** The filters of a `set` or `filter` block, its body, and its closing tag. */
  #parseCapture(name: 'set' | 'filter', open: Token, startsWithFilter = false): Expression {
    const span = { start: open.start, end: open.end }
    const body: Statement[] = []
    let value: Expression = { kind: 'capture', body, ...span }
    value = this.parseTagExpression(() => {
      let filtered: Expression = value
      if (startsWithFilter) filtered = this.parseFilter(filtered)
      while (this.accept('pipe')) filtered = this.parseFilter(filtered)
      return filtered
    })
    this.#endTag()
    body.push(...this.#parseBody(this.#opened(name, open), `end${name}`))
    this.#closeTag()
    return value
  }

  #parseMacro(open: Token, tag = 'macro'): Statement {
    const { value, start, end } = this.expect('symbol', `the ${tag}'s name`)
    this.expect('left-paren', `\`(\`: a ${tag} has parameters, or \`()\``)
    const parameters = this.#parseParameters()
    this.#endTag()
    const body = this.#parseBody(this.#opened(tag, open), `end${tag}`)
    const name = tag === 'macro' ? value : `${testPrefix}${value}`
    const span = { start: open.start, end: this.#closeTag() }
    const macro: MacroDefinition = { file: this.file, name, nameSpan: { start, end }, parameters, body, ...span }
    return { kind: 'macro', macro, ...span }
  }

  /** The parameters after `(`, up to and with `)`. */
  #parseParameters(): MacroParameter[] {
    const list: MacroParameter[] = []
    while (!this.accept('right-paren')) {
      const { value: name, start, end } = this.expect('symbol', "a parameter's name")
      if (list.some((p) => p.name === name)) this.record(`the parameter \`${name}\` is declared twice`, { start, end })
      const initial = this.accept('operator', '=') ? this.parseExpression() : undefined
      list.push({ name, initial, start, end })
      if (!this.accept('comma') && this.peekToken()?.type !== 'right-paren') this.unexpected('expected `,` or `)`')
    }
    return list
  }

  /** `{% call(row) m(x) %} … {% endcall %}`: the body becomes the macro `caller` of the call. */
  #parseCall(open: Token): Statement | undefined {
    const parameters = this.accept('left-paren') ? this.#parseParameters() : []
    const call = this.parseTagExpression()
    this.#endTag()
    const tag = this.#opened('call', open)
    const body = this.#parseBody(tag, 'endcall')
    const span = { start: open.start, end: this.#closeTag() }
    if (call.kind !== 'call') {
      if (call.end > call.start) this.record('`call` needs a call of a macro', call)
      return undefined
    }
    const caller: MacroDefinition = { file: this.file, name: 'caller', nameSpan: tag, parameters, body, ...span }
    return { kind: 'call', call, caller, ...span }
  }

  #parseRaw(open: Token): Statement | undefined {
    this.#endTag()
    const tag = this.#opened('raw', open)
    const { text } = this.file
    const from = this.source.position
    const closing = /\{%[-+]?\s*endraw\s*[-+]?%\}/g
    closing.lastIndex = from
    const to = closing.exec(text)?.index
    if (to === undefined) {
      return fail('template-unclosed', { tag: '{% raw %}', closing: '{% endraw %}' }, { file: this.file, ...tag })
    }
    const all: Statement[] = []
    this.source.jump(to)
    this.#addText(all, text.slice(from, to), from)
    this.nextToken()
    this.#closeTag()
    return all[0]
  }

  /** A tag that does not exist, is not supported, or closes what is not open. */
  #refuse(tag: Token): undefined {
    const { value: name } = tag
    const closes = /^(end.+|else|elif)$/.test(name)
    const help = unsupportedTags.get(name)
    if (closes && !this.#refusedEnds.has(name)) this.#closesNothing(tag)
    if (help) {
      this.#recordUnsupported(`the tag \`${name}\``, tag, help)
    } else if (!closes) {
      const near = nearest(name, supported)
      this.record(`there is no tag \`${name}\``, tag, near && `a tag with a similar name exists: \`${near}\``)
    }
    if (!closes) this.#refusedEnds.add(`end${name}`)
    this.skipToTagEnd()
    this.#endTag()
    return undefined
  }

  #recordUnsupported(construct: string, { start, end }: Span, help: string): void {
    const location = locationOf({ file: this.file, start, end })
    this.diagnostics.push(diagnose('template-unsupported', { construct, help }, location))
  }

  #closesNothing({ value: name, start, end }: Token): never {
    const innermost = this.#open.at(-1)
    const problem = `\`${name}\` closes nothing that is open here`
    const site = { file: this.file, start, end }
    if (!innermost) return fail('template-syntax', { problem }, site)
    const { line } = locationOf({ file: this.file, start: innermost.start, end: innermost.end })
    const notes = [`the tag open here is \`{% ${innermost.name} %}\` of line ${line}`]
    return fail('template-syntax', { problem, notes }, site)
  }
}
