import { type Diagnostic, diagnose, type Location, nearest, withFrame } from '../../diagnostics/index.ts'
import type { Expression, Indirect, Term } from './expression.ts'
import { absentMethods, isMethod, methodNames, methods } from './methods.ts'

const shape = /^(@)?(?:(\d*)(\+))?(.*?)(?:(\+)(\d*))?$/s
const named = /^([a-z_]+)(?:\.([\w.-]+))?:(.*)$/s

/** What a selector names, without `+` and `@`. */
type Named = Pick<Term, 'method' | 'key' | 'value'>

function steps(plus: string | undefined, count: string | undefined): number | undefined {
  if (!plus) return undefined
  return count ? Number(count) : Number.POSITIVE_INFINITY
}

function invalid(selector: string, problem: string, more: { nearest?: string | undefined; values?: string } = {}) {
  return diagnose('selector-invalid', { selector, problem, nearest: more.nearest, values: more.values })
}

/** Names, paths and file names are told apart by their look. */
function plainly(value: string): Named {
  if (value.includes('/')) return { method: 'path', value }
  return { method: /\.(sql|ya?ml)$/.test(value) ? 'file' : 'fqn', value }
}

function checkMethod(text: string, method: string, key: string | undefined, value: string): Diagnostic | undefined {
  const absent = absentMethods.get(method)
  if (absent) return invalid(text, `uses the method \`${method}:\`, and elt has no ${absent}`)
  const definition = methods[method]
  if (!definition || !isMethod(method)) {
    const similar = nearest(method, methodNames)
    return invalid(text, `uses the unknown method \`${method}:\``, { nearest: similar && `${similar}:` })
  }
  if (definition.keyed && key === undefined) return invalid(text, `lacks a key: write \`${method}.<key>:<value>\``)
  if (!definition.keyed && key !== undefined) return invalid(text, `gives \`${method}\` a key`)
  if (value === '') return invalid(text, `names nothing after \`${method}:\``)
  if (!definition.values || definition.values.includes(value)) return undefined
  const similar = nearest(value, definition.values)
  const problem = `uses the value \`${value}\`, which \`${method}:\` does not have`
  return invalid(text, problem, { nearest: similar && `${method}:${similar}`, values: definition.value })
}

/** Checks a method and its value. `text` is what a message quotes. */
export function namedBy(text: string, method: string, key: string | undefined, value: string): Named | Diagnostic {
  const problem = checkMethod(text, method, key, value)
  return problem ?? { method, value, ...(key === undefined ? {} : { key }) }
}

/** Reads one selector. */
export function parseTerm(text: string): Term | Diagnostic {
  const [, at, countBefore, plusBefore, what = '', plusAfter, countAfter] = shape.exec(text) ?? []
  if (what === '') return invalid(text, 'names nothing')
  if (at && (plusBefore || plusAfter)) return invalid(text, 'mixes `@` and `+`: `@` adds both directions already')
  const [, method, key, value = ''] = named.exec(what) ?? []
  const found = method === undefined ? plainly(what) : namedBy(text, method, key, value)
  if ('code' in found) return found
  const upstream = steps(plusBefore, countBefore)
  const downstream = steps(plusAfter, countAfter)
  return {
    text,
    ...found,
    ...(upstream === undefined ? {} : { upstream }),
    ...(downstream === undefined ? {} : { downstream }),
    complete: at !== undefined,
  }
}

/** Cuts a text where the sign stands outside of parentheses: names of assertions hold blanks and commas within. */
function split(text: string, isSign: (character: string) => boolean): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    depth = Math.max(0, depth + (character === '(' ? 1 : character === ')' ? -1 : 0))
    if (depth === 0 && isSign(character)) parts.push('')
    else parts[parts.length - 1] += character
  }
  // An opening parenthesis that is never closed encloses nothing.
  return depth === 0 ? parts : text.split('').some(isSign) ? splitPlainly(text, isSign) : [text]
}

function splitPlainly(text: string, isSign: (character: string) => boolean): string[] {
  const parts = ['']
  for (const character of text) {
    if (isSign(character)) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}

const isBlank = (character: string): boolean => /\s/.test(character)

/** Where a selector stands, and how assertions ride along with it. */
export interface Place {
  readonly indirect: Indirect
  readonly location?: Location
}

function parseWord(word: string, place: Place, found: Diagnostic[]): Expression {
  const parts = split(word, (character) => character === ',').flatMap((text): Expression[] => {
    const term = text === '' ? invalid(word, 'names nothing on one side of a comma') : parseTerm(text)
    if (!('code' in term)) return [{ kind: 'term', term, ...place }]
    found.push(place.location ? { ...term, location: withFrame(place.location) } : term)
    return []
  })
  const [only] = parts
  return only && parts.length === 1 ? only : { kind: 'intersection', parts, text: word }
}

/**
 * Reads selectors as typed: words of one text, and several texts, are a union; commas join words to an intersection.
 * Undefined when there is no word at all.
 */
export function parseSelectors(texts: readonly string[], place: Place, found: Diagnostic[]): Expression | undefined {
  const words = texts.flatMap((text) => split(text, isBlank)).filter((word) => word !== '')
  if (words.length === 0) return undefined
  const parts = words.map((word) => parseWord(word, place, found))
  const [only] = parts
  return only && parts.length === 1 ? only : { kind: 'union', parts, text: words.join(' ') }
}
