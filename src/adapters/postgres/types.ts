import type { Types } from '../evolution.ts'
import type { Shape } from '../shapes.ts'
import { quote } from './text.ts'

/** Arrays of any number of dimensions have one type. */
function readType(text: string): Shape {
  const item = /^(.*)\[\]$/s.exec(text)?.[1]
  if (item === undefined) return { kind: 'value', type: text }
  return { kind: 'container', label: '[]', parts: [readType(item)] }
}

function writeType(shape: Shape): string | undefined {
  if (shape.kind === 'value') return shape.type
  const item = shape.kind === 'container' && shape.parts[0] ? writeType(shape.parts[0]) : undefined
  return item === undefined ? undefined : `${item}[]`
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

export const types: Types = {
  read: ({ type }) => readType(type),
  write: writeType,
  holds,
  convert: ({ name }, _, to) => `cast(${quote(name)} as ${writeType(to)})`,
}
