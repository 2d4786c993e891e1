// What the ledger's tests share: a warehouse, a clock, and short names for what they do again and again.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { describePostgres, freshDatabase, type Server } from '../../tests/engines/index.ts'
import type { Adapter, Connection, Features, RelationName, Session } from '../adapters/contract.ts'
import { adapterOf } from '../adapters/index.ts'
import { bug, Failure } from '../diagnostics/index.ts'
import type { AttemptStart, Lease, Ledger, Publication, PublishedPartition } from './index.ts'
import { openLedger } from './index.ts'

export const duckdb = adapterOf('duckdb') ?? bug('no DuckDB')
export const day = { unit: 'day', timeZone: 'America/New_York' } as const
export const node = 'analytics.daily'
export const relation: RelationName = { schema: 'analytics', name: 'daily' }

/** An engine that can hold a ledger, and a new empty warehouse of it. */
interface Engine {
  readonly adapter: Pick<Adapter, 'dialect' | 'features'>
  readonly place: () => Promise<{
    readonly open: (readOnly: boolean) => Promise<Session>
    /** Makes it as empty as a new one; no session is open then. */
    readonly clear: () => Promise<void>
    readonly remove: () => Promise<void>
  }>
}

const inFile: Engine = {
  adapter: duckdb,
  place: async () => {
    const projectDirectory = mkdtempSync(path.join(tmpdir(), 'elt-ledger-'))
    return {
      open: (readOnly) =>
        duckdb.connect({ options: { path: 'w.duckdb' }, projectDirectory, readOnly, readableFolders: [] }),
      clear: async () => rmSync(path.join(projectDirectory, 'w.duckdb')),
      remove: async () => rmSync(projectDirectory, { recursive: true, force: true }),
    }
  },
}

export const postgres = adapterOf('postgres') ?? bug('no Postgres')

async function emptied(open: () => Promise<Session>): Promise<void> {
  const one = await open()
  const connection = await one.connect()
  await connection.run('drop schema if exists elt cascade; drop schema public cascade; create schema public')
  await connection.release()
  await one.close()
}

function onServer(server: Server): Engine {
  return {
    adapter: postgres,
    place: async () => {
      const database = await freshDatabase(server)
      const options = { url: database.url }
      const open = (readOnly = false) =>
        postgres.connect({ options, projectDirectory: '', readOnly, readableFolders: [] })
      return { open, clear: () => emptied(open), remove: database.drop }
    },
  }
}

let engine: Engine
let place: Awaited<ReturnType<Engine['place']>>
export let session: Session
/** The ledger's clock: UTC, milliseconds. */
export let clock: number
const opened: Session[] = []

/** Gives every test a new warehouse and a clock that stands still. */
function useWarehouse(of: Engine): void {
  beforeAll(async () => {
    engine = of
    place = await engine.place()
  })

  afterAll(() => place.remove())

  beforeEach(async () => {
    clock = Date.UTC(2013, 11, 31)
    await reopen()
  })

  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
    await place.clear()
  })
}

/** Describes the same for every engine that can hold a ledger. */
export function describeLedger(name: string, body: () => void): void {
  describe(`${name} (duckdb)`, () => {
    useWarehouse(inFile)
    body()
  })
  describePostgres(name, (server) => {
    useWarehouse(onServer(server))
    body()
  })
}

/** Whether one process at a time has the warehouse open: then the leases of all others are void. */
export function oneWriter(): boolean {
  return engine.adapter.features.exclusiveWriter
}

/** The dialect of the engine under test. */
export function dialectUnderTest(): Adapter['dialect'] {
  return engine.adapter.dialect
}

export async function reopen(): Promise<void> {
  session = await open()
}

export function tick(milliseconds: number): void {
  clock += milliseconds
}

export async function open(readOnly = false): Promise<Session> {
  const one = await place.open(readOnly)
  opened.push(one)
  return one
}

export function ledgerOf(
  one: Session,
  changes: { project?: string; place?: string; features?: Partial<Features>; readOnly?: boolean } = {},
): Promise<Ledger> {
  const { dialect } = engine.adapter
  const features = { ...engine.adapter.features, ...changes.features }
  const { project = 'p', place: of, readOnly = false } = changes
  return openLedger(one, { dialect, features, project, readOnly, now: () => clock, ...(of ? { place: of } : {}) })
}

export function run(name: string) {
  return { run: name, command: 'run', host: 'h', pid: 7, version: '0.1.0' }
}

export async function begin(ledger: Ledger, name = 'r1', nodes = [{ node, relation }]): Promise<Lease> {
  await ledger.startRun(run(name))
  return (await ledger.acquire(name, nodes)).leases.get(node) ?? bug('no lease')
}

/** A run that begins when all others are dead. */
export function beginAfter(ledger: Ledger, name: string, nodes = [{ node, relation }]): Promise<Lease> {
  tick(61_000)
  return begin(ledger, name, nodes)
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
  const publication = {
    lease,
    attempt: number,
    node,
    grid: day,
    column: 'flight_date',
    fingerprint: 'f1',
    partitions,
    ...changes,
  }
  const connection = await session.connect()
  try {
    return await publishOn(ledger, connection, publication, also)
  } finally {
    await connection.release()
  }
}

/** Publishes after what else the transaction is to do. */
export async function publishOn(
  ledger: Ledger,
  connection: Connection,
  publication: Publication,
  also: (connection: Connection) => Promise<unknown> = async () => {},
): Promise<number> {
  const [version = bug('no version')] = await ledger.publishAll(connection, [publication], async () => {
    await also(connection)
    return [publication]
  })
  return version
}

/** The connection with transactions that fail when all of their work is done. */
export function failing(connection: Connection, message: string): Connection {
  return {
    ...connection,
    transaction: (work) =>
      connection.transaction(async () => {
        await work()
        throw new Error(message)
      }),
  }
}

export async function record(ledger: Ledger, id = node, at = relation) {
  return (await ledger.snapshot([{ node: id, relation: at }])).relations.get(id) ?? bug('not recorded')
}

export async function all(sql: string) {
  const connection = await session.connect()
  return connection.query(sql).finally(() => connection.release())
}

export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  if (!(error instanceof Failure)) throw new Error(`no Failure: ${error}`)
  return error.diagnostics.map((d) => d.code).join()
}
