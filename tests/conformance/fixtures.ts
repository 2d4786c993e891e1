import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Adapter, Connection, Row, Session } from '../../src/adapters/contract.ts'
import { adapterOf } from '../../src/adapters/index.ts'
import { copyDatabase, describePostgres, freshDatabase, type Server } from '../engines/index.ts'

/** What the suite has to know of an engine beside its adapter: everything here is data or opens something. */
export interface Fixture {
  /** With the version, where there are several. */
  readonly label: string
  readonly adapter: Adapter
  /** An empty warehouse of its own; or a copy of one that nobody has open. */
  readonly newWarehouse: (copyOf?: Warehouse) => Promise<Warehouse>
  /** A SELECT that no engine ends within minutes. */
  readonly endless: string
  /** A type made of named fields: what makes it, its name, a value, and the value as JSON. Absent: the engine has none. */
  readonly composite?: {
    readonly before: string
    readonly type: string
    readonly value: string
    readonly json: unknown
  }
  /** A query for the grants, comments and indexes of all relations, as texts. */
  readonly attachments: string
  /** Names of cases that the engine does not fulfil, with the reason. Such a case must fail: a pass would make this list a lie. */
  readonly lacks: Readonly<Record<string, string>>
}

/** A place that sessions open. */
export interface Warehouse {
  /** Of the target. */
  readonly options: Readonly<Record<string, string | number | boolean>>
  /** What a project's target says instead, where tests stand between a project and its engine. */
  readonly behind?: Readonly<Record<string, unknown>>
  /** A folder of the project; files in its `data` may be read. */
  readonly folder: string
  readonly open: () => Promise<Session>
  readonly remove: () => Promise<void>
}

function engineOf(name: string): Adapter | undefined {
  return adapterOf(name)
}

function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'elt-conformance-')))
  mkdirSync(join(folder, 'data'))
  return folder
}

/** A warehouse at these options. */
export function warehouseOf(
  adapter: Adapter,
  options: Warehouse['options'],
  drop: () => Promise<void>,
  folder = newFolder(),
): Warehouse {
  return {
    options,
    folder,
    open: () =>
      adapter.connect({
        options,
        projectDirectory: folder,
        readOnly: false,
        readableFolders: [join(folder, 'data')],
      }),
    remove: async () => {
      await drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A file in a folder of its own. */
export function duckdb(): Fixture | undefined {
  const adapter = engineOf('duckdb')
  if (!adapter) return undefined
  return {
    label: 'duckdb',
    adapter,
    newWarehouse: async (copyOf) => {
      const folder = newFolder()
      const path = join(folder, 'warehouse.duckdb')
      for (const part of ['', '.wal']) {
        const original = `${copyOf?.options.path}${part}`
        if (copyOf && existsSync(original)) copyFileSync(original, `${path}${part}`)
      }
      return warehouseOf(adapter, { path }, async () => {}, folder)
    },
    endless: 'select count(*) as n from range(100000000000) as a(i) where i % 7 = 3',
    attachments: `select table_name as name, comment as told from duckdb_tables() where comment is not null
union all select view_name, comment from duckdb_views() where comment is not null
union all select table_name || '.' || column_name, comment from duckdb_columns() where comment is not null`,
    composite: {
      before: '',
      type: 'STRUCT(a INTEGER, b VARCHAR)',
      value: "{'a': 1, 'b': 'x'}",
      json: { a: 1, b: 'x' },
    },
    lacks: {},
  }
}

/** A server of any address. */
export function postgres(server: Server): Fixture | undefined {
  const adapter = engineOf('postgres')
  if (!adapter) return undefined
  return {
    label: server.label,
    adapter,
    newWarehouse: async (copyOf) => {
      const database = await (copyOf
        ? copyDatabase(server, String(copyOf.options.database))
        : freshDatabase(server, 'contrary'))
      const url = new URL(database.url)
      const options = {
        host: url.hostname,
        port: Number(url.port),
        user: url.username,
        ...(url.password ? { password: url.password } : {}),
        database: url.pathname.slice(1),
      }
      return warehouseOf(adapter, options, database.drop)
    },
    endless: 'select count(*) as n from generate_series(1, 100000000000) as a(i) where i % 7 = 3',
    attachments: `select c.relname as name, n.nspname as schema_name, pg_catalog.array_to_string(c.relacl, ' ') as acl,
  pg_catalog.obj_description(c.oid, 'pg_class') as told,
  (select pg_catalog.string_agg(pg_catalog.col_description(c.oid, a.attnum), ' ' order by a.attnum)
    from pg_catalog.pg_attribute as a where a.attrelid = c.oid and a.attnum > 0) as told_columns,
  (select pg_catalog.string_agg(pg_catalog.pg_get_indexdef(i.indexrelid), ' ' order by pg_catalog.pg_get_indexdef(i.indexrelid))
    from pg_catalog.pg_index as i where i.indrelid = c.oid) as indexes
from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname not like 'pg\\_%' and n.nspname not in ('elt', 'information_schema') and c.relkind in ('r', 'p', 'v')`,
    composite: {
      before: 'create schema if not exists shapes; create type shapes.pair as (a integer, b text)',
      type: 'shapes.pair',
      value: "row(1, 'x')::shapes.pair",
      json: { a: 1, b: 'x' },
    },
    lacks: {},
  }
}

/** Describes the same for every engine that this machine can have. */
export function describeEngines(name: string, body: (fixture: Fixture) => void): void {
  const embedded = duckdb()
  if (embedded) describe(`${name} (${embedded.label})`, () => body(embedded))
  describeServers(name, body)
}

/** The same for those that a network lies before. */
export function describeServers(name: string, body: (fixture: Fixture, server: Server) => void): void {
  if (!engineOf('postgres')) return
  describePostgres(name, (server) => {
    const fixture = postgres(server)
    if (fixture) body(fixture, server)
  })
}

/** A case of the suite. One that the engine lacks must fail. */
export function conforms(fixture: Fixture, name: string, work: () => Promise<void>): void {
  const lack = fixture.lacks[name]
  if (lack === undefined) it(name, work)
  else it.fails(`${name} [declared: ${lack}]`, work)
}

/** A warehouse for all cases of a `describe`, with a session and a connection. Read its members in cases only. */
export interface Bench {
  readonly warehouse: Warehouse
  readonly session: Session
  readonly connection: Connection
  readonly query: (sql: string) => Promise<Row[]>
  /** The first value of the first row. */
  readonly value: (sql: string) => Promise<unknown>
  readonly run: (...statements: readonly string[]) => Promise<void>
  /** A connection of its own, released at the end. */
  readonly another: () => Promise<Connection>
}

/** Opens the warehouse before the cases and removes it after them. */
export function useBench(fixture: Fixture): Bench {
  const held: { warehouse?: Warehouse; session?: Session; connection?: Connection } = {}
  const others: Connection[] = []
  beforeAll(async () => {
    held.warehouse = await fixture.newWarehouse()
    held.session = await held.warehouse.open()
    held.connection = await held.session.connect()
  })
  afterAll(async () => {
    for (const connection of [...others, held.connection]) await connection?.release()
    await held.session?.close()
    await held.warehouse?.remove()
  })
  const given = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('a bench is there in cases only')
    return thing
  }
  const query = (sql: string): Promise<Row[]> => given(held.connection).query(sql)
  return {
    get warehouse() {
      return given(held.warehouse)
    },
    get session() {
      return given(held.session)
    },
    get connection() {
      return given(held.connection)
    },
    query,
    value: async (sql) => Object.values((await query(sql))[0] ?? {})[0],
    run: async (...statements) => {
      for (const statement of statements) await given(held.connection).run(statement)
    },
    another: async () => {
      const connection = await given(held.session).connect()
      others.push(connection)
      return connection
    },
  }
}
