import { expect, test } from 'vitest'
import { type Code, diagnose, type ParametersOf, renderDiagnostic } from '../index.ts'
import type { adapterCodes } from './adapter.ts'

const examples: { readonly [C in keyof typeof adapterCodes]: ParametersOf<C> } = {
  'warehouse-locked': { file: '.elt/warehouse.duckdb', pid: 4711, program: 'node' },
  'warehouse-missing': { file: '.elt/warehouse.duckdb' },
  'warehouse-invalid': { file: 'data', detail: 'it is a folder' },
  'warehouse-newer': { file: '.elt/warehouse.duckdb', found: 69, known: 68 },
  'warehouse-denied': { file: '/w.duckdb', detail: "EACCES: permission denied, mkdir '/'" },
  'warehouse-failed': { file: '.elt/warehouse.duckdb', detail: 'No space left on device' },
  'warehouse-unreachable': { server: 'db.example.com:5432', reason: 'no server listens there' },
  'warehouse-busy': { server: 'db.example.com:5432', detail: 'sorry, too many clients already' },
  'warehouse-login-refused': {
    server: 'db.example.com:5432',
    user: 'analyst',
    detail: 'password authentication failed for user "analyst"',
  },
  'warehouse-database-missing': { server: 'db.example.com:5432', database: 'shop', user: 'analyst' },
  'warehouse-right-missing': {
    detail: 'permission denied for database shop',
    advice: 'its owner gives the right: grant create on database shop to ada',
  },
  'warehouse-tls': {
    server: 'db.example.com:5432',
    detail: 'the server has no TLS',
    mode: 'verify-full',
    cause: 'absent',
  },
  'warehouse-gave-up': { detail: 'Failed to commit: No space left on device' },
  'ledger-newer': { found: 9, known: 1 },
  'ledger-older': { found: 1, known: 2 },
  'lease-held': { node: 'analytics.daily', run: 'r1', host: 'ci-3', pid: 12, since: '2013-12-31 05:00:00+00' },
  'ledger-gave-up': { detail: 'Connection terminated unexpectedly' },
  'ledger-engine': { type: 'duckdb', known: ['postgres'] },
  'fence-lost': { node: 'analytics.daily' },
  'publication-unknown': { node: 'analytics.daily' },
  'relation-owned': { node: 'analytics.daily', relation: 'analytics.daily', project: 'other' },
}

test('every code of warehouses and the ledger, as a person reads it', () => {
  const shown = Object.entries(examples).map(([code, parameters]) =>
    renderDiagnostic(diagnose(code as Code, parameters as never)),
  )
  expect(`\n${shown.join('\n\n')}\n`).toMatchInlineSnapshot(`
    "
    error[warehouse-locked]: process 4711 (node) holds the warehouse .elt/warehouse.duckdb
    why: DuckDB lets one process at a time open a file for writing, and no other may then read it
    note: nothing was changed
    help: run the command again when the other process has ended, or with \`--wait\`
    help: see what it is: ps -p 4711 -o pid,etime,args

    error[warehouse-missing]: the warehouse .elt/warehouse.duckdb does not exist yet
    note: nothing was changed
    help: build it: elt build

    error[warehouse-invalid]: data is no DuckDB database
    note: it is a folder
    note: nothing was changed
    help: give the target another \`path:\` in project.yml, or move the file away

    error[warehouse-newer]: the warehouse .elt/warehouse.duckdb was written by a newer DuckDB (storage version 69)
    why: this elt reads storage versions up to 68
    note: nothing was changed
    help: install a newer elt: npm install elt-sql@latest

    error[warehouse-denied]: no permission to open the warehouse /w.duckdb
    note: EACCES: permission denied, mkdir '/'
    note: nothing was changed
    help: let your user write the file and its folder: ls -ld /w.duckdb

    error[warehouse-failed]: the warehouse .elt/warehouse.duckdb could not be opened: No space left on device
    note: nothing was changed
    help: check the target: elt debug

    error[warehouse-unreachable]: the warehouse at db.example.com:5432 could not be reached: no server listens there
    note: nothing was changed
    help: compare \`host:\` and \`port:\` of the target (or its \`url:\`) with those of the server, and see that it runs

    error[warehouse-busy]: the warehouse at db.example.com:5432 lets nobody in for now: sorry, too many clients already
    note: nothing was changed
    help: run the command again in a while; of too many clients, fewer \`--threads\` need fewer connections

    error[warehouse-login-refused]: the warehouse at db.example.com:5432 did not let analyst in: password authentication failed for user "analyst"
    note: nothing was changed
    help: compare \`user:\`, \`password:\` and \`database:\` of the target (or its \`url:\`) with the server's; write the password as {{ env_var('ELT_SECRET_PASSWORD') }}

    error[warehouse-database-missing]: the warehouse at db.example.com:5432 has no database shop
    why: elt makes schemas and tables, never databases
    note: nothing was changed
    help: make it as somebody who may: create database "shop" owner "analyst"

    error[warehouse-right-missing]: the user of the target lacks a right: permission denied for database shop
    note: what was published before stays as it is
    help: its owner gives the right: grant create on database shop to ada
    help: who asks, and where: elt debug

    error[warehouse-tls]: no trusted connection to the warehouse at db.example.com:5432: the server has no TLS
    why: \`sslmode\` of the target is verify-full; beyond this machine it is verify-full unless the target says otherwise
    note: nothing was changed
    help: let the server speak TLS, or ask for the address at which it does
    help: if the network between is trusted: give the target \`sslmode: disable\`, and everything travels as it can be read

    error[warehouse-gave-up]: the warehouse gave up: Failed to commit: No space left on device
    note: what was published before is recorded with its rows, and stays
    help: when the cause is mended, run the same command again: it does what is missing

    error[ledger-newer]: the ledger was written by a newer elt (its schema is 9, this elt knows 1)
    note: nothing was changed
    help: install a newer elt: npm install elt-sql@latest

    error[ledger-older]: the ledger has schema 1 and must be brought to 2 first
    why: this command opens the warehouse only for reading
    note: nothing was changed
    help: migrate it: elt run

    error[lease-held]: analytics.daily is held by run r1 on host ci-3 since 2013-12-31 05:00:00+00
    why: the partitions of a model are written by one run at a time
    note: nothing was changed
    note: the other run is process 12 there
    help: run the command again when the other run has ended, or with \`--wait\`; a run that died is taken over within thirty seconds

    error[ledger-gave-up]: the ledger gave up: Connection terminated unexpectedly
    note: what was published without its record is recorded by the next run of its model
    help: when the cause is mended, run the same command again: it does what is missing

    error[ledger-engine]: a ledger cannot lie in duckdb
    why: the ledger needs transactions, and connections of several processes at a time
    note: nothing was changed
    help: engines that can hold it beside a warehouse: postgres

    error[fence-lost]: another run has taken over analytics.daily
    why: this run's lease was no longer its own when it came to publish
    note: what this run staged was not published
    help: run the command again: elt run

    error[publication-unknown]: whether analytics.daily was published is not known: the connection was lost while it was being committed
    why: the database could not be asked again, and doing it once more could write rows twice
    note: all of it was published, with its record, or nothing
    help: run the command again when the database can be reached: it reads what was recorded, and builds what is missing

    error[relation-owned]: analytics.daily, where analytics.daily is stored, belongs to project other
    why: elt never writes what it does not own
    note: nothing was changed
    help: give the model another \`alias:\`, or the target another \`schema:\`
    "
  `)
})
