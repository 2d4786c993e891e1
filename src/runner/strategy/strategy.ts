import type { Strategy } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'

/** How a model's staged rows are brought into its table. */
export function strategyOf({ config, partitioning }: Model): Strategy {
  const { materialized, strategy } = config
  if (materialized === 'history') return 'history'
  if (materialized !== 'incremental') return 'table'
  return strategy === 'replace_partition' && !partitioning ? 'table' : strategy
}

const beside: ReadonlySet<Strategy> = new Set<Strategy>(['merge', 'append', 'history'])

/** Whether published rows stay beside the staged ones: what a partition holds is known only once they are written. */
export function writesBeside(model: Model): boolean {
  return beside.has(strategyOf(model))
}

/** The columns that tell the rows of a model apart; none where its strategy asks for none. */
export function keyOfRows(model: Model): readonly string[] {
  const strategy = strategyOf(model)
  return strategy === 'merge' || strategy === 'history' ? model.config.uniqueKey : []
}
