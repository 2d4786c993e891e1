import type { Assertion } from '../../assertions/index.ts'
import type { SourceDefinition } from '../../project/index.ts'
import type { Exposure, Graph, Model } from '../graph.ts'

/** What can be selected. */
export type Kind = 'model' | 'source' | 'assertion' | 'exposure'

/** One thing that can be selected, with what it is. */
export type Node =
  | { readonly kind: 'model'; readonly id: string; readonly it: Model }
  | { readonly kind: 'source'; readonly id: string; readonly it: SourceDefinition }
  | { readonly kind: 'assertion'; readonly id: string; readonly it: Assertion }
  | { readonly kind: 'exposure'; readonly id: string; readonly it: Exposure }

/** A set of nodes: one byte a node, 1 where it is in. */
export type Marks = Uint8Array

/** Numbers of the nodes next to each node: those of node `i` stand between `from[i]` and `from[i + 1]`. */
export interface Neighbours {
  readonly from: Int32Array
  readonly nodes: Int32Array
}

/**
 * Everything of a graph that can be selected, numbered in the graph's order: sources, models, assertions, exposures. Names are
 * compared once; walks and sets work on numbers.
 */
export interface Universe {
  readonly graph: Graph
  readonly nodes: readonly Node[]
  /** Folders of packages by their names: paths of their files begin with these. */
  readonly packageFolders: ReadonlyMap<string, string>
  /** What each node reads, and who reads it. */
  readonly upstream: Neighbours
  readonly downstream: Neighbours
}

function readsOf(node: Node): readonly string[] {
  if (node.kind === 'source') return []
  return node.kind === 'assertion' ? node.it.reads : node.it.dependsOn
}

/** Pairs `[node, neighbour]`, as numbers, put in order of the first. */
function neighbours(size: number, first: readonly number[], second: readonly number[]): Neighbours {
  const from = new Int32Array(size + 1)
  for (const node of first) from[node + 1] = (from[node + 1] ?? 0) + 1
  for (let i = 0; i < size; i++) from[i + 1] = (from[i + 1] ?? 0) + (from[i] ?? 0)
  const next = from.slice()
  const nodes = new Int32Array(first.length)
  for (const [index, node] of first.entries()) {
    const at = next[node] ?? 0
    nodes[at] = second[index] ?? 0
    next[node] = at + 1
  }
  return { from, nodes }
}

export function universeOf(graph: Graph): Universe {
  const nodes: Node[] = [
    ...graph.sources.map((it): Node => ({ kind: 'source', id: it.id, it })),
    ...graph.models.map((it): Node => ({ kind: 'model', id: it.id, it })),
    ...graph.assertions.map((it): Node => ({ kind: 'assertion', id: it.id, it })),
    ...graph.exposures.map((it): Node => ({ kind: 'exposure', id: it.id, it })),
  ]
  // Only sources and models are read; an assertion may have the id of a model (`test.x` in a layer `test`).
  const numbers = new Map<string, number>()
  for (const [index, { kind, id }] of nodes.entries()) {
    if (kind === 'source' || kind === 'model') numbers.set(id, index)
  }
  const readers: number[] = []
  const reads: number[] = []
  for (const [index, node] of nodes.entries()) {
    for (const id of new Set(readsOf(node))) {
      const read = numbers.get(id)
      if (read === undefined) continue
      readers.push(index)
      reads.push(read)
    }
  }
  const folders = graph.packages.map(({ name, folder }) => [name, folder.replace(/\/+$/, '')] as const)
  return {
    graph,
    nodes,
    packageFolders: new Map(folders),
    upstream: neighbours(nodes.length, readers, reads),
    downstream: neighbours(nodes.length, reads, readers),
  }
}

export function noMarks({ nodes }: Universe): Marks {
  return new Uint8Array(nodes.length)
}

/** The nodes for which a question has the answer yes. */
export function markWhere(universe: Universe, holds: (node: Node) => boolean): Marks {
  return Uint8Array.from(universe.nodes, (node) => (holds(node) ? 1 : 0))
}

export function isEmpty(marks: Marks): boolean {
  return !marks.includes(1)
}

export function union(sets: readonly Marks[], size: number): Marks {
  const all = new Uint8Array(size)
  for (const marks of sets) for (let i = 0; i < size; i++) all[i] = (all[i] ?? 0) | (marks[i] ?? 0)
  return all
}

export function intersection(sets: readonly Marks[], size: number): Marks {
  const all = new Uint8Array(size).fill(sets.length > 0 ? 1 : 0)
  for (const marks of sets) for (let i = 0; i < size; i++) all[i] = (all[i] ?? 0) & (marks[i] ?? 0)
  return all
}

export function difference(marks: Marks, without: Marks): Marks {
  return marks.map((mark, i) => mark & ((without[i] ?? 0) ^ 1))
}
