import { build } from '../building.ts'
import type { Context } from '../context.ts'
import { judge } from '../judging.ts'
import { loadGraph } from '../load.ts'
import { planning } from '../planning.ts'
import { isNothing, selectNodes, tellNothing } from '../selection.ts'

export async function execute(context: Context): Promise<number> {
  const compiled = await loadGraph(context)
  const { plan } = context.options
  if (plan !== undefined) {
    const { savedPlan } = await import('../saved-plan/index.ts')
    return build(context, compiled, savedPlan(context, compiled, plan), 'all')
  }
  const selection = await selectNodes(context, compiled)
  if (isNothing(selection) && !context.output.json) return tellNothing(context)
  const { models, assertions, unitTests } = selection
  // Of assertions alone nothing is planned.
  if (models.length === 0 && assertions.length + unitTests.length > 0) return judge(context, compiled, selection)
  return build(context, compiled, planning(context, compiled, models), assertions, unitTests)
}
