import { coalesce, type Grid, lengthOf, ordinalAt, partitionKey, type Window } from '../calendar/index.ts'
import type { Graph, Model } from '../compiler/index.ts'
import { neutralise } from '../diagnostics/index.ts'
import type { KeptRange, Part, Plan, Step } from '../planner/index.ts'
import { groupBy } from './group-by.ts'
import { keptWords, reasonWords } from './reason-words.ts'
import { plainTheme, type Theme } from './theme.ts'
import { pad, width } from './width.ts'
import { count, number, ranges } from './words.ts'

/** What the plan's text is made from. */
export interface PlanText {
  readonly plan: Plan
  readonly graph: Graph
  readonly target: { readonly name: string; readonly type: string }
  readonly theme?: Theme
}

/** One line of the plan: so many partitions of a model, and why they are built or not. */
interface Line {
  readonly model: string
  /** Absent for what is not cut into partitions. */
  readonly partitions?: number
  /** `partition`, `waiting`, `table`, `view` … */
  readonly what: string
  readonly where: string
  readonly why: string
  readonly built: boolean
}

/** Lines of a model, and models, beyond which the rest is only counted. */
const mostLines = 8
const mostModels = 60

function sumOf(windows: readonly Window[]): number {
  return windows.reduce((sum, window) => sum + lengthOf(window), 0)
}

function place(grid: Grid | undefined, windows: readonly Window[]): { partitions?: number; where: string } {
  const joined = coalesce(windows)
  return grid && joined.length > 0 ? { partitions: sumOf(joined), where: ranges(grid, joined) } : { where: '' }
}

const windowsOf = (items: readonly { readonly window?: Window }[]) => items.flatMap((i) => (i.window ? [i.window] : []))

function stepLines(step: Step, model: Model | undefined, timeZone: string): Line[] {
  const parts: Part[] = step.batches.flatMap((batch) => batch.parts)
  const grid = model?.partitioning?.grid
  return [...groupBy(parts, (part) => reasonWords(part, model, timeZone))].map(([why, group]) => {
    const found = place(grid, windowsOf(group))
    const what = found.partitions === undefined ? step.kind : found.partitions === 1 ? 'partition' : 'partitions'
    return { model: step.model, ...found, what, why, built: true }
  })
}

function keptLines(kept: readonly KeptRange[], model: Model | undefined): Line[] {
  const told = kept.flatMap((range) => {
    const words = keptWords(range.why)
    return words ? [{ ...range, words }] : []
  })
  return [...groupBy(told, ({ words }) => `${words.state} ${words.reason}`).values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const found = place(model?.partitioning?.grid, windowsOf(group))
    return [{ model: first.model, ...found, what: first.words.state, why: first.words.reason, built: false }]
  })
}

/** The lines of a model, the latest of a long list left out and counted. */
function shortened(lines: readonly Line[]): Line[] {
  const rest = lines.length - mostLines
  const [first] = lines
  if (rest <= 0 || !first) return [...lines]
  const partitions = lines.slice(mostLines).reduce((sum, line) => sum + (line.partitions ?? 0), 0)
  const more = { model: first.model, partitions, what: 'more', where: '', why: count(rest, 'more reason'), built: true }
  return [...lines.slice(0, mostLines), more]
}

function render(lines: readonly Line[], theme: Theme): string[] {
  const widest = (cell: (line: Line) => string) => Math.max(0, ...lines.map((line) => width(cell(line))))
  const amount = (line: Line) => (line.partitions === undefined ? '' : number(line.partitions))
  const columns = {
    model: widest((l) => neutralise(l.model)),
    amount: widest(amount),
    what: widest((l) => l.what),
    where: widest((l) => l.where),
  }
  return lines.map((line, index) => {
    const isFirst = lines[index - 1]?.model !== line.model
    const cells = [
      theme.bold(pad(isFirst ? neutralise(line.model) : '', columns.model)),
      `${pad(amount(line), columns.amount, 'right')} ${pad(line.what, columns.what)}`,
      pad(line.where, columns.where),
      line.built ? line.why : theme.dim(line.why),
    ]
    return `  ${cells.join('   ')}`.trimEnd()
  })
}

/** `target local (duckdb) · zone America/New_York · last complete day 2013-12-30` */
export function headline({ plan, target }: Pick<PlanText, 'plan' | 'target'>): string {
  const days = { unit: 'day', timeZone: plan.timeZone } as const
  const last = partitionKey(days, ordinalAt(days, plan.now) - 1)
  return neutralise(`target ${target.name} (${target.type}) · zone ${plan.timeZone} · last complete day ${last}`)
}

/** Partitioned models of which no partition is due: what they read covers none, or they begin later. */
export function withoutPartitions({ due, models, kept }: Plan): string[] {
  const told = new Set(kept.filter(({ why }) => why.kind !== 'up-to-date').map(({ model }) => model))
  return models.filter((model) => {
    const window = due[model]
    return window !== undefined && window.end <= window.start && !told.has(model)
  })
}

/** What stays as it is and is worth a word: up to date, without partitions, built by older code or from an older dimension. */
export function footer({ plan, graph }: Pick<PlanText, 'plan' | 'graph'>): string[] {
  const stepped = new Set(plan.steps.map((step) => step.model))
  const told = new Set(plan.kept.filter((range) => range.why.kind !== 'up-to-date').map((range) => range.model))
  const undue = withoutPartitions(plan)
  const quiet = plan.models.filter((model) => !stepped.has(model) && !told.has(model) && !undue.includes(model))
  const modelsById = new Map(graph.models.map((model) => [model.id, model]))
  const kept = (kind: 'older-code-kept' | 'older-reference-kept') =>
    plan.kept.filter((range) => range.why.kind === kind)
  const older = (ranges: readonly KeptRange[], what: string, command: (names: string) => string): string[] => {
    if (ranges.length === 0) return []
    const models = [...new Set(ranges.map((range) => range.model))]
    const names = models.slice(0, 5).map((id) => neutralise(modelsById.get(id)?.name ?? id))
    const partitions = sumOf(windowsOf(ranges))
    return [`${what} ${models.length} (${count(partitions, 'partition')}: ${command(names.join(' '))})`]
  }
  return [
    ...(quiet.length > 0 ? [`up to date ${quiet.length}`] : []),
    ...(undue.length > 0
      ? [`no partition due yet ${undue.length} (${undue.slice(0, 5).map(neutralise).join(', ')})`]
      : []),
    ...older(
      kept('older-code-kept'),
      'built by older code',
      (names) => `elt run --select ${names} --rebuild older-code`,
    ),
    ...older(
      kept('older-reference-kept'),
      'built from an older dimension',
      (names) => `elt run --select ${names} --force`,
    ),
  ]
}

/** What is read of another target, and from where; what of it the ledger does not know is marked. */
function deferredWords({ deferred }: Plan): string[] {
  const models = Object.entries(deferred?.models ?? {})
  if (!deferred || models.length === 0) return []
  const told = models.slice(0, 5).map(([id, { schema, name }]) => {
    const unseen = deferred.unseen.includes(id) ? ' (changes not seen)' : ''
    return `${neutralise(id)} from ${neutralise(`${schema}.${name}`)}${unseen}`
  })
  const more = models.length > told.length ? [`${models.length - told.length} more`] : []
  return [`reads of ${neutralise(deferred.target)}: ${[...told, ...more].join(', ')}`]
}

/** How much a plan would build. */
export function planTotals(plan: Plan): { models: number; partitions: number; batches: number } {
  const batches = plan.steps.flatMap((step) => step.batches)
  const models = plan.steps.filter((step) => step.batches.length > 0).length
  return { models, partitions: sumOf(windowsOf(batches)), batches: batches.length }
}

/** Up to where changes of tables of the warehouse are not seen. */
function unwatchedWords({ plan }: Pick<PlanText, 'plan'>): string[] {
  const since = plan.sources.flatMap((signal) => (signal.since ? [{ source: signal.source, since: signal.since }] : []))
  const told = since.slice(0, 5).map((one) => `${neutralise(one.source.replace(/^source\./, ''))} before ${one.since}`)
  const more = since.length > told.length ? [`${since.length - told.length} more`] : []
  return told.length > 0 ? [`changes not seen: ${[...told, ...more].join(', ')}`] : []
}

/** What is done beside the builds: grants, comments and indexes that are set, the post_hooks that a run before left behind, and those of the models that are built. */
function hookWords({ plan, graph }: Pick<PlanText, 'plan' | 'graph'>): string[] {
  const stepped = new Set(plan.steps.map(({ model }) => model))
  const pending = (plan.pendingHooks ?? []).filter((id) => !stepped.has(id))
  const attach = (plan.attach ?? []).filter((id) => !stepped.has(id))
  const own = graph.models.filter(
    ({ id, preHooks, postHooks }) => stepped.has(id) && preHooks.length + postHooks.length > 0,
  )
  return [
    ...(own.length > 0 ? [`with the hooks of ${count(own.length, 'model')}`] : []),
    ...(attach.length > 0 ? [`sets grants, comments or indexes of ${someNames(attach)}`] : []),
    ...(pending.length > 0 ? [`runs the post_hook of ${someNames(pending)}, pending since an earlier run`] : []),
  ]
}

/** Names of models, the first few. */
export function someNames(ids: readonly string[]): string {
  return ids.length > 5 ? count(ids.length, 'model') : ids.map(neutralise).join(', ')
}

/** `builds 1,460 partitions of 4 models and 3 unpartitioned models, in 12 statements` */
function totalLine(plan: Plan): string {
  const { models, partitions, batches } = planTotals(plan)
  const parts = [count(models, 'model'), ...(partitions > 0 ? [count(partitions, 'partition')] : [])]
  return `${parts.join(', ')} in ${count(batches, 'statement')}`
}

/** The plan as a person reads it: what is built, why, what is not, and what to do next. */
export function planText(request: PlanText): string {
  const { plan, graph } = request
  const theme = request.theme ?? plainTheme
  const modelsById = new Map(graph.models.map((model) => [model.id, model]))
  const steps = new Map(plan.steps.map((step) => [step.model, step]))
  const kept = groupBy(plan.kept, (range) => range.model)
  const perModel = plan.models
    .map((id) => {
      const [step, model] = [steps.get(id), modelsById.get(id)]
      return shortened([
        ...(step ? stepLines(step, model, plan.timeZone) : []),
        ...keptLines(kept.get(id) ?? [], model),
      ])
    })
    .filter((lines) => lines.length > 0)
  const shown = perModel.slice(0, mostModels)
  const left = perModel.length - shown.length
  const lines = render(shown.flat(), theme)
  const foot = [...hookWords(request), ...footer(request), ...unwatchedWords(request)]
  const isEmpty = planTotals(plan).batches === 0
  return [
    theme.dim(headline(request)),
    '',
    ...lines,
    ...(left > 0 ? [`  … and ${count(left, 'more model')} (all of them: --output json)`] : []),
    ...(lines.length > 0 ? [''] : []),
    `  ${isEmpty ? theme.good('nothing to build') : `builds ${totalLine(plan)}`}`,
    ...(foot.length > 0 ? [`  ${foot.join(' · ')}`] : []),
    ...deferredWords(plan).map((line) => `  ${line}`),
  ].join('\n')
}
