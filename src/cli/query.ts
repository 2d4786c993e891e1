import type { Row } from '../adapters/contract.ts'
import type { Model } from '../compiler/index.ts'
import { Failure, type Location } from '../diagnostics/index.ts'
import { errorDiagnostics, StatementError } from '../runner/index.ts'
import type { Statement } from '../sql/index.ts'
import type { Context } from './context.ts'
import type { Compiled } from './load.ts'
import type { Warehouse } from './warehouse.ts'

/** A query to be shown: what it is of, its SQL, and where it is written. */
export interface Query {
  readonly subject: string
  readonly statement: Statement
  readonly location: Location | undefined
}

const head = 'select * from (\n'

/** The first rows of a query, at most `limit`, and whether there are more. */
export async function firstRows(
  context: Context,
  compiled: Compiled,
  warehouse: Warehouse,
  query: Query,
  limit: number,
): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
  const { signal } = context.io
  const connection = await warehouse.session.connect()
  try {
    const sql = `${head}${query.statement.sql}\n) as shown limit ${limit + 1}`
    const rows = await connection.query(sql, { signal, label: query.subject, single: true })
    return { rows: rows.slice(0, limit), more: rows.length > limit }
  } catch (error) {
    if (signal.aborted) throw error
    const { subject, statement, location } = query
    const failed = new StatementError(error, statement, head.length)
    const { project, directory } = compiled
    const surroundings = { session: warehouse.session, files: project.files, projectDirectory: directory }
    throw new Failure(...errorDiagnostics(failed, { subject, location }, surroundings))
  } finally {
    await connection.release()
  }
}

/** What to call a model's rows: its name and the partition shown. */
export function subjectOf(model: Model, partition: string | undefined): string {
  return partition === undefined ? model.id : `${model.id}, ${partition}`
}
