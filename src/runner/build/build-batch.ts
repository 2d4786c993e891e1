import { intersect, lengthOf, type Window, windowsOf } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { Batch } from '../../planner/index.ts'
import {
  all,
  type BatchResult,
  type BatchStatus,
  type BuildSite,
  errorDiagnostics,
  ordinalsOf,
  readsNoFile,
  recordOutcomes,
  startAttempt,
  type WindowJob,
  windowNames,
} from '../site/index.ts'
import { type Built, buildWindow, nothingBuilt, recordEmpty, together } from './build-window.ts'
import { type Choice, choose, partitionsOf } from './choose.ts'
import { buildView, viewIsCurrent } from './view.ts'

function jobOf(model: Model, batch: Batch, window: Window, choice: Choice): WindowJob {
  const part = batch.parts.find((one) => lengthOf(intersect(one.window ?? all, window)) > 0) ?? batch.parts[0]
  const asked = batch.parts.some((one) => one.reason.kind === 'requested')
  return {
    model,
    window,
    reason: part?.reason.kind ?? 'never-built',
    inputs: choice.inputs,
    rewrite: asked || model.config.checksumExclude.length > 0,
    last: window === choice.build.at(-1),
  }
}

/**
 * Whether a window of `raw_data` reads only files and there is none. Where rows are published, or no table is there to take
 * its columns from the query, the statement runs all the same.
 */
async function hasNothingToRead(site: BuildSite, model: Model, window: Window): Promise<boolean> {
  if (model.layer !== 'raw_data' || !model.partitioning || model.inputs.length === 0) return false
  if (site.relations.find(model.relation)?.kind !== 'table') return false
  const noFile = model.inputs.every(
    (input) => input.kind === 'window' && readsNoFile(site, input.upstream, model, window),
  )
  if (!noFile) return false
  await site.published.load(model.id, site.hulls.get(model.id) ?? window)
  return ordinalsOf(window).every((ordinal) => (site.published.at(model.id, ordinal)?.rows ?? 0) === 0)
}

async function buildOne(site: BuildSite, model: Model, job: WindowJob): Promise<Built> {
  if (model.config.materialized === 'view') return buildView(site, job)
  return (await hasNothingToRead(site, model, job.window)) ? recordEmpty(site, job) : buildWindow(site, job)
}

/** Records that partitions wait for an upstream that failed, and says so. */
async function recordBlocked(site: BuildSite, model: Model, batch: Batch, choice: Choice): Promise<Diagnostic[]> {
  const upstream = choice.upstream
  if (choice.blocked.length === 0 || upstream === undefined) return []
  const windows = windowsOf(choice.blocked)
  const partitions = windowNames(model, windows)
  const blocked = diagnose(
    choice.isBlockKnown ? 'still-acknowledged' : 'blocked',
    { model: model.id, partitions, upstream },
    model.location,
  )
  const [first, last] = [windows[0], windows.at(-1)]
  if (!first || !last) return bug('blocked partitions without a window')
  const job = jobOf(model, batch, { start: first.start, end: last.end }, choice)
  const attempt = await startAttempt(site, job)
  const facts = { status: 'blocked' as const, assertions: [], message: blocked.message }
  await recordOutcomes(site, job, attempt, choice.blocked, () => facts)
  return [blocked]
}

/** Tells of partitions that would fail again: what they read turned out equal to what they failed on. */
function stillFailing(model: Model, { failing, failure, isFailureKnown }: Choice): Diagnostic[] {
  if (failing.length === 0) return []
  const partitions = windowNames(model, windowsOf(failing))
  const held = { model: model.id, partitions, upstream: undefined }
  if (isFailureKnown) return [diagnose('still-acknowledged', held, model.location)]
  return [diagnose('still-failing', { model: model.id, partitions, message: failure ?? '' }, model.location)]
}

/** Builds what is left of a batch, window by window. */
async function buildAll(site: BuildSite, model: Model, batch: Batch, choice: Choice): Promise<Built> {
  const parts: Built[] = []
  for (const window of choice.build) {
    if (site.stop.aborted) parts.push({ ...nothingBuilt, failed: ordinalsOf(window), cancelled: true })
    else parts.push(await buildOne(site, model, jobOf(model, batch, window, choice)))
  }
  return together(parts)
}

function statusOf(built: Built, choice: Choice): BatchStatus {
  const published = built.changed + built.equal
  if (built.cancelled) return 'cancelled'
  if (built.failed.length > 0 || choice.failing.length > 0) return published > 0 ? 'partial' : 'failed'
  if (choice.blocked.length > 0) return published > 0 ? 'partial' : 'blocked'
  if (published === 0) return 'skipped'
  return built.changed > 0 ? 'success' : 'unchanged'
}

/** Whether partitions are held back, and by nothing but failures that people know of. */
function isHeldKnowingly(built: Built, choice: Choice): boolean {
  if (built.cancelled || built.failed.length + choice.failing.length + choice.blocked.length === 0) return false
  const known = new Set(built.acknowledged)
  const isKnown = built.failed.every((ordinal) => known.has(ordinal))
  return (
    isKnown &&
    (choice.failing.length === 0 || choice.isFailureKnown) &&
    (choice.blocked.length === 0 || choice.isBlockKnown)
  )
}

/** Remembers what was never built before and still is not, so that its readers are blocked. */
async function rememberUnbuilt(
  site: BuildSite,
  model: Model,
  ordinals: readonly number[],
  isKnown: boolean,
): Promise<void> {
  if (ordinals.length > 0) site.unbuilt.blame(model.id, isKnown)
  if (ordinals.length === 0 || !model.partitioning) return
  await site.published.load(model.id, site.hulls.get(model.id))
  site.unbuilt.add(
    model.id,
    ordinals.filter((ordinal) => !site.published.at(model.id, ordinal)),
  )
}

type Outcome = Omit<BatchResult, 'batch' | 'model' | 'window' | 'milliseconds'>

/** What a batch ends with whose model is not to be built: nothing is recorded, so that the next plan has the same reason. */
async function refusedWhole(site: BuildSite, model: Model, batch: Batch, refusal: Diagnostic): Promise<Outcome> {
  const ordinals = batch.parts.flatMap((part) => ordinalsOf(part.window ?? all))
  await rememberUnbuilt(site, model, ordinals, false)
  const partitions = { changed: 0, equal: 0, failed: partitionsOf(batch), blocked: 0, skipped: 0 }
  return { status: 'failed', partitions, rows: 0, diagnostics: [refusal] }
}

async function outcomeOf(site: BuildSite, model: Model, batch: Batch): Promise<Outcome> {
  const refusal = site.refused.get(model.id)
  if (refusal) return refusedWhole(site, model, batch, refusal)
  const chosen = await choose(site, model, batch)
  const current = model.config.materialized === 'view' && isIfChanged(batch) && chosen.build.length > 0
  const choice = current && viewIsCurrent(site, model) ? { ...chosen, build: [], skipped: 1 } : chosen
  const notices = [...(await recordBlocked(site, model, batch, choice)), ...stillFailing(model, choice)]
  const built = await buildAll(site, model, batch, choice)
  const isKnown = isHeldKnowingly(built, choice)
  await rememberUnbuilt(site, model, [...built.failed, ...choice.failing, ...choice.blocked], isKnown)
  return {
    status: statusOf(built, choice),
    ...(isKnown ? { acknowledged: true } : {}),
    partitions: {
      changed: built.changed,
      equal: built.equal,
      failed: built.cancelled ? 0 : built.failed.length + choice.failing.length,
      blocked: choice.blocked.length,
      skipped: choice.skipped,
    },
    rows: built.rows,
    diagnostics: [...notices, ...built.diagnostics],
  }
}

function isIfChanged(batch: Batch): boolean {
  return batch.parts.every((part) => part.certainty === 'if-changed')
}

/** What a batch ends with when the ledger or the warehouse cannot be reached at all. */
async function failedWhole(site: BuildSite, model: Model, batch: Batch, error: unknown): Promise<Outcome> {
  const ordinals = batch.parts.flatMap((part) => ordinalsOf(part.window ?? all))
  site.unbuilt.blame(model.id, false)
  if (model.partitioning)
    site.unbuilt.add(
      model.id,
      ordinals.filter((ordinal) => !site.published.at(model.id, ordinal)),
    )
  const partitions = batch.window && windowNames(model, [batch.window])
  const about = { subject: model.id, model: model.id, location: model.location, ...(partitions ? { partitions } : {}) }
  return {
    status: site.stop.aborted ? 'cancelled' : 'failed',
    partitions: { changed: 0, equal: 0, failed: site.stop.aborted ? 0 : partitionsOf(batch), blocked: 0, skipped: 0 },
    rows: 0,
    diagnostics: site.stop.aborted ? [] : errorDiagnostics(error, about, site),
  }
}

/** Builds one batch of the plan: DESIGN §8. Rejects with `Bug` only; every other failure is a result. */
export async function buildBatch(surroundings: BuildSite, batch: Batch): Promise<BatchResult> {
  const site = batch.text ? { ...surroundings, text: batch.text } : surroundings
  const began = site.clock.now()
  const model = site.models.get(batch.model) ?? bug(`no model ${batch.model}`)
  let outcome: Outcome
  try {
    outcome = await outcomeOf(site, model, batch)
  } catch (error) {
    outcome = await failedWhole(site, model, batch, error)
  }
  await site.hooks.over(model)
  return {
    batch: batch.id,
    model: batch.model,
    ...(batch.window ? { window: batch.window } : {}),
    ...outcome,
    milliseconds: site.clock.now() - began,
  }
}
