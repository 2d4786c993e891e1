import type { Grid, Reach } from '../calendar/index.ts'
import type { Edge } from './edges.ts'
import type { Input } from './graph.ts'
import { hull } from './reaches.ts'

/** `key`: the name of an edge in the ledger: another meaning, another name. */
function windowInput(upstream: string, grid: Grid, reach: Reach): Input {
  return { kind: 'window', key: `window:${upstream}:-${reach.before}+${reach.after}`, upstream, grid, reach }
}

function toInput(edge: Edge): Input {
  const { upstream } = edge
  if (edge.kind === 'window') return windowInput(upstream, edge.grid, edge.reach)
  const onChange = edge.kind === 'scan' ? 'keep' : edge.onChange
  return { kind: 'reference', key: `reference:${upstream}`, upstream, onChange }
}

function merge(a: Input, b: Input): Input {
  if (a.kind === 'window' && b.kind === 'window') return windowInput(a.upstream, a.grid, hull(a.reach, b.reach))
  return b.kind === 'reference' && b.onChange === 'rebuild' ? b : a
}

/** The inputs of a partitioned model: one for each upstream and way of reading it, in order of appearance. */
export function partitionedInputs(edges: readonly Edge[]): Input[] {
  const inputs = new Map<string, Input>()
  for (const edge of edges) {
    const input = toInput(edge)
    const name = `${input.kind} ${input.upstream}`
    const known = inputs.get(name)
    inputs.set(name, known ? merge(known, input) : input)
  }
  return [...inputs.values()]
}

/** The inputs of a model without partitions. `known` are those made so far: all readers of an upstream share one. */
export function wholeInputs(upstreams: Iterable<string>, known: Map<string, Input>): Input[] {
  return Array.from(upstreams, (upstream) => {
    const input = known.get(upstream) ?? { kind: 'whole', key: `whole:${upstream}`, upstream }
    known.set(upstream, input)
    return input
  })
}
