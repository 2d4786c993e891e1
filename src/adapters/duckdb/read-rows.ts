import type { DuckDBConnection } from '@duckdb/node-api'
import type { FileRead, FileReader, RowText } from '../contract.ts'
import { quote } from '../standard-text.ts'
import { type } from './dialect.ts'
import { explainError } from './errors.ts'
import { openInstance } from './open.ts'
import { readFiles } from './read-files.ts'

/** Reading streams: what it holds is a few blocks of a file. */
const memoryLimit = '1GB'
const threads = 2

/** A value as `RowText` has it. */
function field({ name, type }: FileRead['columns'][number]): string {
  const value = `cast(${quote(name)} as varchar)`
  const logical = type.trim().toLowerCase()
  if (/^(?:date|local|instant)$/.test(logical)) {
    // Years before Christ are marked in the middle, where no other engine looks for the mark.
    const marked = `replace(${value}, ' (BC)', '') || ' BC'`
    return `coalesce(case when contains(${value}, '(BC)') then ${marked} else ${value} end, '\\N')`
  }
  if (!/^(?:text|string|varchar|json)$/.test(logical)) return `coalesce(${value}, '\\N')`
  const escapes = [
    ["'\\'", "'\\\\'"],
    ['chr(9)', "'\\t'"],
    ['chr(10)', "'\\n'"],
    ['chr(13)', "'\\r'"],
  ]
  const escaped = escapes.reduce((inner, [from, to]) => `replace(${inner}, ${from}, ${to})`, value)
  return `coalesce(${escaped}, '\\N')`
}

function lines(read: FileRead): string {
  return `select ${read.columns.map(field).join(' || chr(9) || ')} as line from ${readFiles(read, type)}`
}

/**
 * The lines of rows, a block at a time. A streamed result that fails simply ends: so its last line is a null of our own, and
 * where that is missing, the error is asked for.
 */
async function* stream(connection: DuckDBConnection, sql: string): AsyncGenerator<readonly string[]> {
  const result = await connection.stream(`${sql} union all select null`)
  for (;;) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) break
    const found = chunk.getColumnValues(0) as readonly (string | null)[]
    const rows = found.filter((line) => line !== null)
    if (rows.length > 0) yield rows
    if (rows.length < found.length) return
  }
  await connection.run(`select max(length(line)) from (${sql})`)
  throw new Error('the rows of a file ended before its end')
}

/** Opens an engine in memory that sees these folders and nothing else, and hands on what it reads there. */
export async function openReader(readableFolders: readonly string[]): Promise<FileReader> {
  const options = { path: ':memory:', memory_limit: memoryLimit }
  const { instance } = await openInstance({ options, projectDirectory: '', readOnly: false, readableFolders, threads })
  async function* rows(read: FileRead, signal?: AbortSignal): AsyncGenerator<RowText> {
    signal?.throwIfAborted()
    const connection = await instance.connect()
    const interrupt = () => connection.interrupt()
    signal?.addEventListener('abort', interrupt, { once: true })
    try {
      for await (const block of stream(connection, lines(read))) {
        signal?.throwIfAborted()
        yield { text: `${block.join('\n')}\n`, rows: block.length }
      }
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    } finally {
      signal?.removeEventListener('abort', interrupt)
      connection.closeSync()
    }
  }
  return { rows, explainError, close: async () => instance.closeSync() }
}
