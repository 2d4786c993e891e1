import { isBlank, tokens } from './tokens.ts'

/**
 * SQL without comments, its tokens separated by single spaces: equal for texts that differ only in layout. Text inside
 * quotes is kept. A comment for which `keep` holds stays. A text with an open quote or comment is returned as it is,
 * since nobody can say what in it is layout.
 */
export function fold(sql: string, keep: (comment: string) => boolean = () => false): string {
  const all = tokens(sql)
  if (all.some((token) => !token.closed)) return sql
  const texts = all
    .map((token) => ({ blank: isBlank(token), space: token.kind === 'space', text: sql.slice(token.start, token.end) }))
    .filter(({ blank, space, text }) => !blank || (!space && keep(text)))
  return texts.map(({ text }) => text).join(' ')
}
