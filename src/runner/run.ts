import type { RelationName } from '../adapters/contract.ts'
import { type Assertion, hasExpired } from '../assertions/index.ts'
import { type Diagnostic, diagnose, Failure, hasErrors, sortDiagnostics } from '../diagnostics/index.ts'
import type { LedgerSnapshot, SeenHead } from '../ledger/index.ts'
import { type InputState, inputState } from '../planner/index.ts'
import { createRefreshes, executeBatches, isFailedBatch, neverStarted, partitionsOf } from './build/index.ts'
import { newHeads } from './heads.ts'
import { runHooks } from './hooks/index.ts'
import {
  dueAssertions,
  judgedVersions,
  judgePublished,
  keptFailures,
  modelsJudged,
  rememberedJudgement,
  tellExpired,
} from './judge/index.ts'
import {
  dropLeftStagings,
  headsSnapshot,
  makeSchemas,
  openSite,
  recordFiles,
  recordPlanned,
  refuseForeign,
  takeLeases,
} from './prepare.ts'
import { addNewColumns, attachLeft } from './publish/index.ts'
import { settleReaders } from './schemas.ts'
import {
  type BatchResult,
  isFailure,
  openWorkshop,
  type RunRequest,
  type RunResults,
  type Site,
  type Workshop,
} from './site/index.ts'
import { type Stop, watch } from './watch.ts'

/** The assertions that `build` tells of after all models: those of what was looked at, and not judged batch by batch. */
function assertionsAfter(workshop: Workshop, request: RunRequest): Assertion[] {
  const { assertions } = request.options
  if (assertions === 'blocking') return []
  const looked = new Set(request.plan.models)
  const now = new Set(workshop.quality.outcomes(request.graph.assertions).map(({ assertion }) => assertion))
  const isWanted =
    assertions === 'all'
      ? ({ node, reads }: Assertion) => reads.some((read) => looked.has(read)) || looked.has(node ?? '')
      : ({ id }: Assertion) => asked.has(id)
  const asked = new Set(assertions === 'all' ? [] : assertions)
  return request.graph.assertions.filter((assertion) => !now.has(assertion.id) && isWanted(assertion))
}

/** The expired assertions of what is built or looked at. */
function expiredAssertions(site: Site, request: RunRequest): Diagnostic[] {
  const built = new Set(request.plan.steps.map(({ model }) => model))
  const after = new Set(assertionsAfter(site, request))
  const concerned = request.graph.assertions.filter(
    (one) => after.has(one) || (one.blocking && one.node !== undefined && built.has(one.node)),
  )
  return tellExpired(concerned, site.clock.now())
}

/** What the assertions can read, now that everything is built. */
function stateNow(site: Site, assertions: readonly Assertion[]): InputState {
  const versions = [...modelsJudged(site, assertions)].map((id) => [id, site.published.versions(id)] as const)
  return inputState(site.graph, new Map(versions), site.plan.sources)
}

async function judgeAfter(site: Site, request: RunRequest, failedBefore: boolean): Promise<Diagnostic[]> {
  const { options, graph, ledger } = request
  const concerned = assertionsAfter(site, request).filter((assertion) => !hasExpired(assertion, site.clock.now()))
  if (concerned.length === 0 || site.stop.aborted || (options.failFast && failedBefore)) return []
  const state = stateNow(site, concerned)
  const due = dueAssertions(concerned, await ledger.lastResults(), (one) => judgedVersions(site, one, state))
  for (const { assertion, last } of due.remembered) {
    const judgement = rememberedJudgement(assertion, last)
    site.quality.add(judgement)
    site.emit({ type: 'assertion-finished', outcome: judgement.outcome, at: site.clock.now() })
  }
  const bad = (): boolean => site.quality.outcomes(graph.assertions).some(({ status }) => isFailure(status))
  const stopped = (): boolean => site.stop.aborted || (options.failFast && bad())
  return judgePublished(site, due.judge, { state }, { threads: options.threads, stopped })
}

/** Tells of blocking assertions, which were judged batch by batch. */
function emitJudged(site: Site): void {
  for (const outcome of site.quality.outcomes([...site.blocking.values()].flat())) {
    site.emit({ type: 'assertion-finished', outcome, at: site.clock.now() })
  }
}

interface Done {
  readonly batches: readonly BatchResult[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Judges published rows, and records results and what is complete. */
async function conclude(
  site: Site,
  request: RunRequest,
  heads: LedgerSnapshot,
  batches: readonly BatchResult[],
  failed: boolean,
) {
  const { ledger } = request
  const found = await judgeAfter(site, request, failed)
  await ledger.recordResults(site.quality.take())
  const complete = site.stop.aborted ? new Map<RelationName, SeenHead>() : newHeads(site, heads, batches)
  if (complete.size > 0) await ledger.recordHeads(complete)
  return found
}

/**
 * Does what follows the batches. When the engine gives up there (a full disk, a lost connection), what was built and found
 * so far is still told: the error becomes one of the results.
 */
async function unlessGone<T>(
  request: RunRequest,
  work: () => Promise<T>,
  otherwise: (found: Diagnostic) => T,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { kind, message } = request.session.explainError(error)
    if (error instanceof Failure || (kind !== 'connection' && kind !== 'transient')) throw error
    return otherwise(diagnose('run-unrecorded', { run: request.start.run, message }))
  }
}

/** The results of a run that was refused before its first batch. */
function startNone({ plan, emit, clock }: Site): BatchResult[] {
  const results = plan.steps.flatMap(({ batches }) => batches.map(neverStarted))
  for (const result of results) emit({ type: 'batch-finished', result, at: clock.now() })
  return results
}

/** Builds, judges and records what is complete. */
async function work(site: Site, request: RunRequest, heads: LedgerSnapshot): Promise<Done> {
  const { plan } = request
  const kept = await keptFailures(site)
  const builds = request.plan.steps.length > 0 && !site.stop.aborted
  const notes = builds ? await makeSchemas(site) : []
  const refused = await runHooks(site, 'on_run_start')
  if (refused.length > 0) return { batches: startNone(site), diagnostics: [...kept, ...refused] }
  if (builds) {
    await recordPlanned(site)
    await recordFiles(site)
  }
  if (!site.stop.aborted) await addNewColumns(site, request)
  const ofReaders = site.stop.aborted ? [] : await settleReaders(site)
  await site.hooks.resume()
  const batches = await executeBatches(site, plan, request.options, createRefreshes(site, plan, heads))
  await site.hooks.end()
  emitJudged(site)
  const late = [...ofReaders, ...(await attachLeft(site)), ...site.hooks.diagnostics()]
  const failed = batches.some(isFailedBatch) || hasErrors(kept) || late.length > 0
  const after = await unlessGone(
    request,
    () => conclude(site, request, heads, batches, failed),
    (found) => [found],
  )
  const ended = await runHooks(site, 'on_run_end')
  return { batches, diagnostics: [...notes, ...expiredAssertions(site, request), ...kept, ...late, ...after, ...ended] }
}

function resultsOf(site: Site, request: RunRequest, stop: Stop, done: Done, startedAt: number): RunResults {
  const { start, graph, clock } = request
  const lost = stop.leaseLost() ? [diagnose('lease-lost', { run: start.run })] : []
  const diagnostics = [...done.diagnostics, ...lost]
  const assertions = site.quality.outcomes(graph.assertions)
  const failed =
    hasErrors(diagnostics) || done.batches.some(isFailedBatch) || assertions.some(({ status }) => isFailure(status))
  return {
    run: start.run,
    status: stop.signal.aborted && !stop.leaseLost() ? 'interrupted' : failed ? 'failed' : 'success',
    batches: done.batches,
    assertions,
    diagnostics: sortDiagnostics(diagnostics),
    startedAt,
    milliseconds: clock.now() - startedAt,
  }
}

/** Ends the run in the ledger, and drops what the engine did not let it drop before. */
async function end(request: RunRequest, status: RunResults['status']): Promise<void> {
  const left = await request.ledger.finishRun(request.start.run, status)
  // What stays even now is dropped by the next run.
  await dropLeftStagings(request, left).catch(() => undefined)
}

async function runWithin(request: RunRequest, stop: Stop, startedAt: number): Promise<RunResults> {
  const { plan } = request
  const workshop = await openWorkshop(request, plan.sources, stop.signal)
  try {
    return await runIn(workshop, request, stop, startedAt)
  } finally {
    await workshop.reading.close()
  }
}

async function runIn(workshop: Workshop, request: RunRequest, stop: Stop, startedAt: number): Promise<RunResults> {
  const { plan, start, emit, clock } = request
  // The leases first: what was published and not recorded by a run that died is recorded with them.
  const leases = await takeLeases(workshop, request)
  const heads = await headsSnapshot(workshop, request)
  refuseForeign(workshop, request, heads)
  const site = await openSite(workshop, request, heads, leases)
  const all = plan.steps.flatMap((step) => step.batches)
  const partitions = all.reduce((sum, batch) => sum + partitionsOf(batch), 0)
  const counts = { batches: all.length, models: plan.steps.length, partitions }
  emit({ type: 'run-started', run: start.run, ...counts, at: startedAt })
  const done = await work(site, request, heads)
  const results = await unlessGone<RunResults>(
    request,
    async () => {
      const told = resultsOf(site, request, stop, done, startedAt)
      await end(request, told.status)
      return told
    },
    (found) => resultsOf(site, request, stop, { ...done, diagnostics: [...done.diagnostics, found] }, startedAt),
  )
  emit({ type: 'run-finished', results, at: clock.now() })
  return results
}

/**
 * Executes a plan: every batch staged, checked, published and recorded. Never prints; reports read the events. Rejects with
 * `Failure` when nothing could be started (`lease-held`, `foreign-relation`), and with the session's error when the ledger
 * cannot be written; failures of models and assertions are results.
 */
export async function run(request: RunRequest): Promise<RunResults> {
  const startedAt = request.clock.now()
  await dropLeftStagings(request, await request.ledger.startRun(request.start))
  const stop = watch(request, startedAt)
  try {
    return await runWithin(request, stop, startedAt)
  } catch (error) {
    // What stopped the run is the error to tell, whether or not the ledger can still be told.
    await end(request, 'failed').catch(() => undefined)
    throw error
  } finally {
    stop.end()
  }
}
