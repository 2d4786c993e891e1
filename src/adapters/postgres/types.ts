import { bug } from '../../diagnostics/index.ts'
import type { Column } from '../contract.ts'
import type { Types } from '../evolution.ts'
import { type Shape, sameShape } from '../shapes.ts'
import { quote } from '../standard-text.ts'

type RecordShape = Extract<Shape, { kind: 'record' }>

/** Arrays of any number of dimensions have one type. A record's fields are those of its named type. */
function readType({ type, fields }: Omit<Column, 'name'>): Shape {
  const item = /^(.*)\[\]$/s.exec(type)?.[1]
  if (item !== undefined) {
    return { kind: 'container', label: '[]', parts: [readType({ type: item, ...(fields ? { fields } : {}) })] }
  }
  if (!fields) return { kind: 'value', type }
  return { kind: 'record', type, fields: fields.map((field) => ({ name: field.name, shape: readType(field) })) }
}

/** Records of other fields than those of a named type have no type: nobody but their owner makes one. */
function writeType(shape: Shape): Omit<Column, 'name'> | undefined {
  if (shape.kind === 'value') return { type: shape.type }
  if (shape.kind === 'container') {
    const item = shape.parts[0] && writeType(shape.parts[0])
    return item && { ...item, type: `${item.type}[]` }
  }
  const fields = shape.fields.flatMap((field): Column[] => {
    const type = writeType(field.shape)
    return type ? [{ name: field.name, ...type }] : []
  })
  return shape.type === undefined ? undefined : { type: shape.type, fields }
}

/** Decimal digits of the values of integers. */
const integers: ReadonlyMap<string, number> = new Map([
  ['smallint', 5],
  ['integer', 10],
  ['bigint', 19],
])

/** Types that hold every integer of a type and of those before it. */
const exactFloats: ReadonlyMap<string, readonly string[]> = new Map([
  ['real', ['smallint']],
  ['double precision', ['smallint', 'integer', 'real']],
])

/** `numeric(10,2)`: digits before and behind the point; without a modifier any number of them. */
function decimal(type: string): { readonly whole: number; readonly behind: number } | undefined {
  if (type === 'numeric') return { whole: Number.POSITIVE_INFINITY, behind: Number.POSITIVE_INFINITY }
  const found = /^numeric\((\d+),(-?\d+)\)$/.exec(type)
  return found ? { whole: Number(found[1]) - Number(found[2]), behind: Number(found[2]) } : undefined
}

/** How many of something a type with a modifier holds, `character varying(10)`; without one as many as there are. */
function limited(type: string): { readonly base: string; readonly most: number } {
  const found = /^([a-z ]+?)\((\d+)\)( with(?:out)? time zone)?$/.exec(type)
  const base = found ? `${found[1]}${found[3] ?? ''}` : type
  // Text is what varies in length without a limit.
  return { base: base === 'text' ? 'character varying' : base, most: Number(found?.[2] ?? Number.POSITIVE_INFINITY) }
}

const growing: ReadonlySet<string> = new Set([
  'character varying',
  'bit varying',
  'timestamp with time zone',
  'timestamp without time zone',
  'time with time zone',
  'time without time zone',
])

/** Whether a type has every value of another, so that nothing is lost on the way. */
export function holds(outer: string, inner: string): boolean {
  if (exactFloats.get(outer)?.includes(inner)) return true
  const [wide, narrow] = [decimal(outer), decimal(inner)]
  const digits = integers.get(inner)
  if (digits !== undefined) return (integers.get(outer) ?? wide?.whole ?? 0) >= digits
  if (wide && narrow) return wide.whole >= narrow.whole && wide.behind >= narrow.behind
  const [longer, shorter] = [limited(outer), limited(inner)]
  return growing.has(longer.base) && longer.base === shorter.base && longer.most >= shorter.most
}

function typeName(shape: Shape): string {
  return writeType(shape)?.type ?? bug('a value is converted to a type that has no name')
}

/** Each item by its place: a list of records cannot be taken apart otherwise. `depth` tells lists in lists apart. */
function convertItems(value: string, from: Shape, to: Shape, type: string, depth: number): string {
  const place = `elt_place_${depth}`
  const item = convertValue(`(${value})[${place}.${place}]`, from, to, depth + 1)
  const items = `select array_agg(${item} order by ${place}.${place}) from generate_subscripts(${value}, 1) as ${place}(${place})`
  // Lists of several dimensions would become one: they fail, with words of their own.
  const deeper = `cast(cast(${value} as text) || ' has several dimensions' as ${type})`
  return `case when array_ndims(${value}) > 1 then ${deeper} when ${value} is not null then coalesce(cast((${items}) as ${type}), '{}') end`
}

/** A record of nulls is no null. Fields are matched by their names; those that are not there are null. */
function convertRecord(value: string, from: RecordShape, to: RecordShape, type: string, depth: number): string {
  const known = new Map(from.fields.map((field) => [field.name.toLowerCase(), field]))
  const fields = to.fields.map(({ name, shape }) => {
    const field = known.get(name.toLowerCase())
    return field ? convertValue(`(${value}).${quote(field.name)}`, field.shape, shape, depth) : 'null'
  })
  return `case when ${value} is distinct from null then cast(row(${fields.join(', ')}) as ${type}) end`
}

function convertValue(value: string, from: Shape, to: Shape, depth: number): string {
  if (sameShape(from, to)) return value
  const type = typeName(to)
  if (from.kind === 'record' && to.kind === 'record') return convertRecord(value, from, to, type, depth)
  const [item, other] = [from, to].map((shape) => (shape.kind === 'container' ? shape.parts[0] : undefined))
  if (item && other && holdsRecord(item)) return convertItems(value, item, other, type, depth)
  return `cast(${value} as ${type})`
}

/** Whether a shape is a record, or a list of them. */
function holdsRecord(shape: Shape): boolean {
  return shape.kind === 'container' ? shape.parts.some(holdsRecord) : shape.kind === 'record'
}

/** Whether its conversion looks at the items of a list one by one. */
export function isConvertedByItems(shape: Shape): boolean {
  if (shape.kind === 'container') return holdsRecord(shape)
  return shape.kind === 'record' && shape.fields.some((field) => isConvertedByItems(field.shape))
}

/** A value of one shape, given by an expression, as one of another that has room for it. */
export function convert(value: string, from: Shape, to: Shape): string {
  return convertValue(value, from, to, 1)
}

export const types: Types = {
  read: readType,
  write: writeType,
  holds,
  convert: ({ name }, from, to) => convert(quote(name), from, to),
}

/** Types that a SELECT can return and no table can hold, with what makes another of them. */
export function unstorable(type: string): string | undefined {
  if (/^record(\[\])*$/.test(type)) {
    return 'make a type, `create type analytics.address as (street text, city text)`, and cast to it: `row(a, b)::analytics.address`; or return `to_jsonb(…)`'
  }
  return type === 'void' ? 'return a value' : undefined
}
