import type { Meter } from './meter.ts'
import { fail, type Site } from './site.ts'
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
  WholeFloat,
} from './value.ts'

const maximalNesting = 50

/** What a value is, for messages: `a list`, `the function ref`. */
export function kindOf(value: TemplateValue): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return 'a boolean'
  if (typeof value === 'string') return 'a text'
  if (isInteger(value)) return 'an integer'
  if (typeof value === 'number' || value instanceof WholeFloat) return 'a float'
  if (value instanceof Tuple) return value.description ?? 'a tuple'
  if (value instanceof Dictionary) return 'a dictionary'
  if (value instanceof Namespace) return 'a namespace'
  if (value instanceof Callable) return `the function \`${value.name}\``
  if (value instanceof Printable) return value.description
  if (value instanceof Moment) return `a ${value.kind}`
  return 'a list'
}

/** A value as Jinja prints it: texts as they are, `True`, `None`, `1.0`, and collections as Python writes them. */
export function printed(value: TemplateValue, meter: Meter, site: Site): string {
  return typeof value === 'string' ? value : new Printer(meter, site).print(value)
}

/** A value as Python's `repr` writes it: texts in quotes. */
export function represented(value: TemplateValue, meter: Meter, site: Site): string {
  return typeof value === 'string' ? quote(value) : new Printer(meter, site).print(value)
}

/** A float as Python prints it: `1.0`, `1e-05`, `1e+16`. */
export function printFloat(value: number): string {
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  }
  return Number.isInteger(value) ? `${Object.is(value, -0) ? '-0' : value}.0` : String(value)
}

/** A text in quotes, as Python writes it. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const inner = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(mark, `\\${mark}`)
  return mark + inner + mark
}

class Printer {
  readonly #meter: Meter
  readonly #site: Site
  #length = 0
  #nesting = 0

  constructor(meter: Meter, site: Site) {
    this.#meter = meter
    this.#site = site
  }

  print(value: TemplateValue): string {
    if (value === null) return 'None'
    if (typeof value === 'boolean') return value ? 'True' : 'False'
    if (isInteger(value)) return String(value)
    if (typeof value === 'number') return printFloat(value)
    if (value instanceof WholeFloat) return printFloat(value.value)
    if (value instanceof Moment) return value.text
    if (value instanceof Printable && value.text !== undefined) return value.text
    if (value instanceof Tuple && value.description === undefined)
      return this.#list(value.items, '(', value.items.length === 1 ? ',)' : ')')
    if (value instanceof Dictionary) return this.#dictionary(value)
    if (typeof value === 'string') return value
    if (isList(value)) return this.#list(value, '[', ']')
    return this.#refuse(value)
  }

  #element(value: TemplateValue): string {
    const text =
      typeof value === 'string' ? quote(value) : value instanceof Moment ? value.representation : this.print(value)
    this.#length += text.length
    this.#meter.step(this.#site)
    this.#meter.text(this.#site, this.#length)
    return text
  }

  #nested(print: () => string): string {
    if (++this.#nesting > maximalNesting) {
      fail(
        'template-limit',
        { what: 'a printed value is nested too deeply', limit: `${maximalNesting} levels` },
        this.#site,
      )
    }
    const text = print()
    this.#nesting--
    return text
  }

  #list(items: readonly TemplateValue[], open: string, close: string): string {
    return this.#nested(() => open + items.map((item) => this.#element(item)).join(', ') + close)
  }

  #dictionary(value: Dictionary): string {
    const entry = ([key, item]: readonly [TemplateValue, TemplateValue]) =>
      `${this.#element(key)}: ${this.#element(item)}`
    return this.#nested(() => `{${[...value.entries].map(entry).join(', ')}}`)
  }

  #refuse(value: TemplateValue): never {
    const help =
      value instanceof Callable
        ? `call it: \`${value.name}()\``
        : value instanceof Tuple
          ? "print its elements: `x | join(', ')`"
          : 'print one of its members'
    return fail('template-type', { problem: `${kindOf(value)} cannot be printed`, help }, this.#site)
  }
}
