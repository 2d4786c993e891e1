import type { Adapter } from './contract.ts'
import { duckdb } from './duckdb/index.ts'

const adapters: ReadonlyMap<string, Adapter> = new Map([[duckdb.name, duckdb]])

/** Values of `type:` of a target, sorted. */
export const adapterNames: readonly string[] = [...adapters.keys()].sort()

/** The engine that a target's `type:` names; undefined when there is none. */
export function adapterOf(type: string): Adapter | undefined {
  return adapters.get(type)
}
