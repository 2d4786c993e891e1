import type { Batch, Plan } from '../../planner/index.ts'
import {
  type BatchResult,
  type BuildSite,
  createQueue,
  openLasting,
  type RunOptions,
  runSchedule,
  type Site,
  type Task,
} from '../site/index.ts'
import { buildBatch } from './build-batch.ts'
import type { Refreshes } from './refresh.ts'
import { type GroupCost, workTogether } from './work-together.ts'

interface BatchTask extends Task {
  readonly batch: Batch
}

/**
 * The batches in the plan's order. While a model's table is to be made, the first of its batches stages alone and the
 * others wait for it: they find the table that it made.
 */
function tasksOf(site: Site, plan: Plan): BatchTask[] {
  const depths = depthsOf(site, plan)
  const ids = new Map(plan.steps.map(({ model, batches }) => [model, batches.map(({ id }) => id)]))
  return plan.steps.flatMap((step) => {
    const read = hooksRead(site, step.model).flatMap((id) => ids.get(id) ?? [])
    const relation = site.models.get(step.model)?.relation
    const isMade = relation !== undefined && (step.refresh || site.relations.find(relation)?.kind !== 'table')
    const first = isMade ? step.batches[0] : undefined
    return step.batches.map((batch) => ({
      id: batch.id,
      waitsFor: [...batch.waitsFor, ...(first && first !== batch ? [first.id] : []), ...read],
      depth: depths.get(step.model) ?? 0,
      batch,
    }))
  })
}

/** The models that the hooks of a model read: no inputs, but they have to be there. */
function hooksRead(site: Site, id: string): string[] {
  const model = site.models.get(id)
  const hooks = model ? [...model.preHooks, ...model.postHooks] : []
  const holes = hooks.flatMap(({ sql }) => sql.pieces.flatMap((piece) => ('hole' in piece ? [piece.hole] : [])))
  return [...new Set(holes.flatMap((hole) => (hole.kind === 'relation' && hole.node !== id ? [hole.node] : [])))]
}

/** How many models of the plan stand one behind the other before each: what was read is carried on before more is read. */
function depthsOf(site: Site, plan: Plan): Map<string, number> {
  const depths = new Map<string, number>()
  for (const { model } of plan.steps) {
    const inputs = site.models.get(model)?.inputs ?? []
    const before = inputs.map(({ upstream }) => (depths.get(upstream) ?? -1) + 1)
    depths.set(model, Math.max(0, ...before))
  }
  return depths
}

const good: ReadonlySet<BatchResult['status']> = new Set(['success', 'unchanged', 'skipped'])

/** What is held back knowingly is no failure. */
export function isFailedBatch({ status, acknowledged }: BatchResult): boolean {
  return !good.has(status) && acknowledged !== true
}

/** The result of a batch that was not begun. */
export function neverStarted({ id, model, window }: Batch): BatchResult {
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

/** How long batches that are built together may take, in milliseconds: so long, their readers wait for the slowest. */
const togetherFor = 300
/**
 * Or so many times what it takes to write down the attempts of a group: on a busy machine, or with a ledger far away, groups
 * would otherwise get smaller the more each of them costs.
 */
const timesAttempts = 20
const mostTogether = 128

/** How many batches may be built together, by what those before them took: small ones share statements and transactions. */
function createPace() {
  let room = 1
  return {
    /** How many may join a first one. */
    room: (): number => room - 1,
    note: (batches: number, milliseconds: number, { waited, attempts }: GroupCost): void => {
      const each = Math.max((milliseconds - waited) / batches, 1)
      const most = Math.max(togetherFor, timesAttempts * attempts) / each
      room = Math.max(1, Math.min(Math.floor(most), mostTogether))
    },
  }
}

/** Measured values that wait to be written: so many are worth a statement, and a run that is killed loses no more than these. */
const mostWaiting = 2000

/** Builds on a connection that nobody else is at work on. */
async function buildAlone(desk: BuildSite, build: (desk: BuildSite) => Promise<BatchResult>): Promise<BatchResult> {
  const connection = await openLasting(desk.session)
  return build({ ...desk, desk: { ...desk.desk, connection } }).finally(() => connection.release())
}

/** Builds every batch of the plan, as soon as those it waits for are over. The results come in the plan's order. */
export async function executeBatches(
  site: Site,
  plan: Plan,
  options: RunOptions,
  refreshes: Refreshes,
): Promise<BatchResult[]> {
  const { emit, clock } = site
  const results = new Map<string, BatchResult>()
  const tasks = tasksOf(site, plan)
  let failed = false
  const finish = (result: BatchResult): void => {
    results.set(result.batch, result)
    failed ||= isFailedBatch(result)
    emit({ type: 'batch-finished', result, at: clock.now() })
  }
  const pace = createPace()
  const left = await runSchedule({
    tasks,
    threads: options.threads,
    stopped: () => site.stop.aborted || (options.failFast && failed),
    execute: async (first, more) => {
      const fair = Math.floor(more.ready() / options.threads)
      const group = [first, ...more.take(Math.min(pace.room(), fair))]
      const began = clock.now()
      const alone = createQueue()
      const works = group.map((task) => async (desk: BuildSite) => {
        const { id, model, window } = task.batch
        emit({ type: 'batch-started', batch: id, model, ...(window ? { window } : {}), at: clock.now() })
        const build = (at: BuildSite) => buildBatch(refreshes.siteOf(at, task.batch), task.batch)
        const result = refreshes.isOwn(task.batch) ? await alone(() => buildAlone(desk, build)) : await build(desk)
        finish(await refreshes.over(result))
        more.over(task)
      })
      const connection = await openLasting(site.session)
      const cost = await workTogether(site, connection, works).finally(() => connection.release())
      if (site.quality.waiting() >= mostWaiting) await site.ledger.recordResults(site.quality.take())
      pace.note(group.length, clock.now() - began, cost)
    },
  })
  await refreshes.end()
  for (const { batch } of left) finish(neverStarted(batch))
  return tasks.flatMap(({ id }) => results.get(id) ?? [])
}
