import type { Window } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import type { InputRecord, OutcomeRange, PublishedRange } from '../ledger/index.ts'
import { anyInputMoved, changedInput, changedSinceTrial, goneInput, retiredInput } from './changed.ts'
import { isAppendOnly } from './facts.ts'
import { failedOnRows } from './inputs.ts'
import type { Kept, PlanOptions, Reason } from './plan.ts'

/** What the planner decides about a partition. */
export type Decision =
  | { readonly build: Reason; readonly certainty: 'certain' | 'if-changed' }
  | { readonly kept: Kept }
  /** `--force` or `--full-refresh` without `--yes` on rows that cannot be built again. */
  | { readonly loss: Extract<Kept, { kind: 'input-gone' }> }

/** A run of partitions with one decision; of an unpartitioned model [0, 1). */
export type Decided = Window & { readonly decision: Decision }

/** What holds for all partitions of a model. */
export interface Situation {
  readonly model: Model
  readonly options: PlanOptions
  /** Whether the warehouse has its relation. */
  readonly exists: boolean
  /** Whether anything of it was ever published. */
  readonly wasPublished: boolean
  /** Whether an input cannot signal change. */
  readonly polls: boolean
  /** Hashes of the assertions that may stop a publication. */
  readonly blocking: ReadonlySet<string>
}

/** What holds for one partition. */
export interface Moment {
  readonly published: PublishedRange | undefined
  readonly outcome: OutcomeRange | undefined
  readonly current: readonly InputRecord[]
  /** The clock has passed its end. */
  readonly complete: boolean
  /** Among the newest that are polled. */
  readonly recent: boolean
  /** Over for longer than `give_up_after`, counted to the end of the newest due partition. */
  readonly old: boolean
  /** An upstream of which this plan builds something that it reads. */
  readonly rebuilt: string | undefined
  /** An upstream of which it reads something that was never built and is not built by this plan. */
  readonly hole: { readonly upstream: string; readonly failed: boolean } | undefined
}

const certain = (build: Reason): Decision => ({ build, certainty: 'certain' })

/** Decides about one partition, or about an unpartitioned model: the first reason of DESIGN §6 that holds. */
export function decide(situation: Situation, moment: Moment): Decision {
  const { model, options } = situation
  const { published, current } = moment
  const forced = options.force || options.fullRefresh
  // Whoever wants retired rows back names the window.
  if (published?.retired && !(options.force && isNamed(options))) return { kept: { kind: 'up-to-date' } }
  const hasRows = published !== undefined && !published.retired && situation.exists
  const gone = hasRows ? goneInput(published.inputs, current, model) : retiredInput(current, model)
  if (gone && !forced) return { kept: gone }
  if (gone && hasRows && !options.yes) return { loss: gone }
  if (hasRows && isAppendOnly(model) && !options.fullRefresh) return { kept: appended(situation, moment, published) }
  const decision = decideToBuild(situation, moment)
  if ('build' in decision && moment.hole) return { kept: { kind: 'blocked-by', ...moment.hole } }
  return decision
}

/** Why a partition that was appended stays as it is. */
function appended({ model }: Situation, { current }: Moment, published: PublishedRange): Kept {
  const moved = changedInput(published.inputs, current, model)
  if (moved?.kind === 'upstream-changed' || moved?.kind === 'source-changed') {
    return { kind: 'append-only', because: moved.kind }
  }
  if (published.fingerprint !== model.fingerprint) return { kind: 'append-only', because: 'code-changed' }
  return moved?.kind === 'older-reference-kept' ? moved : { kind: 'up-to-date' }
}

function isNamed({ from, to, partition }: PlanOptions): boolean {
  return from !== undefined || to !== undefined || partition !== undefined
}

function decideToBuild(situation: Situation, moment: Moment): Decision {
  const { options } = situation
  const { outcome, published } = moment
  if (options.fullRefresh) return certain({ kind: 'requested', by: '--full-refresh' })
  if (options.force) return certain({ kind: 'requested', by: '--force' })
  if (!situation.exists && situation.wasPublished) return certain({ kind: 'relation-missing' })
  if (outcome && (isInterrupted(outcome) || (failedOnRows(outcome) && options.retryFailed))) return retry(outcome)
  if (failedOnRows(outcome) && isSameTrial(situation, outcome, moment.current))
    return stillFailing(situation, moment, outcome)
  const decision = published ? compare(situation, moment, published) : certain({ kind: 'never-built' })
  // What made it fail has moved: it is tried again, also where its published rows alone would be no reason.
  return failedOnRows(outcome) && !('build' in decision) ? certain(movedSince(situation, moment, outcome)) : decision
}

/** What has moved since an attempt failed on its rows: an input, or else the code, of which its assertions are a part. */
function movedSince({ model }: Situation, { current }: Moment, outcome: OutcomeRange): Reason {
  return changedSinceTrial(outcome.inputs, current, model) ?? { kind: 'code-changed', builtTo: outcome.at }
}

/** Ended by something that is not its rows: tried again by every run. */
function isInterrupted(outcome: OutcomeRange): boolean {
  return outcome.status === 'planned' || outcome.status === 'interrupted' || outcome.status === 'engine-error'
}

function retry(outcome: OutcomeRange): Decision {
  return certain({ kind: 'previous-failed', status: outcome.status, message: outcome.message })
}

/** Whether an attempt would see what the failed one saw: the same inputs, code and assertions. */
function isSameTrial(situation: Situation, outcome: OutcomeRange, current: readonly InputRecord[]): boolean {
  return (
    outcome.fingerprint === situation.model.fingerprint &&
    outcome.assertions.every((hash) => situation.blocking.has(hash)) &&
    !anyInputMoved(outcome.inputs, current, situation.model)
  )
}

function stillFailing(situation: Situation, moment: Moment, outcome: OutcomeRange): Decision {
  const polls = pollReason(situation, moment)
  if (polls) return certain(polls)
  if (moment.rebuilt) return ifChanged(moment.rebuilt)
  return { kept: { kind: 'still-failing', message: outcome.message, status: outcome.status } }
}

const ifChanged = (upstream: string): Decision => ({
  build: { kind: 'upstream-changed', upstream },
  certainty: 'if-changed',
})

/** A partition is open while its model says when rows are settled, and they are not, or were never there. */
function isOpen(situation: Situation, moment: Moment): boolean {
  return situation.model.settled !== undefined && !moment.published?.settled
}

function pollReason(situation: Situation, moment: Moment): Reason | undefined {
  if (!situation.polls) return undefined
  if (!situation.model.partitioning) return { kind: 'polls', because: 'unpartitioned' }
  if (isOpen(situation, moment) && !moment.old) return { kind: 'polls', because: 'open' }
  return moment.recent ? { kind: 'polls', because: 'lookback' } : undefined
}

/** Compares what is published with what would be built now. */
function compare(situation: Situation, moment: Moment, published: PublishedRange): Decision {
  if (published.partial && moment.complete) return certain({ kind: 'partial' })
  const moved = changedInput(published.inputs, moment.current, situation.model)
  if (moved && (moved.kind === 'upstream-changed' || moved.kind === 'source-changed')) return certain(moved)
  const isOlder = published.fingerprint !== situation.model.fingerprint
  if (isOlder && rebuildsOlderCode(situation)) return certain({ kind: 'code-changed', builtTo: published.builtTo })
  const polls = pollReason(situation, moment)
  if (polls) return certain(polls)
  if (moment.rebuilt) return ifChanged(moment.rebuilt)
  if (isOpen(situation, moment)) {
    return { kept: moment.old ? { kind: 'stuck', days: situation.model.config.giveUpAfterDays } : { kind: 'waiting' } }
  }
  if (isOlder) return { kept: { kind: 'older-code-kept' } }
  return { kept: moved?.kind === 'older-reference-kept' ? moved : { kind: 'up-to-date' } }
}

function rebuildsOlderCode({ model, options }: Situation): boolean {
  if (!model.partitioning || options.rebuildOlderCode) return true
  return (model.config.onCodeChange ?? options.onCodeChange) === 'rebuild'
}

/** Whether two decisions read the same, so that neighbours can be shown and built as one. */
export function sameDecision(a: Decision, b: Decision): boolean {
  if ('build' in a && 'build' in b) return a.certainty === b.certainty && sameFields(a.build, b.build)
  if ('kept' in a && 'kept' in b) return sameFields(a.kept, b.kept)
  return 'loss' in a && 'loss' in b && sameFields(a.loss, b.loss)
}

function sameFields(a: Reason | Kept, b: Reason | Kept): boolean {
  if (a === b) return true
  if (a.kind !== b.kind) return false
  const [left, right]: Readonly<Record<string, unknown>>[] = [{ ...a }, { ...b }]
  return Object.keys(left ?? {}).every((key) => left?.[key] === right?.[key])
}
