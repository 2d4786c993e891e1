import { listSources } from '../extract/index.ts'
import { assertionSummary } from '../reports/index.ts'
import { test } from '../runner/index.ts'
import { timed } from './artifacts.ts'
import { progressReport, surroundings, tellResults, threadsOf } from './building.ts'
import type { Context } from './context.ts'
import { type Compiled, valueOrStop } from './load.ts'
import { lookAround } from './planning.ts'
import { type Warehouse, withWarehouse } from './warehouse.ts'

/** Nothing is built, so that all that is not here is read from the target that this one defers to, if it does. */
async function reading(compiled: Compiled, warehouse: Warehouse): Promise<Compiled> {
  return compiled.project.target.deferTo ? (await lookAround(compiled, warehouse, [])).compiled : compiled
}

/** Judges assertions on published tables, and tells. Builds nothing. */
export function judge(context: Context, compiled: Compiled, assertions: readonly string[]): Promise<number> {
  const { output, options } = context
  const { graph, directory } = compiled
  return withWarehouse(context, compiled, 'write', async (warehouse) => {
    const { files } = await warehouse.ledger.snapshot([], { headsOnly: true })
    const seen = await reading(compiled, warehouse)
    const listed = await listSources(graph.sources, directory, files)
    const signals = valueOrStop(context, { value: listed.signals, diagnostics: listed.diagnostics })
    const progress = progressReport(context, { steps: [] }, compiled)
    const { ended, emit } = timed(progress.onEvent)
    try {
      const results = await test({
        ...surroundings(context, seen, warehouse, emit),
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
