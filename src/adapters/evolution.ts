import type { Column, Evolution, EvolveRequest, WrittenColumn } from './contract.ts'
import { type Field, type Merged, mergeFields, type Retyped, type Rules, type Shape, sameShape } from './shapes.ts'

/** What an engine knows of types. */
export interface Types extends Pick<Rules, 'holds'> {
  readonly read: (column: Column) => Shape
  /** A shape's type; undefined when the engine has no type of that shape. */
  readonly write: (shape: Shape) => Omit<Column, 'name'> | undefined
  /** A value of one shape as one of another that has room for it. */
  readonly convert: (column: Column, from: Shape, to: Shape) => string
}

/** A column of a table that takes another type. */
export interface Alteration {
  readonly name: string
  readonly from: Shape
  readonly to: Shape
  readonly type: string
}

/** What has to be altered, for the engine to word it. */
export interface Steps extends Omit<Evolution, 'statements'> {
  readonly drop: readonly string[]
  readonly add: readonly Column[]
  readonly alter: readonly Alteration[]
}

const folded = (name: string): string => name.toLowerCase()

const byName = <T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [folded(item.name), item]))

function rulesOf(mode: EvolveRequest['mode'], { holds }: Types): Rules {
  return {
    added: mode === 'ignore' ? 'leave' : 'add',
    removed: mode === 'sync' || mode === 'rebuild' ? 'drop' : 'keep',
    retyped: mode === 'rebuild' ? 'take' : 'widen',
    holds,
  }
}

/** A shape as a person reads it; the engine's own word where it has one. */
function nameOf(shape: Shape, types: Types): string {
  return (
    types.write(shape)?.type ??
    `a record of ${shape.kind === 'record' ? shape.fields.map(({ name }) => name).join(', ') : 'records'}`
  )
}

/** The columns of rows as the table takes them. */
function writtenOf(after: readonly Column[], fields: readonly Field[], columns: readonly Column[], types: Types) {
  const [shapes, stored] = [byName(fields), byName(columns)]
  return after.flatMap((column): WrittenColumn[] => {
    const [to, as] = [shapes.get(folded(column.name))?.shape, stored.get(folded(column.name))]
    if (!to || !as) return []
    const from = types.read(column)
    // What has no type is refused as a whole.
    const conversion = sameShape(from, to) || !types.write(to) ? {} : { conversion: types.convert(column, from, to) }
    return [{ ...as, name: column.name, ...conversion }]
  })
}

/** The type names of merged fields; those that the engine has no type for are told. */
function storedColumns(merged: Merged, request: EvolveRequest, types: Types) {
  const [before, after] = [byName(request.before), byName(request.after)]
  const untyped: Retyped[] = []
  const columns = merged.fields.map(({ name, shape }): Column => {
    const [old, given] = [before.get(folded(name)), after.get(folded(name))]
    if (old && sameShape(types.read(old), shape)) return old
    if (!old && given) return given
    const type = types.write(shape)
    if (type === undefined && old)
      untyped.push({ path: name, before: types.read(old), after: given ? types.read(given) : shape })
    return { name, ...(type ?? { type: old?.type ?? '' }) }
  })
  return { columns, untyped }
}

/** Works out how a table is brought to hold rows of other columns; the engine writes the statements. */
export function evolutionSteps(request: EvolveRequest, types: Types): Steps {
  const { before, after, mode } = request
  const fieldsOf = (columns: readonly Column[]): Field[] =>
    columns.map((column) => ({ name: column.name, shape: types.read(column) }))
  const merged = mergeFields(fieldsOf(before), fieldsOf(after), rulesOf(mode, types))
  const { columns, untyped } = storedColumns(merged, request, types)
  const [old, now] = [byName(before), byName(columns)]
  const told = ({ path, before: from, after: to }: Retyped): string =>
    `${path} (${nameOf(from, types)} to ${nameOf(to, types)})`
  return {
    columns,
    written: writtenOf(after, merged.fields, columns, types),
    added: merged.added,
    removed: merged.removed,
    retyped: [...merged.widened, ...merged.narrower].map(told),
    refused: [...merged.refused, ...untyped].map(told),
    drop: before.filter(({ name }) => !now.has(folded(name))).map(({ name }) => name),
    add: columns.filter(({ name }) => !old.has(folded(name))),
    alter: merged.fields.flatMap(({ name, shape }, index): Alteration[] => {
      const [column, type] = [old.get(folded(name)), columns[index]?.type]
      const from = column && types.read(column)
      const isAltered = from && !sameShape(from, shape) && types.write(shape) !== undefined
      return isAltered && type !== undefined ? [{ name, from, to: shape, type }] : []
    }),
  }
}
