import { bug } from '../../diagnostics/index.ts'
import type { CallArguments } from './callable.ts'
import type { Site } from './site.ts'
import type { TemplateValue } from './value.ts'

/** A parameter of a host function. */
export interface Parameter {
  readonly name: string
  readonly required?: boolean
  /** Cannot be given by position. */
  readonly namedOnly?: boolean
}

export interface Bound {
  readonly value: TemplateValue
  readonly site: Site
}

/**
 * The arguments of a call by parameter name; absent ones are not in the map. Too many, unknown, repeated or missing ones
 * throw `TemplateError` (`template-arguments`) at the argument, or at the call.
 */
export function bindArguments(
  _callee: string,
  _parameters: readonly Parameter[],
  _call: CallArguments,
): ReadonlyMap<string, Bound> {
  return bug('not built yet')
}
