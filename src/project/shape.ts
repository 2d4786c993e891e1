import { z } from 'zod'

/*
 * The vocabulary of the schemas. The text of each error says what is expected ("text", "a list of text"), so that a
 * diagnostic can say "must be …, and is …"; an unknown key's says which keys there are.
 */

export const text = z.string({ error: 'text' })
export const filledText = text.min(1, { error: 'text, not empty' })
export const flag = z.boolean({ error: 'true or false' })
export const texts = z.array(text, { error: 'a list of text' })

/** Text, or a list of it. */
export const textOrTexts = z.union([text, z.array(text)], { error: 'text, or a list of text' })

export function wholeNumber(least: number) {
  const expected = `a whole number, at least ${least}`
  return z.number({ error: expected }).int({ error: expected }).min(least, { error: expected })
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `one of ${values.join(', ')}` })
}

/** Anything, checked elsewhere or not at all. */
export const anything = z.unknown()

/** A mapping of free keys. */
export const anyMapping = z.record(z.string(), z.unknown(), { error: 'a mapping' })

export function mappingOf<T extends z.ZodType>(value: T) {
  return z.record(z.string(), value, { error: 'a mapping' })
}

export function listOf<T extends z.ZodType>(item: T) {
  return z.array(item, { error: 'a list' })
}

/** A key that may be absent, or there without a value. */
export function optional<T extends z.ZodType>(value: T) {
  return value.nullish().transform((given) => given ?? undefined)
}

/** A mapping of exactly these keys. */
export function mapping<T extends z.ZodRawShape>(shape: T) {
  const keys = Object.keys(shape).join('\n')
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? keys : 'a mapping') })
}
