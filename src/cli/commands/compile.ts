import type { Column } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import { neutralise } from '../../diagnostics/index.ts'
import type { Due } from '../../planner/index.ts'
import { count } from '../../reports/index.ts'
import { writeManifest } from '../artifacts.ts'
import { bindCompiled } from '../binding.ts'
import { compiledPath, modelSql, windowToShow } from '../compiled-sql.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { writeModelHooks, writeRunHooks } from '../hooks-sql.ts'
import { type Compiled, loadGraph } from '../load.ts'
import { lookForDue } from '../planning.ts'
import { selectedModels, tellNothing } from '../selection.ts'
import { writeTargetFile } from '../target-folder.ts'
import { glancingAtWarehouse } from '../warehouse.ts'

/** Of a model with two texts: the one for a table that is there. */
function writeIncremental(context: Context, compiled: Compiled, due: Due, model: Model): { incremental?: string } {
  if (!model.incrementalSql) return {}
  const sql = `${modelSql(compiled, due, model, undefined, 'incremental').sql.trim()}\n`
  writeTargetFile(context.output, compiled.directory, `compiled/${compiledPath(model, 'incremental')}`, sql)
  return { incremental: sql }
}

/** What is printed of one model: both of its texts, where it has two. */
function printed({ sql, incremental }: { readonly sql: string; readonly incremental?: string }): string {
  const both =
    incremental === undefined ? sql : `-- when the table is made\n${sql}\n-- when it is there\n${incremental}`
  return neutralise(both.trimEnd().replaceAll('\r\n', '\n'))
}

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
        const incremental = writeIncremental(context, compiled, due, model)
        return { id: model.id, path, sql, ...incremental, ...writeModelHooks(context, compiled, due, model) }
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
    const { due, compiled: seen } = await lookForDue(context, compiled, warehouse, [...selected])
    const written = writeModels(context, seen, due, selected)
    writeRunHooks(context, seen, due)
    return { models: written, bindings: await bindCompiled(context, seen, [...selected], warehouse, closed) }
  })
  const isWhole = options.select === undefined && options.exclude === undefined
  writeManifest(context, compiled, new Map(models.map(({ id, sql }) => [id, sql.trimEnd()])), isWhole)
  const [first] = models
  if (output.json) output.answerJson(asJson(models, bindings.columns))
  else if (first && models.length === 1) output.answer(printed(first))
  else output.answer(`compiled ${count(models.length, 'model')} to target/compiled`)
  return exitCode.success
}
