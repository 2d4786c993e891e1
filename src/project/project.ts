import type { Grid, Unit } from '../calendar/index.ts'
import type { Location, SourceFile } from '../diagnostics/index.ts'
import type { Constraint } from './constraint.ts'
import type { Age } from './duration.ts'
import type { Freshness } from './freshness.ts'
import type { SeedState } from './seed-state.ts'
import type { UnitTestDefinition } from './unit-test-properties.ts'
import type { Json, Located, RawConfig } from './values.ts'

export type { Age } from './duration.ts'
export type * from './unit-test-properties.ts'
export type * from './values.ts'

export interface Layer {
  readonly name: string
  readonly schema: string
  readonly owner: string
  /** Names of layers, or `sources`. */
  readonly reads: readonly string[]
  /** Roles that may select from all of its models; absent: none are named. */
  readonly readers?: Located<readonly string[]>
  readonly inDefaultSelection: boolean
  /** Relations that were not built for so many days are dropped by `elt retain`. */
  readonly expiresAfterDays?: number
}

/** A place to run. `options` are the adapter's own keys, unchecked. */
export interface Target {
  readonly name: string
  readonly type: string
  readonly options: Readonly<Record<string, Json>>
  /** Pattern of schema names, `{layer}` standing for the layer's schema. */
  readonly schema: string
  readonly onCodeChange?: 'keep' | 'rebuild'
  /** Where the ledger lies, when that is not the warehouse. */
  readonly ledger?: LedgerPlace
  /** Whose relations are read where this target has none. */
  readonly deferTo?: DeferredTarget
  readonly location: Location
}

/** Another target, of which relations are read. `location`: where it is named. */
export type DeferredTarget = Pick<Target, 'name' | 'type' | 'options' | 'schema' | 'location'>

/** A database that holds the ledger of a target. `options` are its adapter's own keys, unchecked. */
export interface LedgerPlace {
  readonly type: string
  readonly options: Readonly<Record<string, Json>>
  readonly location: Location
}

/** A column as documented in YAML; its assertions are in the owner's list, with `column` set. */
export interface ColumnProperties {
  readonly name: string
  readonly type?: string
  readonly description: string
  /** Absent: none. */
  readonly tags?: readonly string[]
  readonly meta?: Readonly<Record<string, Json>>
  /** Where its name is written. */
  readonly location?: Location
}

/** An assertion as written under `data_tests:` or `assertions:`, arguments unchecked. */
export interface AssertionProperties {
  /** `not_null`, `unique`, `dbt_utils.accepted_range` … as written. */
  readonly type: string
  readonly column?: string
  readonly arguments: RawConfig
  readonly location: Location
}

/** Who answers for models, as written: a person or a team. */
export interface Owner {
  readonly name?: string
  readonly email?: string
}

/** A set of models with an owner; the private ones among them are read inside the group only. */
export interface GroupDefinition {
  readonly name: string
  readonly owner: Owner
  readonly description: string
  /** Name of the project or package that declares it. */
  readonly package: string
  readonly location: Location
}

/** Who reads models outside of the project: a dashboard, a notebook. */
export interface ExposureDefinition {
  /** `exposure.<name>` */
  readonly id: string
  readonly name: string
  readonly label: string
  readonly type: 'dashboard' | 'notebook' | 'analysis' | 'ml' | 'application'
  readonly description: string
  readonly url?: string
  readonly maturity?: 'high' | 'medium' | 'low'
  readonly owner: Owner
  /** As written: `ref('x')`, `source('group', 'name')`. */
  readonly reads: readonly Located<string>[]
  readonly tags: readonly string[]
  readonly meta: Readonly<Record<string, Json>>
  readonly package: string
  readonly location: Location
}

/** A text of documentation, `{% docs name %}` in a Markdown file, that descriptions name with `{{ doc('name') }}`. */
export interface DocsBlock {
  readonly name: string
  readonly text: string
  readonly package: string
  readonly path: string
}

/** A set of selectors with a name, of `selectors.yml`; `definition` is as written, a string or a mapping. */
export interface SelectorDefinition {
  readonly name: string
  readonly description: string
  /** Used where the command line selects nothing. */
  readonly isDefault: boolean
  readonly definition: Json
  readonly location: Location
}

/** A project inside this one, whose models, macros and properties are part of it. */
export interface PackageDefinition {
  readonly name: string
  /** Relative to the project, with forward slashes. */
  readonly folder: string
}

/** A file of macros, with the name of the project or package it belongs to. */
export interface MacroFile {
  readonly package: string
  readonly file: SourceFile
}

export interface ModelFile {
  /** Unique in the project. */
  readonly name: string
  /** Name of the project or package it belongs to. */
  readonly package: string
  /** Name of its layer: the one that project.yml places it in, or else the first folder under `models/`. */
  readonly layer: string
  readonly file: SourceFile
  /** Folder config of project.yml, deepest last, overlaid by the `config:` of its properties. */
  readonly config: RawConfig
  /** Of a package's model: what the project says of it, which lies over all that the package says. Hooks are left out: they append. */
  readonly overrides?: RawConfig
  readonly description: string
  readonly columns: readonly ColumnProperties[]
  readonly assertions: readonly AssertionProperties[]
  /** Of the model and its columns; absent: none. */
  readonly constraints?: readonly Constraint[]
  /** A CSV file: its text is made up, and reads it. */
  readonly isSeed?: true
}

export interface SingularAssertionFile {
  readonly name: string
  readonly package: string
  readonly file: SourceFile
}

/** Files that hold a source's rows, one or more for each partition of `grid`. */
export interface FileSource {
  readonly kind: 'files'
  /** Path pattern relative to the project, `{yyyy}`, `{MM}`, `{dd}`, `{HH}` and `*` standing for parts of it. */
  readonly pattern: string
  readonly format: 'ndjson' | 'csv' | 'parquet'
  readonly compression: 'none' | 'gzip' | 'zstd'
  /** Of CSV: what stands between fields, where it is no comma. */
  readonly delimiter?: string
  /** How the dates of the paths cut time; absent when the path holds no date. */
  readonly grid?: Grid
  /** The column that says when a row happened, and its type; needed for `partition_filter`. */
  readonly eventTime?: { readonly column: string; readonly type: 'date' | 'instant' | 'local' }
  /** How many partitions of `grid` later a row may still arrive. */
  readonly lateBy: number
}

/** A table of the warehouse that elt does not build. */
export interface RelationSource {
  readonly kind: 'relation'
  readonly schema: string
  readonly identifier: string
  /** The column by which windows of it are read, and its type; needed for `partition_filter`. */
  readonly eventTime?: { readonly column: string; readonly type: 'date' | 'instant' | 'local' }
  /** How the event time cuts the table into partitions; present with it. */
  readonly grid?: Grid
  /** The column that says when a row was loaded; present where changes are seen by it. */
  readonly loadedAt?: string
  /** Of how many of the newest partitions changes are seen. */
  readonly watch: number
}

export interface SourceDefinition {
  /** `source.<group>.<name>` */
  readonly id: string
  readonly group: string
  readonly name: string
  readonly description: string
  readonly columns: readonly ColumnProperties[]
  readonly assertions: readonly AssertionProperties[]
  readonly origin: FileSource | RelationSource
  /**
   * How changes are seen: `files`, by size, time and content of its files; `loaded_at` and `count`, of tables, by the newest
   * load and the number of rows, or the number alone; `none`: not at all, readers poll.
   */
  readonly changeSignal: 'files' | 'loaded_at' | 'count' | 'none'
  readonly freshness?: Freshness
  readonly tags: readonly string[]
  readonly meta: Readonly<Record<string, Json>>
  readonly package: string
  readonly location: Location
}

/** A hook as written: a template of SQL. */
export interface HookTemplate extends Located<string> {
  /** False: its statements run by themselves, after what they belong to is committed. */
  readonly transaction: boolean
}

/** How long the ledger keeps what assertions found. */
export interface QualityKept {
  /** The rows that failed. */
  readonly failures: Age
  /** What was measured. */
  readonly results: Age
}

/** Everything the files of a project say, checked for form but not yet compiled. */
export interface Project {
  readonly name: string
  readonly timeZone: string
  readonly target: Target
  readonly layers: readonly Layer[]
  readonly quality: QualityKept
  readonly vars: Readonly<Record<string, Json>>
  /** What `var` finds in each package. */
  readonly packageVars: Readonly<Record<string, Readonly<Record<string, Json>>>>
  /** Packages in whose order `adapter.dispatch` looks for macros of a namespace, where the project says so. */
  readonly dispatch: Readonly<Record<string, readonly string[]>>
  /** Environment variables that templates may read. */
  readonly env: Readonly<Record<string, string>>
  readonly models: readonly ModelFile[]
  readonly macros: readonly MacroFile[]
  readonly packages: readonly PackageDefinition[]
  readonly groups: readonly GroupDefinition[]
  readonly exposures: readonly ExposureDefinition[]
  readonly docs: readonly DocsBlock[]
  readonly selectors: readonly SelectorDefinition[]
  /** Templates of statements before and after every run: texts, or mappings of `sql` and `transaction`. */
  readonly onRunStart: readonly HookTemplate[]
  readonly onRunEnd: readonly HookTemplate[]
  readonly singularAssertions: readonly SingularAssertionFile[]
  readonly unitTests: readonly UnitTestDefinition[]
  readonly sources: readonly SourceDefinition[]
  /** The files of seeds, each of which its seed alone reads. Their ids are their paths. */
  readonly seedFiles: readonly SourceDefinition[]
  /** Every file by path, for frames. */
  readonly files: ReadonlyMap<string, SourceFile>
}

export interface ReadOptions {
  /** Name of the target; default `default_target`. */
  readonly target?: string
  /** `--vars`, which win over `vars:` of project.yml. */
  readonly vars: Readonly<Record<string, Json>>
  /** The process's environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The CSV files in the folders of seeds. */
  readonly seeds?: readonly SeedState[]
  /** What earlier readings kept. It changes nothing but time. */
  readonly memory?: ProjectMemory
}

/** What readings of files keep for later ones: plain data by key. */
export interface ProjectMemory {
  readonly get: (key: string) => Json | undefined
  readonly set: (key: string, value: Json) => void
}

/** How a `merge` treats rows that are there. */
export interface MergeConfig {
  /** Rows whose key is not returned go. */
  readonly deleteMissing: boolean
  /** A key may be found in another partition: its old row goes. */
  readonly moves: boolean
  /** How many partitions on either side are searched for keys that lie elsewhere; absent: all. */
  readonly keyScope?: number
  /** The columns that a row which is there takes, or does not take; absent: it takes all. */
  readonly update?: readonly string[]
  readonly exclude?: readonly string[]
}

/** How a `history` keeps the versions of its rows. */
export interface HistoryConfig {
  /** The column that says when a row changed; absent: rows are compared. */
  readonly updatedAt?: string
  /** The columns to compare; absent: all. */
  readonly checkColumns?: readonly string[]
  readonly hardDeletes: 'ignore' | 'invalidate' | 'new_record'
  /** Names of the columns that it adds. */
  readonly columns: { readonly validFrom: string; readonly validTo: string; readonly isDeleted: string }
}

/** An index of a model's table. */
export interface IndexConfig {
  readonly columns: readonly string[]
  readonly unique: boolean
  /** The engine's word for how it is stored; absent: its usual one. */
  readonly type?: string
}

/** Settings of a model after all levels are merged and checked: DESIGN §5. */
export interface ModelConfig {
  readonly enabled: boolean
  readonly materialized: 'view' | 'table' | 'incremental' | 'history' | 'ephemeral' | 'seed'
  readonly alias?: string
  /** A schema of its own, instead of the layer's. */
  readonly schema?: string
  readonly group?: string
  /** Who may read it: its group, its package, everyone. */
  readonly access: 'private' | 'protected' | 'public'
  readonly tags: readonly string[]
  readonly owner?: string
  readonly meta: Readonly<Record<string, Json>>
  readonly partitionBy?: {
    readonly column: string
    readonly unit: Unit
    readonly type: 'date' | 'instant' | 'local'
    readonly timeZone: string
  }
  readonly strategy: 'replace_partition' | 'merge' | 'append'
  readonly uniqueKey: readonly string[]
  /** Of the strategy `merge`. */
  readonly merge?: MergeConfig
  /** Of `materialized: history`. */
  readonly history?: HistoryConfig
  /** Partition names, as written. */
  readonly begin?: string
  readonly end?: string
  /** Most partitions in one statement; absent: one year of days. */
  readonly batch?: number
  readonly lookback: number
  readonly settled?: string
  readonly giveUpAfterDays: number
  readonly onSchemaChange: 'append_new_columns' | 'fail' | 'sync_all_columns' | 'ignore'
  readonly onCodeChange?: 'keep' | 'rebuild'
  readonly allowPartial: boolean
  /** The warehouse keeps the table in pieces of this length, where its engine does that. */
  readonly tablePartitions?: 'day' | 'month' | 'year'
  /** How long partitions stay: `elt retain` drops those that are older. */
  readonly retention?: Age
  /** Of views: upstream name → how far it reads beyond its own partition. */
  readonly reads: Readonly<Record<string, { readonly before: number; readonly after: number }>>
  readonly checksumExclude: readonly string[]
  /** Privilege → roles; absent: none are named. */
  readonly grants?: Readonly<Record<string, readonly string[]>>
  /** Which descriptions become comments; absent: none. */
  readonly persistDocs?: { readonly relation: boolean; readonly columns: boolean }
  readonly indexes?: readonly IndexConfig[]
  /** Of an enforced contract: whether types are known by the names that they have on every engine. Absent: no contract. */
  readonly contract?: { readonly aliasTypes: boolean }
  readonly freshness?: Freshness
}
