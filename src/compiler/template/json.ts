import type { Json } from '../../project/index.ts'
import { Dictionary, isList, type TemplateValue, Tuple, WholeFloat } from './value.ts'

const mostNodes = 100_000
const deepestNesting = 100

/** JSON as a template value, all the way down frozen: safe to share between renders. */
export function fromJson(json: Json): TemplateValue {
  if (Array.isArray(json)) return Object.freeze(json.map(fromJson))
  if (json === null || typeof json !== 'object') return json
  return new Dictionary(
    Object.entries(json).map(([key, value]) => [key, fromJson(value)] as const),
    true,
  )
}

/**
 * A value as JSON; undefined when it holds what JSON cannot say (a function, a relation), or is far too large (a template
 * can put a list into itself). Keys become text.
 */
export function toJson(value: TemplateValue): Json | undefined {
  return new Converter().convert(value, 0)
}

class Converter {
  #nodes = 0

  convert(value: TemplateValue, nesting: number): Json | undefined {
    if (++this.#nodes > mostNodes || nesting > deepestNesting) return undefined
    if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
      return value
    }
    if (value instanceof WholeFloat) return value.value
    if (value instanceof Dictionary) {
      const values = this.#all([...value.entries.values()], nesting)
      // `fromEntries` defines own properties, so a key `__proto__` stays a key.
      return values && Object.fromEntries([...value.entries.keys()].map((key, i) => [String(key), values[i] ?? null]))
    }
    if (value instanceof Tuple) return this.#all(value.items, nesting)
    return isList(value) ? this.#all(value, nesting) : undefined
  }

  #all(items: readonly TemplateValue[], nesting: number): Json[] | undefined {
    const all: Json[] = []
    for (const item of items) {
      const json = this.convert(item, nesting + 1)
      if (json === undefined) return undefined
      all.push(json)
    }
    return all
  }
}
