import { bug } from '../diagnostics/index.ts'
import type { RelationName } from './contract.ts'

/** A quoted identifier. Some engines cut a long one without a word: the compiler refuses it before. */
export function quote(identifier: string): string {
  if (identifier === '' || identifier.includes('\0')) bug(`no identifier: ${JSON.stringify(identifier)}`)
  return `"${identifier.replaceAll('"', '""')}"`
}

/** A quoted relation. */
export function relation(name: RelationName): string {
  return `${quote(name.schema)}.${quote(name.name)}`
}

/**
 * A text literal in which a backslash stands for itself. NUL ends a statement on its way to the engine, so it is written as a call,
 * which an engine that stores none refuses in its own words.
 */
export function text(value: string): string {
  const parts = value.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`)
  return parts.length === 1 ? parts.join('') : `(${parts.join(' || chr(0) || ')})`
}
