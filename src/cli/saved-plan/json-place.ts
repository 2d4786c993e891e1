/** The span of a value in JSON text, as offsets. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
}

const blank = /\s*/y
const word = /"(?:[^"\\]|\\.)*"|[^\s,\]}]+/y

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

/** Where the value that begins at an offset ends. Iterative: values may stand deep in one another. */
function endOf(text: string, start: number): number {
  let depth = 0
  let at = start
  while (at < text.length) {
    at = skip(blank, text, at)
    const letter = text[at] ?? ''
    if ('{['.includes(letter)) depth += 1
    if ('}]'.includes(letter)) depth -= 1
    at = '{}[],:'.includes(letter) ? at + 1 : skip(word, text, at)
    if (depth === 0 && !',:'.includes(letter)) return at
  }
  return at
}

/** The members of the object or list that begins at an offset: keys or indexes, and where their values begin. */
function* membersOf(text: string, start: number): Generator<{ key: string; at: number }> {
  const isObject = text[start] === '{'
  let at = skip(blank, text, start + 1)
  for (let index = 0; at < text.length && !'}]'.includes(text[at] ?? '}'); index++) {
    let key = String(index)
    if (isObject) {
      const end = skip(word, text, at)
      key = String(JSON.parse(text.slice(at, end)))
      at = skip(blank, text, skip(blank, text, end) + 1)
    }
    yield { key, at }
    at = skip(blank, text, endOf(text, at))
    if (text[at] === ',') at = skip(blank, text, at + 1)
  }
}

/** Where the value of a path stands in JSON that parses; what the path names and is not there: the value around it. */
export function placeInJson(text: string, path: readonly PropertyKey[]): JsonSpan {
  let start = skip(blank, text, 0)
  for (const step of path) {
    if (!'{['.includes(text[start] ?? '')) break
    let found: number | undefined
    for (const { key, at } of membersOf(text, start)) if (key === String(step)) found = at
    if (found === undefined) break
    start = found
  }
  return { start, end: endOf(text, start) }
}
