import { type CharacterTest, type PatternNode, PatternParser } from './pattern-parser.ts'

/** Places of the groups of a match: start and end in turn; -1 where a group took no part. The whole is group 0. */
export type Groups = readonly number[]

type Continue = (at: number) => boolean

/**
 * A regular expression of Python, run by an own matcher: JavaScript's cannot be interrupted, and a pattern of a stranger
 * can keep it busy for years. Each step is counted by `step`, which throws when there were too many.
 */
export class Pattern {
  readonly names: ReadonlyMap<string, number>
  readonly groupCount: number
  readonly #root: PatternNode
  readonly #step: () => void

  /** Throws `SyntaxError` for what is no pattern, or one that needs more than this matcher has. */
  constructor(source: string, ignoreCase: boolean, step: () => void) {
    const parser = new PatternParser(source, ignoreCase)
    this.#root = parser.parse()
    this.names = parser.names
    this.groupCount = parser.groupCount
    this.#step = step
  }

  /** The match that begins at an offset; `whole` asks for one that ends with the text. */
  matchAt(text: string, start: number, whole = false): Groups | undefined {
    const groups = new Array<number>((this.groupCount + 1) * 2).fill(-1)
    const run = new Run(text, groups, this.#step)
    const matches = run.match(this.#root, start, (at) => {
      if (whole && at !== text.length) return false
      groups[0] = start
      groups[1] = at
      return true
    })
    return matches ? groups : undefined
  }

  /** The first match at or behind an offset. */
  search(text: string, start: number): Groups | undefined {
    for (let at = start; at <= text.length; at++) {
      const found = this.matchAt(text, at)
      if (found) return found
    }
    return undefined
  }
}

class Run {
  readonly #text: string
  readonly #groups: number[]
  readonly #step: () => void

  constructor(text: string, groups: number[], step: () => void) {
    this.#text = text
    this.#groups = groups
    this.#step = step
  }

  match(node: PatternNode, at: number, next: Continue): boolean {
    this.#step()
    switch (node.kind) {
      case 'empty':
        return next(at)
      case 'character':
        return at < this.#text.length && node.test(this.#text[at] ?? '') && next(at + 1)
      case 'place':
        return node.test(this.#text, at) && next(at)
      case 'sequence':
        return this.#sequence(node.parts, 0, at, next)
      case 'choice':
        return node.parts.some((part) => this.match(part, at, next))
      case 'group':
        return this.#group(node, at, next)
      case 'back':
        return this.#back(node.index, at, next)
      case 'look':
        return this.#look(node, at) !== node.negated && next(at)
      case 'repeat':
        return node.part.kind === 'character'
          ? this.#repeatCharacter(node, node.part.test, at, next)
          : this.#repeat(node, at, 0, next)
    }
  }

  #sequence(parts: readonly PatternNode[], index: number, at: number, next: Continue): boolean {
    const part = parts[index]
    return part ? this.match(part, at, (end) => this.#sequence(parts, index + 1, end, next)) : next(at)
  }

  #group(node: Extract<PatternNode, { kind: 'group' }>, at: number, next: Continue): boolean {
    const slot = node.index * 2
    const before = [this.#groups[slot] ?? -1, this.#groups[slot + 1] ?? -1] as const
    const matches = this.match(node.part, at, (end) => {
      const inner = [this.#groups[slot] ?? -1, this.#groups[slot + 1] ?? -1] as const
      this.#groups[slot] = at
      this.#groups[slot + 1] = end
      if (next(end)) return true
      this.#groups[slot] = inner[0]
      this.#groups[slot + 1] = inner[1]
      return false
    })
    if (!matches) {
      this.#groups[slot] = before[0]
      this.#groups[slot + 1] = before[1]
    }
    return matches
  }

  #back(index: number, at: number, next: Continue): boolean {
    const [start = -1, end = -1] = this.#groups.slice(index * 2, index * 2 + 2)
    if (start < 0) return false
    const part = this.#text.slice(start, end)
    return this.#text.startsWith(part, at) && next(at + part.length)
  }

  #look(node: Extract<PatternNode, { kind: 'look' }>, at: number): boolean {
    return this.match(node.part, at, () => true)
  }

  /** Of a single character, without recursion: as many as there are, or as few as do. */
  #repeatCharacter(
    node: Extract<PatternNode, { kind: 'repeat' }>,
    test: CharacterTest,
    at: number,
    next: Continue,
  ): boolean {
    const { least, most, greedy } = node
    let count = 0
    const fits = () => count < most && at + count < this.#text.length && test(this.#text[at + count] ?? '')
    while (fits() && (greedy || count < least)) {
      this.#step()
      count++
    }
    if (count < least) return false
    if (greedy) {
      for (; count >= least; count--) {
        this.#step()
        if (next(at + count)) return true
      }
      return false
    }
    while (!next(at + count)) {
      this.#step()
      if (!fits()) return false
      count++
    }
    return true
  }

  #repeat(node: Extract<PatternNode, { kind: 'repeat' }>, at: number, count: number, next: Continue): boolean {
    const { least, most, greedy, part } = node
    const more = () =>
      count < most &&
      // A turn that takes nothing would go on for ever.
      this.match(part, at, (end) => (end > at || count < least) && this.#repeat(node, end, count + 1, next))
    if (count < least) return more()
    return greedy ? more() || next(at) : next(at) || more()
  }
}
