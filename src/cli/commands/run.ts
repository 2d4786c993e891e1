import { build } from '../building.ts'
import type { Context } from '../context.ts'
import { loadGraph } from '../load.ts'
import { selectedModels, tellNothing } from '../selection.ts'

export async function execute(context: Context): Promise<number> {
  const compiled = await loadGraph(context)
  const models = await selectedModels(context, compiled)
  if (models.length === 0 && !context.output.json) return tellNothing(context)
  return build(context, compiled, models, 'blocking')
}
