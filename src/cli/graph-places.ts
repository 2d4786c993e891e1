import type { Graph } from '../compiler/index.ts'
import { type Diagnostic, type Location, locateIn, type SourceFile, withFrame } from '../diagnostics/index.ts'

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
    seedFiles: graph.seedFiles.map(placed),
    assertions: graph.assertions.map(placed),
    exposures: graph.exposures.map(placed),
    groups: graph.groups.map(placed),
    selectors: graph.selectors.map(placed),
  }
}

/** Diagnostics of another thread, with the lines that it could not show for want of the file. */
export function withLines(found: readonly Diagnostic[], files: ReadonlyMap<string, SourceFile>): Diagnostic[] {
  return found.map((diagnostic) => {
    const { location } = diagnostic
    const file = location && !location.frame ? files.get(location.path) : undefined
    return location && file ? { ...diagnostic, location: withFrame(locateIn(file, location)) } : diagnostic
  })
}
