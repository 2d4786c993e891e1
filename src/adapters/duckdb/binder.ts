import type { Binder, BindingQuery, BoundQuery, Column, Connection, RelationName, Row, Session } from '../contract.ts'
import { ofStatement } from '../sent-statements.ts'
import { quote, relation, text } from '../standard-text.ts'
import { adoptWarehouse } from './adopt.ts'
import { engineError, explainError } from './errors.ts'
import { connect } from './session.ts'

/** Most queries that are sent as one text. A text with a mistake is sent again query by query. */
const mostTogether = 64

/** Where queries without a name are bound. */
const unnamed: RelationName = { schema: 'temp', name: 'elt_bound' }

/** Only these may depend on rows: the engine looks for the values of a column before it binds. */
const dynamicPivot = /\bpivot/i

function declaration(name: RelationName, columns: readonly Column[]): string {
  return `create or replace table ${relation(name)} (${columns.map((c) => `${quote(c.name)} ${c.type}`).join(', ')})`
}

/**
 * The statement that binds a query, and how much of it stands before the query. `with no data` binds and plans, and reads
 * nothing: the engine makes an empty result of it before anything is run.
 */
function creation(query: BindingQuery): { readonly sql: string; readonly skip: number } {
  if ('columns' in query) return { sql: declaration(query.name, query.columns), skip: 0 }
  const name = 'name' in query ? query.name : unnamed
  const isView = 'view' in query && query.view === true
  const kind = isView ? 'view' : `${name.schema === 'temp' ? 'temporary ' : ''}table`
  const before = `create or replace ${kind} ${relation(name)} as (\n`
  return { sql: `${before}${query.sql}\n)${isView ? '' : ' with no data'}`, skip: before.length }
}

/** Files are closed to a binder. */
const closed = /disabled by configuration|file system operations are disabled/
const absent = /does not exist/
const pivot = /PIVOT statements with pivot elements extracted from the data/

function failure(error: unknown): BoundQuery {
  const { type, message } = engineError(error)
  const isAbsent = absent.test(message) && (type === 'Catalog' || type === 'Binder')
  const ofRows = closed.test(message) || pivot.test(message)
  return { ok: false, error: explainError(error), because: ofRows ? 'rows' : isAbsent ? 'absent' : 'mistake' }
}

/** Whether the engine gave a column another name, as it does where two have the same. */
function isRenamed(columns: readonly Column[]): boolean {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()))
  return columns.some(({ name }) => {
    const base = /^(.*)_\d+$/.exec(name.toLowerCase())?.[1]
    return base !== undefined && names.has(base)
  })
}

const keyOf = ({ schema, name }: RelationName): string => `${schema}\0${name}`.toLowerCase()

function columnsQuery(names: readonly RelationName[]): string {
  const wanted = names.map(({ schema, name }) => `(${text(schema)}, ${text(name)})`)
  return `select schema_name || chr(0) || table_name as relation, list(column_name order by column_index) as names,
  list(data_type order by column_index) as types from duckdb_columns() where database_name = current_database() and not internal
    and (schema_name, table_name) in (${wanted.join(', ')}) group by all`
}

function columnsIn(row: Row): Column[] {
  const types = row.types as readonly string[]
  return (row.names as readonly string[]).map((name, i) => ({ name, type: types[i] ?? '' }))
}

/** The statements of a binder: one connection, one after the other. */
class Bench {
  readonly #session: Session
  readonly #connection: Connection
  readonly #schemas = new Set<string>(['temp', 'main'])

  constructor(session: Session, connection: Connection) {
    this.#session = session
    this.#connection = connection
  }

  async makeSchemas(queries: readonly BindingQuery[]): Promise<void> {
    const schemas = queries.flatMap((query) => ('name' in query ? [query.name.schema] : []))
    const missing = [...new Set(schemas)].filter((schema) => !this.#schemas.has(schema))
    if (missing.length === 0) return
    await this.#connection.run(missing.map((schema) => `create schema if not exists ${quote(schema)}`).join(';'))
    for (const schema of missing) this.#schemas.add(schema)
  }

  /** Undefined where it binds; its columns are read later. */
  async #one(query: BindingQuery): Promise<BoundQuery | undefined> {
    const { sql, skip } = creation(query)
    try {
      if ('sql' in query && dynamicPivot.test(query.sql)) {
        await this.#connection.run(`create or replace temporary view elt_pivot as (\n${query.sql}\n)`)
      }
      await this.#connection.run(sql)
      return undefined
    } catch (error) {
      if (engineError(error).message === '') throw error
      return failure(ofStatement(error, sql, skip))
    }
  }

  async #oneByOne(queries: readonly BindingQuery[]): Promise<(BoundQuery | undefined)[]> {
    const failures: (BoundQuery | undefined)[] = []
    for (const query of queries) failures.push(await this.#one(query))
    return failures
  }

  /** What is wrong with each of the queries. */
  async create(queries: readonly BindingQuery[]): Promise<(BoundQuery | undefined)[]> {
    if (queries.some((query) => 'sql' in query && dynamicPivot.test(query.sql))) return this.#oneByOne(queries)
    try {
      // One transaction costs less than as many as there are statements.
      await this.#connection.transaction(async () => {
        await this.#connection.run(queries.map((query) => `${creation(query).sql};`).join('\n'))
      })
      return queries.map(() => undefined)
    } catch {
      return this.#oneByOne(queries)
    }
  }

  /** The columns of relations that were made, by `keyOf`. */
  async columns(names: readonly RelationName[]): Promise<Map<string, Column[]>> {
    if (names.length === 0) return new Map()
    const rows = await this.#connection.query(columnsQuery(names))
    return new Map(rows.map((row) => [String(row.relation).toLowerCase(), columnsIn(row)]))
  }

  /** The columns by the names that the SELECT gives them. */
  async asReturned(query: BindingQuery, columns: readonly Column[]): Promise<readonly Column[]> {
    return 'sql' in query && isRenamed(columns) ? this.#session.describe(query.sql) : columns
  }
}

async function bindAll(bench: Bench, queries: readonly BindingQuery[]): Promise<BoundQuery[]> {
  await bench.makeSchemas(queries)
  const failures: (BoundQuery | undefined)[] = []
  for (let at = 0; at < queries.length; at += mostTogether) {
    failures.push(...(await bench.create(queries.slice(at, at + mostTogether))))
  }
  const wanted = queries.flatMap((query, i) =>
    'name' in query && 'sql' in query && failures[i] === undefined ? [query.name] : [],
  )
  const found = await bench.columns(wanted)
  const results: BoundQuery[] = []
  for (const [i, query] of queries.entries()) {
    const failed = failures[i]
    if (failed) results.push(failed)
    else if ('columns' in query) results.push({ ok: true, columns: query.columns })
    else {
      const columns = 'name' in query ? (found.get(keyOf(query.name)) ?? []) : []
      results.push({ ok: true, columns: await bench.asReturned(query, columns) })
    }
  }
  return results
}

/** Opens an engine of its own in memory, with no folder to read from. One thread: there are few rows to share out, or none. */
export function openEmpty(): Promise<Session> {
  return connect({
    options: { path: ':memory:' },
    projectDirectory: '',
    readOnly: false,
    readableFolders: [],
    threads: 1,
  })
}

export async function openBinder(): Promise<Binder> {
  const session = await openEmpty()
  const connection = await session.connect()
  const bench = new Bench(session, connection)
  return {
    bind: (queries) => bindAll(bench, queries),
    adopt: (warehouse) => adoptWarehouse(warehouse, connection),
    close: async () => {
      await connection.release()
      await session.close()
    },
  }
}
