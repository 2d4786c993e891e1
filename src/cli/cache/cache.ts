import { createHash, createHmac } from 'node:crypto'
import { closeSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { makeFolderWithin, targetFolder } from '../target-folder.ts'
import { buildName } from './build.ts'
import { ownSecret } from './secret.ts'

/**
 * What commands keep for later ones in `target/cache`. Deleting it changes nothing but time: whoever reads must be able to
 * do without. Every file is sealed with a secret of this user, so that one which came from elsewhere is not believed; every
 * file is written aside and renamed, so that two processes cannot mix.
 */
export interface Cache {
  /** Absolute path of the folder. */
  readonly folder: string
  /** A hash of texts that only this user and this build of elt come to. Hexadecimal, 64 characters. */
  readonly keyOf: (...parts: readonly (string | Uint8Array)[]) => string
  /** The same, of many parts one after the other. */
  readonly hash: () => { readonly add: (part: string | Uint8Array) => void; readonly key: () => string }
  /** Whether a text may be kept: one that holds a secret value is not. */
  readonly mayKeep: (text: string) => boolean
  /** Writes a file in one piece; one that cannot be written is not kept, and no error. */
  readonly write: (name: string, parts: readonly (string | Uint8Array)[]) => void
}

export interface CacheOptions {
  /** The project's folder. Absolute. */
  readonly directory: string
  readonly secret: string
  /** The build of elt: another one may compile otherwise, and believes nothing of this one. */
  readonly build: string
  /** Replaces secret values of a text. */
  readonly mask: (text: string) => string
}

/** Raised when what is kept is written otherwise than before. */
const formatVersion = 2

export function openCache({ directory, secret, build, mask }: CacheOptions): Cache {
  const folder = join(directory, targetFolder, 'cache')
  const hash: Cache['hash'] = () => {
    const state = createHmac('sha256', secret)
    // Lengths keep neighbours apart: `a` + `bc` is not `ab` + `c`.
    const add = (part: string | Uint8Array) => {
      state.update(`${typeof part === 'string' ? Buffer.byteLength(part) : part.length}:`)
      state.update(part)
    }
    add(`${formatVersion} ${build}`)
    return { add, key: () => state.digest('hex') }
  }
  return {
    folder,
    hash,
    keyOf: (...parts) => {
      const state = hash()
      for (const part of parts) state.add(part)
      return state.key()
    },
    mayKeep: (text) => mask(text) === text,
    write: (name, parts) => {
      try {
        if (!makeFolderWithin(directory, folder)) return
        writeAside(join(folder, name), parts)
      } catch {
        // Nothing depends on it: a folder that cannot be written costs time and nothing else.
      }
    },
  }
}

function writeAside(path: string, parts: readonly (string | Uint8Array)[]): void {
  const aside = `${path}.${process.pid}.tmp`
  try {
    // Never through a link that somebody put there.
    const file = openSync(aside, 'wx', 0o600)
    try {
      for (const part of parts) writeAll(file, typeof part === 'string' ? Buffer.from(part) : part)
    } finally {
      closeSync(file)
    }
    renameSync(aside, path)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}

const caches = new Map<string, Cache>()

/** The cache of a project; undefined when elt runs from source, where nothing says which code made what was kept. */
export function cacheOf({ io, output }: Pick<Context, 'io' | 'output'>, directory: string): Cache | undefined {
  const known = caches.get(directory)
  if (known) return known
  const build = buildName()
  if (build === undefined) return undefined
  const cache = openCache({ directory, secret: ownSecret(io.env), build, mask: output.secrets.mask })
  caches.set(directory, cache)
  return cache
}

/** The first line of a sealed file, and what it seals. */
const sealLength = 64

/** A file of the cache, in one piece; undefined when there is none, or it is not what this user and this build wrote. */
export function readSealed(cache: Cache, name: string): Buffer | undefined {
  try {
    const bytes = readFileSync(join(cache.folder, name))
    const content = bytes.subarray(sealLength + 1)
    const seal = bytes.toString('latin1', 0, sealLength)
    return seal === cache.keyOf('sealed', name, content) ? content : undefined
  } catch {
    return undefined
  }
}

/** Writes a file that `readSealed` reads. */
export function writeSealed(cache: Cache, name: string, content: Buffer): void {
  cache.write(name, [`${cache.keyOf('sealed', name, content)}\n`, content])
}

/** A hash of bytes, for names and for checking what was read. Hexadecimal SHA-256, 64 characters. */
export function digestOf(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export interface PruneLimits {
  /** Most files that `isKept` names, the newest, and most bytes of them together. */
  readonly files: number
  readonly bytes: number
}

/** Removes files that crashed processes left, and all but the newest of those whose names match. */
export function prune(cache: Cache, matching: RegExp, limits: PruneLimits, now: number): void {
  const hour = 3_600_000
  try {
    const files = readdirSync(cache.folder).map((name) => ({ name, stat: statSync(join(cache.folder, name)) }))
    const remove = ({ name }: { readonly name: string }) => rmSync(join(cache.folder, name), { force: true })
    files.filter(({ name, stat }) => name.endsWith('.tmp') && now - stat.mtimeMs > hour).forEach(remove)
    let bytes = 0
    files
      .filter(({ name }) => matching.test(name))
      .sort((a, b) => b.stat.mtimeMs - a.stat.mtimeMs)
      .filter(({ stat }, index) => {
        bytes += stat.size
        return index >= limits.files || (index > 0 && bytes > limits.bytes)
      })
      .forEach(remove)
  } catch {
    // Another process is at it, or the folder is read only.
  }
}
