import type { Types } from '../evolution.ts'
import type { Shape } from '../shapes.ts'
import { quote } from '../standard-text.ts'

/** Cuts a text at commas that stand outside of parentheses and quotes. */
function split(text: string): string[] {
  const parts: string[] = []
  let [depth, begin] = [0, 0]
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]
    if (sign === '"' || sign === "'") i = closing(text, i)
    else if (sign === '(') depth += 1
    else if (sign === ')') depth -= 1
    else if (sign === ',' && depth === 0) {
      parts.push(text.slice(begin, i).trim())
      begin = i + 1
    }
  }
  return [...parts, text.slice(begin).trim()]
}

/** Where a quoted piece ends that begins here; doubled quotes belong to it. */
function closing(text: string, begin: number): number {
  const quoted = text[begin]
  for (let i = begin + 1; i < text.length; i++) {
    if (text[i] !== quoted) continue
    if (text[i + 1] !== quoted) return i
    i += 1
  }
  return text.length
}

/** `"a ""b""" INTEGER` or `a INTEGER`. A name stays as it is printed, with its quotes where it needs them. */
function readField(text: string): { name: string; shape: Shape } {
  const end = text.startsWith('"') ? closing(text, 0) + 1 : text.indexOf(' ')
  return { name: text.slice(0, end), shape: readType(text.slice(end).trim()) }
}

/** Reads a type as the catalog prints it. */
export function readType(text: string): Shape {
  const list = /^(.*)(\[\d*\])$/s.exec(text)
  if (list) return { kind: 'container', label: list[2] ?? '', parts: [readType(list[1] ?? '')] }
  const inner = /^(STRUCT|MAP)\((.*)\)$/s.exec(text)
  if (inner?.[1] === 'STRUCT') return { kind: 'record', fields: split(inner[2] ?? '').map(readField) }
  if (inner?.[1] === 'MAP') return { kind: 'container', label: 'MAP', parts: split(inner[2] ?? '').map(readType) }
  return { kind: 'value', type: text }
}

/** The type's name as the catalog prints it. */
export function writeType(shape: Shape): string {
  if (shape.kind === 'value') return shape.type
  if (shape.kind === 'record')
    return `STRUCT(${shape.fields.map((field) => `${field.name} ${writeType(field.shape)}`).join(', ')})`
  const parts = shape.parts.map(writeType)
  return shape.label === 'MAP' ? `MAP(${parts.join(', ')})` : `${parts.join('')}${shape.label}`
}

/** Bits of the values of integers, and whether they have a sign. */
const integers: ReadonlyMap<string, { readonly bits: number; readonly signed: boolean }> = new Map([
  ['TINYINT', { bits: 7, signed: true }],
  ['SMALLINT', { bits: 15, signed: true }],
  ['INTEGER', { bits: 31, signed: true }],
  ['BIGINT', { bits: 63, signed: true }],
  ['HUGEINT', { bits: 127, signed: true }],
  ['UTINYINT', { bits: 8, signed: false }],
  ['USMALLINT', { bits: 16, signed: false }],
  ['UINTEGER', { bits: 32, signed: false }],
  ['UBIGINT', { bits: 64, signed: false }],
  ['UHUGEINT', { bits: 128, signed: false }],
])

/** Bits of whole numbers that a float holds exactly. */
const floats: ReadonlyMap<string, number> = new Map([
  ['FLOAT', 24],
  ['DOUBLE', 53],
])

/** From coarse to fine, of the same range or a smaller one that no clock leaves. */
const timestamps = ['TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP']

/** Digits before and behind the point. */
function decimal(type: string): { readonly whole: number; readonly behind: number } | undefined {
  const found = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type)
  return found ? { whole: Number(found[1]) - Number(found[2]), behind: Number(found[2]) } : undefined
}

function holdsInteger(outer: string, inner: { readonly bits: number; readonly signed: boolean }): boolean {
  const wider = integers.get(outer)
  if (wider) return wider.bits >= inner.bits && (wider.signed || !inner.signed)
  const digits = Math.ceil(inner.bits * Math.log10(2))
  return (floats.get(outer) ?? 0) >= inner.bits || (decimal(outer)?.whole ?? 0) >= digits
}

/** Whether a type has every value of another, so that nothing is lost on the way. */
export function holds(outer: string, inner: string): boolean {
  const integer = integers.get(inner)
  if (integer) return holdsInteger(outer, integer)
  const [wide, narrow] = [decimal(outer), decimal(inner)]
  if (wide && narrow) return wide.whole >= narrow.whole && wide.behind >= narrow.behind
  if (outer === 'DOUBLE') return inner === 'FLOAT'
  if (outer === 'VARCHAR') return inner === 'JSON' || inner.startsWith('ENUM(')
  return timestamps.includes(inner) && timestamps.indexOf(outer) > timestamps.indexOf(inner)
}

export const types: Types = {
  read: ({ type }) => readType(type),
  write: (shape) => ({ type: writeType(shape) }),
  holds,
  convert: ({ name }, _, to) => `cast(${quote(name)} as ${writeType(to)})`,
}
