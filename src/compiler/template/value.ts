import type { Json } from '../../project/index.ts'
import type { Callable } from './callable.ts'
import type { Printable } from './printable.ts'

/**
 * Everything that a template can hold. Plain data and four wrapper classes: no value has a JavaScript prototype that a
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

/** A float that happens to be whole, kept apart from integers because SQL divides `1.0` and `1` differently. */
export class WholeFloat {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** `(1, 2)`: prints with parentheses, never changes. */
export class Tuple {
  readonly items: readonly TemplateValue[]

  constructor(items: readonly TemplateValue[]) {
    this.items = items
  }
}

/** What a dictionary can be keyed by. */
export type Key = null | boolean | number | string

/** `{'a': 1}`. Its entries lie in a map of their own: a key such as `__proto__` is a key like any other. */
export class Dictionary {
  readonly entries: Map<Key, TemplateValue>
  /** Frozen ones (those the host gives) refuse `update`, `pop` and their like. */
  readonly frozen: boolean

  constructor(entries: Iterable<readonly [Key, TemplateValue]> = [], frozen = false) {
    this.entries = new Map(entries)
    this.frozen = frozen
  }
}

/** What `namespace()` makes: the one value whose members `set` may assign, so that loops can hand results out. */
export class Namespace {
  readonly members: Map<string, TemplateValue>

  constructor(members: Iterable<readonly [string, TemplateValue]> = []) {
    this.members = new Map(members)
  }
}

/** JSON as a template value, all the way down frozen: safe to share between renders. */
export function fromJson(json: Json): TemplateValue {
  if (Array.isArray(json)) return Object.freeze(json.map(fromJson))
  if (json === null || typeof json !== 'object') return json
  return new Dictionary(
    Object.entries(json).map(([key, value]) => [key, fromJson(value)] as const),
    true,
  )
}

/** A value as JSON; undefined when it holds what JSON cannot say (a function, a relation). Keys become text. */
export function toJson(value: TemplateValue): Json | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
    return value
  }
  if (value instanceof WholeFloat) return value.value
  if (value instanceof Tuple) return listToJson(value.items)
  if (value instanceof Dictionary) return entriesToJson(value.entries)
  return isList(value) ? listToJson(value) : undefined
}

function listToJson(items: readonly TemplateValue[]): Json | undefined {
  const all: Json[] = []
  for (const item of items) {
    const json = toJson(item)
    if (json === undefined) return undefined
    all.push(json)
  }
  return all
}

function entriesToJson(entries: ReadonlyMap<Key, TemplateValue>): Json | undefined {
  const all: [string, Json][] = []
  for (const [key, value] of entries) {
    const json = toJson(value)
    if (json === undefined) return undefined
    all.push([String(key), json])
  }
  // `fromEntries` defines own properties, so a key `__proto__` stays a key.
  return Object.fromEntries(all)
}

export function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value)
}
