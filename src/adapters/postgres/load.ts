import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import type { RelationName, RowText } from '../contract.ts'
import { quote, relation } from '../standard-text.ts'

/** The texts of rows are what COPY reads by default. */
async function* textsOf(rows: AsyncIterable<RowText>): AsyncGenerator<string> {
  for await (const { text } of rows) yield text
}

/** Rows, and whether the next of them are being waited for. */
export function awaited(rows: AsyncIterable<RowText>): {
  readonly rows: AsyncGenerator<RowText>
  readonly isAwaited: () => boolean
} {
  let isAwaited = false
  async function* handed(): AsyncGenerator<RowText> {
    isAwaited = true
    try {
      for await (const row of rows) {
        isAwaited = false
        yield row
        isAwaited = true
      }
    } finally {
      isAwaited = false
    }
  }
  return { rows: handed(), isAwaited: () => isAwaited }
}

/** Appends rows by COPY: they are asked for as fast as the server takes them. */
export async function copyRows(
  client: Client,
  target: RelationName,
  columns: readonly string[],
  rows: AsyncIterable<RowText>,
  signal: AbortSignal | undefined,
): Promise<number> {
  // It is CommonJS: bundled, it has a default export only.
  const { default: streams } = await import('pg-copy-streams')
  const names = columns.map(quote).join(', ')
  const copy = client.query(streams.from(`copy ${relation(target)} (${names}) from stdin`))
  await pipeline(Readable.from(textsOf(rows)), copy, signal ? { signal } : {})
  return copy.rowCount
}
