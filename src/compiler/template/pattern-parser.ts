export type CharacterTest = (character: string) => boolean

export type PatternNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'place'; readonly test: (text: string, at: number) => boolean }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly part: PatternNode }
  | { readonly kind: 'back'; readonly index: number }
  | { readonly kind: 'look'; readonly negated: boolean; readonly part: PatternNode }
  | {
      readonly kind: 'repeat'
      readonly part: PatternNode
      readonly least: number
      readonly most: number
      readonly greedy: boolean
    }

const isWord: CharacterTest = (c) => /[\p{L}\p{N}_]/u.test(c)
const isDigit: CharacterTest = (c) => /\p{Nd}/u.test(c)
const isSpace: CharacterTest = (c) => /\s/.test(c)
const not =
  (test: CharacterTest): CharacterTest =>
  (c) =>
    !test(c)

const classes: Readonly<Record<string, CharacterTest>> = {
  w: isWord,
  W: not(isWord),
  d: isDigit,
  D: not(isDigit),
  s: isSpace,
  S: not(isSpace),
}
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\u0007' }

const isBoundary = (text: string, at: number) => isWord(text[at - 1] ?? ' ') !== isWord(text[at] ?? ' ')

const places: Readonly<Record<string, (text: string, at: number) => boolean>> = {
  b: isBoundary,
  B: (text, at) => !isBoundary(text, at),
  A: (_, at) => at === 0,
  Z: (text, at) => at === text.length,
}

const mostRepeats = 1000
const deepestNesting = 50

/** Reads Python's syntax of regular expressions, as far as `Pattern` can run it. */
export class PatternParser {
  readonly names = new Map<string, number>()
  groupCount = 0
  readonly #source: string
  #ignoreCase: boolean
  #dotAll = false
  #multiLine = false
  #at = 0
  #nesting = 0

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source
    this.#ignoreCase = ignoreCase
  }

  parse(): PatternNode {
    const flags = /^\(\?([imsu]+)\)/.exec(this.#source)
    if (flags) {
      this.#ignoreCase ||= flags[1]?.includes('i') ?? false
      this.#dotAll = flags[1]?.includes('s') ?? false
      this.#multiLine = flags[1]?.includes('m') ?? false
      this.#at = flags[0].length
    }
    const node = this.#choice()
    return this.#at < this.#source.length ? this.#fail('an unbalanced parenthesis') : node
  }

  #fail(problem: string): never {
    throw new SyntaxError(problem)
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #choice(): PatternNode {
    if (++this.#nesting > deepestNesting) this.#fail('too many parentheses within each other')
    const parts = [this.#sequence()]
    while (this.#take('|')) parts.push(this.#sequence())
    this.#nesting--
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts }
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = []
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      parts.push(this.#repeated(this.#atom()))
    }
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'sequence', parts }
  }

  #repeated(part: PatternNode): PatternNode {
    const match = /^(?:([*+?])|\{(\d*)(,?)(\d*)\})/.exec(this.#source.slice(this.#at, this.#at + 24))
    if (!match || match[0] === '{}' || match[0] === '{,}') return part
    this.#at += match[0].length
    const [, sign, from, comma, to] = match
    const bounds = sign
      ? { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] }[sign]
      : [Number(from || 0), comma ? (to ? Number(to) : Infinity) : Number(from)]
    const [least = 0, most = 0] = bounds ?? []
    if (least > mostRepeats || (most !== Infinity && (most > mostRepeats || most < least))) {
      this.#fail(`\`${match[0]}\` repeats too often`)
    }
    const greedy = !this.#take('?')
    if ('*+?'.includes(this.#source[this.#at] ?? ' ')) this.#fail('a repetition of a repetition')
    return { kind: 'repeat', part, least, most, greedy }
  }

  #atom(): PatternNode {
    const c = this.#source[this.#at++] ?? ''
    switch (c) {
      case '(':
        return this.#group()
      case '[':
        return { kind: 'character', test: this.#set() }
      case '.':
        return { kind: 'character', test: this.#dotAll ? () => true : (one) => one !== '\n' }
      case '^': {
        const multiLine = this.#multiLine
        return { kind: 'place', test: (text, at) => at === 0 || (multiLine && text[at - 1] === '\n') }
      }
      case '$': {
        const multiLine = this.#multiLine
        const isEnd = (text: string, at: number) =>
          at === text.length || (text[at] === '\n' && (multiLine || at === text.length - 1))
        return { kind: 'place', test: isEnd }
      }
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
        return this.#fail('nothing to repeat')
      default:
        return this.#literal(c)
    }
  }

  #literal(c: string): PatternNode {
    if (!this.#ignoreCase) return { kind: 'character', test: (one) => one === c }
    const folded = c.toLowerCase()
    return { kind: 'character', test: (one) => one.toLowerCase() === folded }
  }

  #escape(): PatternNode {
    const c = this.#source[this.#at++] ?? this.#fail('a backslash at the end')
    const test = Object.hasOwn(classes, c) ? classes[c] : undefined
    if (test) return { kind: 'character', test }
    const place = Object.hasOwn(places, c) ? places[c] : undefined
    if (place) return { kind: 'place', test: place }
    if (/[1-9]/.test(c)) {
      if (Number(c) > this.groupCount) this.#fail(`there is no group ${c} before \`\\${c}\``)
      return { kind: 'back', index: Number(c) }
    }
    return this.#literal(this.#escapedCharacter(c))
  }

  #escapedCharacter(c: string): string {
    if (Object.hasOwn(escapes, c)) return escapes[c] ?? c
    if (/[A-Za-z0-9]/.test(c)) this.#fail(`\`\\${c}\` is not known`)
    return c
  }

  #group(): PatternNode {
    let index = 0
    let look: boolean | undefined
    if (this.#take('?:')) {
      // It groups, and is not remembered.
    } else if (this.#take('?=') || this.#take('?!')) {
      look = this.#source[this.#at - 1] === '!'
    } else if (this.#take('?P<')) {
      index = ++this.groupCount
      const name = /^([A-Za-z_]\w*)>/.exec(this.#source.slice(this.#at))?.[1]
      if (!name || this.names.has(name)) return this.#fail('a group without a name of its own')
      this.names.set(name, index)
      this.#at += name.length + 1
    } else if (this.#take('?')) {
      return this.#fail('a kind of group that is not supported')
    } else {
      index = ++this.groupCount
    }
    const part = this.#choice()
    if (!this.#take(')')) this.#fail('a parenthesis that is not closed')
    if (look !== undefined) return { kind: 'look', negated: look, part }
    return index > 0 ? { kind: 'group', index, part } : part
  }

  /** `[a-z_]`, behind its `[`. */
  #set(): CharacterTest {
    const negated = this.#take('^')
    const tests: CharacterTest[] = []
    let isFirst = true
    while (isFirst || this.#source[this.#at] !== ']') {
      if (this.#at >= this.#source.length) this.#fail('a set that is not closed')
      isFirst = false
      const from = this.#setMember()
      if (typeof from !== 'string') {
        tests.push(from)
        continue
      }
      const isRange = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']'
      if (isRange) this.#at++
      const to = isRange ? this.#setMember() : from
      if (typeof to !== 'string' || to < from) return this.#fail('a range that goes backwards')
      tests.push(this.#range(from, to))
    }
    this.#at++
    return (c) => tests.some((test) => test(c)) !== negated
  }

  #range(from: string, to: string): CharacterTest {
    const isIn = (c: string) => c >= from && c <= to
    return this.#ignoreCase ? (c) => isIn(c) || isIn(c.toLowerCase()) || isIn(c.toUpperCase()) : isIn
  }

  #setMember(): string | CharacterTest {
    const c = this.#source[this.#at++] ?? this.#fail('a set that is not closed')
    if (c !== '\\') return c
    const escaped = this.#source[this.#at++] ?? this.#fail('a backslash at the end')
    const test = Object.hasOwn(classes, escaped) ? classes[escaped] : undefined
    return test ?? (escaped === 'b' ? '\b' : this.#escapedCharacter(escaped))
  }
}
