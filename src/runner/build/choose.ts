import { lengthOf, upstreamWindow, type Window, windowsOf } from '../../calendar/index.ts'
import type { Input, Model } from '../../compiler/index.ts'
import type { InputRecord, OutcomeRange } from '../../ledger/index.ts'
import {
  type Batch,
  changedInput,
  currentInputs,
  failedOnRows,
  type InputState,
  inputState,
  lastInputs,
  type Part,
} from '../../planner/index.ts'
import { isKnownRefusal } from '../judge/index.ts'
import { all, type BuildSite } from '../site/index.ts'

/** What is left of a batch just before it starts. */
export interface Choice {
  /** Windows to build, in order. */
  readonly build: readonly Window[]
  /** Partitions whose inputs turned out equal, and which are well. */
  readonly skipped: number
  /** Partitions whose rows were refused when they were last built, from the same inputs; and why. */
  readonly failing: readonly number[]
  readonly failure: string | undefined
  /** Whether all that they were refused for is acknowledged. */
  readonly isFailureKnown: boolean
  /** Partitions that read what this run failed to build for the first time. */
  readonly blocked: readonly number[]
  /** What blocks them: the first of these, and whether all that holds it and the others back is acknowledged. */
  readonly upstream: string | undefined
  readonly isBlockKnown: boolean
  /** What each partition reads, as it is now: taken before anything is staged. */
  readonly inputs: ReadonlyMap<number, readonly InputRecord[]>
}

/** Models whose relation a query names: those read directly, or through ephemeral models. */
function relationsRead(site: BuildSite, model: Model): Model[] {
  return model.dependsOn.flatMap((id) => {
    const upstream = site.models.get(id)
    if (!upstream) return []
    return upstream.config.materialized === 'ephemeral' ? relationsRead(site, upstream) : [upstream]
  })
}

/** A relation that the query names and that does not exist: its first build failed. */
export function missingRelation(site: BuildSite, model: Model): string | undefined {
  return relationsRead(site, model).find((upstream) => !site.relations.find(upstream.relation))?.id
}

/** The upstream partitions that a window of the model reads through an input; undefined: all, or a source. */
function readWindow(model: Model, input: Input, window: Window): Window | undefined {
  const grid = model.partitioning?.grid
  if (input.kind === 'self') return { start: window.start - input.before, end: window.end - 1 }
  return grid && input.kind === 'window' ? upstreamWindow(grid, window, input) : undefined
}

/** What the model's partitions can read now. */
async function stateOf(site: BuildSite, model: Model): Promise<InputState> {
  const relations = new Map<string, ReturnType<typeof site.published.versions>>()
  const hull = site.hulls.get(model.id) ?? all
  for (const input of model.inputs) {
    if (!site.models.has(input.upstream)) continue
    const window = readWindow(model, input, hull)
    if (window) await site.published.load(input.upstream, window)
    const versions = site.published.versions(input.upstream)
    if (versions.version > 0) relations.set(input.upstream, versions)
  }
  return inputState(site.graph, relations, site.plan.sources)
}

/** The upstream that keeps a partition from being built. */
function blockedBy(site: BuildSite, model: Model, ordinal: number): string | undefined {
  const found = model.inputs.find((input) => {
    const window = readWindow(model, input, { start: ordinal, end: ordinal + 1 })
    return window && site.unbuilt.within(input.upstream, window)
  })
  return found?.upstream
}

/** Whether an if-changed partition has anything to do, by the code that planned it. */
function mustBuild(
  site: BuildSite,
  model: Model,
  part: Part,
  ordinal: number,
  current: readonly InputRecord[],
): boolean {
  if (part.certainty === 'certain' || model.config.materialized === 'view') return true
  const record = site.records.get(model.id)
  const recorded = record && lastInputs(record, ordinal)
  if (!recorded) return true
  const changed = changedInput(recorded, current, model)
  return changed !== undefined && changed.kind !== 'input-gone' && changed.kind !== 'older-reference-kept'
}

/** The attempt by which the rows of a partition were refused, if its newest was one. */
function refusal(site: BuildSite, model: Model, ordinal: number): OutcomeRange | undefined {
  const outcomes = site.records.get(model.id)?.outcomes ?? []
  return outcomes.find((outcome) => outcome.start <= ordinal && ordinal < outcome.end && failedOnRows(outcome))
}

/** Reads the versions of a batch's inputs and cuts it to what has to be built and can be. */
export async function choose(site: BuildSite, model: Model, batch: Batch): Promise<Choice> {
  const missing = missingRelation(site, model)
  const state = missing ? undefined : await stateOf(site, model)
  const build: number[] = []
  const blocked: number[] = []
  const inputs = new Map<number, readonly InputRecord[]>()
  const failing: number[] = []
  let failure: string | undefined
  let upstream = missing
  let [isFailureKnown, isBlockKnown] = [true, true]
  let skipped = 0
  for (const part of batch.parts) {
    const { start, end } = part.window ?? all
    for (let ordinal = start; ordinal < end; ordinal++) {
      const blocker = missing ?? blockedBy(site, model, ordinal)
      if (blocker !== undefined || !state) {
        upstream ??= blocker
        isBlockKnown &&= blocker !== undefined && site.unbuilt.isKnown(blocker)
        blocked.push(ordinal)
        continue
      }
      const current = currentInputs(model, model.partitioning ? ordinal : 'all', state)
      if (!mustBuild(site, model, part, ordinal, current)) {
        const refused = refusal(site, model, ordinal)
        if (refused) failing.push(ordinal)
        else skipped += 1
        failure ??= refused?.message
        if (refused) isFailureKnown &&= await isKnownRefusal(site, model, ordinal, refused)
      } else {
        build.push(ordinal)
        inputs.set(ordinal, current)
      }
    }
  }
  return {
    ...{ build: windowsOf(build), skipped, failing, failure, isFailureKnown },
    ...{ blocked, upstream, isBlockKnown, inputs },
  }
}

/** How many partitions a batch has. */
export function partitionsOf(batch: Batch): number {
  return batch.parts.reduce((sum, part) => sum + lengthOf(part.window ?? all), 0)
}
