import type { FieldDef } from 'pg'
import type { Row } from '../contract.ts'
import { type ElementType, elementsOf, fieldsOf } from './nested-text.ts'

/** How a value of a type is read from the engine's text. */
export type ValueReader = (text: string) => unknown

function integer(text: string): unknown {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

/** As JSON has no such numbers, they are text. */
function float(text: string): unknown {
  const number = Number(text)
  return Number.isFinite(number) ? number : text
}

/** Years before our era are counted from a year 0, as ISO 8601 and the other engine have it. */
function isoTime(text: string, suffix: string): string {
  if (text.endsWith('infinity')) return text
  const match = /^(\d+)(-\d\d-\d\d)(?: ([\d:.]+)(?:[+-]00)?)?( BC)?$/.exec(text)
  if (!match) return text
  const [, year = '', day, clock, isBefore] = match
  const counted = isBefore ? 1 - Number(year) : Number(year)
  const shown = counted < 0 ? `-${String(-counted).padStart(4, '0')}` : String(counted).padStart(4, '0')
  return clock === undefined ? `${shown}${day}` : `${shown}${day}T${clock}${suffix}`
}

/** By the object ids of built-in types, which no release changes. Types that are not listed are shown as the engine shows them. */
const scalars: ReadonlyMap<number, ValueReader> = new Map<number, ValueReader>([
  [16, (text) => text === 't'],
  [20, integer],
  [21, integer],
  [23, integer],
  [26, integer],
  [700, float],
  [701, float],
  [1082, (text) => isoTime(text, '')],
  [1114, (text) => isoTime(text, '')],
  [1184, (text) => isoTime(text, 'Z')],
])

/** Built-in arrays of the types above, and of text, numbers, times, JSON and UUID, by their own ids. */
const arrays: ReadonlyMap<number, number> = new Map([
  [1000, 16],
  [1016, 20],
  [1005, 21],
  [1007, 23],
  [1028, 26],
  [1021, 700],
  [1022, 701],
  [1182, 1082],
  [1115, 1114],
  [1185, 1184],
  [1009, 25],
  [1015, 1043],
  [1231, 1700],
  [1183, 1083],
  [199, 114],
  [3807, 3802],
  [2951, 2950],
])

const asText: ValueReader = (text) => text

/** Types that people made have ids from here on: what they are is in the catalog. */
const firstOwnId = 16_384

export function isOwn(id: number): boolean {
  return id >= firstOwnId
}

/** The reader of a type, of which those that people made are in `own`. */
export function readerOf(id: number, own: ReadonlyMap<number, ElementType>): ValueReader {
  const scalar = scalars.get(id)
  if (scalar) return scalar
  const element = arrays.get(id)
  const shape = element === undefined ? own.get(id) : ({ kind: 'array', element, delimiter: ',' } as const)
  if (!shape) return asText
  if (shape.kind === 'same') return readerOf(shape.as, own)
  if (shape.kind === 'array') {
    const read = readerOf(shape.element, own)
    return (text) => elementsOf(text, shape.delimiter, read)
  }
  const readers = shape.fields.map((field) => ({ name: field.name, read: readerOf(field.type, own) }))
  return (text) => {
    const values = fieldsOf(text)
    return Object.fromEntries(
      readers.map(({ name, read }, index) => {
        const value = values[index]
        return [name, value === undefined || value === null ? null : read(value)]
      }),
    )
  }
}

/** Names of a result's columns, where a repeated one gets a number: `a`, `a:1`. */
function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const times = seen.get(name) ?? 0
    seen.set(name, times + 1)
    return times === 0 ? name : `${name}:${times}`
  })
}

/**
 * Reads a result as plain JSON values: integers beyond 2^53 and decimals are text, dates and times ISO text, arrays lists,
 * composite values objects. JSON stays the text that it is, in which no number is rounded.
 */
export function readRows(
  fields: readonly FieldDef[],
  rows: readonly (readonly (string | null)[])[],
  own: ReadonlyMap<number, ElementType>,
): Row[] {
  const names = distinct(fields.map(({ name }) => name))
  const readers = fields.map(({ dataTypeID }) => readerOf(dataTypeID, own))
  return rows.map((values) =>
    Object.fromEntries(
      names.map((name, i) => {
        const value = values[i] ?? null
        return [name, value === null ? null : (readers[i] ?? asText)(value)]
      }),
    ),
  )
}
