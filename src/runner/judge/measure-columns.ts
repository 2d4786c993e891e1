import type { Connection } from '../../adapters/contract.ts'
import { type ColumnsMeasure, typeJudge } from '../../assertions/index.ts'
import type { Workshop } from '../site/index.ts'
import { engineTypes } from '../strategy/index.ts'

/** Judges which columns rows have, by what the engine says of a query of them: no row is read. */
export async function measureColumns(
  workshop: Workshop,
  connection: Connection,
  { query, types, judge }: ColumnsMeasure,
): Promise<ReturnType<ColumnsMeasure['judge']>> {
  const columns = await connection.describe(query)
  const known = await engineTypes(types, workshop)
  return judge({ columns, isType: typeJudge(known, workshop.adapter) })
}
