import { type Grid, parsePartition, partitionKey } from '../calendar/index.ts'
import type { Graph, Model } from '../compiler/index.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import type { LedgerSnapshot } from '../ledger/index.ts'
import { storedModels } from '../planner/index.ts'
import { explanationText } from '../reports/index.ts'
import { locateValue } from './command-line.ts'
import type { Context } from './context.ts'
import { exitCode } from './exit-code.ts'
import { explanationOf, isPartitioned } from './explanation.ts'
import type { Compiled } from './load.ts'
import { planModels } from './planning.ts'
import { readingWarehouse } from './warehouse.ts'

/** Newest attempts that are shown. */
const mostAttempts = 5

/** The model and everything it is made from: a plan for these decides about it as a plan for all would. */
function withUpstreams(graph: Graph, model: Model): string[] {
  const byId = new Map(graph.models.map((one) => [one.id, one]))
  const found = new Set([model.id])
  for (const id of found) for (const read of byId.get(id)?.dependsOn ?? []) if (byId.has(read)) found.add(read)
  return [...found]
}

/** How a partition may be written: an hour also without its minutes. */
function namesOf(key: string): string[] {
  return [key, key.replace(/Z$/, ''), key.replace(/:00Z$/, '')]
}

/** The partition that is asked for, as an ordinal; undefined: the model as a whole. */
function ordinalOf({ line }: Context, model: Model, partition: string | undefined): number | undefined {
  if (partition === undefined) return undefined
  if (!isPartitioned(model) || !model.partitioning) {
    if (partition === 'all') return undefined
    throw new Failure(diagnose('explain-no-partitions', { model: model.name, partition }, locateValue(line, partition)))
  }
  const { grid } = model.partitioning
  const ordinal = parsePartition(grid, partition)
  if (ordinal !== undefined && namesOf(partitionKey(grid, ordinal)).includes(partition.trim())) return ordinal
  const parameters = { model: model.name, text: partition, unit: grid.unit }
  throw new Failure(diagnose('explain-no-partition', parameters, locateValue(line, partition)))
}

/** The name of the partition before another one, of whichever unit the name is. */
function before(partition: string): string {
  const unit = partition.includes('T') ? 'hour' : partition.length > 7 ? 'day' : partition.length > 4 ? 'month' : 'year'
  const grid: Grid = { unit, timeZone: 'UTC' }
  const ordinal = parsePartition(grid, partition)
  return ordinal === undefined ? partition : partitionKey(grid, ordinal - 1)
}

/** `elt explain <model> [partition]`: what it has, from what, and what a run would do with it. Changes nothing. */
export async function explainModel(
  context: Context,
  compiled: Compiled,
  model: Model,
  partition: string | undefined,
): Promise<number> {
  const { output } = context
  const ordinal = ordinalOf(context, model, partition)
  const nodes = withUpstreams(compiled.graph, model)
  const explained = await readingWarehouse(context, compiled, async (warehouse) => {
    const { plan, compiled: seen } = await planModels(context, compiled, warehouse, nodes, [model.id])
    const nothing: LedgerSnapshot = { relations: new Map(), files: [] }
    const at = isPartitioned(model) ? ordinal : 0
    const ledger = (await warehouse?.ledger.snapshot(storedModels(seen.graph.models, new Set(nodes)))) ?? nothing
    const history = (await warehouse?.ledger.history(model.relation, at, mostAttempts)) ?? { attempts: [] }
    return explanationOf({ compiled: seen, model, ordinal, plan, ledger, history })
  })
  if (output.json) output.answerJson(explained)
  else output.answer(output.suggested(explanationText(explained, before, output.theme)))
  return exitCode.success
}
