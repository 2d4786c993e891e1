import { judgedOf } from '../asked-partitions.ts'
import type { Context } from '../context.ts'
import { judge } from '../judging.ts'
import { loadGraph } from '../load.ts'
import { isNothing, selectNodes, tellNothing } from '../selection.ts'

export async function execute(context: Context): Promise<number> {
  if (context.options.watch) return (await import('../watching.ts')).watch(context)
  const compiled = await loadGraph(context)
  const selection = await selectNodes(context, compiled)
  if (isNothing(selection) && !context.output.json) return tellNothing(context)
  return judge(context, compiled, judgedOf(context, compiled, selection))
}
