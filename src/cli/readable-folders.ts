import { dirname, join } from 'node:path'
import type { Graph } from '../compiler/index.ts'

/** Where the files of a source lie: the part of its pattern that holds no placeholder. */
function folderOf(pattern: string): string {
  const fixed = pattern.slice(0, pattern.search(/[{*?[]|$/))
  return fixed === pattern ? dirname(pattern) : fixed.slice(0, fixed.lastIndexOf('/') + 1) || '.'
}

/** The folders that statements may read: those of the project's file sources and seeds, and nothing else of this machine. */
export function readableFolders(directory: string, graph: Pick<Graph, 'sources' | 'seedFiles'>): string[] {
  const sources = [...graph.sources, ...graph.seedFiles]
  const folders = sources.flatMap(({ origin }) => (origin.kind === 'files' ? [folderOf(origin.pattern)] : []))
  return [...new Set(folders.map((folder) => join(directory, folder)))].sort()
}
