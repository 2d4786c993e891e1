import type { MappedSpan, Origin, Statement } from './text.ts'

/** A place in a template: UTF-16 offsets `[start, end)` of the file. */
export interface Place {
  readonly path: string
  readonly start: number
  readonly end: number
}

/** The place of `[from, to)`, counted from the beginning of a piece with this origin. */
export function placeIn(origin: Origin, from: number, to: number): Place {
  if (!origin.verbatim) return { path: origin.path, start: origin.start, end: origin.end }
  const start = Math.min(origin.start + from, origin.end)
  return { path: origin.path, start, end: Math.max(start, Math.min(origin.start + to, origin.end)) }
}

/** Index of the last span that begins at or before the offset; -1 when there is none. */
function spanBefore(map: readonly MappedSpan[], offset: number): number {
  let low = 0
  let high = map.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((map[middle]?.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low - 1
}

/**
 * Where the text at an offset of a statement was written: the characters `[offset, offset + length)` of the template's own
 * text, or the whole `{{ … }}` that printed them. An offset between or behind what templates wrote gets the place just
 * before it; undefined when nothing before it was written in a file.
 */
export function originAt(statement: Statement, offset: number, length = 1): Place | undefined {
  const span = statement.map[spanBefore(statement.map, offset)]
  if (!span) return undefined
  const from = Math.min(offset, span.end) - span.start
  return placeIn(span.origin, from, from + Math.min(length, Math.max(span.end - offset, 0)))
}

/** A name, with what stands before its points: `o.country`, `"raw_data".orders`. */
const dottedName = /^(?:[\p{L}\p{N}_$]+|"[^"\n]*")(?:\.(?:[\p{L}\p{N}_$]+|"[^"\n]*"))*/u

/** Where the name that begins at an offset of a statement was written; of what is no name, its first character. */
export function originOfName(statement: Statement, offset: number): Place | undefined {
  if (offset < 0 || offset > statement.sql.length) return undefined
  return originAt(statement, offset, dottedName.exec(statement.sql.slice(offset))?.[0].length ?? 1)
}
