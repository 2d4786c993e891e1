import type { Assertion } from '../../assertions/index.ts'
import { bug } from '../../diagnostics/index.ts'
import type { SourceDefinition } from '../../project/index.ts'
import type { Exposure, Graph, Model } from '../graph.ts'
import type { UnitTest } from '../unit-test.ts'

/** What can be selected. */
export type Kind = 'model' | 'seed' | 'source' | 'assertion' | 'unit_test' | 'exposure'

/** One thing that can be selected, with what it is. */
export type Node =
  | { readonly kind: 'model'; readonly id: string; readonly it: Model }
  | { readonly kind: 'source'; readonly id: string; readonly it: SourceDefinition }
  | { readonly kind: 'assertion'; readonly id: string; readonly it: Assertion }
  | { readonly kind: 'unit_test'; readonly id: string; readonly it: UnitTest }
  | { readonly kind: 'exposure'; readonly id: string; readonly it: Exposure }

/** Seeds are built like models, and are a kind of their own to people. */
export function kindOf(node: Node): Kind {
  return node.kind === 'model' && node.it.config.materialized === 'seed' ? 'seed' : node.kind
}

/** A set of nodes: one byte a node, 1 where it is in. */
export type Marks = Uint8Array

/** Numbers of the nodes next to each node: those of node `i` stand between `from[i]` and `from[i + 1]`. */
export interface Neighbours {
  readonly from: Int32Array
  readonly nodes: Int32Array
}

/**
 * Everything of a graph that can be selected, numbered in the graph's order: sources, models, assertions, unit tests, exposures. Names are
 * compared once; walks and sets work on numbers.
 */
export interface Universe {
  readonly graph: Graph
  readonly nodes: readonly Node[]
  /** Numbers of the first assertion and of the one after the last unit test: these ride along with what they are about. */
  readonly assertions: { readonly start: number; readonly end: number }
  /** Folders of a model below `models/`, its layer first; cut out when they are asked for. */
  readonly folders: (model: Model) => readonly string[]
  /** What each node reads, and who reads it. */
  readonly upstream: Neighbours
  readonly downstream: Neighbours
}

function readsOf(node: Node): readonly string[] {
  if (node.kind === 'source') return []
  if (node.kind === 'unit_test') return [node.it.model]
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

function foldersOf(graph: Graph): Universe['folders'] {
  const roots = new Map(graph.packages.map(({ name, folder }) => [name, `${folder.replace(/\/+$/, '')}/`]))
  const known = new Map<Model, readonly string[]>()
  return (model) => {
    const seen = known.get(model)
    if (seen) return seen
    const root = roots.get(model.package) ?? ''
    const path = model.path.startsWith(root) ? model.path.slice(root.length) : model.path
    const parts = path.split('/').slice(0, -1)
    // Models may lie in other folders than `models/`, and not every project has a folder for its layer.
    const layer = parts.indexOf(model.layer)
    const folders = parts.slice(layer > 0 ? layer : 1)
    known.set(model, folders)
    return folders
  }
}

export function universeOf(graph: Graph): Universe {
  const nodes: Node[] = [
    ...graph.sources.map((it): Node => ({ kind: 'source', id: it.id, it })),
    ...graph.models.map((it): Node => ({ kind: 'model', id: it.id, it })),
    ...graph.assertions.map((it): Node => ({ kind: 'assertion', id: it.id, it })),
    ...graph.unitTests.map((it): Node => ({ kind: 'unit_test', id: it.id, it })),
    ...graph.exposures.map((it): Node => ({ kind: 'exposure', id: it.id, it })),
  ]
  // Only sources and models are read; an assertion may have the id of a model (`test.x` in a layer `test`).
  const numbers = new Map<string, number>()
  for (const [index, { kind, id }] of nodes.entries()) {
    if (kind === 'source' || kind === 'model') numbers.set(id, index)
  }
  const readers: number[] = []
  const reads: number[] = []
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index] ?? bug('a node has no number')
    const ids = readsOf(node)
    for (const id of ids.length > 1 ? new Set(ids) : ids) {
      const read = numbers.get(id)
      if (read === undefined) continue
      readers.push(index)
      reads.push(read)
    }
  }
  const start = graph.sources.length + graph.models.length
  return {
    graph,
    nodes,
    assertions: { start, end: start + graph.assertions.length + graph.unitTests.length },
    folders: foldersOf(graph),
    upstream: neighbours(nodes.length, readers, reads),
    downstream: neighbours(nodes.length, reads, readers),
  }
}

export function noMarks({ nodes }: Universe): Marks {
  return new Uint8Array(nodes.length)
}

/** Whether some, or all, of what a node reads is marked. */
export function readsSome({ upstream: { from, nodes } }: Universe, node: number, marks: Marks): boolean {
  for (let at = from[node] ?? 0; at < (from[node + 1] ?? 0); at++) if (marks[nodes[at] ?? 0]) return true
  return false
}

export function readsOnly({ upstream: { from, nodes } }: Universe, node: number, marks: Marks): boolean {
  for (let at = from[node] ?? 0; at < (from[node + 1] ?? 0); at++) if (!marks[nodes[at] ?? 0]) return false
  return true
}

/** The nodes for which a question has the answer yes. */
export function markWhere(universe: Universe, holds: (node: Node) => boolean): Marks {
  const marks = noMarks(universe)
  for (let i = 0; i < marks.length; i++) {
    const node = universe.nodes[i]
    if (node && holds(node)) marks[i] = 1
  }
  return marks
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
  const left = marks.slice()
  for (let i = 0; i < left.length; i++) if (without[i]) left[i] = 0
  return left
}
