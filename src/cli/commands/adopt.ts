import { hasErrors } from '../../diagnostics/index.ts'
import { adoptText } from '../../reports/index.ts'
import { type Adopted, adopt, adoptable, type Tended } from '../../runner/index.ts'
import { surroundings } from '../building.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { type Compiled, loadGraph } from '../load.ts'
import { sourcesNow } from '../planning.ts'
import { selectedModels } from '../selection.ts'
import { waiting } from '../wait.ts'
import { type Warehouse, withWarehouse } from '../warehouse.ts'

async function work(context: Context, compiled: Compiled, warehouse: Warehouse): Promise<Tended<Adopted>> {
  const models = await selectedModels(context, compiled)
  const request = { models, ...(await sourcesNow(context, compiled, warehouse, models)) }
  const given = surroundings(context, compiled, warehouse, () => undefined)
  if (context.options['dry-run']) return adoptable(given, request)
  return waiting(
    context,
    'lease-held',
    () => adopt(given, request),
    () => warehouse.ledger.areFree(compiled.graph.models.map(({ relation }) => relation)),
  )
}

export async function execute(context: Context): Promise<number> {
  const compiled = await loadGraph(context)
  const { output, options } = context
  const dry = options['dry-run'] ?? false
  const access = dry ? 'read' : 'write'
  const { done, diagnostics } = await withWarehouse(context, compiled, access, (warehouse) =>
    work(context, compiled, warehouse),
  )
  output.report(diagnostics)
  if (output.json) {
    const adopted = done.map(({ model, windows, partitions, rows, unbuilt }) => ({
      model: model.id,
      relation: model.relation,
      ...(windows ? { grid: model.partitioning?.grid, windows } : {}),
      partitions,
      rows,
      unbuilt,
    }))
    output.answerJson({ dry_run: dry, adopted, diagnostics })
  } else if (done.length > 0 || diagnostics.length === 0) {
    output.answer(adoptText(done, { theme: output.theme, dry }))
  }
  return hasErrors(diagnostics) ? exitCode.failed : exitCode.success
}
