import type { ExplainedError } from '../../adapters/contract.ts'
import { Bug, type Diagnostic, diagnose, Failure, type Location, locate } from '../../diagnostics/index.ts'
import { originOfName, type Statement } from '../../sql/index.ts'
import { RowsError } from './file-reading.ts'
import type { Surroundings } from './request.ts'

/** An error of the engine while it ran a statement; carries where that came from, so that a diagnostic can be made of it. */
export class StatementError extends Error {
  override readonly name = 'StatementError'
  override readonly cause: unknown
  readonly statement: Statement | undefined
  /** Where the statement begins in the SQL that was sent. */
  readonly offset: number

  constructor(cause: unknown, statement?: Statement, offset = 0) {
    super('a statement failed', { cause })
    this.cause = cause
    this.statement = statement
    this.offset = offset
  }
}

/** Sends SQL that holds `statement` at its first occurrence; errors remember the statement. */
export async function sending<T>(sql: string, statement: Statement, work: (sql: string) => Promise<T>): Promise<T> {
  try {
    return await work(sql)
  } catch (error) {
    throw new StatementError(error, statement, Math.max(sql.indexOf(statement.sql), 0))
  }
}

type Explainer = Pick<Surroundings, 'session' | 'files' | 'projectDirectory'>

/** What the engine says of an error, also of one wrapped by `sending`. What only a mistake in elt can throw is thrown on. */
export function explain(error: unknown, { session }: Pick<Surroundings, 'session'>): ExplainedError {
  const cause = error instanceof StatementError ? error.cause : error
  if (cause instanceof RowsError) return cause.explained
  if (cause instanceof Bug || cause instanceof TypeError || cause instanceof ReferenceError) throw cause
  return session.explainError(cause)
}

/** The place in the template that became the SQL at fault; undefined when no template wrote it. */
function templatePlace(error: unknown, offset: number | undefined, { files }: Explainer): Location | undefined {
  if (!(error instanceof StatementError) || !error.statement || offset === undefined) return undefined
  const place = originOfName(error.statement, offset - error.offset)
  const file = place && files.get(place.path)
  return file && locate(file, place.start, place.end)
}

/** The place in a template of what the engine's error names, or of the statement's first words. */
export function placeOfError(error: unknown, explainer: Explainer): Location | undefined {
  const { offset } = explain(error, explainer)
  const begin = error instanceof StatementError ? error.offset : undefined
  return templatePlace(error, offset, explainer) ?? templatePlace(error, begin, explainer)
}

/** Where the SQL sent reads the file that the engine's words name: an error in a file has no position of its own. */
function offsetOfFile(error: unknown, message: string, { projectDirectory }: Explainer): number | undefined {
  if (!(error instanceof StatementError) || !error.statement) return undefined
  const { sql } = error.statement
  const folder = `${projectDirectory}/`
  for (let at = sql.indexOf(folder); at >= 0; at = sql.indexOf(folder, at + 1)) {
    const path = /^[^']*/.exec(sql.slice(at))?.[0] ?? ''
    if (path !== folder && message.includes(path)) return error.offset + at
  }
  return undefined
}

/** The diagnostics of anything thrown while building: those of a `Failure`, or `engine-error` at the template's place. */
export function errorDiagnostics(
  error: unknown,
  about: {
    /** What the statement was for. */
    readonly subject: string
    /** The model that keeps its rows; absent when the statement would not have changed any. */
    readonly model?: string
    /** What to show when no part of a template is to blame. */
    readonly location: Location | undefined
    readonly partitions?: string
  },
  explainer: Explainer,
): readonly Diagnostic[] {
  if (error instanceof Failure) return error.diagnostics
  const { message, offset, kind, candidates, advice } = explain(error, explainer)
  const { subject, model, location, partitions } = about
  const parameters = {
    subject,
    message: message.replaceAll(`${explainer.projectDirectory}/`, ''),
    kind,
    candidates: candidates ?? [],
    ...(advice === undefined ? {} : { advice }),
    ...(model ? { model } : {}),
    ...(partitions ? { partitions } : {}),
  }
  const place = templatePlace(error, offset ?? offsetOfFile(error, message, explainer), explainer)
  return [diagnose('engine-error', parameters, place ?? location)]
}
