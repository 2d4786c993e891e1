import type { Edge } from './edges.ts'
import type { Input } from './graph.ts'
import { hull } from './reaches.ts'

/** The name of an edge in the ledger: another meaning, another name. */
function keyOf(kind: Input['kind'], upstream: string, reach?: { before: number; after: number }): string {
  return reach ? `${kind}:${upstream}:-${reach.before}+${reach.after}` : `${kind}:${upstream}`
}

function toInput(edge: Edge, isPartitioned: boolean): Input {
  const { upstream, via } = edge
  if (!isPartitioned) return { kind: 'whole', key: keyOf('whole', upstream), upstream, via }
  if (edge.kind === 'window') {
    const { grid, reach } = edge
    return { kind: 'window', key: keyOf('window', upstream, reach), upstream, grid, reach, via }
  }
  const onChange = edge.kind === 'scan' ? 'keep' : edge.onChange
  return { kind: 'reference', key: keyOf('reference', upstream), upstream, onChange, via }
}

function merge(a: Input, b: Input): Input {
  if (a.kind === 'window' && b.kind === 'window') {
    const reach = hull(a.reach, b.reach)
    return { ...a, key: keyOf('window', a.upstream, reach), reach }
  }
  if (a.kind === 'reference' && b.kind === 'reference') {
    return b.onChange === 'rebuild' && a.onChange === 'keep' ? { ...a, onChange: 'rebuild' } : a
  }
  return a
}

/** The inputs of a model: one for each upstream and way of reading it, in order of appearance. */
export function inputsOf(edges: readonly Edge[], isPartitioned: boolean): Input[] {
  const inputs = new Map<string, { input: Input; readonly via: Set<string> }>()
  for (const edge of edges) {
    const input = toInput(edge, isPartitioned)
    const name = `${input.kind} ${input.upstream}`
    const known = inputs.get(name)
    if (!known) inputs.set(name, { input, via: new Set(input.via) })
    else {
      known.input = merge(known.input, input)
      for (const id of input.via) known.via.add(id)
    }
  }
  return [...inputs.values()].map(({ input, via }) => ({ ...input, via: [...via] }))
}
