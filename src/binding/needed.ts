import type { Graph, Model } from '../compiler/index.ts'
import { relationsRead } from './statement.ts'

/** The models asked for and everything they read, directly or through others, in topological order. Ephemerals are inside their readers. */
export function neededModels(graph: Graph, wanted: readonly string[]): readonly Model[] {
  const needed = new Set(wanted)
  // Upstreams come first in the graph: from the end, every reader is seen before what it reads.
  for (let i = graph.models.length - 1; i >= 0; i--) {
    const model = graph.models[i]
    if (!model || !needed.has(model.id)) continue
    for (const sql of [model.sql, model.incrementalSql])
      if (sql) for (const node of relationsRead(sql)) needed.add(node)
  }
  return graph.models.filter(({ id, config }) => needed.has(id) && config.materialized !== 'ephemeral')
}
