import type { Model } from '../compiler/index.ts'
import type { Stored } from '../ledger/index.ts'

/** Models as the ledger is asked for them; ephemerals are stored nowhere. With `ids`, those of them alone. */
export function storedModels(models: Iterable<Model>, ids?: ReadonlySet<string>): Stored[] {
  const stored: Stored[] = []
  for (const { id, relation, config } of models) {
    if (config.materialized !== 'ephemeral' && (ids === undefined || ids.has(id))) stored.push({ node: id, relation })
  }
  return stored
}
