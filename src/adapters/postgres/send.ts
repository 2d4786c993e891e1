import type { Client, FieldDef, QueryArrayResult, QueryResult, Connection as Wire } from 'pg'
import type { Row } from '../contract.ts'
import { ownTypes } from './own-types.ts'
import { readRows } from './values.ts'

type RawResult = QueryArrayResult<(string | null)[]>

/** On its way to the server a text ends at a NUL: what stands behind it would be left out without a word. */
function refuseNul(sql: string): void {
  if (sql.includes('\0')) throw Object.assign(new Error('invalid byte sequence: 0x00'), { code: '22021' })
}

/** Sends a text and gives what its last statement returned. `single`: preparing refuses several statements, before any of them runs. */
export async function send(client: Client, sql: string, single: boolean): Promise<RawResult> {
  refuseNul(sql)
  const mode = single ? { queryMode: 'extended' as const, values: [] } : {}
  const results: unknown = await client.query({ text: sql, rowMode: 'array', ...mode })
  const last = Array.isArray(results) ? results.at(-1) : results
  return last as RawResult
}

const changing: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY'])

/** How many rows a statement changed; of a SELECT none, of `create table as` as many as it made. */
export function changedRows(result: Pick<QueryResult, 'command' | 'rowCount' | 'fields'>): number {
  const isChange = changing.has(result.command) || (result.command === 'SELECT' && result.fields.length === 0)
  return isChange ? (result.rowCount ?? 0) : 0
}

/** The rows of a result, its own types looked up on the same connection. */
export async function rowsOf(client: Client, { fields, rows }: RawResult): Promise<Row[]> {
  const ids = fields.map(({ dataTypeID }) => dataTypeID)
  const own = await ownTypes(ids, async (sql) => (await send(client, sql, false)).rows)
  return readRows(fields, rows, own)
}

/**
 * Prepares a statement and gives the fields that it would return, without running it. The driver hands it its messages by
 * these names, as to any query of its own.
 */
export function fieldsOfStatement(client: Client, sql: string): Promise<readonly FieldDef[]> {
  return new Promise((resolve, reject) => {
    refuseNul(sql)
    let fields: readonly FieldDef[] = []
    let failed = false
    client.query({
      submit: (wire: Wire): void => {
        wire.parse({ name: '', text: sql, types: [] }, true)
        wire.describe({ type: 'S', name: '' }, true)
        wire.sync()
      },
      handleRowDescription: (message: { readonly fields: readonly FieldDef[] }): void => {
        fields = message.fields
      },
      handleError: (error: Error): void => {
        failed = true
        reject(error)
      },
      handleReadyForQuery: (): void => {
        if (!failed) resolve(fields)
      },
    } as never)
  })
}
