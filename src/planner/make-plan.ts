import { lengthOf, partitionKey, type Window } from '../calendar/index.ts'
import type { Input, Model } from '../compiler/index.ts'
import { type Checked, type Diagnostic, diagnose, hasErrors, sortDiagnostics } from '../diagnostics/index.ts'
import { collectSteps, makeStep } from './batches.ts'
import type { Decided } from './decide.ts'
import { deferredReads } from './defer.ts'
import { checkBegin, type DueWindows, dueWindows, gridOf } from './due.ts'
import { type Facts, gatherFacts, isPartitioned, isView } from './facts.ts'
import { foreignRelations } from './foreign.ts'
import { headOf, unmovedModels } from './heads.ts'
import { type Narrowing, narrow } from './narrow.ts'
import { findHoles, type Holes, type Outlook, outlookOf } from './outlook.ts'
import { checkPartitioning } from './partitioning.ts'
import type { KeptRange, Plan, PlanRequest } from './plan.ts'
import { refreshLosses } from './refresh-losses.ts'
import { renamedModels, rowsOfAnother } from './renamed.ts'
import { checkSourceTables } from './source-tables.ts'
import { basisOf } from './stale.ts'
import { type Surroundings, sweep } from './sweep.ts'
import { decideView } from './views.ts'

/**
 * Works out what has to be built, in which batches and why: DESIGN §6. Pure: the same request gives the same plan.
 * `ledger` needs the partitions of the models that `needsPartitions` names, and the heads of the others.
 */
export function plan(request: PlanRequest): Checked<Plan> {
  const facts = gatherFacts(request)
  const dueOf = dueWindows(facts)
  const models = modelsLookedAt(facts)
  const narrowed = narrow(facts, dueOf)
  const diagnostics = [...mistakesOf(facts, models), ...rowsOfAnother(facts), ...narrowed.diagnostics]
  if (hasErrors(diagnostics) || !narrowed.value) return { value: undefined, diagnostics: sortDiagnostics(diagnostics) }
  const { value, losses } = planModels(facts, dueOf, models, narrowed.value)
  const refused = [...losses, ...foreignRelations(facts, value.steps)]
  diagnostics.push(...refused, ...renamedModels(facts))
  return { value: refused.length > 0 ? undefined : value, diagnostics: sortDiagnostics(diagnostics) }
}

/** The selected models, without ephemerals. */
export function modelsLookedAt({ request, selected }: Facts): readonly Model[] {
  return request.graph.models.filter(({ id, config }) => selected.has(id) && config.materialized !== 'ephemeral')
}

/** What keeps models from being planned, whatever has to be built. */
export function mistakesOf(facts: Facts, models: readonly Model[]): Diagnostic[] {
  const ofModels = models.flatMap((model) => [
    checkBegin(facts, model),
    checkPartitioning(facts, model),
    checkForce(facts, model),
    checkRoles(facts, model),
  ])
  return [...ofModels.filter((mistake) => mistake !== undefined), ...checkSourceTables(facts.request, facts.selected)]
}

/** What was appended cannot be built again: its rows would be there twice. */
function checkForce({ request, exists }: Facts, model: Model): Diagnostic | undefined {
  const { config, id, location } = model
  const isAppend = config.materialized === 'incremental' && config.strategy === 'append'
  if (!request.options.force || !isAppend || !exists(model)) return undefined
  return diagnose('append-forced', { model: id }, location)
}

/** Grants to roles that are not there. */
function checkRoles(
  { request: { unknownRoles = [] } }: Facts,
  { id, attached, location }: Model,
): Diagnostic | undefined {
  const named = new Set(Object.values(attached?.grants ?? {}).flat())
  const roles = unknownRoles.filter((role) => named.has(role))
  return roles.length > 0 ? diagnose('role-unknown', { model: id, roles }, location) : undefined
}

function planModels(facts: Facts, dueOf: DueWindows, models: readonly Model[], narrowing: Narrowing) {
  const unmoved = unmovedModels(facts, dueOf)
  const outlooks = new Map<string, Outlook>()
  const holes = findHoles(facts, dueOf, outlooks)
  const surroundings = { facts, dueOf, outlooks, holes }
  const steps = collectSteps()
  const kept: KeptRange[] = []
  const heads: Record<string, Readonly<Record<string, string>>> = {}
  const losses: Diagnostic[] = []
  for (const model of models) {
    const window = isPartitioned(model) ? narrowing(model) : { start: 0, end: 1 }
    if (unmoved.has(model.id)) {
      kept.push(...keptRanges(model, [{ ...window, decision: { kept: { kind: 'up-to-date' } } }]))
      continue
    }
    const decided = isView(model) ? decideView(surroundings, model) : sweep(surroundings, model, window)
    losses.push(...(facts.request.options.fullRefresh ? refreshLosses : lossesOf)(facts, model, decided))
    const step = makeStep(facts, model, decided, outlooks, steps)
    outlooks.set(model.id, outlookOf(facts, model, decided, outlooks))
    if (step) steps.add(step)
    kept.push(...keptRanges(model, decided))
    if (mayBeComplete(surroundings, model, window, decided)) heads[model.id] = headOf(model, facts.state)
  }
  kept.push(...unselectedHoles(facts, models, holes, unmoved))
  const pendingHooks = models.filter((model) => hooksPending(facts, model)).map(({ id }) => id)
  const attach = models.filter((model) => hangsOtherwise(facts, model)).map(({ id }) => id)
  const value: Plan = {
    ...frame(facts, dueOf, models),
    steps: steps.all(),
    kept,
    heads,
    ...(pendingHooks.length > 0 ? { pendingHooks } : {}),
    ...(attach.length > 0 ? { attach } : {}),
  }
  return { value, losses }
}

/** Whether published rows wait for a hook that the model still has. A relation that is gone is built anew, with its hooks. */
function hooksPending({ request, exists }: Facts, model: Model): boolean {
  const pending = request.ledger.relations.get(model.id)?.hooksPending ?? false
  return pending && model.postHooks.length > 0 && exists(model)
}

/** Whether the grants, comments or indexes of a relation that is there are not those of the model's settings. */
function hangsOtherwise({ record, exists }: Facts, model: Model): boolean {
  const known = record(model)
  if (!known || known.version === 0 || known.dropped || !exists(model)) return false
  return (known.attached?.hash ?? '') !== (model.attached?.hash ?? '')
}

/** The due windows of those models that are partitioned, by id. */
export function dueOfModels(dueOf: DueWindows, models: readonly Model[]): Plan['due'] {
  const due: Record<string, Window> = {}
  for (const model of models) {
    const window = isPartitioned(model) ? dueOf(model)?.due : undefined
    if (window) due[model.id] = window
  }
  return due
}

/** What the models read of another target. */
function deferredTo({ request: { graph }, isUnseen }: Facts, models: readonly Model[]): Pick<Plan, 'deferred'> {
  const read = deferredReads(graph, models)
  const ids = Object.keys(read)
  if (!graph.deferred || ids.length === 0) return {}
  return { deferred: { target: graph.deferred.target, models: read, unseen: ids.filter(isUnseen) } }
}

function frame(facts: Facts, dueOf: DueWindows, models: readonly Model[]) {
  const { request } = facts
  const looked = models.map((model) => model.id)
  return {
    version: 1 as const,
    project: request.graph.project,
    target: request.graph.target,
    timeZone: request.graph.timeZone,
    now: request.now,
    models: looked,
    ...basisOf(request.graph, request.ledger, looked),
    due: dueOfModels(dueOf, models),
    sources: request.sources,
    ...deferredTo(facts, models),
  }
}

function keptRanges(model: Model, decided: readonly Decided[]): KeptRange[] {
  return decided.flatMap(({ start, end, decision }) => {
    if (!('kept' in decision) || start >= end) return []
    const window = isPartitioned(model) ? { window: { start, end } } : {}
    return [{ model: model.id, ...window, why: decision.kept }]
  })
}

function isIfChanged({ decision }: Decided): boolean {
  return 'build' in decision && decision.certainty === 'if-changed'
}

/** Whether any row of the window was built by older code. */
function hasOlderRows(facts: Facts, model: Model, { start, end }: Window): boolean {
  const published = facts.record(model)?.published ?? []
  return published.some((row) => row.start < end && row.end > start && row.fingerprint !== model.fingerprint)
}

/** Whether the model will be complete when all of its batches succeed and settle: then its head may be recorded. */
function mayBeComplete(surroundings: Surroundings, model: Model, window: Window, decided: readonly Decided[]): boolean {
  const { dueOf, outlooks } = surroundings
  const isLeft = ({ decision }: Decided) => !('build' in decision)
  const isCurrent = ({ decision }: Decided) => 'kept' in decision && decision.kept.kind === 'up-to-date'
  if (decided.some((range) => isLeft(range) && !isCurrent(range))) return false
  if (!isPartitioned(model)) return true
  // What turns out not to have changed is left as it is, with the code that built it.
  if (decided.some((range) => isIfChanged(range) && hasOlderRows(surroundings.facts, model, range))) return false
  // What is left as it is will be older than a reference that this plan builds: counted by every plan from then on.
  const isOlder = (input: Input) => input.kind === 'reference' && (outlooks.get(input.upstream)?.built.length ?? 0) > 0
  const mayBeLeft = decided.some((range) => isLeft(range) || isIfChanged(range))
  if (mayBeLeft && model.inputs.some((input) => isOlder(input))) return false
  const due = dueOf(model)
  const isWhole = due !== undefined && due.due.start === window.start && due.due.end === window.end
  // The partition that the clock is in is built once more when it has ended.
  return isWhole && due.due.end <= due.incomplete
}

/** What the selected models read of others, and what was never built of it: shown, so that a person can build it. */
function unselectedHoles(
  facts: Facts,
  models: readonly Model[],
  holes: Holes,
  unmoved: ReadonlySet<string>,
): KeptRange[] {
  const upstreams = new Set<string>()
  for (const model of models) {
    if (unmoved.has(model.id) || isView(model)) continue
    for (const input of model.inputs) if (!facts.selected.has(input.upstream)) upstreams.add(input.upstream)
  }
  return facts.request.graph.models
    .filter((model) => upstreams.has(model.id))
    .flatMap((model) => {
      const isRead = facts.record(model)?.published.length || !facts.record(model)?.head
      const windows = isRead ? holes.of(model) : []
      return keptRanges(
        model,
        windows.map((window) => ({ ...window, decision: { kept: { kind: 'not-selected' } } })),
      )
    })
}

/** `rows-would-be-lost`: one for each model. */
function lossesOf(facts: Facts, model: Model, decided: readonly Decided[]): Diagnostic[] {
  const lost = decided.filter(({ decision }) => 'loss' in decision)
  const [first, last] = [lost[0], lost.at(-1)]
  if (!first || !last || !('loss' in first.decision)) return []
  const published = facts.record(model)?.published ?? []
  const rows = published
    .filter((range) => lost.some((window) => window.start < range.end && range.start < window.end))
    .reduce((sum, range) => sum + range.rows, 0)
  const count = lost.reduce((sum, window) => sum + lengthOf(window), 0)
  const grid = gridOf(model)
  const [from, to] = [partitionKey(grid, first.start), partitionKey(grid, last.end - 1)]
  const partitions = count === 1 ? from : `${from} … ${to}`
  const parameters = { model: model.id, partitions, count, rows, source: first.decision.loss.source }
  return [diagnose('rows-would-be-lost', parameters, model.location)]
}
