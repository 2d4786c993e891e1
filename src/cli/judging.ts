import type { Window } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { listSources } from '../extract/index.ts'
import { assertionSummary } from '../reports/index.ts'
import { type RunResults, test } from '../runner/index.ts'
import { timed } from './artifacts.ts'
import { progressReport, runId, surroundings, tellResults, threadsOf } from './building.ts'
import type { Context } from './context.ts'
import { type Compiled, valueOrStop } from './load.ts'
import { lookAround } from './planning.ts'
import { unitTestOutcomes, withUnitTests } from './unit-testing.ts'
import { type Warehouse, withWarehouse } from './warehouse.ts'

/** Nothing is built, so that all that is not here is read from the target that this one defers to, if it does. */
async function reading(compiled: Compiled, warehouse: Warehouse): Promise<Compiled> {
  return compiled.project.target.deferTo ? (await lookAround(compiled, warehouse, [])).compiled : compiled
}

/** What is judged: assertions on published tables, and unit tests on rows of their own. */
export interface Judged {
  readonly assertions: readonly string[]
  readonly unitTests: readonly string[]
  /** The partitions to judge of each model; absent: all. */
  readonly within?: (model: Model) => Window
  /** Told of those that passed. */
  readonly onPassed?: (ids: readonly string[]) => void
}

function tellPassed({ onPassed }: Judged, { assertions }: RunResults): void {
  onPassed?.(assertions.flatMap(({ assertion, status }) => (status === 'pass' ? [assertion] : [])))
}

/** Unit tests first: they need no table. `ran` knows of them. */
async function unitTestsFirst(context: Context, compiled: Compiled, { unitTests }: Judged) {
  const progress = progressReport(context, { steps: [] }, compiled)
  const { ended, emit } = timed(progress.onEvent)
  try {
    const remembers = context.command === 'build'
    return { ended, outcomes: await unitTestOutcomes(context, compiled, unitTests, { remembers, emit }) }
  } finally {
    progress.stop()
  }
}

/** Runs unit tests alone: no warehouse is opened for their results. */
async function judgeUnitTests(context: Context, compiled: Compiled, judged: Judged): Promise<number> {
  const { io, output } = context
  const startedAt = io.now()
  const { ended, outcomes } = await unitTestsFirst(context, compiled, judged)
  const nothing: RunResults = {
    run: runId(startedAt),
    status: io.signal.aborted ? 'interrupted' : 'success',
    batches: [],
    assertions: [],
    diagnostics: [],
    startedAt,
    milliseconds: io.now() - startedAt,
  }
  const results = withUnitTests(nothing, outcomes)
  tellPassed(judged, results)
  const text = () => assertionSummary(results, output.theme)
  return tellResults(context, compiled, results, { text, ended, sql: new Map(), kept: [] })
}

/** Judges unit tests, and assertions on published tables, and tells. Builds nothing. */
export async function judge(context: Context, compiled: Compiled, judged: Judged): Promise<number> {
  const { output, options } = context
  const { graph, directory } = compiled
  if (judged.assertions.length === 0 && judged.unitTests.length > 0) return judgeUnitTests(context, compiled, judged)
  const first = await unitTestsFirst(context, compiled, judged)
  return withWarehouse(context, compiled, 'write', async (warehouse) => {
    const { files } = await warehouse.ledger.snapshot([], { headsOnly: true })
    const seen = await reading(compiled, warehouse)
    const listed = await listSources(graph.sources, directory, files)
    const signals = valueOrStop(context, { value: listed.signals, diagnostics: listed.diagnostics })
    const progress = progressReport(context, { steps: [] }, compiled)
    const { ended, emit } = timed(progress.onEvent)
    try {
      const judgedNow = await test({
        ...surroundings(context, seen, warehouse, emit),
        assertions: judged.assertions,
        sources: signals,
        within: judged.within,
        options: { threads: threadsOf(context), failFast: options['fail-fast'] ?? false },
      })
      progress.stop()
      const results = withUnitTests(judgedNow, first.outcomes)
      tellPassed(judged, results)
      const text = () => assertionSummary(results, output.theme)
      const over = new Map([...first.ended, ...ended])
      return tellResults(context, compiled, results, { text, ended: over, sql: new Map(), kept: [] })
    } finally {
      progress.stop()
    }
  })
}
