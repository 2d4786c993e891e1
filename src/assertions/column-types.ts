import type { Adapter, Column } from '../adapters/contract.ts'
import type { SeenColumns } from './assertion-sql.ts'
import { type EngineType, withLength } from './contract-columns.ts'

/** Whether a column has a type, from what the engine says of the types that are named; one that it does not know is no column's. */
export function typeJudge(
  types: ReadonlyMap<string, EngineType>,
  adapter: Pick<Adapter, 'compareColumns'>,
): SeenColumns['isType'] {
  return (found, written) => {
    const known = types.get(written)
    if (!known || !('type' in known)) return found.type.toLowerCase() === written.trim().toLowerCase()
    const promised: Column = withLength(written, { ...known.type, name: found.name }, found)
    return adapter.compareColumns([promised], [found]).length === 0
  }
}
