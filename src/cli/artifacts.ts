import { createHash, randomUUID } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import type { KeptRange } from '../planner/index.ts'
import { manifest, manifestText, runResultsV6 } from '../reports/index.ts'
import type { RunEvent, RunResults } from '../runner/index.ts'
import type { Context } from './context.ts'
import { type KnownColumns, knownColumns } from './known-columns.ts'
import type { Compiled } from './load.ts'
import { targetFolder, writeTargetFile, writeTargetPieces } from './target-folder.ts'
import { version } from './version.ts'

/** SQL that a command wrote to target/compiled, by model id. */
export type CompiledSql = ReadonlyMap<string, string>

const manifestFile = 'manifest.json'

/** Hash of everything that a manifest is made from, but for compiled SQL. */
function graphStamp({ project, graph }: Compiled): string {
  const hash = createHash('sha256')
  const add = (text: string) => hash.update(`${text.length}:`).update(text)
  add(JSON.stringify([version, project.target.name, project.target.type]))
  // What templates of YAML files gave: no text of a file tells. Field by field: out of the cache, keys have another order.
  for (const { id, fingerprint, relation, description, owner, config } of graph.models) {
    const { tags, meta, access, group, begin, end } = config
    add(JSON.stringify([id, fingerprint, relation.schema, relation.name, description, owner]))
    add(JSON.stringify([tags, meta, access, group, begin, end]))
  }
  for (const { id } of graph.assertions) add(id)
  for (const [path, { text }] of [...project.files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(path)
    add(text)
  }
  return hash.digest('hex').slice(0, 32)
}

function sqlStamp(compiled: CompiledSql, columns: KnownColumns): string {
  const hash = createHash('sha256')
  for (const [id, known] of columns) hash.update(`${id} ${known.length},`)
  for (const [id, sql] of compiled) hash.update(`${id} ${sql.length}:`).update(sql)
  return hash.digest('hex').slice(0, 16)
}

/** The stamp of the manifest that is there: it stands among the first keys. */
function writtenStamp(directory: string): string | undefined {
  const head = Buffer.alloc(1000)
  try {
    const file = openSync(join(directory, targetFolder, manifestFile), 'r')
    try {
      readSync(file, head)
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
  return /"elt_graph":"([\w.]+)"/.exec(head.toString('latin1'))?.[1]
}

/** The database that relations lie in, as dbt names it: for an embedded engine the file's name. */
function databaseOf({ project: { target } }: Compiled): string {
  const { database, path } = target.options
  if (typeof database === 'string') return database
  return typeof path === 'string' ? basename(path, extname(path)) : target.name
}

/** What a manifest is made from. */
function requestOf(context: Context, compiled: Compiled, sql: CompiledSql, stamp: string, columns: KnownColumns) {
  const { graph, project, adapter } = compiled
  return {
    graph,
    files: project.files,
    quote: adapter.dialect.quote,
    adapter: adapter.name,
    database: databaseOf(compiled),
    version,
    stamp,
    invocation: randomUUID(),
    at: context.io.now(),
    compiled: sql,
    columns,
  }
}

/** The project as a manifest has it, without what only compiling and binding tell. */
export function manifestOf(context: Context, compiled: Compiled) {
  return manifest(requestOf(context, compiled, new Map(), '', new Map()))
}

/**
 * Writes `target/manifest.json`. One that was made from this very graph stays as it is, unless `whole` says that all SQL was
 * compiled: then that has to be the same, too.
 */
export function writeManifest(context: Context, compiled: Compiled, sql: CompiledSql, whole: boolean): void {
  const { directory } = compiled
  const graphPart = graphStamp(compiled)
  const columns = knownColumns(context, compiled)
  const stamp = `${graphPart}.${sqlStamp(sql, columns)}`
  const written = writtenStamp(directory)
  if (whole ? written === stamp : written?.startsWith(`${graphPart}.`)) return
  const pieces = manifestText(requestOf(context, compiled, sql, stamp, columns))
  writeTargetPieces(context.output, directory, manifestFile, pieces)
}

/** Passes events on, and keeps when batches and assertions were over. */
export function timed(onEvent: (event: RunEvent) => void) {
  const ended = new Map<string, number>()
  const emit = (event: RunEvent): void => {
    if (event.type === 'batch-finished') ended.set(event.result.batch, event.at)
    if (event.type === 'assertion-finished') ended.set(event.outcome.assertion, event.at)
    onEvent(event)
  }
  return { ended, emit }
}

/** What a command that ran something knows beside its results. */
export interface RunTrace {
  readonly ended: ReadonlyMap<string, number>
  readonly kept: readonly KeptRange[]
  readonly sql: CompiledSql
}

/** Writes `target/run_results.json`, and the manifest that its ids lead to. */
export function writeArtifacts(context: Context, compiled: Compiled, results: RunResults, trace: RunTrace): void {
  const { command, output } = context
  const { adapter, directory, graph } = compiled
  const header = { version, command, target: graph.target, quote: adapter.dialect.quote, ...trace }
  const json = runResultsV6(results, graph, header)
  writeTargetFile(output, directory, 'run_results.json', `${JSON.stringify(json, null, 2)}\n`)
  writeManifest(context, compiled, trace.sql, false)
}
