import type { ConnectionOptions } from 'node:tls'
import type { SslMode } from './settings.ts'

/** What Node needs for a mode; undefined: no TLS. `authority`: certificates in PEM form of who may sign the server's. */
export function tlsOptions(mode: SslMode, authority: string | undefined): ConnectionOptions | undefined {
  if (mode === 'disable') return undefined
  if (mode === 'require') return { rejectUnauthorized: false }
  const ca = authority === undefined ? {} : { ca: authority }
  // verify-ca: the chain of the certificate is checked, the name in it is not.
  return { ...ca, rejectUnauthorized: true, ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}) }
}
