// What the ledger's tests share: a warehouse, a clock, and short names for what they do again and again.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Connection, Features, RelationName, Session } from '../adapters/contract.ts'
import { adapterOf } from '../adapters/index.ts'
import { bug, Failure } from '../diagnostics/index.ts'
import type { AttemptStart, Lease, Ledger, Publication, PublishedPartition } from './index.ts'
import { openLedger } from './index.ts'

export const duckdb = adapterOf('duckdb') ?? bug('no DuckDB')
export const day = { unit: 'day', timeZone: 'America/New_York' } as const
export const node = 'analytics.daily'
export const relation: RelationName = { schema: 'analytics', name: 'daily' }

let directory: string
export let session: Session
/** The ledger's clock: UTC, milliseconds. */
export let clock: number
const opened: Session[] = []

/** Gives every test of a file a new warehouse and a clock that stands still. */
export function useWarehouse(): void {
  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'elt-ledger-'))
    clock = Date.UTC(2013, 11, 31)
    await reopen()
  })

  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
    rmSync(directory, { recursive: true, force: true })
  })
}

export async function reopen(): Promise<void> {
  session = await open()
}

export function tick(milliseconds: number): void {
  clock += milliseconds
}

export async function open(readOnly = false): Promise<Session> {
  const options = { path: 'w.duckdb' }
  const one = await duckdb.connect({ options, projectDirectory: directory, readOnly, readableFolders: [] })
  opened.push(one)
  return one
}

export function ledgerOf(
  one: Session,
  changes: { project?: string; features?: Partial<Features> } = {},
): Promise<Ledger> {
  const features = { ...duckdb.features, ...changes.features }
  return openLedger(one, { dialect: duckdb.dialect, features, project: changes.project ?? 'p', now: () => clock })
}

export function run(name: string) {
  return { run: name, command: 'run', host: 'h', pid: 7, version: '0.1.0' }
}

export async function begin(ledger: Ledger, name = 'r1', nodes = [{ node, relation }]): Promise<Lease> {
  await ledger.startRun(run(name))
  return (await ledger.acquire(name, nodes)).get(node) ?? bug('no lease')
}

export function partition(ordinal: number, changes: Partial<PublishedPartition> = {}): PublishedPartition {
  return {
    ordinal,
    key: `k${ordinal}`,
    rows: 10,
    checksum: `c${ordinal}`,
    settled: true,
    partial: false,
    changed: true,
    inputs: [],
    ...changes,
  }
}

export async function startAttempt(ledger: Ledger, start: AttemptStart): Promise<number> {
  const [number] = await ledger.startAttempts([start])
  return number ?? bug('no attempt')
}

export async function attempt(
  ledger: Ledger,
  lease: Lease,
  window = { start: 0, end: 1 },
  name = 'r1',
): Promise<number> {
  const { fence } = lease
  return startAttempt(ledger, {
    run: name,
    node,
    relation: lease.relation,
    fence,
    fingerprint: 'f1',
    reason: 'never-built',
    window,
  })
}

export async function publish(
  ledger: Ledger,
  lease: Lease,
  partitions: readonly PublishedPartition[],
  changes: Partial<Publication> = {},
  also: (connection: Connection) => Promise<unknown> = async () => {},
): Promise<number> {
  const number = changes.attempt ?? (await attempt(ledger, lease))
  const connection = await session.connect()
  try {
    return await connection.transaction(async () => {
      await also(connection)
      const publication = {
        lease,
        attempt: number,
        node,
        grid: day,
        column: 'flight_date',
        fingerprint: 'f1',
        partitions,
      }
      return ledger.publish(connection, { ...publication, ...changes })
    })
  } finally {
    await connection.release()
  }
}

export async function record(ledger: Ledger, id = node) {
  return (await ledger.snapshot([id])).relations.get(id) ?? bug('not recorded')
}

export async function all(sql: string) {
  const connection = await session.connect()
  const rows = await connection.query(sql)
  await connection.release()
  return rows
}

export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  if (!(error instanceof Failure)) throw new Error(`no Failure: ${error}`)
  return error.diagnostics.map((d) => d.code).join()
}
