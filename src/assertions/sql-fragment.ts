/** Ends of what must be closed: strings, quoted names, comments. A doubled quote is one character of its text. */
const closed = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g

/**
 * What is wrong with a text that is to stand as one expression inside a statement; undefined when nothing is. It is no
 * parser: it only makes sure that the text cannot end the place it is put in.
 */
export function fragmentProblem(text: string): string | undefined {
  const bare = text.replace(closed, (piece) => (/^['"]/.test(piece) ? ' text ' : ' '))
  if (bare.trim() === '') return 'is empty'
  if (/['"]/.test(bare)) return 'has an unclosed quote'
  if (bare.includes('/*') || bare.includes('*/')) return 'has an unclosed comment'
  if (bare.includes(';')) return 'holds a semicolon'
  let depth = 0
  for (const c of bare) {
    if (c === '(') depth++
    if (c === ')' && --depth < 0) return 'closes a parenthesis that it did not open'
  }
  return depth > 0 ? 'has an unclosed parenthesis' : undefined
}

/** The fragment in parentheses, on lines of its own where a comment would swallow the closing one. */
export function enclosed(fragment: string): string {
  return fragment.includes('--') ? `(${fragment}\n)` : `(${fragment})`
}

/** Whether a SELECT says, outside of parentheses, in which order its rows are. */
export function isOrdered(select: string): boolean {
  let bare = select.replace(closed, ' ')
  for (let inner = ''; inner !== bare; ) {
    inner = bare
    bare = inner.replace(/\([^()]*\)/g, ' ')
  }
  return /\border\s+by\b/i.test(bare)
}
