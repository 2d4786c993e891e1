import type { ExplainedError, FileRead, FileReader, RowText } from '../../adapters/contract.ts'
import { bug } from '../../diagnostics/index.ts'

/** An error met while a file was read, or while its rows were loaded, already explained. */
export class RowsError extends Error {
  override readonly name = 'RowsError'
  readonly explained: ExplainedError

  constructor(explained: ExplainedError, cause: unknown) {
    super(explained.message, { cause })
    this.explained = explained
  }
}

/** Reads files for an engine that reads none itself. The reader is opened with the first file. */
export interface FileReading {
  readonly rows: (read: FileRead, signal: AbortSignal) => AsyncIterable<RowText>
  /** A number that no other relation of rows has. */
  readonly nextSerial: () => number
  readonly close: () => Promise<void>
}

/** Reading through a reader that `open` gives once, if ever. */
export function createFileReading(open: (() => Promise<FileReader>) | undefined): FileReading {
  let opened: Promise<FileReader> | undefined
  let serial = 0
  async function* rows(read: FileRead, signal: AbortSignal): AsyncGenerator<RowText> {
    opened ??= open?.() ?? bug('an engine that reads no files came without a reader')
    const reader = await opened
    try {
      yield* reader.rows(read, signal)
    } catch (error) {
      throw signal.aborted ? error : new RowsError(reader.explainError(error), error)
    }
  }
  return {
    rows,
    nextSerial: () => ++serial,
    close: async () => (await opened?.catch(() => undefined))?.close(),
  }
}
