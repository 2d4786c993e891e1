import { hasErrors } from '../../diagnostics/index.ts'
import { retainText } from '../../reports/index.ts'
import { type Aged, aged, type Outdated, retain, type Tended } from '../../runner/index.ts'
import { surroundings } from '../building.ts'
import { plannersClock } from '../clock.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { type Compiled, loadGraph } from '../load.ts'
import { isSelecting, selectedModels } from '../selection.ts'
import { waiting } from '../wait.ts'
import { readingWarehouse, withWarehouse } from '../warehouse.ts'

const silent = () => undefined

/** What is dropped, or with `--dry-run` would be. */
async function work(context: Context, compiled: Compiled): Promise<Outdated & Pick<Tended<Aged>, 'diagnostics'>> {
  const { graph } = compiled
  const { options, io, line } = context
  // Layers that keep relations for a while only are not in the default selection.
  const models = isSelecting(context) ? await selectedModels(context, compiled) : graph.models.map(({ id }) => id)
  const request = {
    models,
    now: plannersClock(options, io.now(), graph.timeZone, line),
    // What assertions found is of no model alone.
    ...(isSelecting(context) ? {} : { quality: compiled.project.quality }),
  }
  if (options['dry-run']) {
    const old = await readingWarehouse(context, compiled, async (warehouse) =>
      warehouse
        ? aged(surroundings(context, compiled, warehouse, silent), request)
        : { aged: [], found: { failures: 0, results: 0 } },
    )
    return { ...old, diagnostics: [] }
  }
  return withWarehouse(context, compiled, 'write', (warehouse) =>
    waiting(
      context,
      'lease-held',
      () => retain(surroundings(context, compiled, warehouse, silent), request),
      () => warehouse.ledger.areFree(graph.models.map(({ relation }) => relation)),
    ),
  )
}

export async function execute(context: Context): Promise<number> {
  const compiled = await loadGraph(context)
  const { output, options } = context
  const dry = options['dry-run'] ?? false
  const { aged: done, found, diagnostics } = await work(context, compiled)
  output.report(diagnostics)
  if (output.json) {
    const dropped = done.map(({ model, windows, partitions, rows }) => ({
      model: model.id,
      relation: model.relation,
      dropped: windows ? 'partitions' : 'relation',
      ...(windows ? { grid: model.partitioning?.grid, windows } : {}),
      partitions,
      rows,
    }))
    output.answerJson({ dry_run: dry, dropped, forgotten: found, diagnostics })
  } else {
    output.answer(retainText({ aged: done, found }, { theme: output.theme, timeZone: compiled.graph.timeZone, dry }))
  }
  return hasErrors(diagnostics) ? exitCode.failed : exitCode.success
}
