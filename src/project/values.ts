import type { Location } from '../diagnostics/index.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A value with the place it was written at. */
export interface Located<T> {
  readonly value: T
  readonly location: Location
}

/** A setting as it was written. */
export interface Setting extends Located<Json> {
  /** Of hooks, which append level by level: each one with the place of its own level. */
  readonly parts?: readonly Located<Json>[]
}

/** Settings by key, each with its place, as YAML (or a template's `config()`) gave them; not yet checked. */
export type RawConfig = Readonly<Record<string, Setting>>
