import type { Batch, Plan } from '../planner/index.ts'
import { buildBatch } from './build-batch.ts'
import type { BuildSite } from './context.ts'
import type { BatchResult } from './events.ts'
import type { RunOptions } from './request.ts'
import { runSchedule, type Task } from './schedule.ts'

interface BatchTask extends Task {
  readonly batch: Batch
}

/**
 * The batches in the plan's order. While a model's table is to be made, the first of its batches stages alone and the
 * others wait for it: they find the table that it made.
 */
function tasksOf(site: BuildSite, plan: Plan): BatchTask[] {
  const depths = depthsOf(site, plan)
  return plan.steps.flatMap((step) => {
    const relation = site.models.get(step.model)?.relation
    const first = relation && site.relations.find(relation)?.kind !== 'table' ? step.batches[0] : undefined
    return step.batches.map((batch) => ({
      id: batch.id,
      waitsFor: first && first !== batch ? [...batch.waitsFor, first.id] : batch.waitsFor,
      depth: depths.get(step.model) ?? 0,
      batch,
    }))
  })
}

/** How many models of the plan stand one behind the other before each: what was read is carried on before more is read. */
function depthsOf(site: BuildSite, plan: Plan): Map<string, number> {
  const depths = new Map<string, number>()
  for (const { model } of plan.steps) {
    const inputs = site.models.get(model)?.inputs ?? []
    const before = inputs.map(({ upstream }) => (depths.get(upstream) ?? -1) + 1)
    depths.set(model, Math.max(0, ...before))
  }
  return depths
}

const good: ReadonlySet<BatchResult['status']> = new Set(['success', 'unchanged', 'skipped'])

export function isFailedBatch({ status }: BatchResult): boolean {
  return !good.has(status)
}

function neverStarted({ id, model, window }: Batch): BatchResult {
  return {
    batch: id,
    model,
    ...(window ? { window } : {}),
    status: 'cancelled',
    partitions: { changed: 0, equal: 0, failed: 0, blocked: 0, skipped: 0 },
    rows: 0,
    milliseconds: 0,
    diagnostics: [],
  }
}

/** Builds every batch of the plan, as soon as those it waits for are over. The results come in the plan's order. */
export async function executeBatches(site: BuildSite, plan: Plan, options: RunOptions): Promise<BatchResult[]> {
  const { emit, clock } = site
  const results = new Map<string, BatchResult>()
  const tasks = tasksOf(site, plan)
  let failed = false
  const finish = (result: BatchResult): void => {
    results.set(result.batch, result)
    failed ||= isFailedBatch(result)
    emit({ type: 'batch-finished', result, at: clock.now() })
  }
  const left = await runSchedule({
    tasks,
    threads: options.threads,
    stopped: () => site.stop.aborted || (options.failFast && failed),
    execute: async ({ batch }) => {
      const { id, model, window } = batch
      emit({ type: 'batch-started', batch: id, model, ...(window ? { window } : {}), at: clock.now() })
      finish(await buildBatch(site, batch))
    },
  })
  for (const { batch } of left) finish(neverStarted(batch))
  return tasks.flatMap(({ id }) => results.get(id) ?? [])
}
