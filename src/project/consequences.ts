import type { Diagnostic, Location } from '../diagnostics/index.ts'

/** What leaves a value out, so that whatever else is said of the value follows from it. */
const causes: ReadonlySet<string> = new Set([
  'undefined-var',
  'undefined-env-var',
  'yaml-template',
  'env-var-not-allowed',
  'yaml-key',
  'yaml-value',
])

function covers(outer: Location, inner: Location): boolean {
  return (
    outer.path === inner.path &&
    outer.line === inner.line &&
    outer.column <= inner.column &&
    (outer.endLine > inner.endLine || outer.endColumn >= inner.endColumn)
  )
}

/** ``unknown key `nmae`, a key with a similar name exists: name`` and ``the file lacks the key `name` `` are one mistake. */
function isMisspelt({ location, message }: Diagnostic, found: readonly Diagnostic[]): boolean {
  const key = /`([^`]+)`$/.exec(message)?.[1]
  return found.some(
    ({ code, help, location: at }) =>
      code === 'unknown-key' &&
      at?.path === location?.path &&
      help.some((text) => key !== undefined && text.endsWith(`: ${key}`)),
  )
}

/** One error per cause: what only follows from another error is left out. */
export function withoutConsequences(found: readonly Diagnostic[]): Diagnostic[] {
  const places = found.filter((d) => causes.has(d.code)).flatMap((d) => d.location ?? [])
  const cut = new Set(found.flatMap((d) => (d.code === 'yaml-too-large' && d.location ? [d.location.path] : [])))
  return found.filter((diagnostic) => {
    const { code, location } = diagnostic
    if (causes.has(code) || !location) return true
    if (cut.has(location.path) && (code === 'wrong-value' || code === 'missing-key')) return false
    if (code === 'missing-key' && isMisspelt(diagnostic, found)) return false
    return !places.some((inner) => covers(location, inner))
  })
}
