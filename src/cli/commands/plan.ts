import { planText } from '../../reports/index.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { loadGraph } from '../load.ts'
import { gatherForPlan, planGathered } from '../planning.ts'
import { selectedModels, tellNothing } from '../selection.ts'
import { readingWarehouse } from '../warehouse.ts'

export async function execute(context: Context): Promise<number> {
  const { output } = context
  const compiled = await loadGraph(context)
  const selected = await selectedModels(context, compiled)
  if (selected.length === 0 && !output.json) return tellNothing(context)
  // Closed before it is planned: of millions of partitions, what the engine holds and the plan would add up.
  const gathered = await readingWarehouse(context, compiled, (warehouse) =>
    gatherForPlan(context, compiled, warehouse, selected),
  )
  const { plan } = planGathered(context, gathered)
  if (output.json) output.answerJson(plan)
  else {
    const { name, type } = compiled.project.target
    const text = planText({ plan, graph: compiled.graph, target: { name, type }, theme: output.theme })
    output.answer(output.suggested(text))
  }
  return exitCode.success
}
