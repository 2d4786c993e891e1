import type { Dialect } from '../adapters/contract.ts'
import type { Diagnostic } from '../diagnostics/index.ts'
import { type Json, type ModelFile, mergeConfig, type Project, type RawConfig } from '../project/index.ts'
import { DeferredTable, type Reference } from './deferred.ts'
import type { Names } from './names.ts'
import type { QueryRows } from './query-result.ts'
import type { Printable, Site } from './template/index.ts'
import type { Read } from './uses.ts'

/** What all templates of one compilation share. */
export interface Surroundings {
  readonly project: Project
  readonly names: Names
  readonly dialect: Dialect
  /** Rows of the queries that were run, by key. */
  readonly results: ReadonlyMap<string, QueryRows>
}

/** A query that a template asks, and where. */
export interface QueryUse {
  readonly key: string
  readonly parts: readonly (string | Reference)[]
  readonly site: Site
  /** The node whose columns are asked: the rows wanted are their names and types. */
  readonly columnsOf?: string
  /** Where what it reads does not exist, it has no rows, instead of none that are known. */
  readonly emptyIfMissing?: boolean
}

/** The texts of an incremental without partitions: for a table that is to be made, and for one that is there. */
export type Round = 'first' | 'incremental'

/** What a unit test has templates find instead of what they would. */
export interface Pretence {
  readonly isIncremental?: boolean
  /** What calls of macros give, by their names. */
  readonly macros: ReadonlyMap<string, Json>
}

/** What one template did while it ran: what it printed, what it read, what it set. */
export class Recording {
  readonly deferred: DeferredTable
  /** What `ref()`, `source()` and `this` returned, for functions that take it as an argument. */
  readonly references = new Map<Printable, Reference>()
  /** Values of `var` and `env_var` that were read. */
  readonly vars = new Map<string, Json>()
  readonly env = new Map<string, Json>()
  /** Whether `local_date` was used, which prints the project's zone. */
  usesTimeZone = false
  /** Macros that `adapter.dispatch` chose. */
  readonly dispatched = new Set<string>()
  /** Versions of the built-in macros that were called, by name. */
  readonly builtinMacros = new Map<string, number>()
  /** Whether `execute` is true: not in the pass that stands in for one that needs rows which are not known. */
  readonly executes: boolean
  /** Queries whose rows are not known, and hashes of the rows that were. */
  readonly queries = new Map<string, QueryUse>()
  readonly answers = new Map<string, string>()
  /** What queries read: no inputs, because the rows themselves are part of the fingerprint. */
  readonly queryReads: Read[] = []
  /** Results of `statement` by name. */
  readonly statements = new Map<string, QueryRows>()
  /** Notes of `log()`. */
  readonly notes: Diagnostic[] = []
  /** Whether it is a test: macros for those tell relations from texts by what they are in dbt, mappings with `metadata`. */
  isTest = false
  /** What `is_incremental()` said when it was asked first. */
  incremental: { readonly answer: boolean; readonly site: Site } | undefined
  /** Which text of an incremental without partitions is rendered; absent in hooks and assertions. */
  round: Round | undefined
  /** What `is_incremental()` says in a unit test, whatever the settings say. */
  pretended: boolean | undefined
  config: RawConfig
  /** Settings that lie over those of every `config()`. */
  readonly #overrides: RawConfig

  /** `deferred`: of the template whose printed text this one takes up. */
  constructor(config: RawConfig, executes = true, deferred = new DeferredTable(), overrides: RawConfig = {}) {
    this.#overrides = overrides
    this.deferred = deferred
    this.config = config
    this.executes = executes
  }

  /** Lays the settings of a `config()` call over those before it. */
  configure(config: RawConfig): void {
    this.config = mergeConfig(mergeConfig(this.config, config), this.#overrides)
  }

  /** Whether the settings so far make an incremental without partitions: it has a text for its first build, and one for later. */
  get hasTwoTexts(): boolean {
    return (
      this.pretended === undefined &&
      this.config.materialized?.value === 'incremental' &&
      this.config.partition_by === undefined
    )
  }

  /** What `is_incremental()` is by the settings so far; undefined where only the run will know. */
  get isIncremental(): boolean | undefined {
    if (this.pretended !== undefined) return this.pretended
    if (!this.hasTwoTexts) return this.config.materialized?.value === 'incremental'
    return this.round === undefined ? undefined : this.round === 'incremental'
  }
}

/** The template that functions are made for. `model` is absent in singular assertions. */
export interface Subject {
  readonly surroundings: Surroundings
  readonly recording: Recording
  readonly model?: ModelFile
}
