const none: readonly string[] = []

/** Who reads whom: nodes and `upstream → downstream` edges, each once. What walks it is iterative. */
export class Lineage {
  readonly #upstreams = new Map<string, Set<string>>()
  readonly #downstreams = new Map<string, Set<string>>()

  setNode(node: string): void {
    if (this.#upstreams.has(node)) return
    this.#upstreams.set(node, new Set())
    this.#downstreams.set(node, new Set())
  }

  setEdge(upstream: string, downstream: string): void {
    this.setNode(upstream)
    this.setNode(downstream)
    this.#upstreams.get(downstream)?.add(upstream)
    this.#downstreams.get(upstream)?.add(downstream)
  }

  nodes(): IterableIterator<string> {
    return this.#upstreams.keys()
  }

  predecessors(node: string): Iterable<string> {
    return this.#upstreams.get(node) ?? none
  }

  /** How many nodes it reads. */
  readCount(node: string): number {
    return this.#upstreams.get(node)?.size ?? 0
  }

  successors(node: string): Iterable<string> {
    return this.#downstreams.get(node) ?? none
  }

  hasEdge(upstream: string, downstream: string): boolean {
    return this.#downstreams.get(upstream)?.has(downstream) ?? false
  }
}
