import type { Diagnostic } from '../../diagnostics/index.ts'
import type { Site } from './site.ts'

/**
 * Everything that a template can hold. Plain data and our own classes: no value has a JavaScript prototype that a
 * template could reach, because members are looked up by `member.ts` alone. Integers and fractions are numbers; a float
 * without fraction (`1.0`, which prints so) is a `WholeFloat`. Lists are arrays; those that are frozen cannot be changed.
 */
export type TemplateValue =
  | null
  | boolean
  | number
  | string
  | WholeFloat
  | readonly TemplateValue[]
  | Tuple
  | Dictionary
  | Namespace
  | Callable
  | Printable
  | Moment

/** A float that happens to be whole, kept apart from integers because SQL divides `1.0` and `1` differently. */
export class WholeFloat {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

const none: ReadonlyMap<string, TemplateValue> = new Map()

/** `(1, 2)`: prints with parentheses, never changes. */
export class Tuple {
  readonly items: readonly TemplateValue[]
  /** Names of the items, where they have any: those of `groupby` are `grouper` and `list`. */
  readonly names: readonly string[]
  /** What else `.name` reads: of a query's result, `rows` and `columns`. */
  readonly members: ReadonlyMap<string, TemplateValue>
  /** What it is, where it is more than a tuple; it cannot be printed then. */
  readonly description: string | undefined

  constructor(
    items: readonly TemplateValue[],
    names: readonly string[] = [],
    more: { readonly members?: ReadonlyMap<string, TemplateValue>; readonly description?: string } = {},
  ) {
    this.items = items
    this.names = names
    this.members = more.members ?? none
    this.description = more.description
  }
}

/** What a dictionary can be keyed by. */
export type Key = null | boolean | number | string

/** `{'a': 1}`. Its entries lie in a map of their own: a key such as `__proto__` is a key like any other. */
export class Dictionary {
  readonly entries: Map<Key, TemplateValue>
  /** Frozen ones (those the host gives) refuse `update`, `pop` and their like. */
  readonly frozen: boolean
  /** What an entry reads that there is not: of a dictionary that stands in for one whose entries are not known. */
  readonly otherwise: TemplateValue | undefined

  constructor(entries: Iterable<readonly [Key, TemplateValue]> = [], frozen = false, otherwise?: TemplateValue) {
    this.entries = new Map(entries)
    this.frozen = frozen
    this.otherwise = otherwise
  }
}

/** What `namespace()` makes: the one value whose members `set` may assign, so that loops can hand results out. */
export class Namespace {
  readonly members: Map<string, TemplateValue>

  constructor(members: Iterable<readonly [string, TemplateValue]> = []) {
    this.members = new Map(members)
  }
}

/** What a call in a template passes on. No value is ever undefined: using an undefined name is an error before the call. */
export interface CallArguments {
  readonly positional: readonly TemplateValue[]
  readonly named: ReadonlyMap<string, TemplateValue>
  /** The whole call, from the callee's first character to the closing parenthesis. */
  readonly site: Site
  readonly positionalSites: readonly Site[]
  readonly namedSites: ReadonlyMap<string, Site>
}

/** The only thing that a template can call. */
export class Callable {
  readonly name: string
  readonly call: (call: CallArguments) => TemplateValue
  /** What `.name` reads: of `loop` in a recursive loop, which is called and read. */
  readonly members: ReadonlyMap<string, TemplateValue>

  constructor(
    name: string,
    call: (call: CallArguments) => TemplateValue,
    members: ReadonlyMap<string, TemplateValue> = none,
  ) {
    this.name = name
    this.call = call
    this.members = members
  }
}

/** Makes a function that templates can call by `name`; it may throw `TemplateError`. */
export function callable(
  name: string,
  call: (call: CallArguments) => TemplateValue,
  members?: ReadonlyMap<string, TemplateValue>,
): Callable {
  return new Callable(name, call, members)
}

export interface PrintableOptions {
  /** What it is, for messages: `the relation analytics.flights`. */
  readonly description: string
  /** Its text in SQL; may hold markers of a `HoleTable`. Absent: it cannot be printed, only its members read. */
  readonly text?: string
  /** What `.name` reads. */
  readonly members?: ReadonlyMap<string, TemplateValue>
  /**
   * The diagnostic for using it otherwise than printing it: `truth` is `if x`, `compare` is `x == y`, `x < y` and `x in y`.
   * Without it, it counts as true, equals itself alone and has no order.
   */
  readonly refuse?: (use: 'truth' | 'compare', site: Site) => Diagnostic
}

/** An object that the host gives to templates: it prints as text, and may have members; templates cannot look into it. */
export class Printable {
  readonly description: string
  readonly text: string | undefined
  readonly members: ReadonlyMap<string, TemplateValue>
  readonly refuse: ((use: 'truth' | 'compare', site: Site) => Diagnostic) | undefined

  constructor(options: PrintableOptions) {
    this.description = options.description
    this.text = options.text
    this.members = options.members ?? new Map()
    this.refuse = options.refuse
  }
}

/** A value of Python's `datetime`: a date, a date with a time (both without zone), or a stretch of time. Never changes. */
export class Moment {
  readonly kind: 'date' | 'datetime' | 'timedelta'
  /** Since 1970-01-01 00:00, or how long it is. */
  readonly microseconds: bigint
  /** As it is printed, and as Python's `repr` writes it. */
  readonly text: string
  readonly representation: string
  /** What `.name` reads and calls. */
  readonly members: () => ReadonlyMap<string, TemplateValue>

  constructor(values: Pick<Moment, 'kind' | 'microseconds' | 'text' | 'representation' | 'members'>) {
    this.kind = values.kind
    this.microseconds = values.microseconds
    this.text = values.text
    this.representation = values.representation
    this.members = values.members
  }
}

export function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value)
}

/** A number as a template value: whole floats are wrapped, so that they stay floats. */
export function float(value: number): number | WholeFloat {
  return Number.isInteger(value) ? new WholeFloat(value) : value
}

/** The number that a value is, if it is one. Booleans are not numbers here: adding them is a mistake in SQL templates. */
export function numberOf(value: TemplateValue): number | undefined {
  if (typeof value === 'number') return value
  return value instanceof WholeFloat ? value.value : undefined
}

export function isInteger(value: TemplateValue): value is number {
  return typeof value === 'number' && Number.isInteger(value)
}
