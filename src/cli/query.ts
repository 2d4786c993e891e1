import type { Row } from '../adapters/contract.ts'
import { openFileReader } from '../adapters/index.ts'
import type { Model } from '../compiler/index.ts'
import { Failure, type Location } from '../diagnostics/index.ts'
import type { Due } from '../planner/index.ts'
import {
  type Carrier,
  createFileReading,
  errorDiagnostics,
  type Filling,
  StatementError,
  type WantedFiles,
  withFiles,
} from '../runner/index.ts'
import type { Statement } from '../sql/index.ts'
import { fillingOf } from './compiled-sql.ts'
import type { Context } from './context.ts'
import type { Compiled } from './load.ts'
import { readableFolders } from './readable-folders.ts'
import type { Warehouse } from './warehouse.ts'

/** A query to be shown: what it is of, its SQL, and where it is written. */
export interface Query {
  readonly subject: string
  /** As it is without the rows of files, where the engine reads none itself. */
  readonly statement: Statement
  readonly files: (carrier: Carrier) => WantedFiles
  /** As it is with these. */
  readonly withFiles: (filling: Filling) => Statement
  readonly location: Location | undefined
}

const head = 'select * from (\n'

/** What brings files to an engine that reads none. */
function carrierOf(context: Context, compiled: Compiled, { session }: Warehouse, due: Due): Carrier {
  const { directory, graph } = compiled
  const reading = createFileReading(() => openFileReader(readableFolders(directory, graph)))
  return { ...fillingOf(compiled, due), session, reading, stop: context.io.signal }
}

/** The first rows of a query, at most `limit`, and whether there are more. */
export async function firstRows(
  context: Context,
  compiled: Compiled,
  warehouse: Warehouse,
  due: Due,
  query: Query,
  limit: number,
): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
  const { signal } = context.io
  const connection = await warehouse.session.connect()
  const carrier = carrierOf(context, compiled, warehouse, due)
  const { subject, location } = query
  let { statement } = query
  try {
    const work = async (reading: Filling): Promise<Row[]> => {
      statement = query.withFiles(reading)
      const sql = `${head}${statement.sql}\n) as shown limit ${limit + 1}`
      return connection.query(sql, { signal, label: subject, single: true })
    }
    const rows = await withFiles(carrier, connection, query.files(carrier), work, statement)
    return { rows: rows.slice(0, limit), more: rows.length > limit }
  } catch (error) {
    if (signal.aborted) throw error
    const failed = error instanceof StatementError ? error : new StatementError(error, statement, head.length)
    const { project, directory } = compiled
    const surroundings = { session: warehouse.session, files: project.files, projectDirectory: directory }
    throw new Failure(...errorDiagnostics(failed, { subject, location }, surroundings))
  } finally {
    await carrier.reading.close()
    await connection.release()
  }
}

/** What to call a model's rows: its name and the partition shown. */
export function subjectOf(model: Model, partition: string | undefined): string {
  return partition === undefined ? model.id : `${model.id}, ${partition}`
}
