import type { Connection, RelationName } from '../../adapters/contract.ts'
import type { Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, type Code, type Diagnostic, Failure } from '../../diagnostics/index.ts'
import type { AttemptStart, Found, Lease, OutcomeRange } from '../../ledger/index.ts'
import { withConnection } from './connections.ts'
import type { BuildSite, Site } from './context.ts'
import { errorDiagnostics, explain } from './engine-error.ts'
import type { WindowJob } from './job.ts'
import { ordinalsOf, windowNames } from './names.ts'
import { type Repeating, retryTransient } from './retry.ts'

export function leaseOf(site: Pick<Site, 'leases'>, model: Model): Lease {
  return site.leases.get(model.id) ?? bug(`no lease of ${model.id}`)
}

/** Repeats work that fails for a passing reason, such as a conflict of two transactions. */
export function retrying<T>(site: Retrying, work: () => Promise<T>): Promise<T> {
  return retryTransient(
    work,
    repeatingOf(site, (error) => explain(error, site)),
  )
}

/** Gives work that may be done twice a connection of its own; a new one when that fails for a passing reason. */
export function withConnectionAgain<T>(site: Retrying, work: (connection: Connection) => Promise<T>): Promise<T> {
  return retrying(site, () => withConnection(site.session, work))
}

type Retrying = Pick<Site, 'session' | 'clock' | 'stop' | 'retries'>

function repeatingOf({ clock, stop, retries }: Retrying, explainError: Repeating['explainError']): Repeating {
  return { clock, signal: stop, explainError, ...(retries === undefined ? {} : { retries }) }
}

/**
 * Repeats work at the desk. A connection that was lost is opened anew before; whatever fails because somebody else at the desk did
 * that meanwhile is repeated, too: what was staged is gone.
 */
export function retryingAtDesk<T>(site: BuildSite, work: () => Promise<T>): Promise<T> {
  const { connection } = site.desk
  let began = connection.renewals()
  let isLost = false
  const explainError = (error: unknown) => {
    const explained = explain(error, site)
    isLost = explained.isLost === true
    return isLost || connection.renewals() === began ? explained : { ...explained, kind: 'transient' as const }
  }
  const once = async (): Promise<T> => {
    if (isLost) await connection.renew(began)
    isLost = false
    began = connection.renewals()
    return work()
  }
  return retryTransient(once, repeatingOf(site, explainError))
}

/** What is written down of an attempt at a window. */
export function attemptOf(site: BuildSite, { model, window, reason }: WindowJob): AttemptStart {
  const { fence } = leaseOf(site, model)
  const { id: node, relation, fingerprint } = model
  return { run: site.start.run, node, relation, fence, fingerprint, reason, window }
}

/** Writes the attempt to the ledger, before anything is staged. Returns its number. */
export function startAttempt(site: BuildSite, job: WindowJob, staging?: RelationName): Promise<number> {
  const start = attemptOf(site, job)
  return site.desk.startAttempt(staging ? { ...start, staging } : start)
}

type Facts = Pick<OutcomeRange, 'status' | 'assertions' | 'message'>

/** Outcomes of partitions that were not published: neighbours that were tried with the same inputs share one. */
function outcomesOf(
  site: BuildSite,
  { model, inputs }: WindowJob,
  ordinals: readonly number[],
  facts: (ordinal: number) => Facts,
): OutcomeRange[] {
  const ranges: {
    readonly key: string
    readonly start: number
    end: number
    readonly about: Omit<OutcomeRange, keyof Window>
  }[] = []
  for (const ordinal of ordinals) {
    const about = {
      ...facts(ordinal),
      inputs: inputs.get(ordinal) ?? [],
      fingerprint: model.fingerprint,
      at: site.clock.now(),
    }
    const key = JSON.stringify({ ...about, at: 0 })
    const last = ranges.at(-1)
    if (last && last.key === key && last.end === ordinal) last.end = ordinal + 1
    else ranges.push({ key, start: ordinal, end: ordinal + 1, about })
  }
  return ranges.map(({ start, end, about }) => ({ start, end, ...about }))
}

/** Closes an attempt some of whose partitions were not published, with what was found in their rows. */
export function recordOutcomes(
  site: BuildSite,
  job: WindowJob,
  attempt: number,
  ordinals: readonly number[],
  facts: (ordinal: number) => Facts,
  found?: Found,
): Promise<void> {
  const outcomes = outcomesOf(site, job, ordinals, facts)
  return retrying(site, () => site.ledger.recordOutcomes(attempt, job.model.id, outcomes, found))
}

/** What the rows or columns themselves are guilty of: the same inputs fail in the same way. */
const refusals: ReadonlySet<Code> = new Set<Code>([
  'stray-rows',
  'null-partition-values',
  'partition-column-missing',
  'partition-column-type',
  'duplicate-columns',
  'schema-changed',
  'column-type-unstorable',
  'key-column-missing',
  'null-keys',
  'null-updated-at',
  'duplicate-keys',
  'key-moved',
])

function statusOf(site: BuildSite, error: unknown): OutcomeRange['status'] {
  if (site.stop.aborted) return 'interrupted'
  if (error instanceof Failure)
    return error.diagnostics.some(({ code }) => refusals.has(code)) ? 'data-error' : 'engine-error'
  return explain(error, site).kind === 'data' ? 'data-error' : 'engine-error'
}

/** Whether nobody knows if something was published. */
export function isUnknown(error: unknown): boolean {
  return error instanceof Failure && error.diagnostics.some(({ code }) => code === 'publication-unknown')
}

/** Records that nothing of a window was published, and says why. An error while doing so is told beside the first one. */
export async function giveUp(site: BuildSite, job: WindowJob, attempt: number, error: unknown): Promise<Diagnostic[]> {
  const { model, window } = job
  const partitions = windowNames(model, [window])
  const about = { subject: model.id, model: model.id, location: model.location, ...(partitions ? { partitions } : {}) }
  const diagnostics = site.stop.aborted ? [] : [...errorDiagnostics(error, about, site)]
  // The end of the run closes the attempt if it is still open then, and knows better.
  if (isUnknown(error)) return diagnostics
  const facts = { status: statusOf(site, error), assertions: [], message: diagnostics[0]?.message ?? 'interrupted' }
  try {
    await recordOutcomes(site, job, attempt, ordinalsOf(window), () => facts)
  } catch (second) {
    diagnostics.push(...errorDiagnostics(second, about, site))
  }
  return diagnostics
}
