import type { Blob, BlobReader, BlobWriter } from './blobs.ts'

/** How the fields of a list's items are kept; all that are not named stand in the item's row. */
export interface Layout {
  /** Fields whose values repeat: each different value is kept once. */
  readonly shared: readonly string[]
  /** Groups of fields that most commands do not read: they are kept apart, and read when one of a group is asked for. */
  readonly apart: readonly (readonly string[])[]
  /** Those kept apart that are lists whose items repeat, from one list to the next: each different item is kept once. */
  readonly listed: readonly string[]
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
  /** The items of listed fields; in blocks these are lists of their numbers. */
  readonly listed: Blob
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

/** Some fields of items, as they are kept. */
type Keep = (item: Item) => Item

function keeper(keys: readonly string[], layout: Layout, listed: Numbers): Keep {
  const isListed = new Set(layout.listed)
  return (item) => {
    const fields: Record<string, unknown> = {}
    for (const key of keys) {
      const value = item[key]
      fields[key] = isListed.has(key) && Array.isArray(value) ? value.map((one) => listed.of(one)) : value
    }
    return fields
  }
}

function blocksOf(items: readonly Item[], keep: Keep, writer: BlobWriter): Blob[] {
  const blocks: Blob[] = []
  for (let start = 0; start < items.length; start += blockSize) {
    blocks.push(writer.add(items.slice(start, start + blockSize).map(keep)))
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
  const listed = new Numbers()
  const blocks = layout.apart.map((keys) => blocksOf(list, keeper(keys, layout, listed), writer))
  return { shapes: shapes.values as string[][], rows, shared: shared.values, blocks, listed: writer.add(listed.values) }
}

const position = Symbol('position')

interface Unpacked {
  [position]: number
  [key: string]: unknown
}

/** Reads the parts that items of a block have of a group. */
function blockReader(packed: PackedList, layout: Layout, read: BlobReader): (blob: Blob) => Item[] {
  let listed: readonly unknown[] | undefined
  return (blob) => {
    const parts = read(blob) as Record<string, unknown>[]
    for (const part of parts) {
      for (const key of layout.listed) {
        const numbers = part[key]
        if (!Array.isArray(numbers)) continue
        listed ??= read(packed.listed) as unknown[]
        part[key] = numbers.map((number) => listed?.[number])
      }
    }
    return parts
  }
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
  const readBlock = blockReader(packed, layout, read)
  layout.apart.forEach((keys, group) => {
    const loaded: Item[][] = []
    const partsOf = (index: number): Item | undefined => {
      const block = Math.floor(index / blockSize)
      const blob = packed.blocks[group]?.[block]
      if (blob && !loaded[block]) loaded[block] = readBlock(blob)
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
