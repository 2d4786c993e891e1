/**
 * What a column holds, as deep as it goes: a value, a record of named fields, or a container (a list, an array of three, a map)
 * of other shapes. Engines read their type names into shapes and write them out again; what is compared and merged here has no
 * words of any engine. Where an engine has records by names only, `type` is the name of one.
 */
export type Shape =
  | { readonly kind: 'value'; readonly type: string }
  | { readonly kind: 'record'; readonly fields: readonly Field[]; readonly type?: string }
  | { readonly kind: 'container'; readonly label: string; readonly parts: readonly Shape[] }

export interface Field {
  readonly name: string
  readonly shape: Shape
}

/** What becomes of the fields of a table and of rows that differ from it. */
export interface Rules {
  /** `add`: the table takes fields that only the rows have. `leave`: they are not written. */
  readonly added: 'add' | 'leave'
  /** `drop`: fields that only the table has go. `keep`: they stay, and are null in the rows. */
  readonly removed: 'drop' | 'keep'
  /** `take`: what has another type becomes as the rows have it, since the table's own values go. */
  readonly retyped: 'widen' | 'take'
  /** Whether the first type has every value that the second one has. */
  readonly holds: (outer: string, inner: string) => boolean
}

/** A field that has become another, `person.age`. */
export interface Retyped {
  readonly path: string
  readonly before: Shape
  readonly after: Shape
}

/** How rows differ from a table, and what the table would be with them. */
export interface Merged {
  /** The table's fields, in its order, new ones behind. */
  readonly fields: readonly Field[]
  /** Paths of fields that only the rows have, and of those that only the table has; whatever the rules say. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Fields that the table takes as wider. */
  readonly widened: readonly Retyped[]
  /** Fields of the rows that the table holds as they are, in a wider type of its own. */
  readonly narrower: readonly Retyped[]
  /** Fields that cannot be written without losing values. */
  readonly refused: readonly Retyped[]
}

const folded = (name: string): string => name.toLowerCase()

/** Whether two shapes are written in the same way: the case of names does not matter, the order of fields does. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.kind === 'value' && b.kind === 'value') return a.type === b.type
  if (a.kind === 'container' && b.kind === 'container')
    return a.label === b.label && allAlike(a.parts, b.parts, sameShape)
  if (a.kind !== 'record' || b.kind !== 'record') return false
  // Whoever alters a named type alters it wherever it is used.
  if (a.type !== undefined || b.type !== undefined) return a.type === b.type
  return allAlike(a.fields, b.fields, (x, y) => folded(x.name) === folded(y.name) && sameShape(x.shape, y.shape))
}

function allAlike<T>(a: readonly T[], b: readonly T[], alike: (x: T, y: T) => boolean): boolean {
  return a.length === b.length && a.every((x, index) => alike(x, b[index] as T))
}

type RecordShape = Extract<Shape, { kind: 'record' }>

/** A record of merged fields: one of the two where it has these, so that it keeps its name. */
function recordOf(before: RecordShape, after: RecordShape, fields: readonly Field[]): Shape {
  const isOf = ({ type, fields: own }: RecordShape): boolean => {
    const shapes = new Map(own.map(({ name, shape }) => [folded(name), shape]))
    const isThere = ({ name, shape }: Field) => {
      const other = shapes.get(folded(name))
      return other !== undefined && sameShape(shape, other)
    }
    return type !== undefined && own.length === fields.length && fields.every(isThere)
  }
  return [before, after].find(isOf) ?? { kind: 'record', fields }
}

type Found = { readonly [K in 'added' | 'removed']: string[] } & {
  readonly [K in 'widened' | 'narrower' | 'refused']: Retyped[]
}

/** Merges two shapes that stand at one place. What cannot be merged stays as it was, and is told. */
function mergeShape(path: string, before: Shape, after: Shape, rules: Rules, found: Found): Shape {
  if (rules.retyped === 'take') {
    if (!sameShape(before, after)) found.widened.push({ path, before, after })
    return after
  }
  if (before.kind === 'record' && after.kind === 'record') {
    if (after.type !== undefined && after.type === before.type) return after
    const names = new Set(after.fields.map(({ name }) => folded(name)))
    // Rows that share no field with what is there are something else, and not a changed record.
    if (before.fields.some(({ name }) => names.has(folded(name))))
      return recordOf(before, after, mergeList(`${path}.`, before.fields, after.fields, rules, found))
  }
  if (before.kind === 'container' && after.kind === 'container' && before.label === after.label) {
    const parts = before.parts.map((part, index) => {
      const other = after.parts[index]
      return other ? mergeShape(path, part, other, rules, found) : part
    })
    return { ...before, parts }
  }
  if (sameShape(before, after)) return before
  const retyped = { path, before, after }
  const isHeld = (outer: Shape, inner: Shape) =>
    outer.kind === 'value' && inner.kind === 'value' && rules.holds(outer.type, inner.type)
  if (isHeld(before, after)) found.narrower.push(retyped)
  else if (rules.added === 'add' && isHeld(after, before)) {
    found.widened.push(retyped)
    return after
  } else found.refused.push(retyped)
  return before
}

function mergeList(
  prefix: string,
  before: readonly Field[],
  after: readonly Field[],
  rules: Rules,
  found: Found,
): readonly Field[] {
  const known = new Set(before.map(({ name }) => folded(name)))
  const given = new Map(after.map((field) => [folded(field.name), field]))
  const kept = before.flatMap((field): Field[] => {
    const path = `${prefix}${field.name}`
    const other = given.get(folded(field.name))
    if (other) return [{ name: field.name, shape: mergeShape(path, field.shape, other.shape, rules, found) }]
    found.removed.push(path)
    return rules.removed === 'drop' ? [] : [field]
  })
  const added = after.filter(({ name }) => !known.has(folded(name)))
  found.added.push(...added.map(({ name }) => `${prefix}${name}`))
  return rules.added === 'add' ? [...kept, ...added] : kept
}

/** Compares the columns of a table with those of rows that are to be written into it. */
export function mergeFields(before: readonly Field[], after: readonly Field[], rules: Rules): Merged {
  const found: Found = { added: [], removed: [], widened: [], narrower: [], refused: [] }
  const fields = mergeList('', before, after, rules, found)
  return { fields, ...found }
}
