import type { Json } from '../../project/index.ts'
import { Dictionary, isList, type TemplateValue, Tuple, WholeFloat } from './value.ts'

const mostNodes = 100_000
const deepestNesting = 100

/** JSON as a template value, all the way down frozen: safe to share between renders. */
export function fromJson(json: Json): TemplateValue {
  return converted(json, true)
}

function converted(json: Json, frozen: boolean): TemplateValue {
  if (Array.isArray(json)) {
    const items = json.map((item) => converted(item, frozen))
    return frozen ? Object.freeze(items) : items
  }
  if (json === null || typeof json !== 'object') return json
  const entries = Object.entries(json)
  const [only] = entries
  if (!frozen && entries.length === 1 && only?.[0] === wholeFloat) return new WholeFloat(Number(only[1]))
  return new Dictionary(
    entries.map(([key, value]) => [key, converted(value, frozen)] as const),
    frozen,
  )
}

/** The key under which a float without fraction comes through `JSON.parse`, which would make it an integer. */
const wholeFloat = '\0float'
const jsonTokens = /"(?:\\.|[^"\\])*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/gs

/** The value that a JSON text writes, a template's own to change. Throws `SyntaxError`. */
export function readJson(text: string): TemplateValue {
  const marked = text.replace(jsonTokens, (token) => {
    if (token.startsWith('"')) return token
    const number = Number(token)
    if (/[.eE]/.test(token)) return Number.isInteger(number) ? `{"\\u0000float":${number}}` : token
    if (!Number.isSafeInteger(number)) throw new SyntaxError(`the integer ${token} is too large to be exact`)
    return token
  })
  return converted(JSON.parse(marked), false)
}

/** The same for data that was read otherwise. */
export function ownData(json: Json): TemplateValue {
  return converted(json, false)
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
