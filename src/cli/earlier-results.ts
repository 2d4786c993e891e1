import { join } from 'node:path'
import type { Evidence } from '../compiler/index.ts'
import type { Json } from '../project/index.ts'
import { artifactIds } from '../reports/index.ts'
import type { Context } from './context.ts'
import type { Compiled } from './load.ts'
import { artifactAt, readArtifact, withoutResults } from './state.ts'
import { targetFolder } from './target-folder.ts'

/** A word of the results as selectors have it: of a model that was built in part, some partitions failed. */
function statusWord(status: string): string {
  return status === 'partial success' || status === 'runtime error' ? 'error' : status
}

/** What became of each node, by the unique ids of the results. */
function statuses(results: Json): ReadonlyMap<string, string> {
  const root = typeof results === 'object' && results !== null && !Array.isArray(results) ? results : {}
  const list = 'results' in root && Array.isArray(root.results) ? root.results : []
  return new Map(
    list.flatMap((entry: Json): [string, string][] => {
      if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return []
      const { unique_id, status } = entry as Readonly<Record<string, Json>>
      return typeof unique_id === 'string' && typeof status === 'string' ? [[unique_id, statusWord(status)]] : []
    }),
  )
}

/** What `result:` compares: the results in the folder of `--state`, or of the last run here. Undefined when there are none. */
export function resultsEvidence(context: Context, { directory, graph }: Compiled): Evidence['results'] {
  const { state } = context.options
  const name = 'run_results.json'
  const given = state === undefined ? undefined : artifactAt(context, state, name)
  const missing = state === undefined || given !== undefined ? undefined : withoutResults(context, state)
  if (missing) throw missing
  const path = given ?? artifactAt(context, join(directory, targetFolder), name)
  if (path === undefined) return undefined
  const found = statuses(readArtifact(context, path))
  const ids = artifactIds(graph)
  const known = (nodes: readonly { readonly id: string }[], unique: (id: string) => string) =>
    new Map(
      nodes.flatMap(({ id }): [string, string][] => {
        const status = found.get(unique(id))
        return status === undefined ? [] : [[id, status]]
      }),
    )
  return { models: known(graph.models, ids.node), assertions: known(graph.assertions, ids.assertion) }
}
