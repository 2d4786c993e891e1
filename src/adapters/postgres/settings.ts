import path from 'node:path'
import { diagnose, Failure } from '../../diagnostics/index.ts'
import type { ConnectRequest } from '../contract.ts'

/** Where a server is, who asks, and how long anything may take: the options of a target, checked. Times are milliseconds. */
export interface Settings {
  /** A name, an address, or the folder of a socket. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string | undefined
  readonly database: string
  readonly sslmode: SslMode
  /** Absolute; of who may sign the server's certificate. */
  readonly rootCertificate: string | undefined
  readonly connectTimeout: number
  readonly statementTimeout: number
  readonly idleTimeout: number
  readonly lockTimeout: number
  readonly keepalive: number
  readonly searchPath: readonly string[]
  readonly readOnly: boolean
}

const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof sslModes)[number]

/**
 * Seconds, where the target says nothing. 0: without end. A run that sleeps inside a transaction keeps others from its tables no
 * longer than its lease would.
 */
const defaults = { connect_timeout: 10, statement_timeout: 0, idle_timeout: 30, lock_timeout: 60, keepalive: 30 }

/** Says what is wrong with an option. */
export function refuse(option: string, detail: string, help: string): never {
  throw new Failure(diagnose('target-option-value', { option, detail, help }))
}

/** What a URL says, by the names of the options. */
function optionsOfUrl(text: string): Record<string, string> {
  if (text === '') refuse('url', 'it is empty', 'write it as postgres://user@host:5432/database')
  if (!/^postgres(ql)?:\/\//i.test(text) || !URL.canParse(text)) {
    const form = 'postgres://user@host:5432/database, with special characters percent-encoded'
    refuse('url', 'it is no address of a Postgres database', `write it as ${form}`)
  }
  const url = new URL(text)
  const part = (value: string): string => {
    try {
      return decodeURIComponent(value)
    } catch {
      return refuse('url', 'a % in it is not followed by two digits', 'write a % as %25')
    }
  }
  const found: Record<string, string> = {}
  const host = part(url.hostname.replace(/^\[(.*)\]$/, '$1'))
  const database = part(url.pathname.replace(/^\//, ''))
  const given = { host, port: url.port, user: part(url.username), password: part(url.password), database }
  for (const [name, value] of Object.entries(given)) if (value !== '') found[name] = value
  const parameters: Readonly<Record<string, string>> = { sslrootcert: 'ssl_root_certificate', dbname: 'database' }
  const known = ['sslmode', 'sslrootcert', 'connect_timeout', 'host', 'port', 'user', 'password', 'dbname']
  for (const [name, value] of url.searchParams) {
    if (!known.includes(name)) refuse('url', `it holds the parameter ${name}`, `use of them: ${known.join(', ')}`)
    found[parameters[name] ?? name] = value
  }
  return found
}

/** Hosts on this machine, which nobody between can read or change: sockets and loopback addresses. */
function isLoopback(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Reads the options of a target; throws a `Failure` that names the one at fault. */
export function settingsOf({ options, projectDirectory, readOnly }: ConnectRequest): Settings {
  const url = options.url === undefined || options.url === null ? {} : optionsOfUrl(String(options.url))
  const given = (name: string): string | undefined => {
    const written = (value: unknown) =>
      value === undefined || value === null || value === '' ? undefined : String(value)
    return written(options[name]) ?? written((url as Record<string, unknown>)[name])
  }
  const needed = (name: string): string =>
    given(name) ?? refuse(name, 'it is missing', `give the target \`${name}:\`, or a \`url:\` that holds it`)
  const seconds = (name: keyof typeof defaults): number => {
    const value = Number(given(name) ?? defaults[name])
    const isFine = Number.isFinite(value) && value >= 0 && value <= 2_000_000
    return isFine ? Math.round(value * 1000) : refuse(name, 'it is no number of seconds', 'write seconds, like 30')
  }
  const host = given('host') ?? 'localhost'
  const port = Number(given('port') ?? 5432)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) refuse('port', 'it is no port', 'write a number like 5432')
  const mode = given('sslmode') ?? (isLoopback(host) ? 'disable' : 'verify-full')
  const sslmode = sslModes.find((known) => known === mode)
  if (!sslmode) {
    refuse('sslmode', `${JSON.stringify(mode)} is none of its values`, `use one of ${sslModes.join(', ')}`)
  }
  const certificate = given('ssl_root_certificate')
  return {
    host,
    port,
    user: needed('user'),
    password: given('password'),
    database: needed('database'),
    sslmode: host.startsWith('/') ? 'disable' : sslmode,
    rootCertificate: certificate === undefined ? undefined : path.resolve(projectDirectory, certificate),
    connectTimeout: seconds('connect_timeout'),
    statementTimeout: seconds('statement_timeout'),
    idleTimeout: seconds('idle_timeout'),
    lockTimeout: seconds('lock_timeout'),
    keepalive: seconds('keepalive'),
    searchPath: (given('search_path') ?? '')
      .split(',')
      .map((schema) => schema.trim())
      .filter((schema) => schema !== ''),
    readOnly,
  }
}
