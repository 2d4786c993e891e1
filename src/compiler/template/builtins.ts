import { elements } from './compare.ts'
import { dataFunctions } from './data-functions.ts'
import type { Meter } from './meter.ts'
import { datetimeModule } from './moments.ts'
import { patternModule } from './pattern-module.ts'
import { kindOf } from './print.ts'
import { bindArguments } from './signature.ts'
import { fail, type Site } from './site.ts'
import {
  type CallArguments,
  callable,
  Dictionary,
  isInteger,
  isList,
  Namespace,
  Printable,
  type TemplateValue,
  Tuple,
} from './value.ts'

/** Thrown by `return(value)`, caught by the macro call that it ends. */
export class Return extends Error {
  override readonly name = 'Return'
  readonly value: TemplateValue
  readonly site: Site

  constructor(value: TemplateValue, site: Site) {
    super('return')
    this.value = value
    this.site = site
  }
}

/** Names that no macro may take, because a template could then not tell what they mean. */
export const reservedNames: readonly string[] = ['loop', 'caller', 'varargs', 'kwargs', 'self', 'super']

/** What every template has besides what the host gives, by name; each is made when it is first used. */
export const builtins: ReadonlyMap<string, (meter: Meter) => TemplateValue> = new Map<
  string,
  (meter: Meter) => TemplateValue
>([
  ...dataFunctions,
  ['range', (meter) => callable('range', (call) => range(call, meter))],
  ['namespace', () => callable('namespace', (call) => new Namespace(entries('namespace', call)))],
  ['dict', () => callable('dict', (call) => new Dictionary(entries('dict', call)))],
  ['zip', (meter) => callable('zip', (call) => zip(call, meter))],
  ['joiner', () => callable('joiner', joiner)],
  ['return', () => callable('return', returnValue)],
  ['modules', modules],
])

/** `modules`: the parts of Python's library that templates need. */
function modules(meter: Meter): TemplateValue {
  const members = new Map<string, TemplateValue>([
    ['datetime', datetimeModule()],
    ['re', patternModule(meter)],
  ])
  return new Printable({ description: '`modules`', members })
}

function range(call: CallArguments, meter: Meter): TemplateValue {
  const bound = bindArguments('range', [{ name: 'start', required: true }, { name: 'stop' }, { name: 'step' }], call)
  const integer = (name: string): number | undefined => {
    const given = bound.get(name)
    if (!given || isInteger(given.value)) return given?.value as number | undefined
    return fail('template-type', { problem: `\`range\` needs integers, not ${kindOf(given.value)}` }, given.site)
  }
  const [first = 0, second, step = 1] = [integer('start'), integer('stop'), integer('step')]
  const [from, to] = second === undefined ? [0, first] : [first, second]
  if (step === 0) return fail('template-type', { problem: 'the step of `range` cannot be zero' }, call.site)
  const length = Math.max(0, Math.ceil((to - from) / step))
  meter.step(call.site, length)
  return Array.from({ length }, (_, i) => from + i * step)
}

/** `dict([('a', 1)])` */
function isPairs(value: TemplateValue): value is readonly Tuple[] {
  return isList(value) && value.every((one) => one instanceof Tuple && one.items.length === 2)
}

function entries(name: string, call: CallArguments): Map<string, TemplateValue> {
  const all = new Map<string, TemplateValue>()
  for (const [index, given] of call.positional.entries()) {
    const site = call.positionalSites[index] ?? call.site
    if (name === 'dict' && isPairs(given)) {
      for (const { items } of given) all.set(String(items[0] ?? null), items[1] ?? null)
      continue
    }
    if (!(given instanceof Dictionary)) {
      return fail('template-type', { problem: `\`${name}\` needs a dictionary, not ${kindOf(given)}` }, site)
    }
    for (const [key, value] of given.entries) all.set(String(key), value)
  }
  for (const [key, value] of call.named) all.set(key, value)
  return all
}

function zip(call: CallArguments, meter: Meter): TemplateValue {
  const lists = call.positional.map((value, i) => elements(value, call.positionalSites[i] ?? call.site))
  const length = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length))
  meter.step(call.site, length * lists.length)
  return Array.from({ length }, (_, i) => new Tuple(lists.map((list) => list[i] ?? null)))
}

/** A function that gives nothing the first time it is called, and the separator from then on. */
function joiner(call: CallArguments): TemplateValue {
  const separator = bindArguments('joiner', [{ name: 'sep' }], call).get('sep')?.value ?? ', '
  let isFirst = true
  return callable('joiner', () => {
    const text = isFirst ? '' : separator
    isFirst = false
    return text
  })
}

function returnValue(call: CallArguments): TemplateValue {
  const value = bindArguments('return', [{ name: 'value' }], call).get('value')?.value ?? null
  throw new Return(value, call.site)
}
