import { type RawBuilder, sql } from 'kysely'
import type { Connection, Row } from '../adapters/contract.ts'
import { writeOutcomes } from './attempts.ts'
import { voidLeases } from './leases.ts'
import type { InterruptedAttempt, RunStart } from './ledger.ts'
import type { Store } from './store.ts'

/** Attempts that were never closed: their partitions get the outcome `interrupted`, so that the next plan builds them. */
async function interrupt(store: Store, runs: readonly string[], connection: Connection): Promise<InterruptedAttempt[]> {
  if (runs.length === 0) return []
  const open = sql`select id, node, relation, run, fingerprint, window_start, window_end, staging_schema, staging_name
from elt.attempts where status = 'running' and run in (${sql.join(runs)}) order by id`
  const attempts = await store.query([open], connection)
  if (attempts.length === 0) return []
  const close = sql`update elt.attempts set status = 'interrupted', finished_at = ${store.now} where status = 'running' and run in (${sql.join(runs)})`
  await store.run([...attempts.flatMap((row) => interrupted(store, row)), close], connection)
  return attempts.map((row) => ({
    attempt: Number(row.id),
    node: String(row.node),
    ...(row.staging_name === null
      ? {}
      : { staging: { schema: String(row.staging_schema), name: String(row.staging_name) } }),
  }))
}

function interrupted(store: Store, row: Row): RawBuilder<unknown>[] {
  return writeOutcomes(store, {
    relation: Number(row.relation),
    run: String(row.run),
    attempt: Number(row.id),
    status: 'interrupted',
    fingerprint: String(row.fingerprint),
    inputs: 0n,
    assertions: [],
    message: 'the run ended before it was published',
    start: Number(row.window_start),
    end: Number(row.window_end),
  })
}

/** Runs that cannot be alive: all others where the file has one writer, else those without a heartbeat for a minute. */
function deadRuns(store: Store, run: string): RawBuilder<unknown> {
  const silent = store.features.exclusiveWriter
    ? sql`true`
    : sql`coalesce(heartbeat_at, started_at) <= ${store.now} - interval '60 seconds'`
  return sql`select run from elt.runs where status = 'running' and run <> ${run} and ${silent}`
}

export async function startRun(store: Store, start: RunStart): Promise<readonly InterruptedAttempt[]> {
  const { run, command, host, pid, version } = start
  return store.transact(async (connection) => {
    const dead = (await store.query([deadRuns(store, run)], connection)).map((row) => String(row.run))
    const left = await interrupt(store, dead, connection)
    const close =
      dead.length === 0
        ? []
        : [sql`update elt.runs set status = 'interrupted', finished_at = ${store.now} where run in (${sql.join(dead)})`]
    const begin = sql`insert into elt.runs (run, project, command, host, pid, version, status, started_at, heartbeat_at)
values (${run}, ${store.project}, ${command}, ${host}, ${pid}, ${version}, 'running', ${store.now}, ${store.now})`
    await store.run([...close, ...voidLeases(store, run, dead), begin], connection)
    return left
  })
}

export async function finishRun(store: Store, run: string, status: string): Promise<void> {
  await store.transact(async (connection) => {
    await interrupt(store, [run], connection)
    await store.run(
      [sql`update elt.runs set status = ${status}, finished_at = ${store.now} where run = ${run}`],
      connection,
    )
  })
}
