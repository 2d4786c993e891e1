import { nearest } from '../../diagnostics/index.ts'
import { fail, type Site } from './site.ts'
import type { CallArguments, TemplateValue } from './value.ts'

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
  callee: string,
  parameters: readonly Parameter[],
  call: CallArguments,
): ReadonlyMap<string, Bound> {
  const bound = new Map<string, Bound>()
  const byPosition = parameters.filter((p) => !p.namedOnly)
  for (const [index, value] of call.positional.entries()) {
    const site = call.positionalSites[index] ?? call.site
    const parameter = byPosition[index]
    if (!parameter) return tooMany(callee, byPosition.length, site)
    bound.set(parameter.name, { value, site })
  }
  for (const [name, value] of call.named) {
    const site = call.namedSites.get(name) ?? call.site
    if (!parameters.some((p) => p.name === name)) unknownArgument(callee, name, parameters, site)
    if (bound.has(name)) fail('template-arguments', { callee, problem: `is given \`${name}\` twice` }, site)
    bound.set(name, { value, site })
  }
  const missing = parameters.find((p) => p.required && !bound.has(p.name))
  if (missing) fail('template-arguments', { callee, problem: `needs the argument \`${missing.name}\`` }, call.site)
  return bound
}

export function tooMany(callee: string, count: number, site: Site): never {
  const takes =
    count === 0 ? 'takes no arguments' : `takes at most ${count} argument${count === 1 ? '' : 's'} by position`
  return fail('template-arguments', { callee, problem: takes }, site)
}

export function unknownArgument(callee: string, name: string, parameters: readonly Parameter[], site: Site): never {
  const names = parameters.map((p) => p.name)
  const near = nearest(name, names)
  const takes = names.length === 0 ? 'it takes none' : `it takes ${names.map((n) => `\`${n}\``).join(', ')}`
  const help = near ? `an argument with a similar name exists: \`${near}\`` : takes
  return fail('template-arguments', { callee, problem: `takes no argument \`${name}\``, help }, site)
}
