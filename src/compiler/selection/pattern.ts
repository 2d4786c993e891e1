/** A pattern with wildcards, ready to be compared with many texts. */
export interface Pattern {
  readonly text: string
  readonly matches: (text: string) => boolean
}

/** One position of a pattern: a character, any, one of some, any number of any (within a folder, or across). */
type Token =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'among'; readonly ranges: readonly (readonly [string, string])[]; readonly negated: boolean }
  | { readonly kind: 'many'; readonly across: boolean }

/** Where matching goes on when a wildcard takes one more character. */
interface Retry {
  readonly token: number
  at: number
}

const wildcards = /[*?[]/

export function hasWildcards(text: string): boolean {
  return wildcards.test(text)
}

/** `[abc]`, `[a-z]`, `[!abc]` from an opening bracket; undefined when it is never closed: then it stands for itself. */
function bracket(text: string, start: number): { token: Token; end: number } | undefined {
  const negated = text[start + 1] === '!' || text[start + 1] === '^'
  const first = start + (negated ? 2 : 1)
  const close = text.indexOf(']', first + 1)
  if (close < 0) return undefined
  const ranges: (readonly [string, string])[] = []
  for (let at = first; at < close; at++) {
    const low = text[at] ?? ''
    const isRange = text[at + 1] === '-' && at + 2 < close
    ranges.push([low, isRange ? (text[at + 2] ?? low) : low])
    if (isRange) at += 2
  }
  return { token: { kind: 'among', ranges, negated }, end: close + 1 }
}

function tokensOf(text: string, paths: boolean): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? ''
    const closed = character === '[' ? bracket(text, at) : undefined
    if (closed) {
      tokens.push(closed.token)
      at = closed.end
    } else if (character === '*') {
      const isDouble = text[at + 1] === '*'
      tokens.push({ kind: 'many', across: !paths || isDouble })
      at += isDouble ? 2 : 1
    } else {
      tokens.push(character === '?' ? { kind: 'one' } : { kind: 'character', character })
      at += 1
    }
  }
  return tokens
}

function takes(token: Token | undefined, character: string | undefined, paths: boolean): boolean {
  if (character === undefined || !token || token.kind === 'many') return false
  if (token.kind === 'character') return token.character === character
  if (paths && character === '/') return false
  if (token.kind === 'one') return true
  return token.ranges.some(([low, high]) => low <= character && character <= high) !== token.negated
}

/** Only the last wildcard of each kind is tried again, which finds every match in at most the product of the lengths. */
function like(text: string, tokens: readonly Token[], paths: boolean): boolean {
  let [at, read] = [0, 0]
  let near: Retry | undefined
  let far: Retry | undefined
  while (at < text.length) {
    const token = tokens[read]
    if (token?.kind === 'many') {
      read += 1
      near = token.across ? undefined : { token: read, at }
      if (token.across) far = { token: read, at }
    } else if (takes(token, text[at], paths)) {
      at += 1
      read += 1
    } else {
      const retry: Retry | undefined = near && text[near.at] !== '/' ? near : far
      if (!retry) return false
      if (retry === far) near = undefined
      retry.at += 1
      at = retry.at
      read = retry.token
    }
  }
  return tokens.slice(read).every(({ kind }) => kind === 'many')
}

/**
 * `*` stands for any text, `?` for one character, `[abc]` for one of these. With `paths`, `*` and `?` stay within a folder, and
 * `**` goes across. Capitals count. No pattern takes more than the product of the lengths.
 */
export function patternOf(text: string, { paths = false } = {}): Pattern {
  if (!hasWildcards(text)) return { text, matches: (other) => other === text }
  const prefix = text.slice(0, text.search(wildcards))
  const suffix = /[^*?[\]]*$/.exec(text)?.[0] ?? ''
  const tokens = tokensOf(text, paths)
  return {
    text,
    // Most texts differ at an end: that is seen at once.
    matches: (other) => other.startsWith(prefix) && other.endsWith(suffix) && like(other, tokens, paths),
  }
}
