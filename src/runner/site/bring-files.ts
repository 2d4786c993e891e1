import type { Connection, FileRead, RelationName, RowText } from '../../adapters/contract.ts'
import type { Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug } from '../../diagnostics/index.ts'
import type { SourceFileState } from '../../extract/index.ts'
import type { Statement } from '../../sql/index.ts'
import type { Workshop } from './context.ts'
import { explain, StatementError } from './engine-error.ts'
import { RowsError } from './file-reading.ts'
import { emptyFiles, fileRead, filesRead, filesToRead, readsFiles } from './statement.ts'

/** What bringing files needs of a workshop. */
export type Carrier = Pick<
  Workshop,
  'adapter' | 'session' | 'models' | 'definitions' | 'signals' | 'projectDirectory' | 'stop' | 'reading'
>

/** Files to be read, by source. */
export type WantedFiles = ReadonlyMap<string, readonly SourceFileState[]>

/** The files that a window of a model reads of each of its sources. */
export function filesOfWindow(workshop: Carrier, model: Model, window: Window): WantedFiles {
  const sources = model.sql.pieces.flatMap((piece) =>
    'hole' in piece && piece.hole.kind === 'files' ? [piece.hole.source] : [],
  )
  const partitions = model.config.materialized === 'incremental' ? window : undefined
  return new Map(sources.map((source) => [source, filesRead(workshop, source, model, partitions)]))
}

/** All files of those among some nodes that are file sources. */
export function allFiles(workshop: Carrier, nodes: Iterable<string>): WantedFiles {
  const sources = [...nodes].filter((node) => workshop.definitions.get(node)?.origin.kind === 'files')
  return new Map(sources.map((source) => [source, filesToRead(workshop, source)]))
}

/** Files that are read at once: each read costs some time of its own, and what they hold passes in blocks anyway. */
const filesAtOnce = 64

async function* rowsOf({ reading, stop }: Carrier, read: FileRead): AsyncGenerator<RowText> {
  for (let at = 0; at < read.paths.length; at += filesAtOnce) {
    yield* reading.rows({ ...read, paths: read.paths.slice(at, at + filesAtOnce) }, stop)
  }
}

/** The file of a row, and which of its rows it is: they are counted, since nobody has counted them while they passed. */
async function fileOfRow({ reading, stop }: Carrier, read: FileRead, row: number): Promise<string | undefined> {
  let before = 0
  for (const path of read.paths) {
    let rows = 0
    for await (const chunk of reading.rows({ ...read, paths: [path] }, stop)) rows += chunk.rows
    if (row <= before + rows) return `${path}, row ${row - before}`
    before += rows
  }
  return undefined
}

/** Makes a relation of a source's columns and fills it with the rows of its files. */
async function bring(
  workshop: Carrier,
  source: string,
  files: readonly SourceFileState[],
  relation: RelationName,
  connection: Connection,
): Promise<void> {
  const { dialect } = workshop.adapter
  const read = fileRead(workshop, source, files)
  const columns = read.columns.map(({ name, type }) => {
    return { name, type: dialect.type(type) ?? bug(`${source}.${name}: no type ${type}`) }
  })
  const options = { signal: workshop.stop, label: source }
  await connection.run(dialect.ddl.createTable(relation, columns), options)
  if (files.length === 0) return
  const names = read.columns.map(({ name }) => name)
  try {
    await connection.load(relation, names, rowsOf(workshop, read), options)
  } catch (error) {
    if (workshop.stop.aborted || error instanceof RowsError) throw error
    const explained = explain(error, workshop)
    const place = explained.row === undefined ? undefined : await fileOfRow(workshop, read, explained.row)
    if (place === undefined) throw error
    const message = `${place}: ${explained.message}`
    throw new RowsError({ ...explained, message }, error)
  }
}

/** An error of files at the place where a statement reads them. */
function placed(workshop: Carrier, error: unknown, source: string, statement: Statement | undefined): unknown {
  const at = statement?.sql.indexOf(emptyFiles(workshop, source)) ?? -1
  if (!(error instanceof RowsError) || !statement || at < 0) return error
  return new StatementError(new RowsError({ ...error.explained, offset: at }, error), statement)
}

/**
 * Does work that reads files of sources. Where the engine cannot read them itself, their rows are first brought into relations
 * that only this connection sees, and that are gone afterwards; the workshop that `work` is given names these. `statement`, as
 * it is without any file, tells where an error is to be shown.
 */
export async function withFiles<W extends Carrier, T>(
  workshop: W,
  connection: Connection,
  wanted: WantedFiles,
  work: (workshop: W) => Promise<T>,
  statement?: Statement,
): Promise<T> {
  const sources = [...wanted].filter(([source]) => !readsFiles(workshop, source))
  if (sources.length === 0) return work(workshop)
  const schema =
    workshop.adapter.features.temporarySchema ?? bug('an engine that reads no files has no place for theirs')
  const brought = new Map<string, RelationName>()
  try {
    for (const [source, files] of sources) {
      const relation = { schema, name: `elt_files_${workshop.reading.nextSerial()}` }
      brought.set(source, relation)
      await bring(workshop, source, files, relation, connection).catch((error: unknown) => {
        throw placed(workshop, error, source, statement)
      })
    }
    return await work({ ...workshop, brought })
  } finally {
    const drops = [...brought.values()].map((relation) => workshop.adapter.dialect.ddl.drop(relation, 'table'))
    // The first error is the one to tell; with a lost connection they are gone in any case.
    for (const drop of drops) await connection.run(drop).catch(() => undefined)
  }
}
