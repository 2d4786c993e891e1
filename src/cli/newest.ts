import type { Connection, RelationName, Row } from '../adapters/contract.ts'
import { parsePartition, startInstant } from '../calendar/index.ts'
import type { Freshness } from '../project/index.ts'
import type { Compiled } from './load.ts'
import type { Warehouse } from './warehouse.ts'

/** The newest moment that a table tells of, or why it could not be asked. */
export type Newest = { readonly newest: number | undefined } | { readonly reason: string }

/** A moment that an engine returned: a date begins in the zone, a time without zone is UTC, as dbt has it. */
function momentOf(value: unknown, timeZone: string): Newest {
  if (value === null || value === undefined) return { newest: undefined }
  const text = String(value).trim().replace(' ', 'T')
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const grid = { unit: 'day', timeZone } as const
    const day = parsePartition(grid, text)
    return day === undefined ? { reason: `${text} is no date` } : { newest: startInstant(grid, day) }
  }
  const hasZone = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i.test(text)
  const moment = Date.parse(hasZone ? text.replace(/([+-]\d{2})$/, '$1:00') : `${text}Z`)
  return Number.isNaN(moment) ? { reason: `${String(value)} is no moment` } : { newest: moment }
}

/** The query for the newest moment of a table. */
export function newestQuery({ adapter }: Compiled, relation: RelationName, freshness: Freshness): string | undefined {
  const { quote } = adapter.dialect
  const { query, loadedAt, filter } = freshness
  if (query !== undefined) return query
  if (loadedAt === undefined) return undefined
  // A name as it is in the table, or an expression.
  const value = /^\w+$/.test(loadedAt) ? quote(loadedAt) : loadedAt
  const where = filter === undefined ? '' : ` where (${filter}\n)`
  return `select max(${value}\n) as newest from ${quote(relation.schema)}.${quote(relation.name)}${where}`
}

/** Asks for the newest moment; a mistake in the query is its reason, and others are asked all the same. */
export async function askNewest(warehouse: Warehouse, sql: string, timeZone: string): Promise<Newest> {
  const { session } = warehouse
  const connection: Connection = await session.connect()
  try {
    const [row]: Row[] = await connection.query(sql, { label: 'freshness', single: true })
    return momentOf(row && Object.values(row)[0], timeZone)
  } catch (error) {
    const { kind, message } = session.explainError(error)
    if (kind === 'sql' || kind === 'data' || kind === 'denied') return { reason: message }
    throw error
  } finally {
    await connection.release()
  }
}
