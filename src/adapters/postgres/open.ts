import { readFileSync } from 'node:fs'
import type { Client } from 'pg'
import { Failure } from '../../diagnostics/index.ts'
import { quote, text } from '../standard-text.ts'
import { explainConnecting } from './connect-errors.ts'
import type { Link } from './connection.ts'
import { refuse, type Settings } from './settings.ts'
import { tlsOptions } from './tls.ts'

/** Where the system can tell: what a killed client has begun does not run on without it. */
const endWithoutClient = `do $$ begin perform pg_catalog.set_config('client_connection_check_interval', '10s', false);
exception when others then null; end $$`

/** Of releases from 17 on. How long a statement may take is said of statements. */
const endlessTransactions = `select pg_catalog.set_config(name, '0', false) from pg_catalog.pg_settings where name = 'transaction_timeout'`

/**
 * What every connection is set to, whatever role, database or server say otherwise: how values are written, so that they can be
 * read back, and where names are looked for.
 */
export function settingStatements(settings: Settings): string {
  // Without being named, pg_catalog comes before all. Named first, it keeps relations of no schema from being made anywhere.
  // Extensions lie in public, and operators of theirs could hardly be written with a schema.
  const path = [...(settings.searchPath.length === 0 ? ['pg_catalog', 'public'] : settings.searchPath), 'pg_temp']
  const values: readonly (readonly [string, string])[] = [
    ['TimeZone', 'UTC'],
    ['DateStyle', 'ISO, YMD'],
    ['IntervalStyle', 'postgres'],
    ['extra_float_digits', '1'],
    ['bytea_output', 'hex'],
    ['standard_conforming_strings', 'on'],
    ['client_encoding', 'UTF8'],
    ['lock_timeout', String(settings.lockTimeout)],
    ['statement_timeout', String(settings.statementTimeout)],
    ['idle_in_transaction_session_timeout', String(settings.idleTimeout)],
    // Connections are kept between their users.
    ['idle_session_timeout', '0'],
    // What `= null` means, whether NULL in an array is one, and whether the catalog prints types as they are compared here.
    ['transform_null_equals', 'off'],
    ['array_nulls', 'on'],
    ['quote_all_identifiers', 'off'],
    // What a client holds that has vanished is let go within a minute.
    ['tcp_keepalives_idle', '30'],
    ['tcp_keepalives_interval', '10'],
    ['tcp_keepalives_count', '3'],
    ['default_transaction_isolation', 'read committed'],
    ['default_transaction_read_only', settings.readOnly ? 'on' : 'off'],
  ]
  const statements = values.map(([name, value]) => `set ${name} = ${text(value)}`)
  return [...statements, endWithoutClient, endlessTransactions, `set search_path = ${path.map(quote).join(', ')}`].join(
    '; ',
  )
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const detail = `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`
    return refuse('ssl_root_certificate', detail, 'name a file of certificates in PEM form, relative to the project')
  }
}

function configuration(settings: Settings, limited: boolean) {
  const authority = settings.rootCertificate === undefined ? undefined : readCertificate(settings.rootCertificate)
  return {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    database: settings.database,
    // A function keeps the driver from its own places: the environment, a file in the home folder.
    password: () => settings.password ?? '',
    ssl: tlsOptions(settings.sslmode, authority) ?? false,
    connectionTimeoutMillis: settings.connectTimeout,
    // Of a link of which only one end is left; statements that may take long are watched instead.
    ...(limited && settings.connectTimeout > 0 ? { query_timeout: settings.connectTimeout } : {}),
    keepAlive: settings.keepalive > 0,
    keepAliveInitialDelayMillis: settings.keepalive,
    application_name: 'elt',
    client_encoding: 'utf8',
    // Values are read by this adapter: the driver's own reading makes Dates of days.
    types: { getTypeParser: () => (value: string) => value },
  }
}

const ignored = (): void => undefined

/** Soon enough to see who holds a lock before the wait for it ends. */
function lookEvery({ keepalive, lockTimeout }: Settings): number {
  const beforeLock = lockTimeout > 0 ? Math.max(Math.round(lockTimeout * 0.7), 100) : 0
  return keepalive > 0 && beforeLock > 0 ? Math.min(keepalive, beforeLock) : keepalive || beforeLock
}

/** Opens one connection to the server. Rejects with the driver's error. */
export async function openLink(settings: Settings): Promise<Link> {
  const { default: pg } = await import('pg')
  const client: Client = new pg.Client(configuration(settings, false) as never)
  let lost = false
  // Without a listener, a connection that the server ends would end this process.
  client.on('error', () => {
    lost = true
  })
  client.on('end', () => {
    lost = true
  })
  const abandon = (reason: string): void => {
    lost = true
    streamOf(client).destroy(new Error(reason))
  }
  await client.connect()
  const begin = async (): Promise<number> => {
    const { rows } = await client.query({ text: 'select pg_backend_pid()', rowMode: 'array' })
    await client.query(settingStatements(settings))
    return Number(rows[0]?.[0])
  }
  const pid = await within(settings.connectTimeout, begin, () => abandon('timeout expired'))
  // A pooler gives out numbers of its own: behind one, the backend may be anybody's by now.
  const isOwn = (client as unknown as { readonly processID: number | null }).processID === pid
  return {
    client,
    isOwn,
    isLost: () => lost,
    // It is asked again until the statement ends: a server that answers nobody has ended it.
    cancel: () => aside(settings, `select pg_catalog.pg_cancel_backend(${pid})`).then(ignored, ignored),
    every: lookEvery(settings),
    look: async () => {
      const [row] = await aside(settings, sightQuery(pid))
      return {
        alive: row?.[0] === 't',
        holders: row?.[1] ?? undefined,
        idleSince: isOwn ? (row?.[2] ?? undefined) : undefined,
      }
    },
    abandon: (reason) => {
      abandon(reason)
      // What its backend holds would be held until the server notices by itself.
      if (isOwn) void aside(settings, `select pg_catalog.pg_terminate_backend(${pid})`).catch(ignored)
    },
  }
}

/** Sends one statement over a connection of its own: this works through TLS and proxies, and beside a connection that is busy. */
async function aside(settings: Settings, sql: string): Promise<readonly (readonly (string | null)[])[]> {
  const { default: pg } = await import('pg')
  const client: Client = new pg.Client(configuration(settings, true) as never)
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query<(string | null)[]>({ text: sql, rowMode: 'array' })).rows
  } finally {
    await endLink(client)
  }
}

function streamOf(client: Client): { readonly destroy: (error?: Error) => void } {
  const { connection } = client as unknown as { connection: { stream: { destroy: (error?: Error) => void } } }
  return connection.stream
}

/** Does the work; when it takes longer than so many milliseconds, `give` makes it fail. 0: it may take any time. */
export async function within<T>(milliseconds: number, work: () => Promise<T>, give: () => void): Promise<T> {
  if (milliseconds === 0) return work()
  const timer = setTimeout(give, milliseconds)
  return work().finally(() => clearTimeout(timer))
}

/** How long to wait for the other end to take notice of the end of a connection, in milliseconds. */
const farewell = 2000

/** Ends a connection; one whose other end does not answer is left alone. */
export async function endLink(client: Client): Promise<void> {
  await within(
    farewell,
    () => client.end(),
    () => streamOf(client).destroy(),
  ).catch(ignored)
}

/** What the server says of a backend, and of those that it waits for. */
function sightQuery(pid: number): string {
  return `select exists (select from pg_catalog.pg_stat_activity where pid = ${pid}),
  (select string_agg(pg_catalog.concat('process ', pid, ' of ', usename, ' (', coalesce(nullif(application_name, ''), 'unnamed'), ', ', state,
    ' since ', to_char(state_change at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), ' UTC)'), ', ' order by pid)
   from pg_catalog.pg_stat_activity where pid = any (pg_catalog.pg_blocking_pids(${pid}))),
  (select pg_catalog.concat(state_change, ' ', bytes_processed) from pg_catalog.pg_stat_activity
   left join pg_catalog.pg_stat_progress_copy using (pid)
   where pid = ${pid} and (state like 'idle%' or wait_event = 'ClientRead'))`
}

/** The first connection of a session, whose failure is one of the whole command. */
export async function openFirst(settings: Settings): Promise<Link> {
  try {
    return await openLink(settings)
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(explainConnecting(error, settings))
  }
}
