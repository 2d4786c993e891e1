import { build } from '../building.ts'
import type { Context } from '../context.ts'
import { loadGraph } from '../load.ts'
import { planning } from '../planning.ts'
import { selectedModels, tellNothing } from '../selection.ts'

export async function execute(context: Context): Promise<number> {
  const compiled = await loadGraph(context)
  const { plan } = context.options
  if (plan !== undefined) {
    const { savedPlan } = await import('../saved-plan/index.ts')
    return build(context, compiled, savedPlan(context, compiled, plan), 'blocking')
  }
  const selected = new Set(await selectedModels(context, compiled))
  const isBuilt = ({ id, config }: (typeof compiled.graph.models)[number]) =>
    selected.has(id) && config.materialized !== 'seed'
  const models = compiled.graph.models.filter(isBuilt).map(({ id }) => id)
  if (models.length === 0 && !context.output.json) return tellNothing(context)
  return build(context, compiled, planning(context, compiled, models), 'blocking')
}
