import { type RawBuilder, sql } from 'kysely'
import type { Connection, Row } from '../adapters/contract.ts'
import { writeOutcomes } from './attempts.ts'
import type { InterruptedAttempt } from './ledger.ts'
import { isOfTarget, type Store } from './store.ts'

/**
 * Closes attempts that nobody will close any more: their partitions get the outcome `interrupted`, so that the next plan builds
 * them.
 */
export async function interrupt(
  store: Store,
  which: RawBuilder<unknown>,
  connection: Connection,
): Promise<InterruptedAttempt[]> {
  const close = sql`update elt.attempts set status = 'interrupted', finished_at = ${store.now}
where status = 'running' and ${which}
returning id, node, relation, run, fingerprint, window_start, window_end, staging_schema, staging_name`
  const attempts = [...(await store.query([close], connection))].sort((a, b) => Number(a.id) - Number(b.id))
  if (attempts.length === 0) return []
  await store.run(
    attempts.flatMap((row) => interrupted(store, row)),
    connection,
  )
  return attempts.map(attemptOf)
}

function attemptOf(row: Row): InterruptedAttempt {
  const staging = { schema: String(row.staging_schema), name: String(row.staging_name) }
  return { attempt: Number(row.id), node: String(row.node), ...(row.staging_name === null ? {} : { staging }) }
}

/** Attempts of this target's relations that were interrupted, and of which nobody has told yet that what they left aside is dropped. */
export async function leftAside(store: Store, connection: Connection): Promise<InterruptedAttempt[]> {
  const left = sql`select a.id, a.node, a.staging_schema, a.staging_name from elt.attempts as a
join elt.relations as r on r.id = a.relation and ${isOfTarget(store)}
where a.status = 'interrupted' and a.staging_name is not null order by a.id`
  return (await store.query([left], connection)).map(attemptOf)
}

/** Forgets what attempts had left aside. */
export async function forgetStagings(store: Store, attempts: readonly number[]): Promise<void> {
  if (attempts.length === 0) return
  const forget = sql`update elt.attempts set staging_schema = null, staging_name = null where id in (${sql.join(attempts)})`
  await store.transact((connection) => store.run([forget], connection))
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
