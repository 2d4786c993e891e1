import { listSources } from '../../extract/index.ts'
import { assertionSummary } from '../../reports/index.ts'
import { test } from '../../runner/index.ts'
import { timed } from '../artifacts.ts'
import { progressReport, surroundings, tellResults, threadsOf } from '../building.ts'
import type { Context } from '../context.ts'
import { loadGraph, valueOrStop } from '../load.ts'
import { isNothing, selectNodes, tellNothing } from '../selection.ts'
import { withWarehouse } from '../warehouse.ts'

export async function execute(context: Context): Promise<number> {
  const { output, options } = context
  const compiled = await loadGraph(context)
  const { graph, directory } = compiled
  const selection = await selectNodes(context, compiled)
  if (isNothing(selection) && !output.json) return tellNothing(context)
  const { assertions } = selection
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
