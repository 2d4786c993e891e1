import { type Grid, lengthOf, partitionKey, sourceInstants, upstreamWindow, type Window } from '../calendar/index.ts'
import type { Graph, Input, Model } from '../compiler/index.ts'
import { filesFor } from '../extract/index.ts'
import type { History, InputRecord, LedgerSnapshot, RelationRecord } from '../ledger/index.ts'
import { currentInputs, type InputState, inputState, lastInputs, type Plan } from '../planner/index.ts'
import {
  type ExplainedDecision,
  type ExplainedRange,
  type ExplainedRead,
  type Explanation,
  keptSentence,
  reasonWords,
} from '../reports/index.ts'
import type { Compiled } from './load.ts'

/** Whether the model is stored as partitions. */
export const isPartitioned = (model: Model): boolean =>
  model.partitioning !== undefined && model.config.materialized === 'incremental'

const iso = (milliseconds: number) => new Date(milliseconds).toISOString()

/** What was looked up of a model, and of the partition (an ordinal) that was asked for. */
export interface Known {
  readonly compiled: Compiled
  readonly model: Model
  readonly ordinal: number | undefined
  readonly plan: Plan
  readonly ledger: LedgerSnapshot
  readonly history: History
}

function spanOf(grid: Grid | undefined, window: Window | undefined) {
  if (!grid || !window || window.end <= window.start) return { from: null, to: null }
  return { from: partitionKey(grid, window.start), to: partitionKey(grid, window.end) }
}

const holds = (window: Window | undefined, ordinal: number | undefined) =>
  ordinal === undefined || !window || (window.start <= ordinal && ordinal < window.end)

/** What the plan decides about the partition, or about each range of the model. */
function decisionsOf({ model, plan, ordinal }: Known): ExplainedDecision[] {
  const grid = isPartitioned(model) ? model.partitioning?.grid : undefined
  const about = (window: Window | undefined, builds: boolean, reason: string, words: string): ExplainedDecision => ({
    ...spanOf(grid, window),
    builds,
    reason,
    words,
    partitions: grid && window ? lengthOf(window) : null,
  })
  const parts = plan.steps
    .filter((step) => step.model === model.id)
    .flatMap(({ batches }) => batches.flatMap((b) => b.parts))
  const built = parts
    .filter(({ window }) => holds(window, ordinal))
    .map((part) => about(part.window, true, part.reason.kind, reasonWords(part, model, plan.timeZone)))
  const kept = plan.kept
    .filter((range) => range.model === model.id && holds(range.window, ordinal))
    .map(({ window, why }) => about(window, false, why.kind, keptSentence(why, model)))
  const all = [...built, ...kept]
  if (all.length > 0) return all
  if (model.config.materialized === 'ephemeral')
    return [about(undefined, false, 'ephemeral', 'stored nowhere: its SQL stands inside its readers')]
  const due = plan.due[model.id]
  const none = !due || due.end <= due.start
  const words =
    none || !grid
      ? 'no partition is due yet'
      : `not due: due are ${partitionKey(grid, due.start)} to ${partitionKey(grid, due.end - 1)}`
  return [about(undefined, false, 'not-due', words)]
}

/** What an input covers: partitions of its own grid, or files. */
function coverage(input: Input, { model, ordinal, plan, compiled }: Known) {
  const { sources, seedFiles } = compiled.graph
  const source = [...sources, ...seedFiles].find(({ id }) => id === input.upstream)
  const grid = model.partitioning?.grid
  const window = ordinal === undefined ? undefined : { start: ordinal, end: ordinal + 1 }
  if (input.kind === 'self') {
    const before = window && { start: window.start - input.before, end: window.start }
    return { ...spanOf(grid, before), files: null }
  }
  const isWindow = input.kind === 'window' && grid !== undefined && window !== undefined
  if (source?.origin.kind === 'relation') return { from: null, to: null, files: null }
  if (!source)
    return {
      ...spanOf(
        input.kind === 'window' ? input.grid : undefined,
        isWindow ? upstreamWindow(grid, window, input) : undefined,
      ),
      files: null,
    }
  const signal = plan.sources.find((one) => one.source === source.id)
  const instants = isWindow ? sourceInstants(grid, window, input.grid, input.reach) : undefined
  const files = signal ? filesFor(source, signal, instants).filter(({ gone }) => !gone) : []
  return { from: null, to: null, files: files.map(({ path }) => path) }
}

const sameContent = (a: InputRecord, b: InputRecord) =>
  a.version === b.version && (a.digest ?? '').split('-')[0] === (b.digest ?? '').split('-')[0]

/** Where an input is read when that is another target. */
function elsewhere({ deferred, models }: Graph, upstream: string): Pick<ExplainedRead, 'deferred_to'> {
  const model = deferred?.places.has(upstream) ? models.find(({ id }) => id === upstream) : undefined
  if (!deferred || !model) return {}
  return { deferred_to: { target: deferred.target, relation: `${model.relation.schema}.${model.relation.name}` } }
}

function readsOf(known: Known): ExplainedRead[] {
  const { model, ordinal, ledger, plan, compiled } = known
  const state: InputState = inputState(compiled.graph, ledger.relations, plan.sources)
  const at = isPartitioned(model) ? ordinal : 'all'
  const record = ledger.relations.get(model.id)
  const recorded = record && at !== undefined ? lastInputs(record, at) : undefined
  const now = currentInputs(model, at ?? 'all', state)
  return model.inputs.map((input, i) => {
    const before = recorded?.find(({ key }) => key === input.key)
    const current = now[i] ?? { key: input.key, version: 0, published: 0 }
    return {
      upstream: input.upstream,
      ...elsewhere(compiled.graph, input.upstream),
      kind: input.kind,
      ...coverage(input, known),
      signal: compiled.graph.sources.find(({ id }) => id === input.upstream)?.changeSignal ?? null,
      built_from: before ? { version: before.version, published: before.published } : null,
      now: { version: current.version, published: current.published },
      changed: before !== undefined && !sameContent(before, current),
    }
  })
}

const alike = (a: ExplainedRange, b: ExplainedRange) =>
  a.older_code === b.older_code &&
  a.settled === b.settled &&
  a.partial === b.partial &&
  a.retired === b.retired &&
  a.to === b.from

/** Published ranges, neighbours that differ in versions only as one. */
function rangesOf(model: Model, record: RelationRecord | undefined): ExplainedRange[] {
  const grid = model.partitioning?.grid
  const ranges: ExplainedRange[] = []
  for (const range of record?.published ?? []) {
    const next: ExplainedRange = {
      ...spanOf(grid, range),
      partitions: lengthOf(range),
      rows: range.rows,
      version: range.version,
      older_code: range.fingerprint !== model.fingerprint,
      settled: model.settled === undefined || range.settled,
      partial: range.partial,
      retired: range.retired,
      built_at: iso(range.builtTo),
    }
    const last = ranges.at(-1)
    if (!last || !alike(last, next)) ranges.push(next)
    else {
      ranges[ranges.length - 1] = {
        ...last,
        to: next.to,
        partitions: last.partitions + next.partitions,
        rows: last.rows + next.rows,
        version: Math.max(last.version, next.version),
        built_at: [last.built_at, next.built_at].sort()[1] ?? next.built_at,
      }
    }
  }
  return ranges
}

function publishedOf({ model, ordinal, ledger, history: { partition } }: Known): Explanation['published'] {
  const place = ordinal ?? 0
  const range = ledger.relations.get(model.id)?.published.find(({ start, end }) => start <= place && place < end)
  if (!range || !partition) return null
  return {
    version: partition.version,
    rows: partition.rows,
    checksum: partition.checksum,
    settled: model.settled === undefined || range.settled,
    partial: range.partial,
    older_code: range.fingerprint !== model.fingerprint,
    fingerprint: range.fingerprint,
    built_at: iso(partition.builtAt),
    run: partition.run ?? null,
  }
}

function formOf({ config, partitioning }: Model): string {
  return partitioning
    ? `${config.materialized}, ${partitioning.grid.unit} by ${partitioning.column}`
    : config.materialized
}

/** Puts together what is known. */
export function explanationOf(known: Known): Explanation {
  const { compiled, model, ordinal, plan, ledger, history } = known
  const { quote } = compiled.adapter.dialect
  const grid = isPartitioned(model) ? model.partitioning?.grid : undefined
  const isWhole = grid !== undefined && ordinal === undefined
  return {
    model: model.id,
    form: formOf(model),
    path: model.path,
    relation:
      model.config.materialized === 'ephemeral'
        ? null
        : `${quote(model.relation.schema)}.${quote(model.relation.name)}`,
    fingerprint: model.fingerprint,
    time_zone: compiled.graph.timeZone,
    partition: grid && ordinal !== undefined ? partitionKey(grid, ordinal) : null,
    due: grid ? spanOf(grid, plan.due[model.id]) : null,
    published: isWhole ? null : publishedOf(known),
    ranges: isWhole ? rangesOf(model, ledger.relations.get(model.id)) : [],
    decisions: decisionsOf(known),
    reads: readsOf(known),
    attempts: history.attempts.map((attempt) => ({
      ...spanOf(grid, attempt),
      attempt: attempt.attempt,
      run: attempt.run,
      command: attempt.command ?? null,
      status: attempt.status,
      reason: attempt.reason,
      started_at: iso(attempt.startedAt),
      finished_at: attempt.finishedAt === undefined ? null : iso(attempt.finishedAt),
      error: attempt.error ?? null,
    })),
  }
}
