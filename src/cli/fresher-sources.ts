import { diagnose } from '../diagnostics/index.ts'
import { inputState, storedModels, upstreamHead } from '../planner/index.ts'
import { plannersClock } from './clock.ts'
import type { Context } from './context.ts'
import type { Compiled } from './load.ts'
import { sourceSchemas, sourceSignals } from './source-signals.ts'
import { readingWarehouse } from './warehouse.ts'

/**
 * Ids of the sources that look different from when one of their readers was last complete, or whose readers never were.
 * Sources that show no change are told of, and left out.
 */
export async function fresherSources(context: Context, compiled: Compiled): Promise<ReadonlySet<string>> {
  const { graph } = compiled
  const sources = new Set(graph.sources.map(({ id }) => id))
  const readers = graph.models.filter(({ inputs }) => inputs.some(({ upstream }) => sources.has(upstream)))
  const { ledger, signals } = await readingWarehouse(context, compiled, async (warehouse) => {
    const ledger = await warehouse?.ledger.snapshot(storedModels(readers), { headsOnly: true })
    const catalog = (await warehouse?.session.catalog(sourceSchemas(compiled))) ?? { relations: [] }
    const now = plannersClock(context.options, context.io.now(), graph.timeZone, context.line)
    const known = { warehouse, catalog, files: ledger?.files ?? [], now, tables: sources }
    return { ledger, signals: await sourceSignals(context, compiled, known) }
  })
  const state = inputState(graph, new Map(), signals)
  const unseen = graph.sources.filter(({ changeSignal }) => changeSignal === 'none').map(({ id }) => id)
  if (unseen.length > 0) context.output.report([diagnose('source-unseen', { sources: unseen })])
  const hidden = new Set(unseen)
  const fresher = new Set<string>()
  for (const { id, inputs } of readers) {
    const head = ledger?.relations.get(id)?.head
    for (const { upstream } of inputs) {
      if (!sources.has(upstream) || hidden.has(upstream)) continue
      if (head?.upstreams[upstream] !== upstreamHead(upstream, state)) fresher.add(upstream)
    }
  }
  return fresher
}
