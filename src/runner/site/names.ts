import { type Grid, partitionKey, type Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'

/** The one partition of everything that is not partitioned. */
export const all: Window = { start: 0, end: 1 }

export function ordinalsOf({ start, end }: Window): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index)
}

/** The name of a model's partition: `2013-12-30`, or `all`. */
export function keyOf(model: Model, ordinal: number): string {
  return model.partitioning ? partitionKey(model.partitioning.grid, ordinal) : 'all'
}

function windowName(grid: Grid, { start, end }: Window): string {
  const first = partitionKey(grid, start)
  return end - start <= 1 ? first : `${first} … ${partitionKey(grid, end - 1)}`
}

/** Windows as people read them, `2013-01-01 … 2013-01-31, 2013-02-03`; undefined for what is not partitioned. */
export function windowNames(model: Model, windows: readonly Window[]): string | undefined {
  const grid = model.partitioning?.grid
  if (!grid) return undefined
  const shown = windows.slice(0, 5).map((window) => windowName(grid, window))
  return [...shown, ...(windows.length > 5 ? [`${windows.length - 5} more ranges`] : [])].join(', ')
}

/** A row on one line, `carrier=UA, flights=12`, cut to a length that a terminal shows. */
export function rowText(row: Readonly<Record<string, unknown>>): string {
  const value = (v: unknown): string => (typeof v === 'string' ? v : (JSON.stringify(v) ?? 'null'))
  const text = Object.entries(row)
    .map(([name, v]) => `${name}=${value(v)}`)
    .join(', ')
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
