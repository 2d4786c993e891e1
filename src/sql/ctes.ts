import { cut, outline } from './outline.ts'
import type { Piece, SqlText } from './text.ts'
import { isBlank } from './tokens.ts'

/** A named query to stand in front of another. `name` is written as it is: quoted already. */
export interface NamedQuery {
  readonly name: string
  readonly sql: SqlText
}

/** The offset behind a leading `with` or `with recursive`; undefined when the text begins otherwise. */
function behindWith(sql: SqlText): number | undefined {
  const lines = outline(sql)
  const [first, second] = lines.tokens.filter((token) => !isBlank(token))
  const isWord = (token: typeof first, text: string): boolean =>
    token?.kind === 'word' && lines.text.slice(token.start, token.end).toLowerCase() === text
  if (!first || !isWord(first, 'with')) return undefined
  return second && isWord(second, 'recursive') ? second.end : first.end
}

/**
 * Puts named queries in front of a statement, before its own ones: `with a as (…), own as (…) select …`. They stand in
 * the order given, so each may read those before it.
 */
export function withQueries(sql: SqlText, queries: readonly NamedQuery[]): SqlText {
  if (queries.length === 0) return sql
  const list = queries.flatMap((query, index): Piece[] => [
    { text: `${index === 0 ? '' : ',\n'}${query.name} as (\n` },
    ...query.sql.pieces,
    { text: '\n)' },
  ])
  const at = behindWith(sql)
  if (at === undefined) return { pieces: [{ text: 'with ' }, ...list, { text: '\n' }, ...sql.pieces] }
  const lines = outline(sql)
  return {
    pieces: [...cut(lines, 0, at), { text: ' ' }, ...list, { text: ',\n' }, ...cut(lines, at, lines.text.length)],
  }
}
