import { refuseHoles } from './compare.ts'
import type { Meter } from './meter.ts'
import { type Groups, Pattern } from './pattern.ts'
import { kindOf, printed } from './print.ts'
import { bindArguments } from './signature.ts'
import { fail, type Site } from './site.ts'
import {
  type CallArguments,
  Callable,
  callable,
  Dictionary,
  isInteger,
  Printable,
  type TemplateValue,
  Tuple,
} from './value.ts'

/** The arguments of one call of a function of `re`. */
interface Given {
  readonly pattern: Pattern
  readonly text: string
  readonly meter: Meter
  readonly call: CallArguments
  readonly argument: (name: string) => TemplateValue | undefined
}

function textOf(value: TemplateValue | undefined, name: string, site: Site): string {
  if (typeof value !== 'string') {
    return fail('template-type', { problem: `\`re\` needs a text as \`${name}\`, not ${kindOf(value ?? null)}` }, site)
  }
  refuseHoles(value, 'searched', site)
  return value
}

function patternOf(source: string, flags: TemplateValue | undefined, meter: Meter, site: Site): Pattern {
  meter.step(site, source.length)
  try {
    return new Pattern(source, flags === ignoreCase, () => meter.step(site))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const problem = `\`${source.slice(0, 40)}\` cannot be used as a pattern: ${error.message}`
    return fail('template-type', { problem, help: 'use the methods of texts, such as `replace` and `split`' }, site)
  }
}

const ignoreCase = 2

function part(text: string, groups: Groups, index: number): TemplateValue {
  const [start = -1, end = -1] = groups.slice(index * 2, index * 2 + 2)
  return start < 0 ? null : text.slice(start, end)
}

/** What `match` and `search` found. */
function matchObject({ pattern, text }: Given, groups: Groups): Printable {
  const indexOf = (key: TemplateValue, site: Site): number => {
    const index = typeof key === 'string' ? pattern.names.get(key) : isInteger(key) ? key : undefined
    const exists = index !== undefined && index >= 0 && index <= pattern.groupCount
    return exists ? index : fail('template-type', { problem: 'the pattern has no such group' }, site)
  }
  const group = callable('group', ({ positional, site }) => {
    if (positional.length > 1) return new Tuple(positional.map((key) => part(text, groups, indexOf(key, site))))
    return part(text, groups, indexOf(positional[0] ?? 0, site))
  })
  const all = () => Array.from({ length: pattern.groupCount }, (_, i) => part(text, groups, i + 1))
  const place = (name: string, offset: 0 | 1) =>
    callable(name, ({ positional, site }) => groups[indexOf(positional[0] ?? 0, site) * 2 + offset] ?? -1)
  const members = [
    group,
    callable('groups', () => new Tuple(all())),
    callable('groupdict', () => new Dictionary([...pattern.names].map(([key, i]) => [key, part(text, groups, i)]))),
    place('start', 0),
    place('end', 1),
  ]
  return new Printable({ description: 'a match', members: new Map(members.map((one) => [one.name, one])) })
}

/** Matches one after the other; an empty one is followed by a step forward. */
function* allMatches({ pattern, text }: Given): Generator<Groups> {
  let at = 0
  while (at <= text.length) {
    const found = pattern.search(text, at)
    if (!found) return
    yield found
    const [start = 0, end = 0] = found
    at = end > start ? end : end + 1
  }
}

function findAll(given: Given): TemplateValue[] {
  const { pattern, text } = given
  return [...allMatches(given)].map((groups) => {
    const parts = Array.from({ length: pattern.groupCount }, (_, i) => part(text, groups, i + 1) ?? '')
    return parts.length === 0 ? part(text, groups, 0) : parts.length === 1 ? (parts[0] ?? '') : new Tuple(parts)
  })
}

/** The text that replaces a match: `\1` and `\g<name>` stand for its groups. */
function replacement(given: Given, groups: Groups): string {
  const { pattern, text, meter, call } = given
  const written = given.argument('repl') ?? ''
  if (written instanceof Callable) {
    const site = call.site
    const one = { positional: [matchObject(given, groups)], named: new Map(), site, positionalSites: [site] }
    return printed(written.call({ ...one, namedSites: new Map() }), meter, site)
  }
  return textOf(written, 'repl', call.site).replace(/\\(?:g<(\w+)>|(\d)|(.))/g, (all, name, digit, other) => {
    if (other !== undefined) return { n: '\n', t: '\t', '\\': '\\' }[other as string] ?? all
    const key = name ?? digit
    const index = /^\d+$/.test(key) ? Number(key) : pattern.names.get(key)
    if (index === undefined || index > pattern.groupCount) {
      return fail('template-type', { problem: `the pattern has no group \`${key}\`` }, call.site)
    }
    return String(part(text, groups, index) ?? '')
  })
}

function pieces(given: Given, most: TemplateValue | undefined, between: (groups: Groups) => TemplateValue[]) {
  const { text } = given
  const limit = isInteger(most ?? null) && Number(most) > 0 ? Number(most) : Infinity
  const all: TemplateValue[] = []
  let from = 0
  let count = 0
  for (const groups of allMatches(given)) {
    if (count++ >= limit) break
    const [start = 0, end = 0] = groups
    all.push(text.slice(from, start), ...between(groups))
    from = end
  }
  all.push(text.slice(from))
  return all
}

function substitute(given: Given): string {
  const parts = pieces(given, given.argument('count'), (groups) => {
    const text = replacement(given, groups)
    given.meter.text(given.call.site, text.length)
    return [text]
  })
  const length = parts.reduce<number>((sum, one) => sum + String(one).length, 0)
  given.meter.text(given.call.site, length)
  return parts.join('')
}

function splitAt(given: Given): TemplateValue[] {
  const { pattern, text } = given
  return pieces(given, given.argument('maxsplit'), (groups) =>
    Array.from({ length: pattern.groupCount }, (_, i) => part(text, groups, i + 1)),
  )
}

function found(given: Given, groups: Groups | undefined): TemplateValue {
  return groups ? matchObject(given, groups) : null
}

const functions: readonly (readonly [string, readonly string[], (given: Given) => TemplateValue])[] = [
  ['match', ['string', 'flags'], (given) => found(given, given.pattern.matchAt(given.text, 0))],
  ['fullmatch', ['string', 'flags'], (given) => found(given, given.pattern.matchAt(given.text, 0, true))],
  ['search', ['string', 'flags'], (given) => found(given, given.pattern.search(given.text, 0))],
  ['findall', ['string', 'flags'], findAll],
  ['sub', ['repl', 'string', 'count', 'flags'], substitute],
  ['split', ['string', 'maxsplit', 'flags'], splitAt],
]

/** `modules.re`: Python's regular expressions, each step of which is counted. */
export function patternModule(meter: Meter): Printable {
  const members = functions.map(([name, parameters, run]) =>
    callable(name, (call) => {
      const list = ['pattern', ...parameters].map((each) => ({
        name: each,
        required: ['pattern', 'repl', 'string'].includes(each),
      }))
      const bound = bindArguments(name, list, call)
      const argument = (key: string) => bound.get(key)?.value
      const pattern = patternOf(textOf(argument('pattern'), 'pattern', call.site), argument('flags'), meter, call.site)
      return run({ pattern, text: textOf(argument('string'), 'string', call.site), meter, call, argument })
    }),
  )
  const escaped = callable('escape', ({ positional: [text], site }) =>
    textOf(text, 'string', site).replace(/[\\^$.*+?()[\]{}|\-#&~\s]/g, '\\$&'),
  )
  const all = new Map<string, TemplateValue>([...members, escaped].map((one) => [one.name, one]))
  all.set('IGNORECASE', ignoreCase).set('I', ignoreCase)
  return new Printable({ description: '`modules.re`', members: all })
}
