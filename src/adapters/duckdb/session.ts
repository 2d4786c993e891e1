import type * as Driver from '@duckdb/node-api'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Catalog, CatalogRelation, Column, Connection, ConnectRequest, Row, Session } from '../contract.ts'
import { text } from '../standard-text.ts'
import { openConnection } from './connection.ts'
import { explainError } from './errors.ts'
import { openInstance } from './open.ts'
import { rowReader } from './values.ts'

function catalogQuery(schemas: readonly string[]): string {
  return `select c.schema_name as schema, c.table_name as name, bool_or(v.view_oid is not null) as is_view,
  list(c.column_name order by c.column_index) as names, list(c.data_type order by c.column_index) as types
from duckdb_columns() as c
left join duckdb_views() as v on v.database_oid = c.database_oid and v.view_oid = c.table_oid
where c.database_name = current_database() and c.schema_name in (${schemas.map(text).join(', ')})
group by 1, 2
order by 1, 2`
}

function catalogRelation(row: Row): CatalogRelation {
  const types = row.types as readonly string[]
  return {
    schema: String(row.schema),
    name: String(row.name),
    kind: row.is_view ? 'view' : 'table',
    columns: (row.names as readonly string[]).map((name, i) => ({ name, type: types[i] ?? '' })),
  }
}

async function readCatalog(connection: Connection, schemas: readonly string[]): Promise<Catalog> {
  if (schemas.length === 0) return { relations: [] }
  return { relations: (await connection.query(catalogQuery(schemas))).map(catalogRelation) }
}

/**
 * The columns of a SELECT, as preparing it tells them: much faster than `describe`. Undefined for what is no SELECT, and for
 * types that the driver words in another way than the catalog.
 */
async function preparedColumns(
  connection: DuckDBConnection,
  { DuckDBTypeId, StatementType }: Pick<typeof Driver, 'DuckDBTypeId' | 'StatementType'>,
  sql: string,
): Promise<Column[] | undefined> {
  const { STRUCT, LIST, ARRAY, MAP, UNION, ENUM, SQLNULL } = DuckDBTypeId
  const otherwise: ReadonlySet<number> = new Set([STRUCT, LIST, ARRAY, MAP, UNION, ENUM, SQLNULL])
  const prepared = await connection.prepare(sql)
  try {
    if (prepared.statementType !== StatementType.SELECT) return undefined
    const columns = Array.from({ length: prepared.columnCount }, (_, i) => ({
      name: prepared.columnName(i),
      type: prepared.columnType(i),
    }))
    if (columns.some(({ type }) => type.alias !== undefined || otherwise.has(type.typeId))) return undefined
    return columns.map(({ name, type }) => ({ name, type: type.toString() }))
  } finally {
    prepared.destroySync()
  }
}

/** Connections are kept for the next who asks; settings are the database's, so one is like another. */
function pool(instance: DuckDBInstance, read: ReturnType<typeof rowReader>) {
  const idle: DuckDBConnection[] = []
  const busy = new Set<DuckDBConnection>()
  async function take(): Promise<DuckDBConnection> {
    const connection = idle.pop() ?? (await instance.connect())
    busy.add(connection)
    return connection
  }
  function give(connection: DuckDBConnection, reusable: boolean): void {
    busy.delete(connection)
    if (reusable) idle.push(connection)
    else connection.closeSync()
  }
  return {
    connect: async (): Promise<Connection> => {
      const connection = await take()
      return openConnection(connection, read, (reusable) => give(connection, reusable))
    },
    /** For work with the driver's own connection, which it leaves as it was. */
    using: async <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
      const connection = await take()
      return work(connection).finally(() => give(connection, true))
    },
    close: (): void => {
      for (const connection of [...idle.splice(0), ...busy]) connection.closeSync()
      busy.clear()
      instance.closeSync()
    },
  }
}

/**
 * Opens a DuckDB file. Of a lost connection there is one rule: DuckDB runs in this process, so a connection is lost only
 * together with the database (a fatal error invalidates it); every statement then fails with kind `connection`, nothing
 * uncommitted survives, and the file is good for the next process.
 */
export async function connect(request: ConnectRequest): Promise<Session> {
  const { instance, driver } = await openInstance(request)
  const connections = pool(instance, rowReader(driver))
  let closed = false

  async function using<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await connections.connect()
    try {
      return await work(connection)
    } finally {
      await connection.release()
    }
  }

  return {
    connect: connections.connect,
    catalog: (schemas) => using((connection) => readCatalog(connection, schemas)),
    describe: async (sql) => {
      const prepare = connections.using((connection) => preparedColumns(connection, driver, sql))
      // What cannot be prepared is asked for once more in the way that knows where in the text an error lies.
      const columns = await prepare.catch(() => undefined)
      return columns ?? using((connection) => connection.describe(sql))
    },
    explainError,
    close: async () => {
      if (closed) return
      closed = true
      connections.close()
    },
  }
}
