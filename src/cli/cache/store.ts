import type { Json } from '../../project/index.ts'
import { type Cache, readSealed, writeSealed } from './cache.ts'

/**
 * A small store of plain data by key, kept between commands. Keys should hash everything that decides the value: there is no
 * other way that a value gets old. What is not asked for makes room for what is.
 */
export interface Store {
  /** The value kept under a key; undefined when there is none. */
  readonly get: (key: string) => Json | undefined
  readonly set: (key: string, value: Json) => void
  /** Keeps what was set, for later commands. Without it nothing is. Does nothing when nothing was set. */
  readonly save: () => void
}

interface Entry {
  /** JSON: as it was read, or as it was set. */
  readonly content: Buffer | string
  /** Bytes of it. */
  readonly length: number
  isUsed: boolean
}

/** Most bytes of a store. Above, what was not asked for goes. */
const defaultLimit = 256_000_000

/** Reads `[[key, length], …]`, a line break, and the values one behind the other. */
function entriesOf(content: Buffer): Map<string, Entry> {
  const end = content.indexOf(10)
  const index = JSON.parse(content.toString('utf8', 0, end)) as [string, number][]
  let at = end + 1
  return new Map(
    index.map(([key, length]) => {
      const bytes = content.subarray(at, at + length)
      at += length
      return [key, { content: bytes, length, isUsed: false }]
    }),
  )
}

/** What is kept of the entries: those used by this command, then others in the order of their last use, up to the limit. */
function kept(entries: ReadonlyMap<string, Entry>, limit: number): [string, Entry][] {
  const used = [...entries].filter(([, entry]) => entry.isUsed)
  let bytes = used.reduce((sum, [, entry]) => sum + entry.length, 0)
  const others = [...entries].filter(([, entry]) => {
    if (entry.isUsed) return false
    bytes += entry.length
    return bytes <= limit
  })
  return [...used, ...others]
}

/** What `entriesOf` reads. Written into one buffer: a buffer for each of many entries would cost more than their texts. */
function contentOf(entries: readonly [string, Entry][]): Buffer {
  const index = Buffer.from(`${JSON.stringify(entries.map(([key, { length }]) => [key, length]))}\n`)
  const whole = Buffer.allocUnsafe(entries.reduce((sum, [, { length }]) => sum + length, index.length))
  let at = index.copy(whole)
  for (const [, { content }] of entries) {
    at += typeof content === 'string' ? whole.write(content, at) : content.copy(whole, at)
  }
  return whole
}

/**
 * The store of a name; `limit` is in bytes. Without a cache it keeps nothing. Two processes may use one store at once: the
 * last to save wins, and what the other one set is computed again. A value that holds a secret is not kept.
 */
export function openStore(cache: Cache | undefined, name: string, limit: number = defaultLimit): Store {
  if (!cache) return { get: () => undefined, set: () => undefined, save: () => undefined }
  const file = `${name}.store`
  let entries: Map<string, Entry> | undefined
  let isChanged = false
  const open = (): Map<string, Entry> => {
    const content = entries ? undefined : readSealed(cache, file)
    entries ??= content ? entriesOf(content) : new Map()
    return entries
  }
  return {
    get: (key) => {
      const entry = open().get(key)
      if (!entry) return undefined
      entry.isUsed = true
      return JSON.parse(entry.content.toString())
    },
    set: (key, value) => {
      const text = JSON.stringify(value)
      if (!cache.mayKeep(text)) return
      open().set(key, { content: text, length: Buffer.byteLength(text), isUsed: true })
      isChanged = true
    },
    save: () => {
      if (!isChanged) return
      writeSealed(cache, file, contentOf(kept(open(), limit)))
      isChanged = false
    },
  }
}
