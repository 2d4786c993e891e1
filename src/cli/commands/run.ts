import { build } from '../building.ts'
import type { Context } from '../context.ts'
import { loadGraph } from '../load.ts'
import { selectedModels, tellNothing } from '../selection.ts'

export async function execute(context: Context): Promise<number> {
  const compiled = await loadGraph(context)
  const selected = new Set(await selectedModels(context, compiled))
  const isBuilt = ({ id, config }: (typeof compiled.graph.models)[number]) =>
    selected.has(id) && config.materialized !== 'seed'
  const models = compiled.graph.models.filter(isBuilt).map(({ id }) => id)
  if (models.length === 0 && !context.output.json) return tellNothing(context)
  return build(context, compiled, models, 'blocking')
}
