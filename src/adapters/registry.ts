import { bug } from '../diagnostics/index.ts'
import type { Adapter, FileReader } from './contract.ts'
import { duckdb } from './duckdb/index.ts'
import { postgres } from './postgres/index.ts'

const adapters: ReadonlyMap<string, Adapter> = new Map([duckdb, postgres].map((adapter) => [adapter.name, adapter]))

/** Values of `type:` of a target, sorted. */
export const adapterNames: readonly string[] = [...adapters.keys()].sort()

/** The engine that needs nothing else: what a new project gets unless it is told otherwise, and what looks into files. */
export const defaultAdapter: Adapter = duckdb

/** The engine that a target's `type:` names; undefined when there is none. */
export function adapterOf(type: string): Adapter | undefined {
  return adapters.get(type)
}

/** Opens a reader of files for engines that cannot read them; `Adapter.openReader` of the one that does. */
export function openFileReader(readableFolders: readonly string[]): Promise<FileReader> {
  const reading = [...adapters.values()].find(({ openReader }) => openReader)
  return reading?.openReader?.(readableFolders) ?? bug('no engine reads files')
}
