import type { Attachments } from '../contract.ts'
import { quote, relation, text } from '../standard-text.ts'

/** Sets or takes away the comment of a relation or of a column. */
export const comment: NonNullable<Attachments['comment']> = (target, kind, words, column) => {
  const what = column === undefined ? `${kind} ${relation(target)}` : `column ${relation(target)}.${quote(column)}`
  return `comment on ${what} is ${words === undefined ? 'null' : text(words)}`
}
