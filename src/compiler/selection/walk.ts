import type { Marks, Neighbours, Universe } from './nodes.ts'

function step(edge: readonly number[], { from, nodes }: Neighbours, found: Marks, enters: (node: number) => boolean) {
  const next: number[] = []
  for (const node of edge) {
    for (let at = from[node] ?? 0; at < (from[node + 1] ?? 0); at++) {
      const neighbour = nodes[at] ?? 0
      if (found[neighbour] || !enters(neighbour)) continue
      found[neighbour] = 1
      next.push(neighbour)
    }
  }
  return next
}

/** Everything reached from the starts, themselves included, in at most `steps` steps. Iterative: chains may be of any length. */
export function reached(
  starts: Marks,
  neighbours: Neighbours,
  steps: number,
  enters: (node: number) => boolean = () => true,
): Marks {
  const found = starts.slice()
  let edge: number[] = []
  for (let node = found.indexOf(1); node >= 0; node = found.indexOf(1, node + 1)) edge.push(node)
  for (let done = 0; done < steps && edge.length > 0; done++) edge = step(edge, neighbours, found, enters)
  return found
}

const everything = Number.POSITIVE_INFINITY

/** What the marks read, and what that reads. */
export function upstreamsOf(universe: Universe, starts: Marks, steps: number = everything): Marks {
  return reached(starts, universe.upstream, steps)
}

/** Models and exposures that read the marks, and what reads these. Assertions ride along by their own rules. */
export function downstreamsOf(universe: Universe, starts: Marks, steps: number = everything): Marks {
  return reached(starts, universe.downstream, steps, (node) => universe.nodes[node]?.kind !== 'assertion')
}

/** `@`: all downstreams, and everything needed to build and assert them; assertions on the way are not in the answer. */
export function completed(universe: Universe, starts: Marks): Marks {
  const below = reached(starts, universe.downstream, everything)
  const found = upstreamsOf(universe, below)
  return found.map((mark, i) => (universe.nodes[i]?.kind === 'assertion' ? (starts[i] ?? 0) : mark))
}
