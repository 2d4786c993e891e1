import { sql } from 'kysely'
import type { RelationName, Row } from '../adapters/contract.ts'
import type { Window } from '../calendar/index.ts'
import { idOf, milliseconds, type Store } from './store.ts'

/** An attempt to build a batch, newest runs first. */
export interface AttemptRecord extends Window {
  readonly attempt: number
  readonly run: string
  /** The command line, where the run is known. */
  readonly command: string | undefined
  readonly status: string
  readonly reason: string
  readonly fingerprint: string
  /** UTC instants, milliseconds. */
  readonly startedAt: number
  readonly finishedAt: number | undefined
  readonly error: string | undefined
}

/** A published partition with what a snapshot leaves out. */
export interface PartitionRecord {
  readonly ordinal: number
  readonly version: number
  readonly rows: number
  readonly checksum: string
  /** UTC instant, milliseconds. */
  readonly builtAt: number
  /** The run that published it, where it is known. */
  readonly run: string | undefined
}

/** What the ledger remembers of a model, or of one partition of it. */
export interface History {
  readonly attempts: readonly AttemptRecord[]
  /** Absent when no partition was asked for, or it was never published. */
  readonly partition?: PartitionRecord
}

const maybe = <T>(value: unknown, read: (given: unknown) => T): T | undefined =>
  value === null || value === undefined ? undefined : read(value)

function attemptRecord(row: Row): AttemptRecord {
  return {
    attempt: Number(row.id),
    run: String(row.run),
    command: maybe(row.command, String),
    status: String(row.status),
    reason: String(row.reason),
    fingerprint: String(row.fingerprint),
    start: Number(row.window_start),
    end: Number(row.window_end),
    startedAt: Number(row.started),
    finishedAt: maybe(row.finished, Number),
    error: maybe(row.error, String),
  }
}

function partitionRecord(row: Row): PartitionRecord {
  return {
    ordinal: Number(row.ordinal),
    version: Number(row.version),
    rows: Number(row.rows),
    checksum: String(row.checksum),
    builtAt: Number(row.built),
    run: maybe(row.run, String),
  }
}

/** The newest attempts of a relation, at most `limit`; of one partition (an ordinal) also its published row. */
export async function history(
  store: Store,
  name: RelationName,
  ordinal: number | undefined,
  limit: number,
): Promise<History> {
  const relation = idOf(store, name)
  const within = ordinal === undefined ? sql`` : sql` and a.window_start <= ${ordinal} and a.window_end > ${ordinal}`
  const attempts = await store.query([
    sql`select a.*, r.command, ${milliseconds(sql`a.started_at`)} as started, ${milliseconds(sql`a.finished_at`)} as finished
from elt.attempts as a left join elt.runs as r on r.run = a.run and r.project = ${store.project}
where a.relation in ${relation}${within} order by a.id desc limit ${limit}`,
  ])
  const read = { attempts: attempts.map(attemptRecord) }
  if (ordinal === undefined) return read
  const [row] = await store.query([
    sql`select p.ordinal, p.version, p.rows, p.checksum, ${milliseconds(sql`p.built_at`)} as built, a.run
from elt.partitions as p left join elt.attempts as a on a.id = p.attempt
where p.relation in ${relation} and p.ordinal = ${ordinal} and p.retired_at is null`,
  ])
  return row ? { ...read, partition: partitionRecord(row) } : read
}
