import type { Edge } from './edges.ts'

/** What an edge means, apart from where and through what it was met. */
function meaningOf(edge: Edge): string {
  if (edge.kind === 'window') {
    const hops = [...(edge.through ?? []), edge].map(
      ({ grid, reach }) => `${grid.unit} ${grid.timeZone} ${reach.before} ${reach.after}`,
    )
    return `window ${hops.join(' ')} ${edge.upstream}`
  }
  return edge.kind === 'scan' ? `scan ${edge.upstream}` : `${edge.kind} ${edge.onChange} ${edge.upstream}`
}

/** The edges of one compilation by number: those that mean the same have one number, so that sets of them are lists of numbers. */
export class EdgeNumbers {
  readonly #numbers = new Map<string, number>()
  readonly #edges: Edge[] = []

  numberOf(edge: Edge): number {
    const meaning = meaningOf(edge)
    const known = this.#numbers.get(meaning)
    if (known !== undefined) return known
    this.#numbers.set(meaning, this.#edges.length)
    return this.#edges.push(edge) - 1
  }

  /** The edge of a number, as it was met first. */
  at(number: number): Edge | undefined {
    return this.#edges[number]
  }
}

/** All numbers of two sorted lists without repetition, sorted; one of the lists itself where it holds the other. */
export function united(a: Int32Array, b: Int32Array): Int32Array {
  const all = new Int32Array(a.length + b.length)
  let [i, j, size] = [0, 0, 0]
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY]
    all[size++] = Math.min(x, y)
    if (x <= y) i++
    if (y <= x) j++
  }
  return size === a.length ? a : size === b.length ? b : all.slice(0, size)
}
