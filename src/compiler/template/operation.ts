import { elements, isTrue, refuseHoles } from './compare.ts'
import type { Meter } from './meter.ts'
import { kindOf, printed } from './print.ts'
import { type Bound, bindArguments, type Parameter } from './signature.ts'
import { fail, type Site } from './site.ts'
import { type CallArguments, isInteger, type TemplateValue } from './value.ts'

/** What filters, tests and methods need of the render that they run in. */
export interface Run {
  readonly meter: Meter
  readonly applyFilter: (name: string, value: TemplateValue, call: CallArguments) => TemplateValue
  readonly applyTest: (name: string, value: TemplateValue, call: CallArguments) => boolean
}

/** A filter, a test or a method: what it takes and what it does. */
export interface Operation<Result = TemplateValue> {
  readonly parameters: readonly Parameter[]
  /** Takes whatever it is given and passes it on (`map`, `select`); `parameters` says nothing then. */
  readonly open?: boolean
  readonly apply: (input: Input) => Result
}

/** One use of an operation: the value it is applied to, and its arguments with their checks. */
export class Input {
  readonly name: string
  readonly value: TemplateValue
  readonly call: CallArguments
  readonly run: Run
  readonly #bound: ReadonlyMap<string, Bound>

  constructor(name: string, operation: Operation<unknown>, value: TemplateValue, call: CallArguments, run: Run) {
    this.name = name
    this.value = value
    this.call = call
    this.run = run
    this.#bound = operation.open ? new Map() : bindArguments(name, operation.parameters, call)
    run.meter.step(call.site)
  }

  get site(): Site {
    return this.call.site
  }

  get meter(): Meter {
    return this.run.meter
  }

  /** The value as text; it may hold markers. */
  get text(): string {
    const text = printed(this.value, this.meter, this.site)
    this.meter.text(this.site, text.length)
    return text
  }

  /** The value as text that is wholly known. */
  get knownText(): string {
    const { text } = this
    refuseHoles(text, `given to \`${this.name}\``, this.site)
    return text
  }

  /** The value's elements, each counted as a step. */
  get items(): readonly TemplateValue[] {
    const items = elements(this.value, this.site)
    this.meter.step(this.site, items.length)
    return items
  }

  argument(name: string): TemplateValue | undefined {
    return this.#bound.get(name)?.value
  }

  siteOf(name: string): Site {
    return this.#bound.get(name)?.site ?? this.site
  }

  flag(name: string, initial = false): boolean {
    const value = this.argument(name)
    return value === undefined ? initial : isTrue(value, this.siteOf(name))
  }

  /** An argument that must be text. None counts as absent. */
  textArgument(name: string): string | undefined {
    const value = this.argument(name)
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
    return this.#wrongKind(name, 'a text', value)
  }

  /** An argument that must be an integer. None counts as absent. */
  integerArgument(name: string): number | undefined {
    const value = this.argument(name)
    if (value === undefined || value === null) return undefined
    return isInteger(value) ? value : this.#wrongKind(name, 'an integer', value)
  }

  /** Result text, after asking for its length. */
  produce(length: number, make: () => string): string {
    this.meter.text(this.site, length)
    return make()
  }

  fail(problem: string, help?: string): never {
    return fail('template-type', { problem, ...(help ? { help } : {}) }, this.site)
  }

  #wrongKind(name: string, wanted: string, value: TemplateValue): never {
    const problem = `\`${this.name}\` needs ${wanted} as \`${name}\`, not ${kindOf(value)}`
    return fail('template-type', { problem }, this.siteOf(name))
  }
}

/** An operation with these parameters; a name with `!` is required. */
export function operation<Result = TemplateValue>(
  parameters: readonly string[],
  apply: (input: Input) => Result,
): Operation<Result> {
  return {
    parameters: parameters.map((name) => (name.endsWith('!') ? { name: name.slice(0, -1), required: true } : { name })),
    apply,
  }
}

/** An operation that passes on whatever it is given. */
export function openOperation<Result = TemplateValue>(apply: (input: Input) => Result): Operation<Result> {
  return { parameters: [], open: true, apply }
}
