import { type Grid, sourceInstants, upstreamWindow, type Window } from '../calendar/index.ts'
import { bug } from '../diagnostics/index.ts'
import { partitionStart, rangeBound } from './literal.ts'
import type { Hole, HoleValues, MappedSpan, SqlText, Statement } from './text.ts'

function windowOf(values: HoleValues, hole: Hole): { grid: Grid; window: Window } {
  const { grid, window } = values
  return grid && window ? { grid, window } : bug(`a hole '${hole.kind}' has no window to be filled from`)
}

/** The value of a bound, as the text that a dialect's literal takes. */
function boundValue(hole: Extract<Hole, { bound: unknown }>, values: HoleValues): string {
  const { grid, window } = windowOf(values, hole)
  if (hole.kind === 'window') return partitionStart(grid, window[hole.bound], hole.type)
  if (hole.kind === 'upstream' && hole.type === 'date') {
    return partitionStart(hole.grid, upstreamWindow(grid, window, hole)[hole.bound], 'date')
  }
  const range = sourceInstants(grid, window, hole.grid, hole.reach)
  return rangeBound(hole.grid.timeZone, range, hole.bound, hole.type)
}

function holeText(hole: Hole, values: HoleValues): string {
  if (hole.kind === 'relation') return values.relation(hole.node)
  if (hole.kind === 'files') return values.files(hole.source)
  if (hole.kind === 'judged') return values.judged ?? bug('a hole `judged` outside of an assertion')
  return values.literal(hole.type, boundValue(hole, values))
}

/**
 * Turns compiled SQL into a statement: every hole becomes text, and each stretch remembers where it was written.
 * Throws `Bug` for a time hole when `values` has no window.
 */
export function fill(text: SqlText, values: HoleValues): Statement {
  const parts: string[] = []
  const map: MappedSpan[] = []
  let length = 0
  for (const piece of text.pieces) {
    const part = 'hole' in piece ? holeText(piece.hole, values) : piece.text
    if (piece.origin && part !== '') map.push({ start: length, end: length + part.length, origin: piece.origin })
    parts.push(part)
    length += part.length
  }
  return { sql: parts.join(''), map }
}
