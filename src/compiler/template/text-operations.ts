import { elements, refuseHoles } from './compare.ts'
import { braces, percent } from './format.ts'
import { type Input, type Operation, openOperation, operation } from './operation.ts'
import { kindOf, printed } from './print.ts'
import { Dictionary, float, isInteger, type TemplateValue, Tuple } from './value.ts'

const changed = (change: (text: string) => string) => operation([], (input) => change(input.knownText))
const asked = (ask: (text: string) => boolean) => operation([], (input) => ask(input.knownText))

const capitalize = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()
const title = (text: string) => text.replace(/\p{L}+/gu, capitalize)
/** The filter `title` begins words after white space and opening brackets only, unlike the method. */
const titleOfWords = (text: string) => text.replace(/[^-\s({[<]+/gu, capitalize)

/** Whether a text has capital letters and no small ones. */
export const isUpper = (text: string) => text === text.toUpperCase() && text !== text.toLowerCase()
export const isLower = (text: string) => text === text.toLowerCase() && text !== text.toUpperCase()

/** Removes characters of a set (white space by default) from the ends. Markers are in no set that can be written. */
function strip(input: Input, fromStart: boolean, fromEnd: boolean): string {
  const { text } = input
  const characters = input.textArgument('chars')
  const isStripped = (c: string | undefined) =>
    c !== undefined && (characters === undefined ? /\s/.test(c) : characters.includes(c))
  let [start, end] = [0, text.length]
  while (fromStart && start < end && isStripped(text[start])) start++
  while (fromEnd && end > start && isStripped(text[end - 1])) end--
  return text.slice(start, end)
}

/** Replaces all occurrences, or the first `count`. Text around markers may be replaced; they themselves stay. */
function replace(input: Input): string {
  const { text } = input
  const from = printed(input.argument('old') ?? null, input.meter, input.siteOf('old'))
  const to = printed(input.argument('new') ?? null, input.meter, input.siteOf('new'))
  if (from === '') return input.fail('`replace` needs a text to look for')
  refuseHoles(from, 'looked for', input.siteOf('old'))
  const parts = text.split(from)
  const limit = Math.min(input.integerArgument('count') ?? Number.POSITIVE_INFINITY, parts.length - 1)
  const head = parts.slice(0, limit < 0 ? parts.length : limit + 1)
  const tail = parts.slice(head.length)
  const length = text.length + (head.length - 1) * (to.length - from.length)
  return input.produce(length, () => [head.join(to), ...tail].join(from))
}

/** The elements as one text with the given one between them. */
export function joined(items: readonly TemplateValue[], separator: string, input: Input): string {
  const texts = items.map((item) => printed(item, input.meter, input.site))
  const length = texts.reduce((sum, text) => sum + text.length + separator.length, 0)
  return input.produce(length, () => texts.join(separator))
}

function split(input: Input): TemplateValue {
  const text = input.knownText
  const separator = input.textArgument('sep')
  const most = input.integerArgument('maxsplit') ?? -1
  if (separator === '') return input.fail('`split` needs a text to split at')
  input.meter.step(input.site, text.length)
  if (separator === undefined) {
    const words = text.trim().split(/\s+/).filter(Boolean)
    if (most < 0 || words.length <= most + 1) return words
    const head = words.slice(0, most)
    let rest = text.trimStart()
    for (const word of head) rest = rest.slice(word.length).trimStart()
    return [...head, rest]
  }
  const parts = text.split(separator)
  if (most < 0 || parts.length <= most + 1) return parts
  return [...parts.slice(0, most), parts.slice(most).join(separator)]
}

function lines(input: Input): TemplateValue {
  const all = input.knownText.split(/\r\n|\n|\r/)
  return all.at(-1) === '' ? all.slice(0, -1) : all
}

/** `startswith` and `endswith` take one text, or a tuple of which any may match. */
function matches(input: Input, test: (text: string, part: string) => boolean): boolean {
  const part = input.argument('part') ?? null
  const parts = part instanceof Tuple ? part.items : [part]
  return parts.some((p) =>
    typeof p === 'string' ? test(input.knownText, p) : input.fail(`\`${input.name}\` needs a text, not ${kindOf(p)}`),
  )
}

function padded(input: Input, pad: (text: string, missing: number, fill: string) => string): string {
  const text = input.knownText
  const width = input.integerArgument('width') ?? 80
  const fill = input.textArgument('fillchar') ?? ' '
  return input.produce(Math.max(width, text.length), () => pad(text, Math.max(0, width - [...text].length), fill))
}

/** As in Python, the odd place goes to the left when the width is odd. */
function center(text: string, missing: number, fill: string): string {
  const width = [...text].length + missing
  const left = (missing >> 1) + (missing & width & 1)
  return fill.repeat(left) + text + fill.repeat(missing - left)
}

function removed(input: Input, fromStart: boolean): string {
  const text = input.knownText
  const part = input.textArgument('part') ?? ''
  if (fromStart) return text.startsWith(part) ? text.slice(part.length) : text
  return part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text
}

/** The text before, at and behind the first or last place of a separator. */
function partition(input: Input, fromEnd: boolean): TemplateValue {
  const text = input.knownText
  const separator = input.textArgument('sep') ?? ''
  if (separator === '') return input.fail(`\`${input.name}\` needs a text to split at`)
  const at = fromEnd ? text.lastIndexOf(separator) : text.indexOf(separator)
  if (at < 0) return new Tuple(fromEnd ? ['', '', text] : [text, '', ''])
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)])
}

/** As `split`, but counting `maxsplit` from the end. */
function splitFromEnd(input: Input): TemplateValue {
  const text = input.knownText
  const separator = input.textArgument('sep')
  const most = input.integerArgument('maxsplit') ?? -1
  if (separator === '') return input.fail('`rsplit` needs a text to split at')
  input.meter.step(input.site, text.length)
  const parts = separator === undefined ? text.trim().split(/\s+/).filter(Boolean) : text.split(separator)
  if (most < 0 || parts.length <= most + 1) return parts
  const tail = most === 0 ? [] : parts.slice(-most)
  if (separator !== undefined) return [parts.slice(0, parts.length - most).join(separator), ...tail]
  let rest = text.trimEnd()
  for (const word of [...tail].reverse()) rest = rest.slice(0, -word.length).trimEnd()
  return [rest, ...tail]
}

/** Where a part begins, in characters; a missing one is an error or -1. */
function place(input: Input, fromEnd: boolean, isRequired: boolean): number {
  const text = input.knownText
  const part = input.textArgument('part') ?? ''
  const at = fromEnd ? text.lastIndexOf(part) : text.indexOf(part)
  if (at < 0) return isRequired ? input.fail(`the text has no ${quoteText(part)}`) : -1
  return [...text.slice(0, at)].length
}

const quoteText = (text: string) => `\`${text.slice(0, 40)}\``

function swapCase(text: string): string {
  return [...text].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('')
}

function zeroFilled(input: Input): string {
  const text = input.knownText
  const sign = /^[-+]/.exec(text)?.[0] ?? ''
  const width = (input.integerArgument('width') ?? 0) - sign.length
  return input.produce(Math.max(width, text.length), () => sign + text.slice(sign.length).padStart(width, '0'))
}

/** Operations that are filters and methods alike. */
export const sharedTextOperations: readonly (readonly [string, Operation])[] = [
  ['upper', changed((text) => text.toUpperCase())],
  ['lower', changed((text) => text.toLowerCase())],
  ['capitalize', changed(capitalize)],
  ['replace', operation(['old!', 'new!', 'count'], replace)],
  ['center', operation(['width', 'fillchar'], (input) => padded(input, center))],
]

/** What can be called on a text: Python's methods, as far as SQL templates need them. */
export const textMethods: ReadonlyMap<string, Operation> = new Map([
  ...sharedTextOperations,
  ['title', changed(title)],
  ['strip', operation(['chars'], (input) => strip(input, true, true))],
  ['lstrip', operation(['chars'], (input) => strip(input, true, false))],
  ['rstrip', operation(['chars'], (input) => strip(input, false, true))],
  ['split', operation(['sep', 'maxsplit'], split)],
  ['splitlines', operation([], lines)],
  ['startswith', operation(['part!'], (input) => matches(input, (text, part) => text.startsWith(part)))],
  ['endswith', operation(['part!'], (input) => matches(input, (text, part) => text.endsWith(part)))],
  ['partition', operation(['sep!'], (input) => partition(input, false))],
  ['rpartition', operation(['sep!'], (input) => partition(input, true))],
  ['rsplit', operation(['sep', 'maxsplit'], splitFromEnd)],
  ['find', operation(['part!'], (input) => place(input, false, false))],
  ['rfind', operation(['part!'], (input) => place(input, true, false))],
  ['index', operation(['part!'], (input) => place(input, false, true))],
  ['rindex', operation(['part!'], (input) => place(input, true, true))],
  ['swapcase', changed(swapCase)],
  ['casefold', changed((text) => text.toLowerCase().replaceAll('ß', 'ss'))],
  ['isspace', asked((text) => /^\s+$/.test(text))],
  ['isdecimal', asked((text) => /^\p{Nd}+$/u.test(text))],
  ['isnumeric', asked((text) => /^\p{N}+$/u.test(text))],
  ['isidentifier', asked((text) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text))],
  ['count', operation(['part!'], (input) => input.knownText.split(input.textArgument('part') ?? '').length - 1)],
  [
    'join',
    operation(['items!'], (input) =>
      joined(elements(input.argument('items') ?? null, input.siteOf('items')), input.text, input),
    ),
  ],
  ['format', openOperation((input) => braces(input.text, input))],
  ['removeprefix', operation(['part!'], (input) => removed(input, true))],
  ['removesuffix', operation(['part!'], (input) => removed(input, false))],
  ['zfill', operation(['width!'], zeroFilled)],
  [
    'ljust',
    operation(['width!', 'fillchar'], (input) => padded(input, (text, missing, fill) => text + fill.repeat(missing))),
  ],
  [
    'rjust',
    operation(['width!', 'fillchar'], (input) => padded(input, (text, missing, fill) => fill.repeat(missing) + text)),
  ],
  ['isdigit', asked((text) => /^\p{Nd}+$/u.test(text))],
  ['isalpha', asked((text) => /^\p{L}+$/u.test(text))],
  ['isalnum', asked((text) => /^[\p{L}\p{N}]+$/u.test(text))],
  ['isupper', asked(isUpper)],
  ['islower', asked(isLower)],
])

function indent(input: Input): string {
  const width = input.argument('width') ?? 4
  if (!isInteger(width) && typeof width !== 'string')
    return input.fail(`\`indent\` needs a width, not ${kindOf(width)}`)
  const length = typeof width === 'string' ? width.length : width
  const rows = input.text.split('\n')
  input.meter.text(input.site, input.text.length + rows.length * length)
  const margin = typeof width === 'string' ? width : ' '.repeat(Math.max(0, width))
  const isIndented = (row: string, index: number) =>
    (index > 0 || input.flag('first')) && (row !== '' || input.flag('blank'))
  return rows.map((row, index) => (isIndented(row, index) ? margin + row : row)).join('\n')
}

/** Cut to `length` characters, with `end` where something is missing; a text longer by `leeway` or less stays whole. */
function truncate(input: Input): string {
  const text = [...input.knownText]
  const length = input.integerArgument('length') ?? 255
  const end = input.textArgument('end') ?? '...'
  const leeway = input.integerArgument('leeway') ?? 5
  if (length < end.length) return input.fail('`truncate` needs a length of at least that of `end`')
  if (text.length <= length + leeway) return text.join('')
  const cut = text.slice(0, length - end.length).join('')
  if (input.flag('killwords')) return cut + end
  return (cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : cut) + end
}

/** What dbt writes around values of `env_var` and `var`: `{{ var('n') | as_number }}`. */
function asNumber(input: Input): TemplateValue {
  if (typeof input.value !== 'string') return input.value
  const text = input.knownText.trim()
  if (/^[-+]?\d{1,15}$/.test(text)) return Number(text)
  if (/^[-+]?(\d+\.\d*|\.?\d+)(e[-+]?\d+)?$/i.test(text)) return float(Number(text))
  return input.fail(`\`${text.slice(0, 40)}\` is not a number`)
}

function asBoolean(input: Input): TemplateValue {
  if (typeof input.value === 'boolean') return input.value
  const text = input.knownText.trim().toLowerCase()
  return text === 'true' || (text === 'false' ? false : input.fail(`\`${text.slice(0, 40)}\` is not true or false`))
}

/** Filters of texts that are no methods. */
export const textFilters: readonly (readonly [string, Operation])[] = [
  ...sharedTextOperations,
  ['title', changed(titleOfWords)],
  ['trim', operation(['chars'], (input) => strip(input, true, true))],
  ['string', operation([], (input) => input.text)],
  ['safe', operation([], (input) => input.value)],
  ['indent', operation(['width', 'first', 'blank'], indent)],
  ['truncate', operation(['length', 'killwords', 'end', 'leeway'], truncate)],
  ['as_text', operation([], (input) => input.text)],
  ['as_number', operation([], asNumber)],
  ['as_bool', operation([], asBoolean)],
  ['wordcount', operation([], (input) => input.knownText.split(/[^\p{L}\p{N}_]+/u).filter(Boolean).length)],
  [
    'format',
    openOperation((input) => {
      const { positional, named } = input.call
      return percent(input.text, named.size > 0 ? new Dictionary(named) : new Tuple(positional), input)
    }),
  ],
]
