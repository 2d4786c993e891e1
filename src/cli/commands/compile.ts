import type { Column } from '../../adapters/contract.ts'
import { neutralise } from '../../diagnostics/index.ts'
import type { Due } from '../../planner/index.ts'
import { count } from '../../reports/index.ts'
import { writeManifest } from '../artifacts.ts'
import { bindCompiled } from '../binding.ts'
import { modelSql, windowToShow } from '../compiled-sql.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { writeModelHooks, writeRunHooks } from '../hooks-sql.ts'
import { type Compiled, loadGraph } from '../load.ts'
import { lookForDue } from '../planning.ts'
import { selectedModels, tellNothing } from '../selection.ts'
import { writeTargetFile } from '../target-folder.ts'
import { glancingAtWarehouse } from '../warehouse.ts'

/** Writes the SQL of models, each complete for its newest due partition. */
function writeModels(context: Context, compiled: Compiled, due: Due, selected: ReadonlySet<string>) {
  return (
    compiled.graph.models
      // The SQL of a seed is its file.
      .filter(({ id, config }) => selected.has(id) && config.materialized !== 'seed')
      .map((model) => {
        const window = windowToShow(context, due, model)
        const sql = `${modelSql(compiled, due, model, window).sql.trim()}\n`
        const path = writeTargetFile(context.output, compiled.directory, `compiled/${model.path}`, sql)
        return { id: model.id, path, sql, ...writeModelHooks(context, compiled, due, model) }
      })
  )
}

/** `columns` are null where the model was not bound. */
function asJson(models: ReturnType<typeof writeModels>, columns: ReadonlyMap<string, readonly Column[]>) {
  return models.map((model) => ({ ...model, columns: columns.get(model.id) ?? null }))
}

export async function execute(context: Context): Promise<number> {
  const { output, options } = context
  const compiled = await loadGraph(context)
  const selected = new Set(await selectedModels(context, compiled))
  if (selected.size === 0 && !output.json) return tellNothing(context)
  const { models, bindings } = await glancingAtWarehouse(context, compiled, async (warehouse, closed) => {
    const due = await lookForDue(context, compiled, warehouse, [...selected])
    const written = writeModels(context, compiled, due, selected)
    writeRunHooks(context, compiled, due)
    return { models: written, bindings: await bindCompiled(context, compiled, [...selected], warehouse, closed) }
  })
  const isWhole = options.select === undefined && options.exclude === undefined
  writeManifest(context, compiled, new Map(models.map(({ id, sql }) => [id, sql.trimEnd()])), isWhole)
  const [first] = models
  if (output.json) output.answerJson(asJson(models, bindings.columns))
  else if (first && models.length === 1) output.answer(neutralise(first.sql.trimEnd().replaceAll('\r\n', '\n')))
  else output.answer(`compiled ${count(models.length, 'model')} to target/compiled`)
  return exitCode.success
}
