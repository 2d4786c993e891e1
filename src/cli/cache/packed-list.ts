import type { Blob, BlobReader, BlobWriter } from './blobs.ts'

/** How the fields of a list's items are kept; all that are not named stand in the item's row. */
export interface Layout {
  /** Fields whose values repeat: each different value is kept once. */
  readonly shared: readonly string[]
  /** Groups of fields that most commands do not read: they are kept apart, and read when one of a group is asked for. */
  readonly apart: readonly (readonly string[])[]
}

/** Makes of a field that was kept apart what it was before it became data. */
export type Revive = (key: string, value: unknown) => unknown

/** A list as it is kept: plain data. */
export interface PackedList {
  /** The different lists of keys that items have, in the order of the item. */
  readonly shapes: readonly (readonly string[])[]
  /** The number of the shape, then the values of its keys that are not kept apart; of shared ones the number of the value. */
  readonly rows: readonly (readonly unknown[])[]
  readonly shared: readonly unknown[]
  /** For each group, blocks of `blockSize` items. */
  readonly blocks: readonly (readonly Blob[])[]
}

type Item = Readonly<Record<string, unknown>>

/** Items whose parts are read together: few enough to read one cheaply, enough to read all in few steps. */
const blockSize = 64

class Numbers {
  readonly values: unknown[] = []
  readonly #numbers = new Map<string, number>()
  /** Of the very same value: texts, and objects that many items hold. */
  readonly #same = new Map<unknown, number>()

  of(value: unknown): number {
    const same = this.#same.get(value)
    if (same !== undefined) return same
    const number = this.#ofEqual(value)
    this.#same.set(value, number)
    return number
  }

  #ofEqual(value: unknown): number {
    const text = JSON.stringify(value)
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.values.length)
    return this.values.push(value) - 1
  }
}

function only(item: Item, keys: readonly string[]): Item {
  const fields: Record<string, unknown> = {}
  for (const key of keys) fields[key] = item[key]
  return fields
}

function blocksOf(items: readonly Item[], keys: readonly string[], writer: BlobWriter): Blob[] {
  const blocks: Blob[] = []
  for (let start = 0; start < items.length; start += blockSize) {
    const block = items.slice(start, start + blockSize)
    blocks.push(writer.add(block.map((item) => only(item, keys))))
  }
  return blocks
}

/** Takes a list of plain objects apart. */
export function packList(items: readonly object[], layout: Layout, writer: BlobWriter): PackedList {
  const list = items as readonly Item[]
  const shapes = new Numbers()
  const shared = new Numbers()
  const isShared = new Set(layout.shared)
  const isApart = new Set(layout.apart.flat())
  const rows = list.map((item) => {
    const keys = Object.keys(item).filter((key) => item[key] !== undefined)
    const row: unknown[] = [shapes.of(keys)]
    for (const key of keys) {
      if (!isApart.has(key)) row.push(isShared.has(key) ? shared.of(item[key]) : item[key])
    }
    return row
  })
  const blocks = layout.apart.map((keys) => blocksOf(list, keys, writer))
  return { shapes: shapes.values as string[][], rows, shared: shared.values, blocks }
}

const position = Symbol('position')

interface Unpacked {
  [position]: number
  [key: string]: unknown
}

/**
 * What items of a list share: getters for what is kept apart. An item itself holds the fields of its row only, so it must
 * not be spread into another object; `JSON.stringify` gives all of it.
 */
function prototypeOf(packed: PackedList, layout: Layout, read: BlobReader, revive: Revive): object {
  const prototype = {
    toJSON(this: Unpacked): Item {
      const keys = packed.shapes[packed.rows[this[position]]?.[0] as number] ?? []
      return Object.fromEntries(keys.map((key) => [key, this[key]]))
    },
  }
  layout.apart.forEach((keys, group) => {
    const loaded: Item[][] = []
    const partsOf = (index: number): Item | undefined => {
      const block = Math.floor(index / blockSize)
      const blob = packed.blocks[group]?.[block]
      if (blob && !loaded[block]) loaded[block] = read(blob) as Item[]
      return loaded[block]?.[index % blockSize]
    }
    for (const key of keys) {
      Object.defineProperty(prototype, key, {
        get(this: Unpacked) {
          const value = partsOf(this[position])?.[key]
          return value === undefined ? undefined : revive(key, value)
        },
      })
    }
  })
  return prototype
}

/** The list of which `packList` made this, with parts that are read when they are asked for. */
export function unpackList(packed: PackedList, layout: Layout, read: BlobReader, revive: Revive): object[] {
  const isApart = new Set(layout.apart.flat())
  const isShared = new Set(layout.shared)
  const shapes = packed.shapes.map((keys) =>
    keys.filter((key) => !isApart.has(key)).map((key) => ({ key, shared: isShared.has(key) })),
  )
  const prototype = prototypeOf(packed, layout, read, revive)
  return packed.rows.map((row, index) => {
    const item = Object.create(prototype) as Unpacked
    item[position] = index
    let at = 1
    for (const { key, shared } of shapes[row[0] as number] ?? []) {
      const value = row[at++]
      item[key] = shared ? packed.shared[value as number] : value
    }
    return item
  })
}
