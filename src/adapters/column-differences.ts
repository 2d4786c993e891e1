import type { Column, ColumnDifference } from './contract.ts'
import type { Types } from './evolution.ts'
import { type Field, type Shape, sameShape } from './shapes.ts'

const folded = (name: string): string => name.toLowerCase()

/** A shape in the engine's words; records of a type without a name by their fields. */
function wordsOf(shape: Shape, types: Types): string {
  const written = types.write(shape)?.type
  if (written !== undefined) return written
  return shape.kind === 'record' ? `a record of ${shape.fields.map(({ name }) => name).join(', ')}` : 'records'
}

/** Whether two types have the same values, and differ by their names alone. */
function isSameValue(a: Shape, b: Shape, { holds }: Types): boolean {
  if (a.kind !== 'value' || b.kind !== 'value') return sameShape(a, b)
  return a.type === b.type || (holds(a.type, b.type) && holds(b.type, a.type))
}

/** What stands between the name of a list and those of its items' fields. */
const itemPath = (path: string, parts: readonly Shape[], index: number): string =>
  parts.length === 1 ? `${path}[]` : `${path}{${index === 0 ? 'key' : 'value'}}`

function compareShape(path: string, promised: Shape, found: Shape, types: Types): ColumnDifference[] {
  if (promised.kind === 'record' && found.kind === 'record') {
    const isNamed = promised.type !== undefined && promised.type === found.type
    return isNamed ? [] : compareFields(`${path}.`, promised.fields, found.fields, types)
  }
  const alike = promised.kind === 'container' && found.kind === 'container' && promised.label === found.label
  if (alike && promised.parts.length === found.parts.length) {
    return promised.parts.flatMap((part, index) => {
      const other = found.parts[index]
      return other ? compareShape(itemPath(path, promised.parts, index), part, other, types) : []
    })
  }
  if (isSameValue(promised, found, types)) return []
  return [{ path, promised: wordsOf(promised, types), found: wordsOf(found, types) }]
}

function compareFields(
  prefix: string,
  promised: readonly Field[],
  found: readonly Field[],
  types: Types,
): ColumnDifference[] {
  const others = new Map(found.map((field) => [folded(field.name), field]))
  const known = new Set(promised.map(({ name }) => folded(name)))
  const ofPromised = promised.flatMap(({ name, shape }) => {
    const other = others.get(folded(name))
    const path = `${prefix}${name}`
    return other ? compareShape(path, shape, other.shape, types) : [{ path, promised: wordsOf(shape, types) }]
  })
  const added = found.filter(({ name }) => !known.has(folded(name)))
  return [
    ...ofPromised,
    ...added.map(({ name, shape }) => ({ path: `${prefix}${name}`, found: wordsOf(shape, types) })),
  ]
}

/** Where columns differ from those that were promised, in the order of the promise, what is new last. */
export function columnDifferences(
  promised: readonly Column[],
  found: readonly Column[],
  types: Types,
): ColumnDifference[] {
  const fieldsOf = (columns: readonly Column[]): Field[] =>
    columns.map((column) => ({ name: column.name, shape: types.read(column) }))
  return compareFields('', fieldsOf(promised), fieldsOf(found), types)
}
