import { bug } from '../diagnostics/index.ts'
import type { Piece } from '../sql/index.ts'
import { HoleTable, type Site } from './template/index.ts'

/** How many more partitions than its own a filter reads: a count of the upstream's, or a length of time. */
export interface Extent {
  readonly count: number
  readonly unit?: 'hours' | 'days' | 'months' | 'years'
}

/** What `ref()`, `source()` or `this` stand for. */
export interface Reference {
  readonly kind: 'reference'
  /** Id of a model or source. */
  readonly node: string
  readonly name: string
  readonly allPartitions: boolean
  readonly onChange: 'keep' | 'rebuild'
  readonly isThis: boolean
  /** It is the rows that a test judges. */
  readonly isJudged?: boolean
}

/** A `partition_filter()`. */
export interface Filter {
  readonly kind: 'filter'
  readonly node: string
  readonly alias?: string
  /** Of `this`: the partitions before those being built. */
  readonly isThis?: boolean
  readonly before: Extent
  readonly after: Extent
}

/** `window.start` and its like; `instant` ones are moments whatever the type of the partition column. */
export interface WindowBound {
  readonly kind: 'window'
  readonly bound: 'start' | 'end'
  readonly instant: boolean
}

/** An `in_window()`: `column` is unquoted, `alias` written as it is. */
interface InWindow {
  readonly kind: 'in-window'
  readonly column: string
  readonly alias?: string
}

/**
 * What a template printed whose SQL is known only when all models have been rendered: how another model is stored, by
 * which column it is cut, whether it is a view. So every template is rendered once, in any order. Plain data.
 */
export type Deferred = Reference | Filter | WindowBound | InWindow

const prefix = '\0deferred '

/** What a piece of a rendered text stands for, among the entries of its render; undefined for plain text. */
export function deferredOf(piece: Piece, entries: readonly Deferred[]): Deferred | undefined {
  const index = indexOf(piece)
  return index === undefined ? undefined : entries[index]
}

function indexOf(piece: Piece): number | undefined {
  if (!('hole' in piece)) return undefined
  if (piece.hole.kind !== 'relation' || !piece.hole.node.startsWith(prefix)) bug('a template printed a foreign hole')
  return Number(piece.hole.node.slice(prefix.length))
}

/** The deferred texts of one render; each travels through the template as a hole. */
export class DeferredTable {
  readonly holes = new HoleTable()
  readonly #entries: Deferred[] = []
  readonly #sites: (Site | undefined)[] = []

  /** A table in which what these entries printed keeps its meaning. */
  static of(entries: readonly Deferred[]): DeferredTable {
    const table = new DeferredTable()
    for (const entry of entries) table.mark(entry)
    return table
  }

  get entries(): readonly Deferred[] {
    return this.#entries
  }

  /** The text that stands for it in the template; `site` is the call that made it. */
  mark(deferred: Deferred, site?: Site): string {
    this.#entries.push(deferred)
    this.#sites.push(site)
    return this.holes.markOnce({ kind: 'relation', node: `${prefix}${this.#entries.length - 1}` })
  }

  /** Text of this render cut at what is deferred in it. */
  parts(text: string): (string | Deferred)[] {
    const origin = { path: '', start: 0, end: 0, verbatim: false }
    return this.holes.split(text, origin).map((piece) => this.of(piece) ?? ('text' in piece ? piece.text : ''))
  }

  /** What a piece of the rendered text stands for; undefined for plain text. */
  of(piece: Piece): Deferred | undefined {
    return deferredOf(piece, this.#entries)
  }

  /** The call that made what a piece stands for; undefined for what stands in every template. */
  siteOf(piece: Piece): Site | undefined {
    const index = indexOf(piece)
    return index === undefined ? undefined : this.#sites[index]
  }
}
