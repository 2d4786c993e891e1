import type { Window } from './grid.ts'

/** Sorted, disjoint, non-touching windows that cover the same partitions. */
export function coalesce(windows: readonly Window[]): Window[] {
  const result: { start: number; end: number }[] = []
  for (const window of [...windows].filter((w) => w.start < w.end).sort((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (last && window.start <= last.end) last.end = Math.max(last.end, window.end)
    else result.push({ ...window })
  }
  return result
}

/** The windows of ordinals, which may come in any order and more than once. */
export function windowsOf(ordinals: Iterable<number>): Window[] {
  return coalesce([...ordinals].map((start) => ({ start, end: start + 1 })))
}

export function intersect(a: Window, b: Window): Window {
  const start = Math.max(a.start, b.start)
  return { start, end: Math.max(start, Math.min(a.end, b.end)) }
}

export function overlaps(a: Window, b: Window): boolean {
  return a.start < b.end && b.start < a.end
}

/** What is left of a window without the others. */
export function subtract(window: Window, others: readonly Window[]): Window[] {
  const result: Window[] = []
  let start = window.start
  for (const other of coalesce(others)) {
    if (other.end <= start || other.start >= window.end) continue
    if (other.start > start) result.push({ start, end: other.start })
    start = Math.max(start, other.end)
  }
  if (start < window.end) result.push({ start, end: window.end })
  return result
}

/** How many partitions the window has. */
export function lengthOf(window: Window): number {
  return Math.max(0, window.end - window.start)
}
