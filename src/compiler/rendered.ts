import type { Json, RawConfig } from '../project/index.ts'
import type { SqlText } from '../sql/index.ts'
import type { Deferred } from './deferred.ts'
import type { Round } from './recording.ts'
import type { Read, Uses } from './uses.ts'

/** Named values, by name. */
export type Values<T> = readonly (readonly [name: string, value: T])[]

/**
 * A template that was run, as plain data: all that linking needs of it, so that it may be kept. Its text still holds what is
 * known only when all others were run too: `deferredOf(piece, deferred)`.
 */
export interface Rendered {
  readonly text: SqlText
  readonly deferred: readonly Deferred[]
  readonly uses: Uses
  /** Of an incremental without partitions that asks `is_incremental()`: its two texts. Everything else is of both together. */
  readonly texts?: Readonly<Record<Round, RenderedText>>
  /** The settings after every `config()`. */
  readonly config: RawConfig
  /** What its queries read: no inputs, because the rows themselves are part of the fingerprint. */
  readonly queryReads: readonly Read[]
  /** Vars and variables of the environment that were read, with their values. */
  readonly vars: Values<Json>
  readonly env: Values<Json>
  /** Whether it prints the project's time zone. */
  readonly usesTimeZone: boolean
  /** Hashes of the rows of its queries, by key. */
  readonly answers: Values<string>
  /** Macros that it uses, directly or through others; sorted. */
  readonly macros: readonly string[]
  /** Versions of the built-in macros that it calls. */
  readonly builtinMacros: Values<number>
  /** Settings that may decide what it reads: `Model.readsDependOn`. */
  readonly readsDependOn: readonly string[]
  /** The template without what cannot change its SQL. */
  readonly folded: string
}

/** A text by itself, with what is deferred in it and what it uses. */
export type RenderedText = Pick<Rendered, 'text' | 'deferred' | 'uses'>
