import { bug } from '../../diagnostics/index.ts'
import type { RelationName } from '../contract.ts'

/** A quoted identifier. The engine would cut one of more than 63 bytes without a word: the compiler refuses it before. */
export function quote(identifier: string): string {
  if (identifier === '' || identifier.includes('\0')) bug(`no identifier: ${JSON.stringify(identifier)}`)
  return `"${identifier.replaceAll('"', '""')}"`
}

/** A quoted relation. */
export function relation(name: RelationName): string {
  return `${quote(name.schema)}.${quote(name.name)}`
}

/**
 * A text literal, for `standard_conforming_strings`. The engine stores no NUL in a text and cannot even be sent one, so it is
 * written as a call, which fails with the engine's own words.
 */
export function text(value: string): string {
  const parts = value.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`)
  return parts.length === 1 ? parts.join('') : `(${parts.join(' || chr(0) || ')})`
}
