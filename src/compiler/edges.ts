import type { EdgeRead, Grid, Reach } from '../calendar/index.ts'
import type { Location } from '../diagnostics/index.ts'

/** How a model gets at an upstream that is stored or a source, before it is known who builds from it. */
export type Edge = {
  readonly upstream: string
  /** Ephemerals on the way, nearest first, and the first view. */
  readonly via: readonly string[]
  /** Where the model that is being linked wrote it. */
  readonly location: Location
} & (
  | ({ readonly kind: 'window' } & EdgeRead)
  /** All of an upstream that is cut by time, on purpose. */
  | { readonly kind: 'reference'; readonly onChange: 'keep' | 'rebuild' }
  /** All of an upstream that is cut by time, without a filter. */
  | { readonly kind: 'scan'; readonly alias: string | undefined }
  /** All of an upstream that is not cut by time. */
  | { readonly kind: 'plain'; readonly onChange: 'keep' | 'rebuild' }
)

/** How a text gets at one relation that is cut by time: in windows, as a whole on purpose, without a filter by mistake. */
export interface Access {
  readonly window?: {
    readonly grid: Grid
    readonly reach: Reach
    /** Whether what is read are the very instants of the window, and not the dates that cover them. */
    readonly isExact: boolean
    readonly location: Location
  }
  readonly whole?: { readonly onChange: 'keep' | 'rebuild'; readonly location: Location }
  readonly scan?: { readonly alias: string | undefined; readonly location: Location }
}

/** A read of a view: what stands behind it belongs to the reader, too. */
export interface Passage {
  readonly kind: 'view'
  readonly behind: EdgeSet
  readonly access: Access
  /** Whether the reader is built again when something behind the view changes. */
  readonly rebuild: boolean
  /** Ephemerals on the way to the view, nearest first, and the view. */
  readonly via: readonly string[]
  /** Where the model that is being linked wrote it. */
  readonly location: Location
}

/** One thing that a text reads: an upstream of its own, or a view with all that stands behind it. */
export type Way = Edge | Passage

/**
 * What stands behind a view: edges by their numbers, sorted, or, where they are too many, what the view reads itself. So ten
 * thousand views, each over one table more than the last, share what they have in common.
 */
export interface EdgeSet {
  readonly numbers?: Int32Array
  readonly ways: readonly Way[]
  readonly hasWindows: boolean
}
