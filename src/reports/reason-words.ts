import type { Model } from '../compiler/index.ts'
import { neutralise } from '../diagnostics/index.ts'
import type { Kept, Part, Reason } from '../planner/index.ts'
import { count, moment } from './words.ts'

const firstLine = (text: string) => neutralise(text.split('\n')[0] ?? '').slice(0, 120)

const polling = {
  open: 'open, and changes of its inputs cannot be seen',
  lookback: 'among the newest, and changes of its inputs cannot be seen',
  unpartitioned: 'changes of its inputs cannot be seen',
} as const

function wordsOf(reason: Reason, timeZone: string): string {
  switch (reason.kind) {
    case 'requested':
      return `requested by ${reason.by}`
    case 'relation-missing':
      return 'relation-missing: no longer in the warehouse'
    case 'previous-failed':
      return `previous-failed: ${[...new Set([reason.status, firstLine(reason.message)])].filter(Boolean).join(', ')}`
    case 'partial':
      return 'partial: built before it was over'
    case 'upstream-changed':
    case 'columns-changed':
      return `${reason.kind} ${reason.upstream.replace(/^source\./, '')}`
    case 'source-changed':
      return `source-changed ${reason.source.replace(/^source\./, '')}`
    case 'code-changed':
      return `code-changed since ${moment(reason.builtTo, timeZone)}`
    case 'polls':
      return `polls: ${polling[reason.because]}`
    case 'never-built':
      return reason.kind
  }
}

/** What a model reads of an upstream, as its author wrote it: `reads daily_carrier_delays, before=27`. */
function readingOf(model: Model | undefined, upstream: string): string {
  const input = model?.inputs.find((i) => i.upstream === upstream)
  const own = { before: input?.kind === 'self' ? input.before : 0, after: 0 }
  const reach = input?.kind === 'window' ? input.reach : own
  const beyond = [
    ...(reach.before > 0 ? [`before=${reach.before}`] : []),
    ...(reach.after > 0 ? [`after=${reach.after}`] : []),
  ]
  return [`reads ${upstream.replace(/^[^.]+\./, '')}`, ...beyond].join(', ')
}

/** Why partitions are built, in a few words. */
export function reasonWords(part: Part, model: Model | undefined, timeZone: string): string {
  const { reason } = part
  if (part.certainty === 'certain') return wordsOf(reason, timeZone)
  return reason.kind === 'upstream-changed'
    ? `if-changed: ${readingOf(model, reason.upstream)}`
    : `if-changed: ${wordsOf(reason, timeZone)}`
}

/** What is not built and a person should know: the word for the count, and why. Undefined for what needs no line. */
export function keptWords(why: Kept): { readonly state: string; readonly reason: string } | undefined {
  switch (why.kind) {
    case 'waiting':
      return { state: 'waiting', reason: 'not settled, inputs unchanged' }
    case 'stuck':
      return { state: 'stuck', reason: `not settled for ${count(why.days, 'day')}, no longer polled` }
    case 'still-failing':
      return { state: 'failing', reason: `still-failing: ${firstLine(why.message) || why.status}` }
    case 'blocked-by':
      return {
        state: 'blocked',
        reason: `blocked-by ${why.upstream}, which ${why.failed ? 'failed' : 'has not been built'}`,
      }
    case 'append-only':
      return { state: 'kept', reason: `append-only: built once, although ${why.because}` }
    case 'input-gone':
      return {
        state: 'kept',
        reason: `input-gone: ${count(why.missing, 'file')} of ${why.source.replace(/^source\./, '')} no longer there`,
      }
    default:
      return undefined
  }
}

/** Why a partition is left as it is, also where that needs no line in a plan. */
export function keptSentence(why: Kept, model: Pick<Model, 'name'>): string {
  switch (why.kind) {
    case 'up-to-date':
      return 'up to date: neither its code nor anything that it reads changed'
    case 'older-code-kept':
      return `built by older code, which on_code_change: keep allows (elt run --select ${model.name} --rebuild older-code)`
    case 'older-reference-kept':
      return `${why.upstream} changed since, which reopens no partition (elt run --select ${model.name} --force)`
    case 'not-selected':
      return 'not selected'
    default:
      return keptWords(why)?.reason ?? why.kind
  }
}
