/** Where a text or quoted name that begins at `at` ends. */
function endOfQuoted(text: string, at: number): number {
  const quote = text[at] ?? ''
  let end = text.indexOf(quote, at + 1)
  while (end >= 0 && text[end + 1] === quote) end = text.indexOf(quote, end + 2)
  return end < 0 ? text.length : end + 1
}

/** Whether an expression is one word, one literal, one call or one pair of parentheses, so that no operator can tear it apart. */
function isOne(expression: string): boolean {
  const names = /^(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+")(?:\.(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+"))*$/u
  if (names.test(expression) || /^\d+(?:\.\d+)?$/.test(expression) || /^'(?:[^']|'')*'$/.test(expression)) return true
  if (!/^[\p{L}\p{Nd}_$]*\(/u.test(expression)) return false
  let depth = 0
  for (let at = 0; at < expression.length; at++) {
    const character = expression[at]
    if (character === "'" || character === '"') at = endOfQuoted(expression, at) - 1
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return at === expression.length - 1
  }
  return false
}

/** An expression that can stand beside operators. */
export function grouped(expression: string): string {
  const trimmed = expression.trim()
  return isOne(trimmed) ? trimmed : `(${trimmed})`
}

/** Words that no engine takes for a name without quotes. */
const reserved: ReadonlySet<string> = new Set(
  `all and any array as asc asymmetric between both case cast check collate column constraint create cross current_date
  current_time current_timestamp current_user default desc distinct do else end except exists false fetch for foreign from full
  grant group having in inner intersect into is join leading left like limit natural not null offset on only or order outer
  primary qualify references returning right row rows select session_user set some symmetric table then to trailing true
  union unique unnest user using values when where window with`
    .trim()
    .split(/\s+/),
)

/** Whether a name needs no quotes. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name.toLowerCase())
}

/** A text as part of a name: lower case, words joined by `_`, no sign that a name would need quotes for. */
export function slug(text: string): string {
  const joined = text
    .toLowerCase()
    .replace(/[ -]+/g, '_')
    .replace(/[^a-z0-9_]+/g, '')
  return /^[0-9]/.test(joined) ? `_${joined}` : joined
}
