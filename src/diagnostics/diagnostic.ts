import type { Severity } from './define.ts'
import type { Code } from './registry.ts'
import type { Location } from './source-file.ts'

/** One thing to tell the user. Plain data: the terminal, JSON, SARIF and CI annotations all read this object. */
export interface Diagnostic {
  readonly code: Code
  readonly severity: Severity
  /** What is wrong: lower case, no full stop, true when read alone. */
  readonly message: string
  /** Where; absent for what has no place in a file (the command line, the warehouse). */
  readonly location?: Location
  /** Words under the caret of the frame. */
  readonly label?: string
  /** The rule behind it, when it is not obvious. */
  readonly why?: string
  /** Facts, above all what was not changed. */
  readonly notes: readonly string[]
  /** Actions that can be pasted. */
  readonly help: readonly string[]
}

/** What a stage returns: its value, absent when an error prevents it, and everything there is to say. */
export interface Checked<T> {
  readonly value: T | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error')
}

function comparePlaces(a: Diagnostic, b: Diagnostic): number {
  const [x, y] = [a.location, b.location]
  if (!x || !y) return Number(!x) - Number(!y)
  return x.path < y.path ? -1 : x.path > y.path ? 1 : x.line - y.line || x.column - y.column
}

/** Sorted by file, line, column and code, with repetitions of one cause at one place removed: the same text every time. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const order = (a: Diagnostic, b: Diagnostic) =>
    comparePlaces(a, b) || a.code.localeCompare(b.code) || a.message.localeCompare(b.message)
  const key = (d: Diagnostic) => `${d.code}|${d.message}|${d.location?.path}|${d.location?.line}|${d.location?.column}`
  const seen = new Set<string>()
  return [...diagnostics].sort(order).filter((d) => !seen.has(key(d)) && seen.add(key(d)))
}
