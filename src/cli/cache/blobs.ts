import { readSync } from 'node:fs'
import { diagnose, Failure } from '../../diagnostics/index.ts'
import { digestOf } from './cache.ts'

/** A piece of a file: offset behind the file's index, length, and hash of its content. */
export type Blob = readonly [offset: number, length: number, digest: string]

/** Collects pieces that are read one at a time. */
export class BlobWriter {
  readonly parts: Buffer[] = []
  readonly #check: (text: string) => boolean
  #mayKeep = true
  #offset = 0

  /** `mayKeep` tells whether a text holds no secret. */
  constructor(mayKeep: (text: string) => boolean) {
    this.#check = mayKeep
  }

  /** Whether all pieces may be kept. */
  get mayKeep(): boolean {
    return this.#mayKeep
  }

  add(value: unknown): Blob {
    const text = JSON.stringify(value)
    this.#mayKeep &&= this.#check(text)
    const bytes = Buffer.from(text)
    const blob: Blob = [this.#offset, bytes.length, digestOf(bytes)]
    this.parts.push(bytes)
    this.#offset += bytes.length
    return blob
  }
}

/** Reads a piece when it is first asked for. The file stays open: another process may replace or remove it meanwhile. */
export type BlobReader = (blob: Blob) => unknown

/** `start`: where the pieces begin in the file. `discard` removes a file whose pieces are not what its index says. */
export function blobReader(file: number, start: number, discard: () => void): BlobReader {
  return ([offset, length, digest]) => {
    const bytes = Buffer.allocUnsafe(length)
    let done = 0
    for (let read = -1; done < length && read !== 0; done += read) {
      read = readSync(file, bytes, done, length - done, start + offset + done)
    }
    if (done === length && digestOf(bytes) === digest) return JSON.parse(bytes.toString('utf8'))
    discard()
    throw new Failure(diagnose('cache-damaged', {}))
  }
}
