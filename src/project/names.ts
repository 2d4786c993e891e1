import { type Diagnostic, diagnose, type Location } from '../diagnostics/index.ts'

const valid = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_-]*$/u

/** Reports a name that selections or warehouses could not take; whether it is fine. */
export function checkName(what: string, name: string, location: Location, found: Diagnostic[]): boolean {
  if (valid.test(name)) return true
  found.push(diagnose('name-invalid', { what, name }, location))
  return false
}
