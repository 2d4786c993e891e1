import { type RawBuilder, sql } from 'kysely'
import type { Connection } from '../adapters/contract.ts'
import type { Window } from '../calendar/index.ts'
import { bug } from '../diagnostics/index.ts'
import { inputSet, keepInputs } from './inputs.ts'
import type { AttemptStart } from './ledger.ts'
import { type Found, recorder } from './quality.ts'
import type { OutcomeRange } from './record.ts'
import { inWindows, noteOutcomes, relationId, type Store } from './store.ts'

/** What is recorded of partitions that were not published. */
export interface OutcomeRows extends Window {
  readonly relation: number
  readonly run: string | null
  readonly attempt: number | null
  readonly status: OutcomeRange['status']
  readonly fingerprint: string
  readonly inputs: bigint
  readonly assertions: readonly string[]
  readonly message: string
}

/** Words of an engine may quote rows, and not every engine can keep every character of them. */
function storable(message: string): string {
  return message.replaceAll('\0', '\uFFFD')
}

/** Replaces the outcomes of a window; one row a partition, made in the engine. */
export function writeOutcomes(store: Store, outcome: OutcomeRows): RawBuilder<unknown>[] {
  if (outcome.start >= outcome.end) return []
  const { relation, run, attempt, status, fingerprint, inputs } = outcome
  const message = storable(outcome.message)
  const assertions = JSON.stringify(outcome.assertions)
  noteOutcomes(store, relation)
  return [
    sql`delete from elt.outcomes where relation = ${relation} and ${inWindows([outcome])}`,
    sql`insert into elt.outcomes (relation, ordinal, run, attempt, status, fingerprint, inputs, assertions, message, recorded_at)
select ${relation}, g.ordinal, ${run}, ${attempt}, ${status}, ${fingerprint}, ${inputs}, ${assertions}, ${message}, ${store.now}
from generate_series(${outcome.start}, ${outcome.end - 1}) as g(ordinal)`,
  ]
}

export async function recordPlanned(
  store: Store,
  run: string,
  node: string,
  window: Window,
  fingerprint: string,
): Promise<void> {
  const relation = await relationId(store, node)
  const planned = {
    relation,
    run,
    attempt: null,
    status: 'planned',
    fingerprint,
    inputs: 0n,
    assertions: [],
    message: '',
  } as const
  const statements = writeOutcomes(store, { ...planned, ...window })
  if (statements.length > 0) await store.transact((connection) => store.run(statements, connection))
}

/** One statement by itself: it is durable before the first one of any of the batches. */
export async function startAttempts(store: Store, attempts: readonly AttemptStart[]): Promise<number[]> {
  if (attempts.length === 0) return []
  const columns = ['place', 'run', 'node', 'relation', 'fence', 'fingerprint', 'reason', 'window_start', 'window_end']
  const relations: number[] = []
  for (const attempt of attempts) relations.push(await relationId(store, attempt.relation))
  const staged = attempts.some(({ staging }) => staging !== undefined)
  const rows = attempts.map(({ run, node, fence, fingerprint, reason, window, staging }, place) => [
    ...[place, run, node, relations[place], fence, fingerprint, reason, window.start, window.end],
    ...(staged ? [staging?.schema, staging?.name] : []),
  ])
  const named = staged ? [...columns, 'staging_schema', 'staging_name'] : columns
  const kept = sql.raw(named.slice(1).join(', '))
  const windows = attempts.map(
    ({ window }, place) =>
      sql`(relation = ${relations[place]} and window_start = ${window.start} and window_end = ${window.end})`,
  )
  const undo = sql`delete from elt.attempts where run = ${attempts[0]?.run} and status = 'running' and (${sql.join(windows, sql` or `)})`
  const insert = sql`insert into elt.attempts (id, status, started_at, ${kept})
select nextval('elt.attempt_ids'), 'running', ${store.now}, ${kept} from ${store.writer.values('v', named, rows)} order by v.place
returning id, relation, window_start`
  const started = await store.query([insert], undefined, [undo])
  const ids = new Map(started.map((row) => [`${row.relation} ${row.window_start}`, Number(row.id)]))
  return attempts.map(
    ({ window }, place) => ids.get(`${relations[place]} ${window.start}`) ?? bug('an attempt was not recorded'),
  )
}

export async function recordOutcomes(
  store: Store,
  attempt: number,
  node: string,
  outcomes: readonly OutcomeRange[],
  found: Found = { results: [], failures: [] },
): Promise<void> {
  const relation = await relationId(store, node)
  const sets = outcomes.map((outcome) => inputSet(outcome.inputs))
  const rows = outcomes.flatMap((outcome, i) =>
    writeOutcomes(store, { ...outcome, relation, run: null, attempt, inputs: sets[i]?.id ?? 0n }),
  )
  const error = storable(outcomes[0]?.message ?? '')
  // A batch may have published its other partitions before or may do so afterwards.
  const close = sql`update elt.attempts set status = case when status in ('running', 'failed') then 'failed' else 'partial' end,
  error = ${error}, finished_at = ${store.now} where id = ${attempt}`
  const distinct = [...new Map(sets.map((set) => [set.id, { relation, set }])).values()]
  const statements = [...keepInputs(store.writer, distinct), ...rows, close]
  const { record } = recorder(store, found)
  await store.transact(async (connection) => {
    if (await isHeld(store, attempt, connection)) await store.run(statements, connection)
    // What was seen was seen, whoever writes the relation by now.
    await record(connection)
  })
}

/**
 * Whether the lease of an attempt is still its run's; nobody takes it over before the transaction ends. Who has lost it says
 * nothing of partitions any more: others have closed the attempt, and may have published them.
 */
async function isHeld(store: Store, attempt: number, connection: Connection): Promise<boolean> {
  const its = sql`a.id = ${attempt} and l.relation = a.relation and l.fence = a.fence`
  const [row] = await store.query(
    [
      store.features.exclusiveWriter
        ? sql`select l.relation from elt.leases as l join elt.attempts as a on ${its}`
        : sql`update elt.leases as l set attempt = l.attempt from elt.attempts as a where ${its} returning l.relation`,
    ],
    connection,
  )
  return row !== undefined
}
