import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { Settings } from './settings.ts'

/** Where the server is, as people write it. */
export function placeOf({ host, port }: Pick<Settings, 'host' | 'port'>): string {
  return host.startsWith('/')
    ? `the socket in ${host}, port ${port}`
    : `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Errors of several addresses of one name come together. */
function codeOf(error: unknown): string {
  const { code, errors } = error as { readonly code?: unknown; readonly errors?: readonly unknown[] }
  return String(code ?? (errors?.[0] as { readonly code?: unknown } | undefined)?.code ?? '')
}

const networkReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'no server listens there',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the host',
  ECONNRESET: 'it closed the connection',
  ENOENT: 'there is no such socket',
  EACCES: 'the socket may not be used',
}

/** Reasons of the server to let nobody in, for now. */
const busyCodes: ReadonlySet<string> = new Set(['53300', '57P03', '57P01', '57P02', '53200'])

const withoutTls = 'the server has no TLS'

function tlsDetail(message: string, code: string): string | undefined {
  if (/does not support SSL/.test(message)) return withoutTls
  if (/error establishing an SSL/.test(message)) return 'the server answered in another protocol'
  return /CERT|SELF_SIGNED|ISSUER|ERR_TLS|ERR_SSL|EPROTO|LEAF_SIGNATURE/.test(code) ? message : undefined
}

/** What a failed connection is, in the words of the user's world. */
export function explainConnecting(error: unknown, settings: Settings): Diagnostic {
  const { user, database, sslmode } = settings
  const server = placeOf(settings)
  const code = codeOf(error)
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
  const tls = tlsDetail(message, code)
  if (tls) {
    const cause = tls === withoutTls ? 'absent' : 'untrusted'
    return diagnose('warehouse-tls', { server, detail: tls, mode: sslmode, cause })
  }
  if (/no encryption|SSL off/.test(message)) {
    const detail = 'the server takes no connection without TLS'
    return diagnose('warehouse-tls', { server, detail, mode: sslmode, cause: 'demanded' })
  }
  if (message.startsWith('SASL') || /^28/.test(code)) {
    const asked = settings.password === undefined && (message.startsWith('SASL') || code === '28P01')
    const detail = asked ? 'it asks for a password, and the target gives none' : message
    return diagnose('warehouse-login-refused', { server, user, detail })
  }
  if (code === '3D000') return diagnose('warehouse-database-missing', { server, database, user })
  if (code === '42501') return diagnose('warehouse-login-refused', { server, user, detail: message })
  if (busyCodes.has(code)) return diagnose('warehouse-busy', { server, detail: message })
  const timeout = /timeout expired/.test(message) ? networkReasons.ETIMEDOUT : undefined
  const reason = networkReasons[code] ?? timeout ?? message
  return diagnose('warehouse-unreachable', { server, reason })
}
