import { build } from '../building.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { loadGraph } from '../load.ts'
import { planning } from '../planning.ts'
import { selectNodes } from '../selection.ts'

/** Builds the selected seeds, with what they are asserted to be. */
export async function execute(context: Context): Promise<number> {
  const { output } = context
  const compiled = await loadGraph(context)
  const { models } = await selectNodes(context, compiled)
  const selected = new Set(models)
  const seeds = compiled.graph.models.filter(({ id, config }) => config.materialized === 'seed' && selected.has(id))
  if (seeds.length > 0 || output.json) {
    const ids = seeds.map(({ id }) => id)
    return build(context, compiled, planning(context, compiled, ids), 'blocking')
  }
  const why = compiled.graph.seedFiles.length === 0 ? 'the project has no seeds' : 'no seed is selected'
  output.answer(`${output.theme.good('✓')} nothing to do: ${why}`)
  return exitCode.success
}
