import { columnDifferences } from '../column-differences.ts'
import type { Adapter } from '../contract.ts'
import { dialect } from './dialect.ts'
import { locks } from './locks.ts'
import { connect } from './session.ts'
import { settingsOf } from './settings.ts'

const text = (help: string) => ({ type: 'string', required: false, help }) as const
const number = (help: string) => ({ type: 'number', required: false, help }) as const

import { types } from './types.ts'

/** Postgres 14 to 18: a server, which many use at a time. */
export const postgres: Adapter = {
  name: 'postgres',
  dialect,
  features: {
    transactions: true,
    transactionalDdl: true,
    concurrentPublications: true,
    exclusiveWriter: false,
    temporarySchema: 'pg_temp',
    identifierLimit: 63,
    ledger: { keys: true, locks },
  },
  compareColumns: (promised, found) => columnDifferences(promised, found, types),
  options: {
    url: text('postgres://user:password@host:5432/database; other options go before what it says'),
    host: text('name or address of the server, or the folder of its socket; default: localhost'),
    port: number('default: 5432'),
    user: text('the role to connect as'),
    password: text('its password: "{{ env_var(\'ELT_SECRET_PASSWORD\') }}"'),
    database: text('the database on the server'),
    sslmode: text('`verify-full` (default), `verify-ca`, `require` (not verified) or `disable` (default on loopback)'),
    ssl_root_certificate: text("a PEM file of who may sign the server's certificate; default: whom Node trusts"),
    connect_timeout: number('seconds to wait for a connection; default: 10'),
    statement_timeout: number('seconds that a statement may take; default: without end'),
    lock_timeout: number('seconds that a statement may wait for a lock; default: 60'),
    idle_timeout: number('seconds after which the server ends a transaction that does nothing; default: 30'),
    keepalive: number('seconds of silence after which the connection is probed; default: 30'),
    search_path: text('schemas, with commas, in which names of no schema are looked for; default: pg_catalog, public'),
  },
  newTarget: {
    lines: [
      `url: "{{ env_var('ELT_PG_URL') }}"`,
      `password: "{{ env_var('ELT_SECRET_PASSWORD', '') }}"    # templates cannot read it, and nothing shows it`,
    ],
    variables: { ELT_PG_URL: 'postgres://user@localhost:5432/database' },
  },
  database: (place) => {
    const { host, port, database } = settingsOf({ ...place, readOnly: true, readableFolders: [] })
    return { server: `${host.toLowerCase()}:${port}`, database }
  },
  connect,
}
