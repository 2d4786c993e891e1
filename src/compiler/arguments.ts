import { nearest } from '../diagnostics/index.ts'
import type { Extent } from './deferred.ts'
import { type Bound, bindArguments, type CallArguments, fail, type Parameter, toJson } from './template/index.ts'

/** The arguments of one call of a function of elt, read by name and kind; wrong ones stop the template at their place. */
export class Arguments {
  readonly #callee: string
  readonly #bound: ReadonlyMap<string, Bound>

  constructor(callee: string, parameters: readonly Parameter[], call: CallArguments) {
    this.#callee = callee
    this.#bound = bindArguments(callee, parameters, call)
  }

  get(name: string): Bound | undefined {
    return this.#bound.get(name)
  }

  /** Stops the template at an argument. */
  refuse(bound: Bound, problem: string, help?: string): never {
    return fail('invalid-argument', { callee: this.#callee, problem, help }, bound.site)
  }

  text(name: string): string | undefined {
    const bound = this.get(name)
    if (!bound) return undefined
    return typeof bound.value === 'string' ? bound.value : this.refuse(bound, `\`${name}\` must be text`)
  }

  flag(name: string): boolean {
    const bound = this.get(name)
    if (!bound) return false
    return typeof bound.value === 'boolean' ? bound.value : this.refuse(bound, `\`${name}\` must be true or false`)
  }

  oneOf<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const bound = this.get(name)
    if (!bound) return otherwise
    const found = choices.find((choice) => choice === bound.value)
    if (found !== undefined) return found
    const near = typeof bound.value === 'string' ? nearest(bound.value, choices) : undefined
    const listed = choices.map((choice) => `'${choice}'`).join(' or ')
    return this.refuse(bound, `\`${name}\` must be ${listed}`, near && `write \`${name}='${near}'\``)
  }

  /** A count of partitions (`27`) or a length of time (`'27 days'`); 0 when it is not given. */
  extent(name: string): Extent {
    const bound = this.get(name)
    if (!bound) return { count: 0 }
    const { value } = bound
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return { count: value }
    const match = typeof value === 'string' ? /^\s*(\d{1,6})\s+(hour|day|month|year)s?\s*$/.exec(value) : null
    if (!match) return this.refuse(bound, `\`${name}\` must be a count of partitions, or a time such as '27 days'`)
    return { count: Number(match[1]), unit: `${match[2]}s` as 'hours' | 'days' | 'months' | 'years' }
  }

  /** A name that SQL takes without quotes, or one in quotes; printed as it is. */
  identifier(name: string): string | undefined {
    const text = this.text(name)
    const bound = this.get(name)
    if (text === undefined || !bound) return undefined
    if (/^(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+")$/u.test(text)) return text
    return this.refuse(bound, `\`${name}\` must be a name, not \`${text}\``)
  }

  json(name: string): ReturnType<typeof toJson> {
    const bound = this.get(name)
    return bound && toJson(bound.value)
  }
}
