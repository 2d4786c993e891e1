import { createHash, randomBytes } from 'node:crypto'
import { availableParallelism, hostname } from 'node:os'
import { openFileReader } from '../adapters/index.ts'
import { type Diagnostic, diagnose, Failure } from '../diagnostics/index.ts'
import type { Plan } from '../planner/index.ts'
import {
  count,
  findings,
  headline,
  type ProgressReport,
  planTotals,
  reportProgress,
  runResultsJson,
  summary,
} from '../reports/index.ts'
import { type AssertionOutcome, type RunOptions, type RunResults, run, type Surroundings } from '../runner/index.ts'
import { type CompiledSql, type RunTrace, timed, writeArtifacts } from './artifacts.ts'
import { bindPlan } from './binding.ts'
import { shellWord } from './command-line.ts'
import { compiledPath, modelSql } from './compiled-sql.ts'
import type { Context } from './context.ts'
import { exitCode, exitCodeOfSignal, isWarehouseGone } from './exit-code.ts'
import { writeModelHooks, writeRunHooks } from './hooks-sql.ts'
import type { Compiled } from './load.ts'
import type { Output } from './output.ts'
import type { Planning } from './planning.ts'
import { readableFolders } from './readable-folders.ts'
import { writeTargetFile } from './target-folder.ts'
import { clockOf } from './timers.ts'
import { refusedModels, unitTestOutcomes, withUnitTests } from './unit-testing.ts'
import { version } from './version.ts'
import { waiting } from './wait.ts'
import { type Warehouse, withWarehouse } from './warehouse.ts'

/** `20261121T074812Z-4f3a9c`: time-ordered, readable, unique. */
export function runId(now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  return `${time}-${randomBytes(3).toString('hex')}`
}

/** Batches at work at once: enough to keep the engine busy while others wait for the disk. */
export function threadsOf(context: Context): number {
  return context.options.threads ?? Math.min(Math.max(availableParallelism(), 2), 8)
}

/** What `run` and `test` of the runner need of the command. */
export function surroundings(
  context: Context,
  compiled: Compiled,
  warehouse: Warehouse,
  emit: Surroundings['emit'],
): Surroundings {
  const { graph, adapter, directory, project } = compiled
  const start = {
    run: runId(context.io.now()),
    command: ['elt', ...context.line.words].map(shellWord).join(' '),
    host: hostname(),
    pid: process.pid,
    version,
  }
  warehouse.session.label?.(`elt ${start.run}`)
  return {
    graph,
    adapter,
    session: warehouse.session,
    ledger: warehouse.ledger,
    start: { ...start, command: context.output.secrets.mask(start.command) },
    projectDirectory: directory,
    files: project.files,
    openReader: () => openFileReader(readableFolders(directory, graph)),
    clock: clockOf(context),
    retries: context.options.retries,
    emit,
    signal: context.io.signal,
  }
}

/** Progress of a run on stderr: rewritten in place on a terminal, lines elsewhere. */
export function progressReport(context: Context, plan: Pick<Plan, 'steps'>, compiled: Compiled): ProgressReport {
  const { io, output } = context
  const { env } = io
  const live = output.progress.isTerminal && !env.CI && env.TERM !== 'dumb'
  return reportProgress(plan, compiled.graph, {
    write: output.progress.write,
    live,
    columns: output.progress.columns,
    now: io.now,
    every: clockOf(context).every,
    theme: output.progressTheme,
  })
}

/** A short name for the file of an assertion, still its own when it is cut. */
function fileName(assertion: string): string {
  const name = assertion.replace(/[^\w.-]+/g, '_').replace(/_$/, '')
  if (name.length <= 48) return name
  return `${name.slice(0, 43)}-${createHash('sha256').update(assertion).digest('hex').slice(0, 4)}`
}

/**
 * The query of an assertion as a template, which reads the files of sources anew. Braces of its own are printed; `brought` names
 * relations that are gone.
 */
function asTemplate(compiled: Compiled, { sql, brought }: AssertionOutcome): string {
  const printed = sql.replace(/\{[{%#]/g, "{{ '$&' }}")
  return Object.entries(brought ?? {}).reduce((text, [id, relation]) => {
    const source = compiled.graph.sources.find((one) => one.id === id)
    return source ? text.replaceAll(relation, `{{ source('${source.group}', '${source.name}') }}`) : text
  }, printed)
}

/** Writes the query of failing rows, and says how to run it; rows that were not published are kept only in the results. */
function moreRows(context: Context, compiled: Compiled) {
  return (outcome: AssertionOutcome): string => {
    const { assertion, sample } = outcome
    const isBlocking = compiled.graph.assertions.some(({ id, blocking }) => blocking && id === assertion)
    if (isBlocking && context.command !== 'test') return `${count(sample.length, 'row')} in target/run_results.json`
    const path = writeTargetFile(
      context.output,
      compiled.directory,
      `failing/${fileName(assertion)}.sql`,
      `${asTemplate(compiled, outcome)}\n`,
    )
    return `elt show --limit 100 --inline @${shellWord(path)}`
  }
}

function diagnosticsOf(results: RunResults): Diagnostic[] {
  return [...results.batches, ...results.assertions, results].flatMap(({ diagnostics }) => diagnostics)
}

/** Rows and frames, which are indented, stay as they are. */
function suggestedOutside({ suggested }: Output, block: string): string {
  return block.replace(/^\S.*$/gm, suggested)
}

/** Shows what a run found, keeps its results in `target/run_results.json`, and gives the exit code. */
export function tellResults(
  context: Context,
  compiled: Compiled,
  results: RunResults,
  { text, ...trace }: RunTrace & { readonly text: () => string },
): number {
  const { output } = context
  const blocks = findings(results, compiled.graph, {
    theme: output.progressTheme,
    // When nothing was built, warnings are what they were: the summary counts them.
    warnings: results.batches.length > 0 || context.command === 'test',
    columns: output.progress.columns,
    moreRows: moreRows(context, compiled),
  })
  output.note(diagnosticsOf(results))
  output.keep(results, compiled.graph)
  if (blocks.length > 0)
    output.progress.write(`\n${blocks.map((block) => suggestedOutside(output, block)).join('\n\n')}\n\n`)
  writeArtifacts(context, compiled, results, trace)
  const header = { version, command: context.command, target: compiled.graph.target }
  if (output.json) output.answerJson(runResultsJson(results, compiled.graph, header))
  else output.answer(output.suggested(text()))
  if (results.status === 'interrupted') return exitCodeOfSignal(context.io.signal.reason)
  if (isWarehouseGone(results.diagnostics)) return exitCode.warehouse
  const isStrict = context.options['warn-error'] && results.assertions.some(({ status }) => status === 'warn')
  return results.status === 'success' && !isStrict ? exitCode.success : exitCode.failed
}

/** Writes the SQL of what a plan builds: of each model, for the newest partition that it builds. */
function writeCompiled(context: Context, compiled: Compiled, plan: Plan): CompiledSql {
  const written = new Map<string, string>()
  for (const step of plan.steps) {
    const model = compiled.graph.models.find(({ id }) => id === step.model)
    const last = step.batches.at(-1)
    if (!model || !last || model.config.materialized === 'seed') continue
    const window = last.window && { start: last.window.end - 1, end: last.window.end }
    const { sql } = modelSql(compiled, plan, model, window, last.text)
    const path = `compiled/${compiledPath(model, last.text ?? 'first')}`
    writeTargetFile(context.output, compiled.directory, path, `${sql.trim()}\n`)
    written.set(model.id, sql.trim())
    writeModelHooks(context, compiled, plan, model)
  }
  writeRunHooks(context, compiled, plan)
  return written
}

/** Models whose queries could not be run would be built from another SQL than they say. */
function refuseUnresolved({ unresolved }: Compiled, selected: readonly string[]): void {
  const open = selected.filter((id) => unresolved.has(id))
  if (open.length === 0) return
  const all = open.map((node) => `${node}+`).join(' ')
  throw new Failure(...open.map((node) => diagnose('query-unresolved', { node, all }, unresolved.get(node)?.location)))
}

/**
 * Builds what a plan says, and tells: `blocking` with the assertions that judge what is staged (`elt run`), a list of ids, or
 * `all` of what was looked at, with these, too (`elt build`). Unit tests run before; a model of which one fails is not built.
 */
export async function build(
  context: Context,
  compiled: Compiled,
  planning: Planning,
  assertions: RunOptions['assertions'],
  unitTests: readonly string[] = [],
): Promise<number> {
  const progress = progressReport(context, { steps: [] }, compiled)
  const judged = timed(progress.onEvent)
  const outcomes = await unitTestOutcomes(context, compiled, unitTests, { remembers: true, emit: judged.emit })
  progress.stop()
  const tested: Tested = { outcomes, ended: judged.ended }
  return withWarehouse(context, compiled, 'write', (warehouse) => {
    const { graph } = compiled
    const wanted = graph.models.filter(({ id }) => planning.models.includes(id)).map(({ relation }) => relation)
    return waiting(
      context,
      'lease-held',
      // The other run changes what there is to do: it is planned anew.
      () => buildNow(context, compiled, planning, assertions, warehouse, tested),
      () => warehouse.ledger.areFree(wanted),
    )
  })
}

/** The unit tests of a build, which ran before it, and when each was over. */
interface Tested {
  readonly outcomes: readonly AssertionOutcome[]
  readonly ended: ReadonlyMap<string, number>
}

async function buildNow(
  context: Context,
  compiled: Compiled,
  { plan: makePlan }: Planning,
  assertions: RunOptions['assertions'],
  warehouse: Warehouse,
  tested: Tested,
): Promise<number> {
  const { output, options } = context
  const { plan, compiled: seen, catalog } = await makePlan(warehouse)
  // After the plan, which tells of tables that are not there: the cause of queries that could not be run.
  refuseUnresolved(compiled, plan.models)
  const sql = writeCompiled(context, seen, plan)
  const columns = await bindPlan(context, seen, warehouse, plan, catalog)
  const totals = planTotals(plan)
  if (totals.batches > 0) {
    const { name, type } = compiled.project.target
    output.progress.write(`${output.progressTheme.dim(headline({ plan, target: { name, type } }))}\n\n`)
  }
  const progress = progressReport(context, plan, compiled)
  const { ended, emit } = timed(progress.onEvent)
  try {
    const built = await run({
      ...surroundings(context, seen, warehouse, emit),
      plan,
      columns,
      refused: refusedModels(compiled, tested.outcomes),
      options: { threads: threadsOf(context), failFast: options['fail-fast'] ?? false, assertions },
    })
    progress.stop()
    const results = withUnitTests(built, tested.outcomes)
    // What `--force` asked for and did not get is remembered; said once more, it would build the rest again, too.
    const again = ['elt', ...context.line.words.filter((word) => word !== '--force')].map(shellWord).join(' ')
    const { graph } = compiled
    const text = () => summary({ command: context.command, results, plan, graph, again, theme: output.theme })
    const over = new Map([...tested.ended, ...ended])
    return tellResults(context, compiled, results, { text, ended: over, sql, kept: plan.kept })
  } finally {
    progress.stop()
  }
}
