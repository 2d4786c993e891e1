import { dictionaryMethods, listMethods } from './collection-methods.ts'
import { keyOf, refuseHoles } from './compare.ts'
import { Input, type Operation, type Run } from './operation.ts'
import { kindOf } from './print.ts'
import { fail, type Site } from './site.ts'
import { textMethods } from './text-operations.ts'
import {
  Callable,
  Dictionary,
  isInteger,
  isList,
  Moment,
  Namespace,
  Printable,
  type TemplateValue,
  Tuple,
} from './value.ts'

/** The methods of a value's kind: these tables are all that a template can call on data. */
function methodsOf(value: TemplateValue): ReadonlyMap<string, Operation> | undefined {
  if (typeof value === 'string') return textMethods
  if (value instanceof Dictionary) return dictionaryMethods
  return isList(value) ? listMethods : undefined
}

/** Names that `.name` can read, for suggestions. */
export function memberNames(value: TemplateValue): readonly string[] {
  if (value instanceof Namespace || value instanceof Printable) return [...value.members.keys()]
  if (value instanceof Moment) return [...value.members().keys()]
  if (value instanceof Tuple) return [...value.members.keys(), ...value.names]
  const keys = value instanceof Dictionary ? [...value.entries.keys()].filter((key) => typeof key === 'string') : []
  return [...keys, ...(methodsOf(value)?.keys() ?? [])]
}

/** A part of a value by name: an entry, a member, a named item. Never a method. */
export function dataMember(value: TemplateValue, name: string): TemplateValue | undefined {
  if (value instanceof Dictionary) return value.entries.get(name) ?? value.otherwise
  if (value instanceof Namespace || value instanceof Printable || value instanceof Callable) {
    return value.members.get(name)
  }
  if (value instanceof Moment) return value.members().get(name)
  if (value instanceof Tuple) {
    return value.members.get(name) ?? (value.names.includes(name) ? value.items[value.names.indexOf(name)] : undefined)
  }
  return undefined
}

/** `value.name`: a method before an entry, as in Jinja. Undefined when there is neither. */
export function memberOf(value: TemplateValue, name: string, run: Run): TemplateValue | undefined {
  const method = methodsOf(value)?.get(name)
  if (!method) return dataMember(value, name)
  return new Callable(name, (call) => method.apply(new Input(name, method, value, call, run)))
}

/** `value[key]`; undefined when there is no such element. */
export function elementOf(value: TemplateValue, key: TemplateValue, run: Run, site: Site): TemplateValue | undefined {
  if (value instanceof Dictionary) return value.entries.get(keyOf(key, site)) ?? value.otherwise
  if (value instanceof Tuple && typeof key === 'string' && value.names.length > 0) return dataMember(value, key)
  if (
    value instanceof Namespace ||
    value instanceof Printable ||
    (value instanceof Callable && value.members.size > 0)
  ) {
    return typeof key === 'string' ? value.members.get(key) : undefined
  }
  const items = indexable(value, run, site)
  if (!items) return fail('template-type', { problem: `${kindOf(value)} has no elements` }, site)
  if (isInteger(key)) return items.at(key)
  return fail('template-type', { problem: `${kindOf(value)} is indexed by integers, not by ${kindOf(key)}` }, site)
}

function indexable(value: TemplateValue, run: Run, site: Site): readonly TemplateValue[] | undefined {
  if (value instanceof Tuple) return value.items
  if (isList(value)) return value
  if (typeof value !== 'string') return undefined
  refuseHoles(value, 'cut', site)
  run.meter.text(site, value.length)
  return [...value]
}

export interface SliceBounds {
  readonly from: number | undefined
  readonly to: number | undefined
  readonly step: number | undefined
}

/** Python's `value[from:to:step]`; bounds beyond the ends are clipped. */
export function sliceOf(value: TemplateValue, bounds: SliceBounds, run: Run, site: Site): TemplateValue {
  const items = indexable(value, run, site)
  if (!items) return fail('template-type', { problem: `${kindOf(value)} cannot be cut` }, site)
  const step = bounds.step ?? 1
  if (step === 0) return fail('template-type', { problem: 'the step of a slice cannot be zero' }, site)
  run.meter.step(site, items.length)
  const { length } = items
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1]
  const clip = (bound: number) => Math.min(Math.max(bound < 0 ? bound + length : bound, lowest), highest)
  const from = bounds.from === undefined ? (step > 0 ? 0 : length - 1) : clip(bounds.from)
  const to = bounds.to === undefined ? (step > 0 ? length : -1) : clip(bounds.to)
  const taken: TemplateValue[] = []
  for (let i = from; step > 0 ? i < to : i > to; i += step) taken.push(items[i] ?? null)
  if (value instanceof Tuple) return new Tuple(taken)
  return typeof value === 'string' ? taken.join('') : taken
}
