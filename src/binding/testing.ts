import type { Binder, Column, Session } from '../adapters/contract.ts'
import { adapterOf } from '../adapters/index.ts'
import { compile, type Graph } from '../compiler/index.ts'
import { bug, type Diagnostic, type SourceFile } from '../diagnostics/index.ts'
import { type Json, readProject } from '../project/index.ts'
import { type Bindings, bind } from './index.ts'
import type { BindRequest } from './request.ts'

/* Projects of a few files, bound by the real engine. */

export const duckdb = adapterOf('duckdb') ?? bug('there is no DuckDB')

const settings = 'name: shop\ntargets: { local: { type: duckdb, path: w.duckdb } }\n'

interface Sound {
  readonly graph: Graph
  readonly files: ReadonlyMap<string, SourceFile>
}

/** The graph of a project, which must be sound. */
export function graphOf(texts: Readonly<Record<string, string>>): Sound {
  const files = Object.entries({ 'project.yml': settings, ...texts }).map(([path, text]) => ({ path, text }))
  const { value: project, diagnostics } = readProject(files, { vars: {}, env: {} })
  if (!project) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  const compiled = compile(project, { dialect: duckdb.dialect, features: duckdb.features, results: new Map() })
  if (!compiled.value) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'))
  return { graph: compiled.value, files: new Map(files.map((file) => [file.path, file])) }
}

/** A store in memory, and how often the engine was opened and asked. */
export function memory() {
  const kept = new Map<string, Json>()
  const asked = { opened: 0, queries: 0 }
  const openBinder = async (): Promise<Binder> => {
    const binder = await (duckdb.openBinder ?? bug('DuckDB has no binder'))()
    asked.opened++
    const count: Binder['bind'] = (queries) => {
      asked.queries += queries.filter((query) => 'sql' in query).length
      return binder.bind(queries)
    }
    return { ...binder, bind: count }
  }
  const store: BindRequest['store'] = {
    keyOf: (...parts) => JSON.stringify(parts),
    get: (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
  }
  return { asked, store, openBinder }
}

export function bindProject(
  { graph, files }: Sound,
  more: Partial<BindRequest> = {},
  { store, openBinder } = memory(),
): Promise<Bindings> {
  return bind({
    graph,
    files,
    adapter: duckdb,
    models: graph.models.map(({ id }) => id),
    unresolved: new Map(),
    existing: () => undefined,
    building: false,
    warehouse: { kind: 'none' },
    store,
    openBinder,
    ...more,
  })
}

/** `code path:line:column`, as told. */
export function shown({ code, location }: Diagnostic): string {
  return location ? `${code} ${location.path}:${location.line}:${location.column}` : code
}

/** A warehouse in memory with the statements run. */
export async function warehouse(statements: readonly string[]): Promise<Session> {
  const options = { path: ':memory:' }
  const session = await duckdb.connect({ options, projectDirectory: '/', readOnly: false, readableFolders: [] })
  const connection = await session.connect()
  for (const statement of statements) await connection.run(statement)
  await connection.release()
  return session
}

export function typesOf(columns: readonly Column[] | undefined): readonly string[] | undefined {
  return columns?.map(({ name, type }) => `${name} ${type}`)
}
