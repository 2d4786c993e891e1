import { lengthOf, type Window } from '../calendar/index.ts'
import type { Plan } from '../planner/index.ts'
import type { BatchResult, RunEvent } from '../runner/index.ts'

/** How far one model has come. */
export interface ModelProgress {
  readonly model: string
  readonly kind: 'view' | 'table' | 'partitions'
  readonly batches: number
  /** 0 for what is not partitioned. */
  readonly partitions: number
  finishedBatches: number
  finishedPartitions: number
  changed: number
  equal: number
  failed: number
  blocked: number
  skipped: number
  cancelled: number
  rows: number
  startedAt: number | undefined
  finishedAt: number | undefined
}

/** How far a run has come: the events so far, added up. */
export interface Progress {
  readonly models: ReadonlyMap<string, ModelProgress>
  /** Batches at work, by id. */
  readonly running: Map<string, { readonly model: string; readonly window?: Window; readonly at: number }>
  readonly assertions: { passed: number; warned: number; failed: number }
  startedAt: number
  interrupting: string | undefined
}

const partitionsOf = (window: Window | undefined) => (window ? lengthOf(window) : 0)

export function startProgress(plan: Pick<Plan, 'steps'>): Progress {
  const models = plan.steps
    .filter((step) => step.batches.length > 0)
    .map((step): [string, ModelProgress] => [
      step.model,
      {
        model: step.model,
        kind: step.kind,
        batches: step.batches.length,
        partitions: step.batches.reduce((sum, batch) => sum + partitionsOf(batch.window), 0),
        finishedBatches: 0,
        finishedPartitions: 0,
        changed: 0,
        equal: 0,
        failed: 0,
        blocked: 0,
        skipped: 0,
        cancelled: 0,
        rows: 0,
        startedAt: undefined,
        finishedAt: undefined,
      },
    ])
  return {
    models: new Map(models),
    running: new Map(),
    assertions: { passed: 0, warned: 0, failed: 0 },
    startedAt: 0,
    interrupting: undefined,
  }
}

function finishBatch(progress: Progress, result: BatchResult, at: number): void {
  progress.running.delete(result.batch)
  const model = progress.models.get(result.model)
  if (!model) return
  model.finishedBatches++
  model.finishedPartitions += partitionsOf(result.window)
  model.changed += result.partitions.changed
  model.equal += result.partitions.equal
  model.failed += result.partitions.failed
  model.blocked += result.partitions.blocked
  model.skipped += result.partitions.skipped
  if (result.status === 'cancelled') model.cancelled++
  model.rows += result.rows
  if (model.finishedBatches === model.batches) model.finishedAt = at
}

/** Adds an event. Returns the model that it finished, if any. */
export function advance(progress: Progress, event: RunEvent): ModelProgress | undefined {
  switch (event.type) {
    case 'run-started':
      progress.startedAt = event.at
      return undefined
    case 'batch-started': {
      progress.running.set(event.batch, event)
      const model = progress.models.get(event.model)
      if (model) model.startedAt ??= event.at
      return undefined
    }
    case 'batch-finished': {
      finishBatch(progress, event.result, event.at)
      const model = progress.models.get(event.result.model)
      return model?.finishedAt === undefined ? undefined : model
    }
    case 'assertion-finished': {
      const { status } = event.outcome
      progress.assertions[
        status === 'pass' ? 'passed' : status === 'warn' || status === 'acknowledged' ? 'warned' : 'failed'
      ]++
      return undefined
    }
    case 'interrupting':
      progress.interrupting = event.signal
      return undefined
    case 'run-finished':
      return undefined
  }
}
