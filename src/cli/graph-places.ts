import type { Graph } from '../compiler/index.ts'
import { type Location, locateIn, type SourceFile } from '../diagnostics/index.ts'

/**
 * A graph that came as data, out of the cache or from another thread, with its places joined to the files they are in, so
 * that later stages can show lines of them.
 */
export function withPlaces(graph: Graph, files: ReadonlyMap<string, SourceFile>): Graph {
  const placed = <T extends { readonly location: Location }>(one: T): T => {
    const file = files.get(one.location.path)
    return file ? { ...one, location: locateIn(file, one.location) } : one
  }
  return {
    ...graph,
    models: graph.models.map(placed),
    sources: graph.sources.map(placed),
    assertions: graph.assertions.map(placed),
    exposures: graph.exposures.map(placed),
    groups: graph.groups.map(placed),
    selectors: graph.selectors.map(placed),
  }
}
