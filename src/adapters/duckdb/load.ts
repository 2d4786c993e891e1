import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import type { RelationName, RowText } from '../contract.ts'
import { relation } from '../standard-text.ts'

const written: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' }

/** The value of a field; undefined for a null. */
function unescaped(field: string): string | undefined {
  if (!field.includes('\\')) return field
  return field === '\\N' ? undefined : field.replace(/\\(.)/g, (_, letter: string) => written[letter] ?? letter)
}

function appendRow(appender: DuckDBAppender, line: string, places: readonly number[]): void {
  const fields = line.split('\t')
  for (const place of places) {
    const value = place < 0 ? undefined : unescaped(fields[place] ?? '')
    // The appender casts texts to the type of their column.
    if (value === undefined) appender.appendNull()
    else appender.appendVarchar(value)
  }
  appender.endRow()
}

/** Appends rows to a relation; columns that they do not have are null. To be undone as a whole, it needs a transaction. */
export async function appendRows(
  connection: DuckDBConnection,
  target: RelationName,
  columns: readonly string[],
  rows: AsyncIterable<RowText>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const reader = await connection.run(`select * from ${relation(target)} limit 0`)
  const places = reader.columnNames().map((name) => columns.indexOf(name))
  const [catalog, schema] = target.schema === 'temp' ? ['temp', 'main'] : [undefined, target.schema]
  const appender = await connection.createAppender(target.name, schema, catalog)
  let count = 0
  try {
    for await (const chunk of rows) {
      signal?.throwIfAborted()
      for (const line of chunk.text.slice(0, -1).split('\n')) appendRow(appender, line, places)
      count += chunk.rows
    }
    appender.flushSync()
    return count
  } finally {
    appender.closeSync()
  }
}
