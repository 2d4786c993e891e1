import { bug } from '../../diagnostics/index.ts'
import type { RelationName } from '../contract.ts'

/** A quoted identifier. */
export function quote(identifier: string): string {
  if (identifier === '' || identifier.includes('\0')) bug(`no identifier: ${JSON.stringify(identifier)}`)
  return `"${identifier.replaceAll('"', '""')}"`
}

/** A quoted relation. */
export function relation(name: RelationName): string {
  return `${quote(name.schema)}.${quote(name.name)}`
}

/** A text literal. NUL ends a statement on its way to the engine, so it is written as a call. */
export function text(value: string): string {
  const parts = value.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`)
  return parts.length === 1 ? parts.join('') : `(${parts.join(' || chr(0) || ')})`
}
