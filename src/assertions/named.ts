import type { Assertion } from './assertion.ts'

/**
 * The assertions that a person means by a word: an id, an id without its layer, or a name. Several when more than one has that name.
 */
export function assertionNamed(assertions: readonly Assertion[], word: string): readonly Assertion[] {
  const exact = assertions.filter(({ id }) => id === word)
  if (exact.length > 0) return exact
  const short = assertions.filter(({ id }) => id.slice(id.indexOf('.') + 1) === word)
  return short.length > 0 ? short : assertions.filter(({ name }) => name === word)
}
