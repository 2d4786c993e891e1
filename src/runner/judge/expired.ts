import { type Assertion, hasExpired } from '../../assertions/index.ts'
import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'

/** Tells of the assertions that are not judged any more. */
export function tellExpired(assertions: readonly Assertion[], now: number): Diagnostic[] {
  return assertions
    .filter((assertion) => hasExpired(assertion, now))
    .map(({ name, node, reads, expires = '', owner, location }) =>
      diagnose('assertion-expired', { name, node: node ?? reads.join(', '), expires, owner }, location),
    )
}
