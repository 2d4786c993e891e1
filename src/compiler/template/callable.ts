import type { Site } from './site.ts'
import type { TemplateValue } from './value.ts'

/** What a call in a template passes on. No value is ever undefined: using an undefined name is an error before the call. */
export interface CallArguments {
  readonly positional: readonly TemplateValue[]
  readonly named: ReadonlyMap<string, TemplateValue>
  /** The whole call, from the callee's name to the closing parenthesis. */
  readonly site: Site
  readonly positionalSites: readonly Site[]
  readonly namedSites: ReadonlyMap<string, Site>
}

/** The only thing that a template can call. */
export class Callable {
  readonly name: string
  readonly call: (call: CallArguments) => TemplateValue
  /** Members, for `exceptions.raise(…)`-like pairs on something that can itself be called. */
  readonly members: ReadonlyMap<string, TemplateValue>

  constructor(
    name: string,
    call: (call: CallArguments) => TemplateValue,
    members: ReadonlyMap<string, TemplateValue> = new Map(),
  ) {
    this.name = name
    this.call = call
    this.members = members
  }
}

/** Makes a function that templates can call by `name`; it may throw `TemplateError`. */
export function callable(name: string, call: (call: CallArguments) => TemplateValue): Callable {
  return new Callable(name, call)
}
