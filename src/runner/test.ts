import { hasExpired } from '../assertions/index.ts'
import { hasErrors, sortDiagnostics } from '../diagnostics/index.ts'
import { inputState, storedModels } from '../planner/index.ts'
import { runHooks } from './hooks/index.ts'
import { judgePublished, modelsJudged, tellExpired } from './judge/index.ts'
import { isFailure, openWorkshop, type RunResults, type TestRequest } from './site/index.ts'

/** Judges published tables (`elt test`): no batch, only assertions in the results. */
export async function test(request: TestRequest): Promise<RunResults> {
  const { graph, ledger, clock, emit, start, options } = request
  const startedAt = clock.now()
  const wanted = new Set(request.assertions)
  const asked = graph.assertions.filter(({ id }) => wanted.has(id))
  const assertions = asked.filter((assertion) => !hasExpired(assertion, startedAt))
  await ledger.startRun(start)
  emit({ type: 'run-started', run: start.run, batches: 0, models: 0, partitions: 0, at: startedAt })
  const workshop = await openWorkshop(request, request.sources)
  const heads = await ledger.snapshot(storedModels(graph.models, modelsJudged(workshop, assertions)), {
    headsOnly: true,
  })
  const state = inputState(graph, heads.relations, request.sources)
  const interrupting = (): void =>
    emit({ type: 'interrupting', signal: String(request.signal.reason), at: clock.now() })
  request.signal.addEventListener('abort', interrupting, { once: true })
  try {
    const bad = (): boolean => workshop.quality.outcomes(assertions).some(({ status }) => isFailure(status))
    const stopped = (): boolean => request.signal.aborted || (options.failFast && bad())
    const refused = await runHooks(workshop, 'on_run_start')
    const judged =
      refused.length > 0
        ? refused
        : await judgePublished(
            workshop,
            assertions,
            { state, within: request.within },
            { threads: options.threads, stopped },
          )
    const ended = refused.length > 0 ? [] : await runHooks(workshop, 'on_run_end')
    const diagnostics = [...judged, ...tellExpired(asked, startedAt), ...ended]
    // Some partitions say nothing of the table: what they would be remembered as is not known of the others.
    if (!request.within) await ledger.recordResults(workshop.quality.take())
    const failed = bad() || hasErrors(diagnostics)
    const status = request.signal.aborted ? 'interrupted' : failed ? 'failed' : 'success'
    const results: RunResults = {
      run: start.run,
      status,
      batches: [],
      assertions: workshop.quality.outcomes(assertions),
      diagnostics: sortDiagnostics(diagnostics),
      startedAt,
      milliseconds: clock.now() - startedAt,
    }
    await ledger.finishRun(start.run, status)
    emit({ type: 'run-finished', results, at: clock.now() })
    return results
  } finally {
    request.signal.removeEventListener('abort', interrupting)
    await workshop.reading.close()
  }
}
