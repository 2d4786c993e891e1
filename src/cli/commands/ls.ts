import type { Model } from '../../compiler/index.ts'
import { table } from '../../reports/index.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { loadGraph } from '../load.ts'
import { selectedModels } from '../planning.ts'

/** `table`, `view`, or how a partitioned model is cut: `day by flight_date`. */
function form({ config, partitioning }: Model): string {
  if (!partitioning) return config.materialized
  return `${config.materialized}, ${partitioning.grid.unit} by ${partitioning.column}`
}

function asJson(model: Model) {
  const {
    id,
    name,
    layer,
    owner,
    path,
    description,
    config,
    relation,
    partitioning,
    dependsOn,
    readsDependOn = [],
  } = model
  return {
    id,
    name,
    layer,
    owner,
    path,
    description,
    materialized: config.materialized,
    tags: config.tags,
    relation,
    partitioning: partitioning ?? null,
    depends_on: dependsOn,
    depends_on_target: readsDependOn.includes('target'),
    depends_on_vars: readsDependOn.includes('vars') || readsDependOn.includes('environment'),
  }
}

export async function execute(context: Context): Promise<number> {
  const { output, io } = context
  const { graph } = await loadGraph(context)
  const selected = new Set(selectedModels(context, graph))
  const models = graph.models.filter(({ id }) => selected.has(id))
  if (output.json) output.answerJson(models.map(asJson))
  else {
    const rows = models.map((model) => ({ model: model.id, form: form(model), path: model.path }))
    const available = io.stdout.isTerminal ? Math.max(io.stdout.columns, 80) : Number.POSITIVE_INFINITY
    output.answer(table(rows, { available, theme: output.theme }).join('\n'))
  }
  return exitCode.success
}
