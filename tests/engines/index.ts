import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { describe, inject, it } from 'vitest'
import type { Started } from './setup.ts'

/** A Postgres server for tests, ready; `url` is that of a superuser. */
export interface Server {
  /** `postgres 15`; the number is the server's major version. */
  readonly label: string
  readonly url: string
}

async function ask(port: number, label: string): Promise<Started> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${label}\n`)
  return JSON.parse(await text(socket)) as Started
}

const { port, labels } = inject('postgres')
const answers = await Promise.all(labels.map((label) => ask(port, label)))
const mustStart = !['', 'false', '0'].includes(process.env.CI ?? '')

/**
 * Describes the same for every Postgres of this machine. One that cannot be started is a counted skip of all its tests, and fails
 * in CI. `body` is called for it too, so it may use the server in hooks and tests only.
 */
export function describePostgres(name: string, body: (server: Server) => void): void {
  labels.forEach((label, index) => {
    const answer = answers[index] ?? { error: 'no answer' }
    if ('url' in answer) describe(`${name} (${label})`, () => body({ label, url: answer.url }))
    else if (mustStart) it(`${name} (${label})`, () => Promise.reject(new Error(`${label}: ${answer.error}`)))
    else describe.skip(`${name} (${label} could not be started: ${answer.error})`, () => body({ label, url: '' }))
  })
}

/** A database that nobody else uses. */
export interface Database {
  readonly url: string
  /** Ends whatever is still connected. */
  readonly drop: () => Promise<void>
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** What administrators set for a database, each of which changes what statements mean, how values look or when they are ended. */
const contrarySettings = {
  timezone: 'Asia/Kathmandu',
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  extra_float_digits: '0',
  bytea_output: 'escape',
  standard_conforming_strings: 'off',
  backslash_quote: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  quote_all_identifiers: 'on',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  search_path: '',
  statement_timeout: '3s',
  lock_timeout: '1s',
  idle_in_transaction_session_timeout: '3s',
  idle_session_timeout: '3s',
}

/** The settings as statements, those of later releases where they are known. */
function contrary(database: string, major: number): string[] {
  const later = major >= 17 ? { transaction_timeout: '3s' } : {}
  const all = Object.entries({ ...contrarySettings, ...later })
  return all.map(([name, value]) => `alter database ${database} set ${name} = '${value}'`)
}

function newName(): string {
  return `elt_test_${randomBytes(6).toString('hex')}`
}

function databaseOf(server: Server, name: string): Database {
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(server.url, `drop database if exists ${name} with (force)`) }
}

/** Makes a database that holds what another one does, to which nobody may be connected. Drop it. */
export async function copyDatabase(server: Server, original: string): Promise<Database> {
  const name = newName()
  await onServer(server.url, `create database ${name} template ${original}`)
  return databaseOf(server, name)
}

/**
 * Makes an empty database. Drop it. `contrary`: of one whose administrator has set everything otherwise than usual, and whose
 * texts are sorted as in a dictionary, where the server can.
 */
export async function freshDatabase(server: Server, kind: 'plain' | 'contrary' = 'plain'): Promise<Database> {
  const name = newName()
  const major = Number(/\d+/.exec(server.label)?.[0])
  const sorted = kind === 'contrary' && major >= 15 ? " locale_provider icu icu_locale 'en-US' encoding 'UTF8'" : ''
  await onServer(server.url, `create database ${name} template template0${sorted}`)
  if (kind === 'contrary') for (const statement of contrary(name, major)) await onServer(server.url, statement)
  return databaseOf(server, name)
}
