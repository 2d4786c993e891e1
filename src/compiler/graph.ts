import type { RelationName } from '../adapters/contract.ts'
import type { Assertion } from '../assertions/index.ts'
import type { Grid, Hop, Reach } from '../calendar/index.ts'
import type { Location } from '../diagnostics/index.ts'
import type {
  ColumnProperties,
  Constraint,
  DocsBlock,
  ExposureDefinition,
  GroupDefinition,
  IndexConfig,
  ModelConfig,
  PackageDefinition,
  SelectorDefinition,
  SourceDefinition,
} from '../project/index.ts'
import type { SqlText, TimeType } from '../sql/index.ts'
import type { UnitTest } from './unit-test.ts'

/** How a model is cut into partitions. */
export interface Partitioning {
  readonly column: string
  readonly type: TimeType
  readonly grid: Grid
}

/**
 * What a model's rows are made from, with views and ephemeral models resolved away: every upstream is a table, an
 * incremental model or a source. `key` names the edge in the ledger; it changes when the edge's meaning does. The
 * views on the way are found by `dependsOn`.
 */
export type Input =
  /** Through `partition_filter`: the upstream partitions that the window reads. `grid` is the upstream's (a file source's files). */
  | {
      readonly kind: 'window'
      readonly key: string
      readonly upstream: string
      readonly grid: Grid
      readonly reach: Reach
      /** Partitions of views on the way, nearest first, where they are cut otherwise than what they read or what reads them. */
      readonly through?: readonly Hop[]
    }
  /** Of a partitioned model: all of an upstream, whose changes reopen built partitions only when `rebuild`. */
  | {
      readonly kind: 'reference'
      readonly key: string
      readonly upstream: string
      readonly onChange: 'keep' | 'rebuild'
    }
  /** A model's own partitions before: as many as `before`, and never its own. */
  | { readonly kind: 'self'; readonly key: string; readonly upstream: string; readonly before: number }
  /** Of an unpartitioned model: all of an upstream; any change is a reason. */
  | { readonly kind: 'whole'; readonly key: string; readonly upstream: string }

/** One statement of a hook. Its holes are relations: it has no window and reads no files. */
export interface Hook {
  readonly sql: SqlText
  /** False: runs by itself, outside of the transaction of its neighbours; of a model, after its rows are published. */
  readonly transaction: boolean
}

/** What hangs on a relation beside its rows. None of it decides a row. */
export interface Attached {
  /** Of everything below, and of the texts that become comments. */
  readonly hash: string
  /** Privilege → roles, sorted. */
  readonly grants: Readonly<Record<string, readonly string[]>>
  readonly indexes: readonly IndexConfig[]
  /** Which descriptions become comments; absent: none. */
  readonly comments?: { readonly relation: boolean; readonly columns: boolean }
}

/** What a model promises: exactly its columns, each of its type, and rows that keep the constraints. */
export interface Contract {
  /** Whether types go by the names that they have on every engine, too. */
  readonly aliasTypes: boolean
  readonly constraints: readonly Constraint[]
  readonly location: Location
}

export interface Model {
  /** `<layer>.<name>` */
  readonly id: string
  readonly name: string
  readonly layer: string
  /** Name of the project or package it belongs to. */
  readonly package: string
  readonly owner: string
  readonly path: string
  readonly description: string
  readonly columns: readonly ColumnProperties[]
  readonly config: ModelConfig
  /** Where it is stored; of an ephemeral, where it would be. */
  readonly relation: RelationName
  /** Where the target that this one defers to stores it. */
  readonly relationElsewhere?: RelationName
  /** Present for partitioned incrementals, and for views that declare `partition_by`. */
  readonly partitioning?: Partitioning
  /** Ordinals of `partitioning.grid`, from `begin` and `end` of the config. */
  readonly begin?: number
  readonly end?: number
  /** Most partitions in one statement. */
  readonly batch: number
  readonly sql: SqlText
  /**
   * Of an incremental without partitions that asks `is_incremental()`: the text for a table that is there; `sql` is the one that
   * makes it.
   */
  readonly incrementalSql?: SqlText
  /** What runs before the model is staged, once a run, and in the transaction that publishes it; in their order. */
  readonly preHooks: readonly Hook[]
  readonly postHooks: readonly Hook[]
  /** Names of the macros that its template uses, directly or through others; sorted. */
  readonly macros: readonly string[]
  /** Node ids read directly (models and sources), in order of appearance: the edges of the graph that people see. */
  readonly dependsOn: readonly string[]
  /** Settings that may decide what it reads (`target`, `vars`, `environment`); absent where its text alone tells. */
  readonly readsDependOn?: readonly string[]
  /** What its rows are made from. Of a view: what its own SQL reads, without what it reads through other views. */
  readonly inputs: readonly Input[]
  /** Hash of what decides its rows: DESIGN §7. Hexadecimal SHA-256, 32 characters. */
  readonly fingerprint: string
  /** The predicate of `settled`, as text over the model's columns. */
  readonly settled?: string
  /** Absent: nothing is to hang on its relation. */
  readonly attached?: Attached
  /** Absent: none is enforced. */
  readonly contract?: Contract
  /** Where its file begins, for diagnostics that have no smaller place. */
  readonly location: Location
}

/** A macro of the project, of a package, or built in. */
export interface Macro {
  readonly name: string
  readonly package: string
  readonly path: string
  /** From `{% macro` to the end of `{% endmacro %}`. */
  readonly source: string
  /** Names of the macros that it uses itself. */
  readonly macros: readonly string[]
}

/** A reader outside of the project, with what it reads resolved to node ids. */
export interface Exposure extends Omit<ExposureDefinition, 'reads'> {
  readonly dependsOn: readonly string[]
}

/** What is read of the target that this one defers to: models whose `relation` is the one there. */
export interface Deferral {
  readonly target: string
  /** By node id: a word for the relation, to tell its versions from those of another one. */
  readonly places: ReadonlyMap<string, string>
}

/** Everything compiled: plain data. `models` are in topological order (upstreams first), sources by id. */
export interface Graph {
  readonly project: string
  readonly timeZone: string
  readonly target: string
  readonly models: readonly Model[]
  readonly sources: readonly SourceDefinition[]
  /** The files of seeds, each of which its seed alone reads. Their ids are their paths. */
  readonly seedFiles: readonly SourceDefinition[]
  readonly assertions: readonly Assertion[]
  readonly unitTests: readonly UnitTest[]
  readonly exposures: readonly Exposure[]
  readonly groups: readonly GroupDefinition[]
  readonly packages: readonly PackageDefinition[]
  readonly macros: readonly Macro[]
  readonly docs: readonly DocsBlock[]
  readonly selectors: readonly SelectorDefinition[]
  /** What runs before the first and after the last step of every run; in their order. */
  readonly onRunStart: readonly Hook[]
  readonly onRunEnd: readonly Hook[]
  /** Decided by a command, from what exists; absent: everything is read where this target stores it. */
  readonly deferred?: Deferral
  /** The layers in order, for schemas to create and the default selection. */
  readonly layers: readonly {
    readonly name: string
    readonly schema: string
    readonly owner: string
    /** Roles that may use the schemas of its models; absent: none are named. */
    readonly readers?: readonly string[]
    readonly inDefaultSelection: boolean
    readonly expiresAfterDays?: number
  }[]
}
