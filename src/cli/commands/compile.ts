import { neutralise } from '../../diagnostics/index.ts'
import { count } from '../../reports/index.ts'
import { writeManifest } from '../artifacts.ts'
import { modelSql, windowToShow } from '../compiled-sql.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { loadGraph } from '../load.ts'
import { planModels } from '../planning.ts'
import { selectedModels, tellNothing } from '../selection.ts'
import { writeTargetFile } from '../target-folder.ts'
import { readingWarehouse } from '../warehouse.ts'

export async function execute(context: Context): Promise<number> {
  const { output } = context
  const compiled = await loadGraph(context)
  const { graph, directory } = compiled
  const selected = new Set(await selectedModels(context, compiled))
  if (selected.size === 0 && !output.json) return tellNothing(context)
  const plan = await readingWarehouse(context, compiled, (warehouse) =>
    planModels(context, compiled, warehouse, [...selected]),
  )
  const models = graph.models
    .filter(({ id }) => selected.has(id))
    .map((model) => {
      const window = windowToShow(context, plan, model)
      const sql = `${modelSql(compiled, plan, model, window).sql.trim()}\n`
      return { id: model.id, path: writeTargetFile(output, directory, `compiled/${model.path}`, sql), sql }
    })
  const { select, exclude } = context.options
  const isWhole = select === undefined && exclude === undefined
  writeManifest(context, compiled, new Map(models.map(({ id, sql }) => [id, sql.trimEnd()])), isWhole)
  const [first] = models
  if (output.json) output.answerJson(models)
  else if (first && models.length === 1) output.answer(neutralise(first.sql.trimEnd().replaceAll('\r\n', '\n')))
  else output.answer(`compiled ${count(models.length, 'model')} to target/compiled`)
  return exitCode.success
}
