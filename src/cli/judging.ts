import { listSources } from '../extract/index.ts'
import { assertionSummary } from '../reports/index.ts'
import { test } from '../runner/index.ts'
import { timed } from './artifacts.ts'
import { progressReport, surroundings, tellResults, threadsOf } from './building.ts'
import type { Context } from './context.ts'
import { type Compiled, valueOrStop } from './load.ts'
import { withWarehouse } from './warehouse.ts'

/** Judges assertions on published tables, and tells. Builds nothing. */
export function judge(context: Context, compiled: Compiled, assertions: readonly string[]): Promise<number> {
  const { output, options } = context
  const { graph, directory } = compiled
  return withWarehouse(context, compiled, 'write', async (warehouse) => {
    const { files } = await warehouse.ledger.snapshot([], { headsOnly: true })
    const listed = await listSources(graph.sources, directory, files)
    const signals = valueOrStop(context, { value: listed.signals, diagnostics: listed.diagnostics })
    const progress = progressReport(context, { steps: [] }, compiled)
    const { ended, emit } = timed(progress.onEvent)
    try {
      const results = await test({
        ...surroundings(context, compiled, warehouse, emit),
        assertions,
        sources: signals,
        options: { threads: threadsOf(context), failFast: options['fail-fast'] ?? false },
      })
      progress.stop()
      const text = () => assertionSummary(results, output.theme)
      return tellResults(context, compiled, results, { text, ended, sql: new Map(), kept: [] })
    } finally {
      progress.stop()
    }
  })
}
