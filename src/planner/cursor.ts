import type { Window } from '../calendar/index.ts'

/** What lies at a partition, and the next later partition for which that may differ. */
export interface Found<T> {
  readonly item: T | undefined
  readonly until: number
}

/** Walks sorted, disjoint windows; asked for partitions that never go back. */
export function cursorOf<T extends Window>(windows: readonly T[]): (ordinal: number) => Found<T> {
  let next = 0
  return (ordinal) => {
    while (next < windows.length && (windows[next]?.end ?? 0) <= ordinal) next++
    const window = windows[next]
    if (!window) return { item: undefined, until: Number.POSITIVE_INFINITY }
    return window.start <= ordinal ? { item: window, until: window.end } : { item: undefined, until: window.start }
  }
}

/** Walks several cursors at once: the first that finds something, and the nearest partition where any of them may differ. */
export function firstOf<T>(cursors: readonly ((ordinal: number) => Found<T>)[]): (ordinal: number) => Found<T> {
  return (ordinal) => {
    let item: T | undefined
    let until = Number.POSITIVE_INFINITY
    for (const cursor of cursors) {
      const found = cursor(ordinal)
      item ??= found.item
      until = Math.min(until, found.until)
    }
    return { item, until }
  }
}
