import { elements, equal, isTrue, order } from './compare.ts'
import { dataMember, elementOf } from './member.ts'
import { type Input, type Operation, openOperation, operation } from './operation.ts'
import { arithmetic } from './operators.ts'
import { kindOf } from './print.ts'
import { fail } from './site.ts'
import { joined } from './text-operations.ts'
import { type CallArguments, Dictionary, Printable, type TemplateValue, Tuple } from './value.ts'

/** A part of an element by a path such as `name`, `meta.owner` or `0`; undefined where it has none. */
function part(value: TemplateValue, path: string, input: Input): TemplateValue | undefined {
  let current: TemplateValue | undefined = value
  for (const step of path.split('.')) {
    if (current === undefined) return undefined
    const isIndex: boolean = /^\d+$/.test(step) && !(current instanceof Dictionary) && !(current instanceof Printable)
    current = isIndex ? elementOf(current, Number(step), input.run, input.site) : dataMember(current, step)
  }
  return current
}

/** The same, where an element without the part is an error unless there is a default. */
function partOf(value: TemplateValue, path: string, input: Input, initial?: TemplateValue): TemplateValue {
  const found = part(value, path, input) ?? initial
  return found === undefined ? fail('undefined-member', { member: path, owner: kindOf(value) }, input.site) : found
}

/** What an element is sorted, grouped or compared by: the whole, or a part; texts without regard to case unless asked. */
function keyFunction(input: Input, attribute = input.argument('attribute')): (value: TemplateValue) => TemplateValue {
  const caseSensitive = input.flag('case_sensitive')
  const fold = (value: TemplateValue) => (typeof value === 'string' && !caseSensitive ? value.toLowerCase() : value)
  if (attribute === undefined || attribute === null) return fold
  const paths = String(attribute).split(',')
  const [only = ''] = paths
  if (paths.length === 1) return (value) => fold(partOf(value, only, input))
  return (value) => new Tuple(paths.map((path) => fold(partOf(value, path.trim(), input))))
}

function sorted(input: Input, items: readonly TemplateValue[], key: (value: TemplateValue) => TemplateValue) {
  const direction = input.flag('reverse') ? -1 : 1
  const keyed = items.map((value) => ({ value, key: key(value) }))
  keyed.sort((a, b) => direction * order(a.key, b.key, input.meter, input.site))
  return keyed.map(({ value }) => value)
}

function unique(input: Input): TemplateValue[] {
  const key = keyFunction(input)
  const seen: TemplateValue[] = []
  const known = new Set<TemplateValue>()
  return input.items.filter((item) => {
    const value = key(item)
    // Texts, by far the most common, are looked up; everything else is compared.
    if (typeof value === 'string') return !known.has(value) && known.add(value)
    if (seen.some((other) => equal(other, value, input.meter, input.site))) return false
    return seen.push(value)
  })
}

function extreme(input: Input, sign: 1 | -1): TemplateValue {
  const key = keyFunction(input)
  const [first, ...rest] = input.items
  if (first === undefined) return input.fail(`\`${input.name}\` of nothing`)
  return rest.reduce(
    (best, item) => (sign * order(key(item), key(best), input.meter, input.site) > 0 ? item : best),
    first,
  )
}

function sum(input: Input): TemplateValue {
  const attribute = input.argument('attribute')
  const start = input.argument('start') ?? 0
  const parts =
    attribute === undefined || attribute === null
      ? input.items
      : input.items.map((item) => partOf(item, String(attribute), input))
  return parts.reduce((total, item) => arithmetic('+', total, item, input.meter, input.site), start)
}

function end(input: Input, at: 0 | -1): TemplateValue {
  const found = input.items.at(at)
  return found === undefined ? input.fail(`${kindOf(input.value)} without elements has no ${input.name}`) : found
}

function length(input: Input): number {
  if (typeof input.value === 'string') return [...input.knownText].length
  return elements(input.value, input.site).length
}

function reverse(input: Input): TemplateValue {
  const reversed = [...input.items].reverse()
  return typeof input.value === 'string' ? reversed.join('') : reversed
}

function join(input: Input): string {
  const attribute = input.argument('attribute')
  const items =
    attribute === undefined || attribute === null
      ? input.items
      : input.items.map((item) => partOf(item, String(attribute), input))
  return joined(items, input.textArgument('d') ?? '', input)
}

/** The arguments after the first `count`, for the filter or test that is applied to every element. */
function rest(call: CallArguments, count: number): CallArguments {
  return { ...call, positional: call.positional.slice(count), positionalSites: call.positionalSites.slice(count) }
}

function nameArgument(input: Input, index: number, what: string): string {
  const name = input.call.positional[index]
  return typeof name === 'string' ? name : input.fail(`\`${input.name}\` needs the name of ${what}`)
}

/** `map('upper')`, `map('replace', 'a', 'b')` or `map(attribute='name', default='')`. */
function map(input: Input): TemplateValue[] {
  const { call, run } = input
  const attribute = call.named.get('attribute')
  if (attribute !== undefined) {
    const initial = call.named.get('default')
    return input.items.map((item) => partOf(item, String(attribute), input, initial))
  }
  const name = nameArgument(input, 0, 'a filter, or `attribute=`')
  return input.items.map((item) => run.applyFilter(name, item, rest(call, 1)))
}

/** `select`, `reject`: the elements that pass a test (being true, by default), or do not. */
function select(input: Input, wanted: boolean): TemplateValue[] {
  const { call, run } = input
  if (call.positional.length === 0) return input.items.filter((item) => isTrue(item, input.site) === wanted)
  const name = nameArgument(input, 0, 'a test')
  return input.items.filter((item) => run.applyTest(name, item, rest(call, 1)) === wanted)
}

/** `selectattr`, `rejectattr`: by a test of a part of each element. */
function selectByPart(input: Input, wanted: boolean): TemplateValue[] {
  const { call, run } = input
  const path = nameArgument(input, 0, 'a part')
  const name = call.positional.length > 1 ? nameArgument(input, 1, 'a test') : undefined
  return input.items.filter((item) => {
    if (name === 'defined') return (part(item, path, input) !== undefined) === wanted
    if (name === 'undefined') return (part(item, path, input) === undefined) === wanted
    const value = partOf(item, path, input)
    const passes = name === undefined ? isTrue(value, input.site) : run.applyTest(name, value, rest(call, 2))
    return passes === wanted
  })
}

function batch(input: Input): TemplateValue[][] {
  const size = input.integerArgument('linecount') ?? 0
  if (size < 1) return input.fail('`batch` needs a size of at least 1')
  const { items } = input
  const rows: TemplateValue[][] = []
  for (let i = 0; i < items.length; i += size) rows.push(items.slice(i, i + size))
  const fill = input.argument('fill_with')
  const last = rows.at(-1)
  input.meter.step(input.site, last && fill !== undefined ? size : 0)
  while (last && fill !== undefined && fill !== null && last.length < size) last.push(fill)
  return rows
}

/** `slice(3)`: the elements in three columns, the first ones longer; `fill_with` makes all equally long. */
function slice(input: Input): TemplateValue[][] {
  const count = input.integerArgument('slices') ?? 0
  if (count < 1) return input.fail('`slice` needs a count of at least 1')
  const { items } = input
  input.meter.step(input.site, count)
  const fill = input.argument('fill_with') ?? null
  const [size, longer] = [Math.floor(items.length / count), items.length % count]
  return Array.from({ length: count }, (_, i) => {
    const start = i * size + Math.min(i, longer)
    const part = items.slice(start, start + size + (i < longer ? 1 : 0))
    return fill !== null && i >= longer ? [...part, fill] : part
  })
}

/** Lists of equal keys, sorted by key: tuples `(grouper, list)`. */
function groupBy(input: Input): TemplateValue[] {
  const path = String(input.argument('attribute') ?? '')
  const initial = input.argument('default')
  const original = (value: TemplateValue) => partOf(value, path, input, initial)
  const fold = keyFunction(input, null)
  const groups: { key: TemplateValue; shown: TemplateValue; items: TemplateValue[] }[] = []
  for (const item of sorted(input, input.items, (value) => fold(original(value)))) {
    const [shown, last] = [original(item), groups.at(-1)]
    const key = fold(shown)
    if (last && equal(last.key, key, input.meter, input.site)) last.items.push(item)
    else groups.push({ key, shown, items: [item] })
  }
  return groups.map(({ shown, items }) => new Tuple([shown, items], ['grouper', 'list']))
}

function entriesOf(input: Input): Tuple[] {
  if (!(input.value instanceof Dictionary)) {
    return input.fail(`\`${input.name}\` needs a dictionary, not ${kindOf(input.value)}`)
  }
  input.meter.step(input.site, input.value.entries.size)
  return [...input.value.entries].map((entry) => new Tuple(entry))
}

function sortEntries(input: Input): TemplateValue[] {
  const at = input.textArgument('by') === 'value' ? 1 : 0
  const fold = keyFunction(input)
  return sorted(input, entriesOf(input), (entry) => fold(entry instanceof Tuple ? (entry.items[at] ?? null) : entry))
}

export const listFilters: readonly (readonly [string, Operation])[] = [
  ['first', operation([], (input) => end(input, 0))],
  ['last', operation([], (input) => end(input, -1))],
  ['length', operation([], length)],
  ['count', operation([], length)],
  ['list', operation([], (input) => [...input.items])],
  ['join', operation(['d', 'attribute'], join)],
  ['reverse', operation([], reverse)],
  [
    'sort',
    operation(['reverse', 'case_sensitive', 'attribute'], (input) => sorted(input, input.items, keyFunction(input))),
  ],
  ['unique', operation(['case_sensitive', 'attribute'], unique)],
  ['min', operation(['case_sensitive', 'attribute'], (input) => extreme(input, -1))],
  ['max', operation(['case_sensitive', 'attribute'], (input) => extreme(input, 1))],
  ['sum', operation(['attribute', 'start'], sum)],
  ['map', openOperation(map)],
  ['select', openOperation((input) => select(input, true))],
  ['reject', openOperation((input) => select(input, false))],
  ['selectattr', openOperation((input) => selectByPart(input, true))],
  ['rejectattr', openOperation((input) => selectByPart(input, false))],
  ['batch', operation(['linecount!', 'fill_with'], batch)],
  ['slice', operation(['slices!', 'fill_with'], slice)],
  ['groupby', operation(['attribute!', 'default', 'case_sensitive'], groupBy)],
  ['items', operation([], entriesOf)],
  ['dictsort', operation(['case_sensitive', 'by', 'reverse'], sortEntries)],
]
