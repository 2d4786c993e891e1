import type { Adapter, Column, Connection, Session } from '../../adapters/contract.ts'
import type { Compilation, NeededQuery, QueryRows } from '../../compiler/index.ts'
import { type Diagnostic, diagnose, Failure, hasErrors } from '../../diagnostics/index.ts'
import type { Json, Project } from '../../project/index.ts'
import type { Context } from '../context.ts'
import { readableFolders } from '../readable-folders.ts'
import { boundColumns } from './bound-columns.ts'
import { type SourceColumns, sourceColumns } from './source-columns.ts'

/** Most compilations of one command: the rows of one query may decide what the next one asks. */
const mostRounds = 5

/** Most rows that a template is given of one query. */
const mostRows = 10_000

interface Place {
  readonly directory: string
  readonly project: Project
  readonly adapter: Adapter
}

/** A compilation, and what is wrong with the queries that it could not have rows of, by the node that asks. */
export interface Resolved extends Compilation {
  readonly unresolved: ReadonlyMap<string, Diagnostic>
  /** Whether the warehouse had to be asked: what binding answers without it depends on the project's files alone. */
  readonly asksQueries: boolean
}

/**
 * Compiles; where templates ask queries, runs these and compiles again with their rows. A query that cannot be run is told
 * as a warning: its template then stands as it is with `execute` false, and is not built.
 */
export async function compileWithQueries(
  context: Context,
  place: Place,
  compileOnce: (results: ReadonlyMap<string, QueryRows>) => Promise<Compilation>,
): Promise<Resolved> {
  const results = new Map<string, QueryRows>()
  const failed = new Map<string, Diagnostic>()
  let compiled = await compileOnce(results)
  let asksQueries = false
  let sources: SourceColumns | undefined
  for (let round = 1; round < mostRounds; ) {
    const open = compiled.queries.filter(({ key }) => !failed.has(key))
    if (open.length === 0) break
    sources ??= await sourceColumns(place)
    const found = await answerColumns(context, place, compiled, open, results, sources)
    asksQueries ||= sources.wereAsked()
    // What binding cannot tell now it may tell in the next round, when what it waits for is known.
    const rest = open.filter(({ key, columnsOf }) => !results.has(key) && (columnsOf === undefined || found === 0))
    if (rest.length > 0) {
      asksQueries = true
      for (const query of rest.filter(({ sql }) => sql === undefined)) failed.set(query.key, unreadable(query))
      const readable = rest.filter(({ key }) => !failed.has(key))
      if (readable.length > 0) await answer(context, place, readable, results, failed)
      round++
    }
    compiled = await compileOnce(results)
  }
  const unresolved = new Map(
    compiled.queries.map((query) => [query.node, failed.get(query.key) ?? notRun(query, 'queries of queries go on')]),
  )
  const warnings = withoutConsequences(compiled, unresolved, sources?.missing ?? new Set())
  const diagnostics = [...compiled.diagnostics, ...warnings]
  return { ...compiled, diagnostics, unresolved, asksQueries }
}

/**
 * Where a project has errors, nothing can be bound, and columns that are not known for it are no news: only of files that have
 * an error themselves. Nor are those of what reads a table which is not there: that is an error of its own.
 */
function withoutConsequences(
  { queries, diagnostics, value: graph }: Compilation,
  unresolved: ReadonlyMap<string, Diagnostic>,
  missing: ReadonlySet<string>,
): readonly Diagnostic[] {
  const asksRows = new Set(queries.flatMap(({ node, columnsOf }) => (columnsOf === undefined ? [node] : [])))
  if (!hasErrors(diagnostics)) {
    const waiting = new Set(missing)
    for (const { id, dependsOn } of graph?.models ?? []) if (dependsOn.some((on) => waiting.has(on))) waiting.add(id)
    return [...unresolved].flatMap(([node, told]) => (asksRows.has(node) || !waiting.has(node) ? [told] : []))
  }
  const wrong = new Set(diagnostics.map(({ location }) => location?.path))
  return [...unresolved].flatMap(([node, told]) => (asksRows.has(node) || wrong.has(told.location?.path) ? [told] : []))
}

function notRun(query: NeededQuery, reason: string): Diagnostic {
  return diagnose('query-not-run', { node: query.node, reason }, query.location)
}

function unreadable(query: NeededQuery): Diagnostic {
  return notRun(query, `\`${query.unreadable}\` is no table or view of the warehouse`)
}

function reasonOf(error: unknown, session: Session | undefined): string {
  if (error instanceof Failure) return error.diagnostics[0]?.message ?? 'the warehouse cannot be opened'
  return session ? session.explainError(error).message : String(error)
}

/** What binding tells of the columns that templates ask for; how many of the questions. */
async function answerColumns(
  context: Context,
  place: Place,
  compiled: Compilation,
  open: readonly NeededQuery[],
  results: Map<string, QueryRows>,
  sources: SourceColumns,
): Promise<number> {
  const asked = open.filter(({ columnsOf }) => columnsOf !== undefined)
  const columns = asked.length === 0 ? new Map() : await boundColumns(context, place, compiled, asked, sources)
  const tables = new Set(place.project.sources.map(({ id }) => id))
  let found = 0
  for (const { key, columnsOf = '', reads } of asked) {
    const [table] = tables.has(columnsOf) ? reads : []
    const known = table ? sources.of(table) : columns.get(columnsOf)
    if (!known || results.has(key)) continue
    results.set(key, rowsOfColumns(known))
    found++
  }
  return found
}

function rowsOfColumns(columns: readonly Column[]): QueryRows {
  return { columns: ['name', 'type'], rows: columns.map(({ name, type }) => [name, type]) }
}

async function answer(
  context: Context,
  { adapter, project, directory }: Place,
  queries: readonly NeededQuery[],
  results: Map<string, QueryRows>,
  failed: Map<string, Diagnostic>,
): Promise<void> {
  const fail = (query: NeededQuery, error: unknown, session?: Session) =>
    failed.set(query.key, notRun(query, reasonOf(error, session)))
  let session: Session
  try {
    session = await adapter.connect({
      options: project.target.options,
      projectDirectory: directory,
      readOnly: true,
      readableFolders: readableFolders(directory, project),
    })
  } catch (error) {
    const isMissing = error instanceof Failure && error.diagnostics.every(({ code }) => code === 'warehouse-missing')
    for (const query of queries) {
      if (isMissing && query.emptyIfMissing) results.set(query.key, { columns: [], rows: [] })
      else fail(query, error)
    }
    return
  }
  try {
    const connection = await session.connect()
    try {
      for (const query of queries) {
        if (results.has(query.key) || failed.has(query.key)) continue
        await answerTo(query, connection, session, context.io.signal).then(
          (rows) => results.set(query.key, rows),
          (error) => (context.io.signal.aborted ? Promise.reject(error) : fail(query, error, session)),
        )
      }
    } finally {
      await connection.release()
    }
  } finally {
    await session.close()
  }
}

/** The rows of a query; the names and types of its columns, where these are asked. */
async function answerTo(
  query: NeededQuery,
  connection: Connection,
  session: Session,
  signal: AbortSignal,
): Promise<QueryRows> {
  const { columnsOf, emptyIfMissing, reads, sql } = query
  if (emptyIfMissing && (await isAnyMissing(reads, session))) return { columns: [], rows: [] }
  if (columnsOf === undefined || sql === undefined) return rowsOf(query, connection, session, signal)
  return rowsOfColumns(await session.describe(sql))
}

async function isAnyMissing(reads: NeededQuery['reads'], session: Session): Promise<boolean> {
  const keyOf = ({ schema, name }: NeededQuery['reads'][number]) => `${schema}.${name}`.toLowerCase()
  const { relations } = await session.catalog([...new Set(reads.map(({ schema }) => schema))])
  const known = new Set(relations.map(keyOf))
  return reads.some((one) => !known.has(keyOf(one)))
}

async function rowsOf(
  query: NeededQuery,
  connection: Connection,
  session: Session,
  signal: AbortSignal,
): Promise<QueryRows> {
  const { sql } = query
  if (sql === undefined) throw new Failure(unreadable(query))
  const columns = (await session.describe(sql)).map(({ name }) => name)
  const limited = `select * from (\n${sql}\n) as asked limit ${mostRows + 1}`
  const rows = await connection.query(limited, { signal, single: true, label: `query of ${query.node}` })
  if (rows.length > mostRows) {
    throw new Failure(notRun(query, `it has more than ${mostRows.toLocaleString('en-US')} rows`))
  }
  return { columns, rows: rows.map((row) => columns.map((name) => plain(row[name]))) }
}

/** A value of the engine as a template can hold it: numbers and texts as they are, everything else as text or JSON. */
function plain(value: unknown): Json {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? part.toString() : part)))
}
