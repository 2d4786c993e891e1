import type { Window } from '../../calendar/index.ts'

/** Partitions that this run could not build and that were never built before: what reads them is blocked. */
export interface Unbuilt {
  readonly add: (node: string, ordinals: Iterable<number>) => void
  /** Takes note that partitions of a node are held back: by failures alone that people know of, or not. */
  readonly blame: (node: string, isKnown: boolean) => void
  /** Whether all that holds back partitions of a node is known. */
  readonly isKnown: (node: string) => boolean
  /** Whether any partition of the window is missing. */
  readonly within: (node: string, window: Window) => boolean
}

export function createUnbuilt(): Unbuilt {
  const byNode = new Map<string, Set<number>>()
  const known = new Map<string, boolean>()
  return {
    add: (node, ordinals) => {
      const missing = byNode.get(node) ?? new Set<number>()
      byNode.set(node, missing)
      for (const ordinal of ordinals) missing.add(ordinal)
    },
    blame: (node, isKnown) => void known.set(node, isKnown && known.get(node) !== false),
    isKnown: (node) => known.get(node) === true,
    within: (node, window) => {
      for (const ordinal of byNode.get(node) ?? []) if (ordinal >= window.start && ordinal < window.end) return true
      return false
    },
  }
}
