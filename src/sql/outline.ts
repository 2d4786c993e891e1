import { type Place, placeIn } from './origin.ts'
import type { Piece, SqlText } from './text.ts'
import { type Token, tokens } from './tokens.ts'

/** Stands for a hole where compiled SQL is read as text: a letter to the tokenizer, and no letter of any script. */
export const holeMark = '\uE000'

/** Compiled SQL as one string, each hole being one `holeMark`, with its tokens. */
export interface Outline {
  readonly text: string
  readonly tokens: readonly Token[]
  /** Offset in `text` of each piece. */
  readonly starts: readonly number[]
  readonly pieces: readonly Piece[]
}

function outlinePart(piece: Piece): string {
  return 'hole' in piece ? holeMark : piece.text
}

export function outline(sql: SqlText): Outline {
  const starts: number[] = []
  let text = ''
  for (const piece of sql.pieces) {
    starts.push(text.length)
    text += outlinePart(piece)
  }
  return { text, tokens: tokens(text), starts, pieces: sql.pieces }
}

function pieceIndexAt(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Where the characters `[start, end)` of an outline were written; undefined when no file wrote them. */
export function placeAt(lines: Outline, start: number, end: number): Place | undefined {
  const index = pieceIndexAt(lines.starts, start)
  const origin = lines.pieces[index]?.origin
  const from = start - (lines.starts[index] ?? 0)
  return origin && placeIn(origin, from, from + end - start)
}

/** The part `[start, end)` of compiled SQL, in offsets of its outline; origins are cut with their texts. */
export function cut(lines: Outline, start: number, end: number): Piece[] {
  const result: Piece[] = []
  lines.pieces.forEach((piece, index) => {
    const offset = lines.starts[index] ?? 0
    const length = outlinePart(piece).length
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, length)
    if (from >= to) return
    if ('hole' in piece || (from === 0 && to === length)) result.push(piece)
    else {
      const origin = piece.origin && { ...piece.origin, ...placeIn(piece.origin, from, to) }
      result.push({ text: piece.text.slice(from, to), ...(origin ? { origin } : {}) })
    }
  })
  return result
}
