import { sql } from 'kysely'
import type { Connection } from '../adapters/contract.ts'
import { interrupt, leftAside } from './interrupt.ts'
import { isDead, voidLeases } from './leases.ts'
import type { InterruptedAttempt, RunStart } from './ledger.ts'
import { guard, type Store } from './store.ts'

/** Ends the runs that cannot be alive: all others where the file has one writer, else those that are silent, or whose session is gone. */
async function endDeadRuns(store: Store, run: string, connection: Connection): Promise<string[]> {
  const silent = store.features.exclusiveWriter ? sql`true` : isDead(store)
  const ended = await store.query(
    [
      ...guard(store),
      sql`update elt.runs set status = 'interrupted', finished_at = ${store.now}
where status = 'running' and run <> ${run} and ${silent} returning run`,
    ],
    connection,
  )
  return ended.map((row) => String(row.run))
}

export async function startRun(store: Store, start: RunStart): Promise<readonly InterruptedAttempt[]> {
  const { run, command, host, pid, version } = start
  // Where holding the file is the proof of life, nobody looks for a session.
  const disappear = store.features.exclusiveWriter ? undefined : await store.appear?.(run)
  if (disappear) store.sessions.set(run, disappear)
  return store.transact(async (connection) => {
    const dead = await endDeadRuns(store, run, connection)
    const begin = sql`insert into elt.runs (run, project, command, host, pid, version, status, shows_session, started_at, heartbeat_at)
select ${run}, ${store.project}, ${command}, ${host}, ${pid}, ${version}, 'running', ${disappear !== undefined}, ${store.now}, ${store.now}
where not exists (select 1 from elt.runs where run = ${run})`
    await store.run([...voidLeases(store, run, dead), begin], connection)
    // After their leases: whoever is just publishing under one of them has closed its attempt by then.
    const ended = dead.length === 0 ? [] : await interrupt(store, sql`run in (${sql.join(dead)})`, connection)
    return [...ended.filter(({ staging }) => !staging), ...(await leftAside(store, connection))]
  })
}

export async function finishRun(store: Store, run: string, status: string): Promise<readonly InterruptedAttempt[]> {
  // Of partitions that others write now, it has nothing to say any more.
  const lost = sql`update elt.attempts as a set status = 'interrupted', finished_at = ${store.now}
where a.status = 'running' and a.run = ${run}
  and not exists (select 1 from elt.leases as l where l.relation = a.relation and l.fence = a.fence)`
  try {
    return await store.transact(async (connection) => {
      // With its end: a death between the two would leave leases of a run that is over.
      await store.run([...guard(store), sql`update elt.leases set run = null where run = ${run}`, lost], connection)
      const left = await interrupt(store, sql`run = ${run}`, connection)
      await store.run(
        [sql`update elt.runs set status = ${status}, finished_at = ${store.now} where run = ${run}`],
        connection,
      )
      return left
    })
  } finally {
    store.leases.delete(run)
    await store.sessions.get(run)?.()
    store.sessions.delete(run)
  }
}
