import type { Window } from '../../calendar/index.ts'

/** Partitions that this run could not build and that were never built before: what reads them is blocked. */
export interface Unbuilt {
  readonly add: (node: string, ordinals: Iterable<number>) => void
  /** Whether any partition of the window is missing. */
  readonly within: (node: string, window: Window) => boolean
}

export function createUnbuilt(): Unbuilt {
  const byNode = new Map<string, Set<number>>()
  return {
    add: (node, ordinals) => {
      const known = byNode.get(node) ?? new Set<number>()
      byNode.set(node, known)
      for (const ordinal of ordinals) known.add(ordinal)
    },
    within: (node, window) => {
      for (const ordinal of byNode.get(node) ?? []) if (ordinal >= window.start && ordinal < window.end) return true
      return false
    },
  }
}
