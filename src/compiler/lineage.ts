import { Graph } from '@dagrejs/graphlib'
import { knots } from './knots.ts'
import { Lineage } from './readers.ts'

export type { Lineage }

type Direction = 'upstream' | 'downstream'

/** The lineage of nodes and `[upstream, downstream]` edges. The order of what is given makes no difference to any answer. */
export function lineageOf(nodes: Iterable<string>, edges: Iterable<readonly [string, string]>): Lineage {
  const lineage = new Lineage()
  for (const node of nodes) lineage.setNode(node)
  for (const [upstream, downstream] of edges) lineage.setEdge(upstream, downstream)
  return lineage
}

/**
 * Upstreams first: nodes by the longest path that leads to them, then by name. Nodes on or behind a circle are left out,
 * and come back as `blocked`, sorted.
 */
export function topologicalOrder(lineage: Lineage): { order: string[]; blocked: string[] } {
  const order: string[] = []
  const waiting = new Map<string, number>()
  for (const node of lineage.nodes()) waiting.set(node, lineage.readCount(node))
  let ready = [...waiting].filter(([, count]) => count === 0).map(([node]) => node)
  while (ready.length > 0) {
    ready.sort()
    const next: string[] = []
    for (const node of ready) {
      order.push(node)
      waiting.delete(node)
      for (const reader of lineage.successors(node)) {
        const left = (waiting.get(reader) ?? 0) - 1
        waiting.set(reader, left)
        if (left === 0) next.push(reader)
      }
    }
    ready = next
  }
  return { order, blocked: [...waiting.keys()].sort() }
}

/** Everything reached from the starts, themselves included, in at most `steps` steps. */
export function reachable(
  lineage: Lineage,
  starts: Iterable<string>,
  direction: Direction,
  steps: number = Number.POSITIVE_INFINITY,
): Set<string> {
  const found = new Set(starts)
  let edge = [...found]
  for (let step = 0; step < steps && edge.length > 0; step++) {
    const next: string[] = []
    for (const node of edge) {
      const near = direction === 'upstream' ? lineage.predecessors(node) : lineage.successors(node)
      for (const neighbour of near) {
        if (found.has(neighbour)) continue
        found.add(neighbour)
        next.push(neighbour)
      }
    }
    edge = next
  }
  return found
}

/** A shortest circle through `start` that stays among `allowed`: its nodes in reading order, `start` once. */
function shortestCycle(graph: Graph, start: string, allowed: ReadonlySet<string>): string[] | undefined {
  const reachedFrom = new Map<string, string>()
  let edge = [start]
  while (edge.length > 0) {
    const next: string[] = []
    for (const node of edge) {
      for (const upstream of (graph.predecessors(node) ?? []).sort()) {
        if (upstream === start) return pathTo(reachedFrom, start, node)
        if (!allowed.has(upstream) || reachedFrom.has(upstream)) continue
        reachedFrom.set(upstream, node)
        next.push(upstream)
      }
    }
    edge = next
  }
  return undefined
}

function pathTo(reachedFrom: ReadonlyMap<string, string>, start: string, last: string): string[] {
  const path = [last]
  for (let node = last; node !== start; ) {
    node = reachedFrom.get(node) ?? start
    path.push(node)
  }
  return path.reverse()
}

/** The nodes that no order could be found for, and their edges among each other. */
function graphOf(lineage: Lineage, blocked: readonly string[]): Graph {
  const graph = new Graph()
  for (const node of blocked) graph.setNode(node)
  for (const node of blocked) {
    for (const reader of lineage.successors(node)) if (graph.hasNode(reader)) graph.setEdge(node, reader)
  }
  return graph
}

/**
 * One shortest circle for every knot of nodes that read each other, each beginning at its first name: `a` reads `b`
 * reads … reads `a` is `[a, b, …]`. Nodes that merely stand behind a circle are in none. Sorted.
 */
export function cycles(lineage: Lineage, blocked: readonly string[]): string[][] {
  const graph = graphOf(lineage, blocked)
  return knots(graph)
    .map((knot) => knot.sort())
    .flatMap((knot) => {
      const cycle = knot[0] === undefined ? undefined : shortestCycle(graph, knot[0], new Set(knot))
      return cycle ? [cycle] : []
    })
    .sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1))
}
