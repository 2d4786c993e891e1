import type { Client } from 'pg'
import type { Column } from '../contract.ts'
import { ofStatement } from '../sent-statements.ts'
import { withFields } from './record-fields.ts'
import { fieldsOfStatement, send } from './send.ts'

/** The columns of a SELECT, as preparing it tells them, with the types' names as the catalog prints them. */
export async function describe(client: Client, sql: string): Promise<Column[]> {
  const fields = await fieldsOfStatement(client, sql).catch((error: unknown) => {
    throw ofStatement(error, sql)
  })
  if (fields.length === 0) return []
  const types = fields.map(({ dataTypeID, dataTypeModifier }) => `(${dataTypeID}::oid, ${dataTypeModifier})`)
  const asked = `select pg_catalog.format_type(t.id, t.modifier) from (values ${types.join(', ')}) as t(id, modifier)`
  const { rows } = await send(client, asked, false)
  const columns = fields.map(({ name, dataTypeID }, i) => ({ name, type: String(rows[i]?.[0]), typeId: dataTypeID }))
  return withFields(columns, async (question) => (await send(client, question, false)).rows)
}
