import type { EdgeRead, Grid, Hop } from '../calendar/index.ts'
import type { Edge } from './edges.ts'
import type { Input } from './graph.ts'
import { hull, seenFrom } from './reaches.ts'

function hopName({ grid, reach }: Hop): string {
  return `:${grid.unit} ${grid.timeZone}-${reach.before}+${reach.after}`
}

/** `key`: the name of an edge in the ledger: another meaning, another name. */
function windowInput(upstream: string, { grid, reach, through = [] }: EdgeRead): Input {
  const key = `window:${upstream}:-${reach.before}+${reach.after}${through.map(hopName).join('')}`
  return { kind: 'window', key, upstream, grid, reach, ...(through.length > 0 ? { through } : {}) }
}

function toInput(edge: Edge, grid: Grid): Input {
  const { upstream } = edge
  if (edge.kind === 'window') return windowInput(upstream, seenFrom(grid, edge))
  const onChange = edge.kind === 'scan' ? 'keep' : edge.onChange
  return { kind: 'reference', key: `reference:${upstream}`, upstream, onChange }
}

function merge(a: Input, b: Input): Input {
  if (a.kind === 'window' && b.kind === 'window') {
    return windowInput(a.upstream, { ...a, reach: hull(a.reach, b.reach) })
  }
  return b.kind === 'reference' && b.onChange === 'rebuild' ? b : a
}

/** The inputs of a model of these partitions: one for each upstream and way of reading it, in order of appearance. */
export function partitionedInputs(edges: readonly Edge[], grid: Grid): Input[] {
  const inputs = new Map<string, Input>()
  for (const edge of edges) {
    const input = toInput(edge, grid)
    const hops = input.kind === 'window' ? (input.through ?? []) : []
    const name = `${input.kind} ${input.upstream}${hops.map(hopName).join('')}`
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
