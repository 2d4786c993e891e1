import { hasMarker } from './holes.ts'
import type { Meter } from './meter.ts'
import { kindOf } from './print.ts'
import { fail, type Site, TemplateError } from './site.ts'
import {
  Dictionary,
  isList,
  type Key,
  Moment,
  numberOf,
  Printable,
  type TemplateValue,
  Tuple,
  WholeFloat,
} from './value.ts'

const maximalNesting = 50

/** Refuses texts whose final form is not known while compiling (`{{ window.start }}` joined into one). */
export function refuseHoles(text: string, use: string, site: Site): void {
  if (hasMarker(text))
    fail('known-when-run', { what: 'a text with a relation or a bound of the window in it', use }, site)
}

function refuse(value: TemplateValue, use: 'truth' | 'compare', site: Site): void {
  if (value instanceof Printable && value.refuse) throw new TemplateError(value.refuse(use, site))
  if (use === 'compare' && typeof value === 'string') refuseHoles(value, 'compared', site)
}

/** Whether a value counts as true: none, false, zero and everything empty does not. */
export function isTrue(value: TemplateValue, site: Site): boolean {
  if (value === null || typeof value === 'boolean') return value === true
  if (typeof value === 'string') return value.length > 0
  if (value instanceof Dictionary) return value.entries.size > 0
  if (value instanceof Tuple) return value.items.length > 0
  if (isList(value)) return value.length > 0
  if (value instanceof Moment) return value.kind !== 'timedelta' || value.microseconds !== 0n
  refuse(value, 'truth', site)
  return numberOf(value) !== 0
}

/** Python's `==`: numbers by value (`1 == 1.0 == true`), collections by content, everything else by identity. */
export function equal(a: TemplateValue, b: TemplateValue, meter: Meter, site: Site, nesting = 0): boolean {
  refuse(a, 'compare', site)
  refuse(b, 'compare', site)
  countNesting(nesting, meter, site)
  const same = (x: TemplateValue, y: TemplateValue) => equal(x, y, meter, site, nesting + 1)
  const sameItems = (x: readonly TemplateValue[], y: readonly TemplateValue[]) =>
    x.length === y.length && x.every((item, i) => same(item, y[i] ?? null))
  if (a instanceof Moment) return b instanceof Moment && a.kind === b.kind && a.microseconds === b.microseconds
  if (isSet(a) && isSet(b)) {
    return a.items.length === b.items.length && a.items.every((item) => b.items.some((other) => same(item, other)))
  }
  if (a instanceof Tuple) return b instanceof Tuple && sameItems(a.items, b.items)
  if (a instanceof Dictionary) return b instanceof Dictionary && sameEntries(a, b, same)
  if (isList(a)) return isList(b) && sameItems(a, b)
  const [x, y] = [asNumber(a), asNumber(b)]
  return x !== undefined && y !== undefined ? x === y : a === b
}

const isSet = (value: TemplateValue): value is Tuple => value instanceof Tuple && value.description === 'a set'

function countNesting(nesting: number, meter: Meter, site: Site): void {
  meter.step(site)
  if (nesting <= maximalNesting) return
  fail('template-limit', { what: 'a compared value is nested too deeply', limit: `${maximalNesting} levels` }, site)
}

/** The number that a value counts as: booleans are 0 and 1. */
export function asNumber(value: TemplateValue): number | undefined {
  return typeof value === 'boolean' ? Number(value) : numberOf(value)
}

function sameEntries(a: Dictionary, b: Dictionary, same: (x: TemplateValue, y: TemplateValue) => boolean): boolean {
  if (a.entries.size !== b.entries.size) return false
  return [...a.entries].every(([key, value]) => {
    const other = b.entries.get(key)
    return other !== undefined && same(value, other)
  })
}

/** Negative, zero or positive as `a` sorts before, with or after `b`; kinds that have no order are an error. */
export function order(a: TemplateValue, b: TemplateValue, meter: Meter, site: Site, nesting = 0): number {
  refuse(a, 'compare', site)
  refuse(b, 'compare', site)
  countNesting(nesting, meter, site)
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (a instanceof Moment && b instanceof Moment && a.kind === b.kind) {
    return Number(a.microseconds - b.microseconds)
  }
  const [x, y] = [asNumber(a), asNumber(b)]
  if (x !== undefined && y !== undefined) return x - y
  const [these, those] = [itemsOf(a), itemsOf(b)]
  if (these && those && isList(a) === isList(b)) {
    for (let i = 0; i < Math.min(these.length, those.length); i++) {
      const first = order(these[i] ?? null, those[i] ?? null, meter, site, nesting + 1)
      if (first !== 0) return first
    }
    return these.length - those.length
  }
  return fail('template-type', { problem: `${kindOf(a)} and ${kindOf(b)} have no order` }, site)
}

function itemsOf(value: TemplateValue): readonly TemplateValue[] | undefined {
  if (value instanceof Tuple) return value.items
  return isList(value) ? value : undefined
}

/** Python's `item in container`: an element, a key, or a part of a text. */
export function contains(container: TemplateValue, item: TemplateValue, meter: Meter, site: Site): boolean {
  const items = itemsOf(container)
  if (items) return items.some((element) => equal(element, item, meter, site))
  if (container instanceof Dictionary) return container.entries.has(keyOf(item, site))
  if (typeof container === 'string') {
    refuse(container, 'compare', site)
    refuse(item, 'compare', site)
    meter.text(site, container.length)
    if (typeof item === 'string') return container.includes(item)
    return fail('template-type', { problem: `a text cannot contain ${kindOf(item)}`, help: 'only a text' }, site)
  }
  refuse(container, 'compare', site)
  return fail('template-type', { problem: `${kindOf(container)} contains nothing to look for` }, site)
}

/** A value as the key of a dictionary. Whole floats are the integers they equal, as in Python. */
export function keyOf(value: TemplateValue, site: Site): Key {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  if (value instanceof WholeFloat) return value.value
  if (typeof value === 'string') {
    refuseHoles(value, 'a key', site)
    return value
  }
  return fail('template-type', { problem: `${kindOf(value)} cannot be the key of a dictionary` }, site)
}

/** The elements that a loop goes over: items, keys, or characters. */
export function elements(value: TemplateValue, site: Site): readonly TemplateValue[] {
  const items = itemsOf(value)
  if (items) return items
  if (value instanceof Dictionary) return [...value.entries.keys()]
  if (typeof value === 'string') {
    refuseHoles(value, 'looped over', site)
    return [...value]
  }
  return fail('template-type', { problem: `${kindOf(value)} cannot be looped over` }, site)
}
