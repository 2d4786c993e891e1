import type { Diagnostic } from './diagnostic.ts'

/** Codes that may be told of hundreds of places at once, and are told once for each message. */
const collected: ReadonlySet<string> = new Set(['key-without-effect'])

/** Places beside the first that are named; the rest is only counted. */
const mostPlaces = 3

const placeOf = ({ location }: Diagnostic) => (location ? `${location.path}:${location.line}` : '')

/** One diagnostic for several that say the same of different places. */
function together(group: readonly Diagnostic[]): Diagnostic[] {
  const [first] = group
  const places = [...new Set(group.map(placeOf).filter((place) => place !== ''))]
  if (!first || places.length < 2) return first ? [first] : []
  const others = places.filter((place) => place !== placeOf(first))
  const files = new Set(group.map(({ location }) => location?.path)).size
  const rest = others.length - mostPlaces
  const named = others.slice(0, mostPlaces).join(', ')
  const count = `${places.length} places${files > 1 ? ` of ${files} files` : ''}`
  return [
    {
      ...first,
      message: first.message.replace(' has no effect', ` has no effect (${count})`),
      notes: [...first.notes, `also at ${named}${rest > 0 ? ` and ${rest} more places` : ''}`],
    },
  ]
}

/**
 * Diagnostics with those that would drown the others put together: a key without effect is one mistake, in however many
 * places it stands. The others stay as they are, in their order.
 */
export function collectRepeated(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const groups = new Map<string, Diagnostic[]>()
  for (const diagnostic of diagnostics) {
    if (!collected.has(diagnostic.code)) continue
    const group = groups.get(diagnostic.message)
    if (group) group.push(diagnostic)
    else groups.set(diagnostic.message, [diagnostic])
  }
  if (groups.size === 0) return [...diagnostics]
  const first = new Map([...groups.values()].flatMap((group) => (group[0] ? [[group[0], group] as const] : [])))
  return diagnostics.flatMap((diagnostic) => {
    if (!collected.has(diagnostic.code)) return [diagnostic]
    const group = first.get(diagnostic)
    return group ? together(group) : []
  })
}
