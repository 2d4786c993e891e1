const whole = /^[-+]?\d+$/
const decimal = /^[-+]?(?:\.\d+|\d+\.\d*)$/
const exponent = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)[eE][-+]?\d+$/
/** Texts that may be something else than text: numbers, and the words below. */
const mayBeTyped = /^[-+.\d~nNtTfF]/

const words: ReadonlyMap<string, null | boolean> = new Map([
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
])

/** Numbers that are written in another way: `0x1f`, `.inf`. */
const special = /^(?:0o[0-7]+|[-+]?0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

/** What an unquoted scalar stands for by the core schema of YAML 1.2; undefined for the numbers that nobody writes. */
export function plainValue(text: string): null | boolean | number | string | undefined {
  if (!mayBeTyped.test(text)) return text
  const word = words.get(text)
  if (word !== undefined) return word
  if (whole.test(text) || decimal.test(text) || exponent.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? value : undefined
  }
  return special.test(text) ? undefined : text
}
