import type { Graph } from '@dagrejs/graphlib'

/** A node that is being visited: how far its neighbours have been followed. */
interface Visit {
  readonly node: string
  readonly index: number
  readonly upstreams: readonly string[]
  next: number
  /** Smallest index that can be reached from here. */
  low: number
}

/** Tarjan's search, with its own stack: the library's recursion ends in an overflow at some thousand nodes. */
class Search {
  readonly knots: string[][] = []
  readonly #graph: Graph
  readonly #visits: Visit[] = []
  readonly #indexOf = new Map<string, number>()
  readonly #open: string[] = []
  readonly #isOpen = new Set<string>()

  constructor(graph: Graph) {
    this.#graph = graph
  }

  from(start: string): void {
    if (!this.#indexOf.has(start)) this.#enter(start)
    for (let visit = this.#visits.at(-1); visit; visit = this.#visits.at(-1)) {
      const upstream = visit.upstreams[visit.next++]
      if (upstream === undefined) this.#leave(visit)
      else if (!this.#indexOf.has(upstream)) this.#enter(upstream)
      else if (this.#isOpen.has(upstream)) visit.low = Math.min(visit.low, this.#indexOf.get(upstream) ?? visit.low)
    }
  }

  #enter(node: string): void {
    const index = this.#indexOf.size
    const upstreams = this.#graph.predecessors(node) ?? []
    this.#indexOf.set(node, index)
    this.#visits.push({ node, index, upstreams, next: 0, low: index })
    this.#open.push(node)
    this.#isOpen.add(node)
  }

  #leave(visit: Visit): void {
    this.#visits.pop()
    const below = this.#visits.at(-1)
    if (below) below.low = Math.min(below.low, visit.low)
    if (visit.low !== visit.index) return
    const knot = this.#open.splice(this.#open.lastIndexOf(visit.node))
    for (const node of knot) this.#isOpen.delete(node)
    this.knots.push(knot)
  }
}

/** Sets of nodes that all read each other, directly or not; a single node only where it reads itself. */
export function knots(graph: Graph): string[][] {
  const search = new Search(graph)
  for (const node of graph.nodes()) search.from(node)
  return search.knots.filter(([first = '', ...more]) => more.length > 0 || graph.hasEdge(first, first))
}
