import type { Column, Connection, Row, Session } from '../contract.ts'
import { quote } from '../standard-text.ts'
import { dialect } from './dialect.ts'

const relationsQuery = `select schema_name as schema, table_name as name,
  list(column_name order by column_index) as names, list(data_type order by column_index) as types
from duckdb_columns() where not internal and database_name = current_database() group by 1, 2 order by 1, 2`

const functionsQuery = `select schema_name as schema, function_name as name, function_type as type, parameters, macro_definition as body
from duckdb_functions() where not internal and database_name = current_database() and macro_definition is not null`

const typesQuery = `select schema_name as schema, type_name as name, logical_type as type, labels
from duckdb_types() where not internal and database_name = current_database() and labels is not null`

function relationStatement(row: Row): string {
  const types = row.types as readonly string[]
  const columns: Column[] = (row.names as readonly string[]).map((name, i) => ({ name, type: types[i] ?? '' }))
  return dialect.ddl.createTable({ schema: String(row.schema), name: String(row.name) }, columns)
}

function functionStatement(row: Row): string {
  const name = `${quote(String(row.schema))}.${quote(String(row.name))}`
  const parameters = (row.parameters as readonly string[]).map(quote).join(', ')
  const body = row.type === 'table_macro' ? `table ${row.body}` : `(${row.body})`
  return `create macro ${name}(${parameters}) as ${body}`
}

function typeStatement(row: Row): string {
  const labels = (row.labels as readonly string[]).map((label) => `'${label.replaceAll("'", "''")}'`).join(', ')
  return `create type ${quote(String(row.schema))}.${quote(String(row.name))} as enum (${labels})`
}

/** Makes what a warehouse has in the engine of a connection. What is there already stays, what cannot be made is left out. */
export async function adoptWarehouse(warehouse: Session, connection: Connection): Promise<void> {
  const reading = await warehouse.connect()
  try {
    const types = await reading.query(typesQuery)
    const relations = await reading.query(relationsQuery)
    const functions = await reading.query(functionsQuery)
    const schemas = new Set([...types, ...relations, ...functions].map((row) => String(row.schema)))
    for (const schema of schemas) await connection.run(dialect.ddl.createSchema(schema))
    const statements = [
      ...types.map(typeStatement),
      ...relations.map(relationStatement),
      ...functions.map(functionStatement),
    ]
    for (const statement of statements) await connection.run(statement).catch(() => undefined)
  } finally {
    await reading.release()
  }
}
