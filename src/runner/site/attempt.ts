import type { RelationName } from '../../adapters/contract.ts'
import type { Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, type Code, type Diagnostic, Failure } from '../../diagnostics/index.ts'
import type { AttemptStart, Lease, OutcomeRange } from '../../ledger/index.ts'
import type { BuildSite, Site } from './context.ts'
import { errorDiagnostics, explain } from './engine-error.ts'
import type { WindowJob } from './job.ts'
import { ordinalsOf, windowNames } from './names.ts'
import { retryTransient } from './retry.ts'

export function leaseOf(site: Pick<Site, 'leases'>, model: Model): Lease {
  return site.leases.get(model.id) ?? bug(`no lease of ${model.id}`)
}

/** Repeats work that fails for a passing reason, such as a conflict of two transactions. */
export function retrying<T>(site: Pick<Site, 'session' | 'clock' | 'stop'>, work: () => Promise<T>): Promise<T> {
  const explainError = (error: unknown) => explain(error, site)
  return retryTransient(work, { clock: site.clock, signal: site.stop, explainError })
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

/** Closes an attempt some of whose partitions were not published. */
export function recordOutcomes(
  site: BuildSite,
  job: WindowJob,
  attempt: number,
  ordinals: readonly number[],
  facts: (ordinal: number) => Facts,
): Promise<void> {
  const outcomes = outcomesOf(site, job, ordinals, facts)
  return retrying(site, () => site.ledger.recordOutcomes(attempt, job.model.id, outcomes))
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

/** Records that nothing of a window was published, and says why. An error while doing so is told beside the first one. */
export async function giveUp(site: BuildSite, job: WindowJob, attempt: number, error: unknown): Promise<Diagnostic[]> {
  const { model, window } = job
  const partitions = windowNames(model, [window])
  const about = { subject: model.id, model: model.id, location: model.location, ...(partitions ? { partitions } : {}) }
  const diagnostics = site.stop.aborted ? [] : [...errorDiagnostics(error, about, site)]
  const facts = { status: statusOf(site, error), assertions: [], message: diagnostics[0]?.message ?? 'interrupted' }
  try {
    await recordOutcomes(site, job, attempt, ordinalsOf(window), () => facts)
  } catch (second) {
    diagnostics.push(...errorDiagnostics(second, about, site))
  }
  return diagnostics
}
