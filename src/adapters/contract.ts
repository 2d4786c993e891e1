import type { TimeType } from '../sql/index.ts'
import type { Attachments } from './attachments.ts'
import type { Features } from './features.ts'
import type { RelationName } from './relation-name.ts'
import type { SqlFunctions } from './sql-functions.ts'
import type { Ties } from './ties.ts'

export type { Attachments, Grants, IndexRequest } from './attachments.ts'
export type { CheckFunctions } from './check-functions.ts'
export type { Features } from './features.ts'
export type { RelationName } from './relation-name.ts'
export type { DatePart, SqlFunctions } from './sql-functions.ts'
export type { Ties } from './ties.ts'

/** A column with the engine's own type name, as the catalog prints it. */
export interface Column {
  readonly name: string
  readonly type: string
  /** What the type's name does not tell: the fields of a named record, or of those in an array. */
  readonly fields?: readonly Column[]
}

export interface CatalogRelation extends RelationName {
  readonly kind: 'table' | 'view'
  readonly columns: readonly Column[]
  /** The column by whose ranges the engine keeps the table in pieces, which are no relations of the catalog. */
  readonly cutBy?: string
}

/** What exists in the schemas asked for, read with one query. */
export interface Catalog {
  readonly relations: readonly CatalogRelation[]
}

/** A row as plain JSON values: integers beyond 2^53, decimals, dates and instants are strings. */
export type Row = Readonly<Record<string, unknown>>

/** How a partitioned relation is cut: by this column, of this type. */
export interface PartitionColumn {
  readonly name: string
  readonly type: TimeType
}

/** Values that a dialect can write as a literal. `instant` is UTC, `local` a wall clock, both `YYYY-MM-DDTHH:MM:SS[.mmm]`. */
export type Literal =
  | { readonly type: TimeType; readonly value: string }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'number'; readonly value: number | string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null' }

/** A read of exactly these files, with exactly these columns (never inferred). */
export interface FileRead {
  /** Paths as the engine opens them. Empty: an empty relation of the same columns. */
  readonly paths: readonly string[]
  readonly format: 'ndjson' | 'csv' | 'parquet'
  readonly compression: 'none' | 'gzip' | 'zstd'
  /** Of CSV: what stands between fields, where it is no comma. */
  readonly delimiter?: string
  /** Logical types of `project` sources (`bigint`, `instant`, `decimal(10,2)` …). */
  readonly columns: readonly Column[]
}

/** What a strategy has to write: from a staged relation into the published one. */
export interface WriteRequest {
  readonly target: RelationName
  readonly staging: RelationName
  /** Columns of the target, in its order; the staged relation has them all. */
  readonly columns: readonly string[]
  /** The partition column and, as literals of its type, the half-open bounds to write. Absent: the whole relation. */
  readonly window?: {
    readonly column: string
    readonly ranges: readonly { readonly start: string; readonly end: string }[]
  }
  /** Of `merge` and `history`: the columns that tell rows apart; never null, never twice in the staged rows. */
  readonly uniqueKey?: readonly string[]
  /** Of `merge`: rows of the window (or, without one, of the relation) whose key was not staged go, too. */
  readonly deleteMissing?: boolean
  /** Of `merge`: a key may lie outside the window; its row there goes. */
  readonly moves?: boolean
  /** Of `merge`: the columns that a row which is there takes; absent: all. */
  readonly updated?: readonly string[]
  readonly history?: HistoryWrite
  /** The target has no row that is to be replaced: nothing has to be deleted. */
  readonly empty?: boolean
}

/**
 * How a `history` tells that a row changed, and how its versions are dated (slowly changing dimension, type 2). The staged rows
 * have the bookkeeping columns, as versions that begin now or when the row says it changed.
 */
export interface HistoryWrite {
  /** The columns of which a change makes a new version; absent: a staged row that begins later is another one. */
  readonly compared?: readonly string[]
  /** The present moment, as an expression of the type of `validFrom`. */
  readonly now: string
  /** What becomes of the current version of a key that is no longer returned: it stays current, it ends, or a version says so. */
  readonly hardDeletes: 'ignore' | 'invalidate' | 'new_record'
  /** A version is valid from its beginning to before its end; of current ones the end is null. */
  readonly validFrom: string
  readonly validTo: string
  /** With `new_record`: the column that is true of versions in which the row is gone. */
  readonly isDeleted?: string
}

/** A table whose columns differ from those of the rows that are to be written into it. */
export interface EvolveRequest {
  readonly target: RelationName
  /** The table's columns, as the catalog has them. */
  readonly before: readonly Column[]
  /** Those of the rows. */
  readonly after: readonly Column[]
  /**
   * `append`: the table takes new columns and keeps those that the rows lack. `sync`: it drops these. `ignore`: it stays as it
   * is. `rebuild`: all of its rows are replaced, so that it can take any columns.
   */
  readonly mode: 'append' | 'sync' | 'ignore' | 'rebuild'
}

/** How a column of the rows is written. */
export interface WrittenColumn extends Column {
  /** Makes a value of the table's type of the rows' own; absent: they are the same. */
  readonly conversion?: string
}

/** What it takes to write rows into a table of other columns. Paths name fields inside columns, too: `person.age`. */
export interface Evolution {
  /** To be run before rows are written, in the same transaction. None: the table stays as it is. */
  readonly statements: readonly string[]
  /** The table's columns afterwards. */
  readonly columns: readonly Column[]
  /** The columns of the rows that are written, with the types that the table has then. */
  readonly written: readonly WrittenColumn[]
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** What has another type without losing a value: `id (INTEGER to BIGINT)`. */
  readonly retyped: readonly string[]
  /** What would lose values, or cannot be altered; then nothing of this may be done. */
  readonly refused: readonly string[]
}

export type Strategy = 'replace_partition' | 'table' | 'merge' | 'append' | 'history'

/** The engine's SQL, as text. Pure: no IO, no state. */
export interface Dialect {
  /** A quoted identifier; throws `Bug` for what `project` must have refused (NUL). */
  readonly quote: (identifier: string) => string
  readonly literal: (literal: Literal) => string
  /** The engine's name of a logical type; undefined when the engine has none. */
  readonly type: (logical: string) => string | undefined
  /** The local date of an instant expression in an IANA zone. */
  readonly localDate: (expression: string, timeZone: string) => string
  /**
   * A table expression that reads files. Without paths, an empty relation of the same columns; with paths undefined when the
   * engine cannot read files itself.
   */
  readonly readFiles: (read: FileRead) => string | undefined
  /** Statements that publish staged rows. A missing strategy is the diagnostic `strategy-unsupported`. */
  readonly write: { readonly [S in Strategy]?: (request: WriteRequest) => readonly string[] }
  readonly ddl: {
    readonly createSchema: (schema: string) => string
    /** Makes the staged relation; `temporary` ones are seen by their connection only. */
    readonly stage: (staging: RelationName, select: string) => string
    readonly createTable: (target: RelationName, columns: readonly Column[]) => string
    /** Makes a table of the rows of a SELECT that returns these columns; fails where something of this name is there. */
    readonly createTableAs: (target: RelationName, columns: readonly Column[], select: string) => readonly string[]
    readonly createView: (target: RelationName, select: string) => string
    readonly drop: (target: RelationName, kind: 'table' | 'view') => string
    /** A query of one row: the `bytes` that a table takes, with its indexes. Absent: the engine does not tell. */
    readonly size?: (target: RelationName) => string
    /** Absent: the engine keeps every table whole. */
    readonly pieces?: Pieces
  }
  /** Alters a table for rows of other columns, at any depth. Undefined: the engine had rather make it anew; only `rebuild` allows it. */
  readonly evolve?: (request: EvolveRequest) => Evolution | undefined
  /** What to write instead of a value whose type no table can hold; undefined: it can. */
  readonly unstorable?: (type: string) => string | undefined
  /** What binds to relations, and what is lost with them. Absent: views bind when they are read, and nothing hangs on relations. */
  readonly ties?: Ties
  /** Comments, grants and indexes. */
  readonly attach: Attachments
  /** The hash of a row, and two aggregates over it, to be stored as text (see DESIGN §7 "Checksum"). */
  readonly checksum: (columns: readonly Column[]) => {
    readonly row: string
    /** Of the row's hash, or of a column that holds it. */
    readonly sums: (row: string) => readonly [string, string]
  }
  /** The first rows of a SELECT without an order of its own, by all its columns: the same rows each time. */
  readonly firstRows: (select: string, limit: number) => string
  /** The partition that a row lies in, as an integer ordinal of a grid, from its partition column. */
  readonly ordinal: (column: PartitionColumn, unit: 'hour' | 'day' | 'month' | 'year', timeZone: string) => string
  readonly functions: SqlFunctions
}

/** A range of a table, from its first value to before its last, as literals; its key tells it from others. */
export interface Piece {
  readonly key: string
  readonly start: string
  readonly end: string
}

/** How an engine keeps a large table in pieces, each of which holds a range of one column. */
export interface Pieces {
  readonly createTable: (target: RelationName, columns: readonly Column[], by: string) => string
  /** Makes pieces that are not there yet; where a table has others across one, of its parts those that are free. */
  readonly make: (
    target: RelationName,
    pieces: readonly (Piece & { readonly parts: readonly Piece[] })[],
  ) => readonly string[]
}

export interface StatementOptions {
  /** Aborting cancels the statement on the server and rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Shown in the engine's own monitoring where it has any, and in debug output. */
  readonly label?: string
  /** Set for what a user wrote: more than one statement in the text is refused before any of them runs. */
  readonly single?: boolean
}

/**
 * Some rows as text: each ends with a newline, tabs stand between its fields, `\N` is a null, and in a value a backslash, tab,
 * newline or carriage return is written `\\`, `\t`, `\n` or `\r`. Dates and times are ISO texts, instants with their offset.
 */
export interface RowText {
  readonly text: string
  readonly rows: number
}

/** One connection: statements on it run one after the other. */
export interface Connection {
  /** Runs one or several statements; the number of rows changed by the last. */
  readonly run: (sql: string, options?: StatementOptions) => Promise<{ readonly rows: number }>
  readonly query: (sql: string, options?: StatementOptions) => Promise<Row[]>
  /** As `Session.describe`, of a SELECT that may read relations of this connection alone. */
  readonly describe: (sql: string) => Promise<Column[]>
  /**
   * Appends rows to a relation through the engine's bulk path, in bounded memory: more are asked for as they are taken. All or
   * none of them stay. An error of `rows` rejects as it is.
   */
  readonly load: (
    target: RelationName,
    columns: readonly string[],
    rows: AsyncIterable<RowText>,
    options?: StatementOptions,
  ) => Promise<{ readonly rows: number }>
  /** Commits when `work` resolves, rolls back when it rejects. Not nestable. */
  readonly transaction: <T>(work: () => Promise<T>) => Promise<T>
  readonly release: () => Promise<void>
}

/** Where in a statement the engine found an error, and what it said. */
export interface ExplainedError {
  /** The engine's words, first line, without its own position art. */
  readonly message: string
  /** Offset in the SQL sent, 0-based. */
  readonly offset?: number
  /** `data`: other rows might pass (a cast, a division); `transient`: the same may pass later; `denied`: a right is missing. */
  readonly kind: 'sql' | 'data' | 'denied' | 'transient' | 'cancelled' | 'connection'
  /** Of `connection`: another one may do the same; a full disk, a wrong password stay what they are. */
  readonly isLost?: true
  /** What would mend it, in the engine's own words. */
  readonly advice?: string
  /** Names near the one that the engine did not find. */
  readonly candidates?: readonly string[]
  /** Of rows that were loaded, the one at fault, counted from 1. */
  readonly row?: number
}

/** An open warehouse. */
export interface Session {
  /** A connection of its own; as many as asked for at once. Release it. */
  readonly connect: () => Promise<Connection>
  /** All relations of the schemas with their columns, by one query; none of schemas that do not exist. */
  readonly catalog: (schemas: readonly string[]) => Promise<Catalog>
  /** The columns that a SELECT returns, without running it. Rejects with the engine's error. */
  readonly describe: (sql: string) => Promise<Column[]>
  readonly explainError: (error: unknown) => ExplainedError
  /** The server, who one is there and how the connection is secured, in one line for people; absent where there is no server. */
  readonly about?: () => Promise<string>
  /** What connections are called in the engine's monitoring from here on. */
  readonly label?: (name: string) => void
  /** Others see the name as long as this session lasts, or until it is to disappear. Undefined: nobody could tell. */
  readonly appear?: (name: string) => Promise<(() => Promise<void>) | undefined>
  readonly close: () => Promise<void>
}

/** What a binder is to find the columns of, or is told of. */
export type BindingQuery =
  /** A SELECT; a relation of its columns, without rows, is made under `name`. `view`: a view, where it makes a difference. */
  | { readonly name: RelationName; readonly sql: string; readonly view?: boolean }
  /** A relation whose columns are known. */
  | { readonly name: RelationName; readonly columns: readonly Column[] }
  /** A SELECT of which only whether it binds is asked. */
  | { readonly sql: string }

export type BoundQuery =
  /** The columns as the SELECT returns them; none where they were not asked for. */
  | { readonly ok: true; readonly columns: readonly Column[] }
  | {
      readonly ok: false
      readonly error: ExplainedError
      /**
       * `mistake`: no warehouse would take it. `absent`: it names a table, a function or a type that is not here. `rows`: it reads
       * files by itself, or its columns depend on rows, so that nobody can tell before it runs.
       */
      readonly because: 'mistake' | 'absent' | 'rows'
    }

/** An engine without data, in memory, closed to everything outside: it finds columns and mistakes, and never runs a query. */
export interface Binder {
  /** Binds in order, so that later queries read relations of earlier ones. */
  readonly bind: (queries: readonly BindingQuery[]) => Promise<readonly BoundQuery[]>
  /** Makes what a warehouse has beside: empty relations, functions and types. What is here already stays. */
  readonly adopt: (warehouse: Session) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens a warehouse from the validated options of its target. */
export interface ConnectRequest {
  readonly options: Readonly<Record<string, unknown>>
  /** Absolute path of the project, against which relative paths are resolved. */
  readonly projectDirectory: string
  readonly readOnly: boolean
  /** Absolute folders whose files statements may read: the project's data. Everything else is closed to SQL. */
  readonly readableFolders: readonly string[]
  readonly threads?: number
}

/** Files of one table, to be looked into. */
export interface InferRequest {
  /** Absolute. */
  readonly paths: readonly string[]
  readonly format: FileRead['format']
  readonly compression: FileRead['compression']
}

/** What files hold, as a person would have to declare it. */
export interface Inferred {
  /** With logical types; text where nothing narrower fits every value that was looked at. */
  readonly columns: readonly Column[]
  /** Of each file, the least and greatest value of its time columns: milliseconds since 1970, wall clocks taken as UTC. */
  readonly bounds: readonly {
    readonly path: string
    readonly column: string
    readonly from: number
    readonly to: number
  }[]
}

/** Reads files on behalf of an engine that cannot. */
export interface FileReader {
  /** The rows of the files, with exactly the columns asked for, in the order of both. Rejects with an error to be explained here. */
  readonly rows: (read: FileRead, signal?: AbortSignal) => AsyncIterable<RowText>
  readonly explainError: (error: unknown) => ExplainedError
  readonly close: () => Promise<void>
}

/** A place, `person.age`, where columns differ from those that were promised; what is absent is not there on that side. */
export interface ColumnDifference {
  readonly path: string
  readonly promised?: string
  readonly found?: string
}

/** An engine: data and functions, not a class to extend. */
export interface Adapter {
  readonly name: string
  readonly dialect: Dialect
  readonly features: Features
  /** Compares columns of types as the catalog prints them, at any depth, names without case; their order does not matter. */
  readonly compareColumns: (promised: readonly Column[], found: readonly Column[]) => readonly ColumnDifference[]
  /** Keys of the target in project.yml, each with one line of help. */
  readonly options: Readonly<
    Record<
      string,
      { readonly type: 'string' | 'number' | 'boolean'; readonly required: boolean; readonly help: string }
    >
  >
  /** The target of a new project: what it says below its `type:`, a line each, and variables that have to be set, with examples. */
  readonly newTarget: { readonly lines: readonly string[]; readonly variables: Readonly<Record<string, string>> }
  /**
   * What tells its database from others, each part under a name for people: targets with equal ones see each other's relations.
   * Throws `Failure` where options are wrong.
   */
  readonly database: (place: Pick<ConnectRequest, 'options' | 'projectDirectory'>) => Readonly<Record<string, string>>
  /** Rejects with `Failure` (`warehouse-locked`, `warehouse-missing`, `warehouse-invalid` …). Loads the driver. */
  readonly connect: (request: ConnectRequest) => Promise<Session>
  /** Opens a binder, which touches no warehouse. Absent: models of this engine are not bound before they are built. */
  readonly openBinder?: () => Promise<Binder>
  /** Opens an engine of its own in memory, with nothing in it and closed to everything outside. Absent: it runs on a server alone. */
  readonly openEmpty?: () => Promise<Session>
  /** Looks into files for their columns; absent where the engine reads none. Rejects with the engine's error. */
  readonly inferFiles?: (request: InferRequest) => Promise<Inferred>
  /** Opens a reader of the files below these absolute folders; absent where the engine reads none. Loads the driver. */
  readonly openReader?: (readableFolders: readonly string[]) => Promise<FileReader>
}
