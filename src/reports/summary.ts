import { lengthOf } from '../calendar/index.ts'
import type { Graph } from '../compiler/index.ts'
import { neutralise } from '../diagnostics/index.ts'
import type { Plan } from '../planner/index.ts'
import type { AssertionOutcome, BatchResult, RunResults } from '../runner/index.ts'
import { groupBy } from './group-by.ts'
import { footer, someNames, withoutPartitions } from './plan-text.ts'
import { keptWords } from './reason-words.ts'
import { plainTheme, type Theme } from './theme.ts'
import { count, duration, number } from './words.ts'

/** What the summary is made from. */
export interface SummaryRequest {
  readonly command: string
  readonly results: RunResults
  readonly plan: Plan
  readonly graph: Graph
  readonly theme?: Theme
  /** The command line that was run, for "run it again". */
  readonly again: string
}

type Counted = 'changed' | 'equal' | 'failed' | 'blocked' | 'held' | 'skipped'

/** What became of one model, over its batches. */
interface ModelResult {
  readonly model: string
  readonly partitions: Readonly<Record<Counted, number>>
  readonly rows: number
  readonly statuses: ReadonlySet<BatchResult['status']>
}

function perModel(batches: readonly BatchResult[]): ModelResult[] {
  return [...groupBy(batches, (batch) => batch.model)].map(([model, of]) => {
    const sum = (key: keyof BatchResult['partitions'], isKnown?: boolean) =>
      of
        .filter(({ acknowledged = false }) => isKnown === undefined || acknowledged === isKnown)
        .reduce((total, batch) => total + batch.partitions[key], 0)
    return {
      model,
      partitions: {
        changed: sum('changed'),
        equal: sum('equal'),
        failed: sum('failed', false),
        blocked: sum('blocked', false),
        held: sum('failed', true) + sum('blocked', true),
        skipped: sum('skipped'),
      },
      rows: of.reduce((total, batch) => total + batch.rows, 0),
      statuses: new Set(of.filter(({ acknowledged }) => !acknowledged).map((batch) => batch.status)),
    }
  })
}

/** Names of models, each with how many of its partitions are meant. */
const names = (models: readonly ModelResult[], key: Counted, plan: Plan, most = 5): string => {
  const partitioned = partitionedModels(plan)
  const shown = models.slice(0, most).map(({ model, partitions }) => {
    const some = partitioned.has(model) && partitions[key] > 0 ? ` (${count(partitions[key], 'partition')})` : ''
    return `${neutralise(model)}${some}`
  })
  const rest = models.length - shown.length
  return [...shown, ...(rest > 0 ? [`${number(rest)} more`] : [])].join(', ')
}

/** `12 unit tests: 12 passed`, `41 assertions: 38 passed, 3 warned` */
function assertionWords(assertions: readonly AssertionOutcome[], theme: Theme): string[] {
  const isUnitTest = ({ differences }: AssertionOutcome) => differences !== undefined
  return [
    ...judgedWords(assertions.filter(isUnitTest), 'unit test', theme),
    ...judgedWords(
      assertions.filter((one) => !isUnitTest(one)),
      'assertion',
      theme,
    ),
  ]
}

function judgedWords(assertions: readonly AssertionOutcome[], what: string, theme: Theme): string[] {
  if (assertions.length === 0) return []
  const of = (...statuses: AssertionOutcome['status'][]) =>
    assertions.filter(({ status }) => statuses.includes(status)).length
  const [passed, warned, known, failed] = [of('pass'), of('warn'), of('acknowledged'), of('fail', 'error')]
  const parts = [
    ...(passed > 0 ? [`${number(passed)} passed`] : []),
    ...(warned > 0 ? [theme.warning(`${number(warned)} warned`)] : []),
    ...(known > 0 ? [theme.warning(`${number(known)} acknowledged`)] : []),
    ...(failed > 0 ? [theme.error(`${number(failed)} failed`)] : []),
  ]
  return [`${count(assertions.length, what)}: ${parts.join(', ')}`]
}

function partitionedModels(plan: Plan): ReadonlySet<string> {
  return new Set(plan.steps.filter((step) => step.kind === 'partitions').map((step) => step.model))
}

function partitionWords(models: readonly ModelResult[], plan: Plan): string[] {
  const partitioned = partitionedModels(plan)
  const of = models.filter(({ model }) => partitioned.has(model))
  const sum = (key: Counted) => of.reduce((total, { partitions }) => total + partitions[key], 0)
  const [changed, equal, skipped] = [sum('changed'), sum('equal'), sum('skipped')]
  return [
    ...(changed > 0 ? [count(changed, 'partition')] : []),
    ...(equal > 0 ? [`${number(equal)} equal`] : []),
    ...(skipped > 0 ? [`${number(skipped)} unchanged`] : []),
  ]
}

/** Whether a plan builds a model for the first time. */
function isFirst(plan: Plan, model: string): boolean {
  return plan.steps.some(
    (s) => s.model === model && s.batches.every((b) => b.parts.every((p) => p.reason.kind === 'never-built')),
  )
}

/** What failed, and what readers find instead: the rows that were there, or nothing yet. */
function failedLines({ plan, theme = plainTheme }: SummaryRequest, failed: readonly ModelResult[]): string[] {
  const isNew = ({ model, partitions }: ModelResult) =>
    isFirst(plan, model) && partitions.changed === 0 && partitions.equal === 0
  const line = (models: readonly ModelResult[], now: string) =>
    models.length > 0 ? [`  ${theme.error('failed')}   ${names(models, 'failed', plan)}: ${now}`] : []
  return [
    ...line(
      failed.filter((model) => !isNew(model)),
      'keeps the rows it had',
    ),
    ...line(failed.filter(isNew), 'not made yet'),
  ]
}

/** What is not published because of failures that people know of. */
function heldLines({ plan, theme = plainTheme }: SummaryRequest, models: readonly ModelResult[]): string[] {
  const held = models.filter(({ partitions }) => partitions.held > 0)
  return held.length > 0 ? [`  ${theme.warning('held')}     ${names(held, 'held', plan)}: by what is acknowledged`] : []
}

/** The command that shows what was just made for the first time, once. */
function nextStep(request: SummaryRequest): string[] {
  const { plan, graph, results, again } = request
  const isWhole = again.includes(' --full-refresh')
  if (results.status === 'interrupted') return [`next: ${again}${isWhole ? '' : ' (goes on where this one stopped)'}`]
  if (results.status === 'failed')
    return [`next: mend what is shown above, then ${again}${isWhole ? '' : ' (builds only what is missing)'}`]
  const fresh = graph.models.filter(({ id, layer }) => layer !== graph.layers[0]?.name && isFirst(plan, id))
  const shown = fresh.find(({ config }) => config.materialized === 'incremental') ?? fresh[0]
  return shown ? [`next: elt show --select ${neutralise(shown.name)}`] : []
}

/** What is not built although it was looked at: `4 partitions of analytics.flight_status: not settled, inputs unchanged`. */
function keptLines({ plan }: SummaryRequest): string[] {
  const told = plan.kept.flatMap((range) => {
    const { why } = range
    const reason = why.kind === 'still-failing' ? why.kind : keptWords(why)?.reason
    return reason === undefined ? [] : [{ ...range, reason }]
  })
  return [...groupBy(told, ({ reason }) => reason)].map(([reason, ranges]) => {
    const partitions = ranges.reduce((sum, { window }) => sum + (window ? lengthOf(window) : 0), 0)
    const models = [...new Set(ranges.map(({ model }) => neutralise(model)))]
    const some = models.length > 3 ? count(models.length, 'model') : models.join(', ')
    return `${partitions > 0 ? `${count(partitions, 'partition')} of ${some}` : some}: ${reason}`
  })
}

/** What this run has caught up with: grants, comments and indexes of other settings, and hooks of a run before. */
function resumedLines({ plan, results }: SummaryRequest): string[] {
  const stepped = new Set(plan.steps.map(({ model }) => model))
  const resumed = (plan.pendingHooks ?? []).filter((id) => !stepped.has(id))
  const attached = (plan.attach ?? []).filter((id) => !stepped.has(id))
  if (results.status !== 'success') return []
  return [
    ...(attached.length > 0 ? [`  set grants, comments or indexes of ${someNames(attached)}`] : []),
    ...(resumed.length > 0 ? [`  ran the post_hook of ${someNames(resumed)}, pending since an earlier run`] : []),
  ]
}

/** What a run of nothing says: one line, and one more where something is kept that a person may want to change. */
function nothingToDo(request: SummaryRequest): string {
  const { plan, graph, results, theme = plainTheme } = request
  const older = footer({ plan, graph }).filter((line) => !line.startsWith('up to date'))
  const warned = results.assertions.filter(({ status }) => status === 'warn').length
  return [
    `${theme.good('✓')} nothing to do: ${count(plan.models.length - withoutPartitions(plan).length, 'model')} up to date (${duration(results.milliseconds)})`,
    ...resumedLines(request),
    ...keptLines(request).map((line) => `  ${line}`),
    ...(older.length > 0 ? [`  ${older.join(' · ')}`] : []),
    ...(warned > 0 ? [`  ${theme.warning(count(warned, 'assertion'))} still warned: elt test shows them`] : []),
  ].join('\n')
}

function unsuccessful(models: readonly ModelResult[], key: 'failed' | 'blocked'): ModelResult[] {
  return models.filter(({ partitions, statuses }) => partitions[key] > 0 || statuses.has(key))
}

function headOf(request: SummaryRequest, models: readonly ModelResult[]): string {
  const { results, plan, theme = plainTheme } = request
  const built = models.filter(({ partitions, statuses }) => partitions.changed > 0 || statuses.has('success'))
  const rows = models.reduce((total, model) => total + model.rows, 0)
  const details = [
    ...partitionWords(models, plan),
    ...(rows > 0 ? [count(rows, 'row')] : []),
    ...assertionWords(results.assertions, theme),
    duration(results.milliseconds),
  ].join(' · ')
  if (results.status === 'interrupted')
    return `${theme.warning('–')} interrupted, ${count(built.length, 'model')} built · ${details}`
  if (results.status === 'failed') {
    const [failed, waiting] = [unsuccessful(models, 'failed'), unsuccessful(models, 'blocked')]
    const parts = [
      ...(failed.length > 0 ? [`${count(failed.length, 'model')} failed`] : []),
      ...(waiting.length > 0 ? [`${number(waiting.length)} waiting`] : []),
    ]
    return `${theme.error('✗')} ${[parts.join(', ') || 'failed', details].join(' · ')}`
  }
  return `${theme.good('✓')} built ${count(built.length, 'model')} · ${details}`
}

/** The summary of `build` and `run` that a person acts on: what was built, what was not and why, what to do next. */
export function summary(request: SummaryRequest): string {
  const { results, plan, graph, theme = plainTheme } = request
  const models = perModel(results.batches)
  const isCalm = results.assertions.every(({ status }) => !['fail', 'error'].includes(status))
  if (models.length === 0 && results.status === 'success' && isCalm) return nothingToDo(request)
  const failed = unsuccessful(models, 'failed')
  const blocked = unsuccessful(models, 'blocked')
  const foot = footer({ plan, graph }).filter((line) => !line.startsWith('up to date'))
  return [
    headOf(request, models),
    ...failedLines(request, failed),
    ...(blocked.length > 0
      ? [`  ${theme.warning('waiting')}  ${names(blocked, 'blocked', plan)}: reads what failed`]
      : []),
    ...heldLines(request, models),
    ...resumedLines(request),
    ...keptLines(request).map((line) => `  ${line}`),
    ...(foot.length > 0 ? [`  ${foot.join(' · ')}`] : []),
    ...nextStep(request).map((line) => `  ${line}`),
  ].join('\n')
}

/** The summary of `test`. */
export function assertionSummary(results: RunResults, theme: Theme = plainTheme): string {
  const mark = results.status === 'success' ? theme.good('✓') : theme.error('✗')
  const words = assertionWords(results.assertions, theme)
  const told = words.length > 0 ? words : ['no assertion was judged']
  return `${mark} ${[...told, duration(results.milliseconds)].join(' · ')}`
}
