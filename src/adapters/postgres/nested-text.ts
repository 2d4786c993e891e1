/** What a type of the catalog is made of. */
export type ElementType =
  /** A domain: read as what it is over. */
  | { readonly kind: 'same'; readonly as: number }
  | { readonly kind: 'array'; readonly element: number; readonly delimiter: string }
  | { readonly kind: 'composite'; readonly fields: readonly { readonly name: string; readonly type: number }[] }

/** A piece of the engine's text for nested values: a value, or undefined for NULL, and where the text goes on. */
interface Piece {
  readonly text: string
  readonly quoted: boolean
  readonly end: number
}

/** A value that begins at a place, up to one of the characters that end it; quotes and backslashes are taken off. */
function pieceAt(text: string, start: number, ends: string): Piece {
  let value = ''
  let quoted = false
  let inQuotes = false
  let at = start
  for (; at < text.length; at++) {
    const char = text[at] ?? ''
    if (char === '\\') value += text[++at] ?? ''
    else if (char === '"') {
      // Composite values double a quote inside of quotes.
      if (inQuotes && text[at + 1] === '"') value += text[++at]
      else inQuotes = !inQuotes
      quoted = true
    } else if (!inQuotes && ends.includes(char)) break
    else value += char
  }
  return { text: value, quoted, end: at }
}

/** The fields of `(1,"a b",)`; an absent value is null. */
export function fieldsOf(text: string): (string | null)[] {
  const fields: (string | null)[] = []
  for (let at = 1; at < text.length; ) {
    const piece = pieceAt(text, at, ',)')
    fields.push(piece.text === '' && !piece.quoted ? null : piece.text)
    at = piece.end + 1
  }
  return fields
}

/** A list that begins at `{`, with where it ends. */
function listAt(text: string, start: number, delimiter: string, read: (text: string) => unknown): [unknown[], number] {
  const list: unknown[] = []
  let at = start + 1
  while (at < text.length && text[at] !== '}') {
    if (text[at] === delimiter) at++
    if (text[at] === '{') {
      const [inner, end] = listAt(text, at, delimiter, read)
      list.push(inner)
      at = end
      continue
    }
    const piece = pieceAt(text, at, `${delimiter}}`)
    list.push(piece.text === 'NULL' && !piece.quoted ? null : read(piece.text))
    at = piece.end
  }
  return [list, at + 1]
}

/** The elements of `{1,NULL,"a b"}`, lists of lists included; bounds other than from 1 (`[0:1]={1,2}`) are not kept. */
export function elementsOf(text: string, delimiter: string, read: (text: string) => unknown): unknown[] {
  return listAt(text, text.indexOf('{'), delimiter, read)[0]
}
