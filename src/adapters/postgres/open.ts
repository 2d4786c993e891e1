import { readFileSync } from 'node:fs'
import type { Client } from 'pg'
import { Failure } from '../../diagnostics/index.ts'
import { explainConnecting } from './connect-errors.ts'
import type { Link } from './connection.ts'
import { refuse, type Settings } from './settings.ts'
import { quote, text } from './text.ts'
import { tlsOptions } from './tls.ts'

/**
 * What every connection is set to, whatever role, database or server say otherwise: how values are written, so that they can be
 * read back, and where names are looked for.
 */
export function settingStatements(settings: Settings, label: string): string {
  // Without being named, pg_catalog comes before all. Named first, it keeps relations of no schema from being made anywhere.
  const path = [...(settings.searchPath.length === 0 ? ['pg_catalog'] : settings.searchPath), 'pg_temp']
  const values: readonly (readonly [string, string])[] = [
    ['application_name', label],
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
    ['default_transaction_isolation', 'read committed'],
    ['default_transaction_read_only', settings.readOnly ? 'on' : 'off'],
  ]
  const statements = values.map(([name, value]) => `set ${name} = ${text(value)}`)
  return [...statements, `set search_path = ${path.map(quote).join(', ')}`].join('; ')
}

/** Who may be asked to leave a cancelled statement alone: nobody waits longer for it. Milliseconds. */
const cancelTimeout = 5_000

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const detail = `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`
    return refuse('ssl_root_certificate', detail, 'name a file of certificates in PEM form, relative to the project')
  }
}

function configuration(settings: Settings) {
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
    keepAlive: settings.keepalive > 0,
    keepAliveInitialDelayMillis: settings.keepalive,
    application_name: 'elt',
    client_encoding: 'utf8',
    // Values are read by this adapter: the driver's own reading makes Dates of days.
    types: { getTypeParser: () => (value: string) => value },
  }
}

/** Opens one connection to the server. Rejects with the driver's error. */
export async function openLink(settings: Settings, label: string): Promise<Link> {
  const { default: pg } = await import('pg')
  const client: Client = new pg.Client(configuration(settings) as never)
  let lost = false
  // Without a listener, a connection that the server ends would end this process.
  client.on('error', () => {
    lost = true
  })
  client.on('end', () => {
    lost = true
  })
  await client.connect()
  const { rows } = await client.query({ text: 'select pg_backend_pid()', rowMode: 'array' })
  await client.query(settingStatements(settings, label))
  const pid = Number(rows[0]?.[0])
  return { client, isLost: () => lost, cancel: () => cancelBackend(settings, pid) }
}

/** Asks the server to cancel what a backend runs, over a connection of its own: this works through TLS and proxies, too. */
async function cancelBackend(settings: Settings, pid: number): Promise<void> {
  const { default: pg } = await import('pg')
  const client: Client = new pg.Client({
    ...configuration(settings),
    connectionTimeoutMillis: cancelTimeout,
  } as never)
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(`select pg_catalog.pg_cancel_backend(${pid})`)
  } catch {
    // It is asked again until the statement ends: a server that answers nobody has ended it.
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The first connection of a session, whose failure is one of the whole command. */
export async function openFirst(settings: Settings, label: string): Promise<Link> {
  try {
    return await openLink(settings, label)
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(explainConnecting(error, settings))
  }
}
