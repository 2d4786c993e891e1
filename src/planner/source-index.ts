import { createHash } from 'node:crypto'
import type { Window } from '../calendar/index.ts'
import type { SourceFileState, SourceSignal } from '../extract/index.ts'
import { firstAbove } from './version-index.ts'

/** The state of some files of a source. */
interface FilesSummary {
  /** How many are there. */
  readonly present: number
  /** How many were read before and are gone; they keep the hash that is remembered. */
  readonly gone: number
  /** Of paths and contents, present and gone: 32 hexadecimal digits. */
  readonly digest: string
}

/** Answers about the files of any window of a source in logarithmic time. */
export interface SourceIndex {
  readonly whole: FilesSummary
  readonly summary: (window: Window) => FilesSummary
  /** From the first to the last partition that has, or had, a file. */
  readonly hull: Window | undefined
}

/** Sums over the files in the order of their partitions; a difference of two entries is a window. */
interface Sums {
  readonly ordinals: Float64Array
  readonly present: Float64Array
  readonly gone: Float64Array
  /** Two independent wrapping sums of 64 bits: a window of any length is digested without reading its files again. */
  readonly low: BigUint64Array
  readonly high: BigUint64Array
}

function sumsOf(files: readonly SourceFileState[]): Sums {
  const counts = () => new Float64Array(files.length + 1)
  const words = () => new BigUint64Array(files.length + 1)
  const sums = {
    ordinals: new Float64Array(files.length),
    present: counts(),
    gone: counts(),
    low: words(),
    high: words(),
  }
  files.forEach((file, i) => {
    const hash = createHash('sha256').update(`${file.path}\n${file.hash}`).digest()
    sums.ordinals[i] = file.ordinal ?? 0
    sums.present[i + 1] = (sums.present[i] ?? 0) + Number(!file.gone)
    sums.gone[i + 1] = (sums.gone[i] ?? 0) + Number(file.gone)
    sums.low[i + 1] = (sums.low[i] ?? 0n) + hash.readBigUInt64LE(0)
    sums.high[i + 1] = (sums.high[i] ?? 0n) + hash.readBigUInt64LE(8)
  })
  return sums
}

const word = (to: bigint, from: bigint) =>
  BigInt.asUintN(64, to - from)
    .toString(16)
    .padStart(16, '0')

function difference(sums: Sums, from: number, to: number): FilesSummary {
  return {
    present: (sums.present[to] ?? 0) - (sums.present[from] ?? 0),
    gone: (sums.gone[to] ?? 0) - (sums.gone[from] ?? 0),
    digest: word(sums.high[to] ?? 0n, sums.high[from] ?? 0n) + word(sums.low[to] ?? 0n, sums.low[from] ?? 0n),
  }
}

function makeIndex(signal: SourceSignal): SourceIndex {
  const dated = signal.files.filter((file) => file.ordinal !== undefined)
  const sorted = dated.sort((a, b) => (a.ordinal ?? 0) - (b.ordinal ?? 0))
  const undated = signal.files.filter((file) => file.ordinal === undefined)
  const sums = sumsOf(sorted)
  const all = sumsOf(undated.length > 0 ? signal.files : sorted)
  const first = sorted[0]?.ordinal
  const last = sorted.at(-1)?.ordinal
  return {
    whole: difference(all, 0, signal.files.length),
    summary: ({ start, end }) =>
      difference(sums, firstAbove(sums.ordinals, start - 1), firstAbove(sums.ordinals, end - 1)),
    hull: first === undefined || last === undefined ? undefined : { start: first, end: last + 1 },
  }
}

const indexes = new WeakMap<SourceSignal, SourceIndex>()

/** The index of a source's files, made once for each signal. */
export function sourceIndex(signal: SourceSignal): SourceIndex {
  const index = indexes.get(signal) ?? makeIndex(signal)
  indexes.set(signal, index)
  return index
}
