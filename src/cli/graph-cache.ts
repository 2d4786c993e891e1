import type { Graph } from '../compiler/index.ts'
import type { Diagnostic, SourceFile } from '../diagnostics/index.ts'
import type { Json, Project, SeedState } from '../project/index.ts'
import { readGraphFile, writeGraphFile } from './cache/graph-file.ts'
import { type Cache, prune } from './cache/index.ts'

/** What commands need of a project beside its graph. */
export type ProjectFrame = Pick<Project, 'name' | 'timeZone' | 'target' | 'layers' | 'quality' | 'files'>

/** What reading and compiling a project gave: its graph, and the warnings that go with it. */
export interface CachedGraph {
  readonly graph: Graph
  readonly diagnostics: readonly Diagnostic[]
  /** Its target is left out where it may hold what does not stand in project.yml: such a one is never kept on disk. */
  readonly frame: Omit<ProjectFrame, 'files' | 'target'> & { readonly target?: Project['target'] }
}

/** Everything that decides what compiling gives. */
export interface CompileInputs {
  readonly files: readonly SourceFile[]
  /** The CSV files of seeds, which are not among the texts. */
  readonly seeds: readonly SeedState[]
  readonly target: string | undefined
  readonly vars: Readonly<Record<string, Json>>
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Files that may list variables by name alone. */
const projectFile = /(^|\/)(dbt_)?project\.ya?ml$/

/** Environment variables that compiling may read: the allowed ones, and those that a YAML file names. */
export function readableEnv({ files, env }: Omit<CompileInputs, 'target' | 'seeds'>): [string, string | undefined][] {
  const yaml = files.filter((file) => !file.path.endsWith('.sql'))
  const reading = yaml.filter(({ path, text }) => projectFile.test(path) || text.includes('env_var')).map(textOf)
  // Escapes of YAML can spell any name.
  const isSpelt = yaml.some(({ text }) => /\\[xuU]/.test(text))
  // `_` is the shell's own, another one for every command, and a letter of every file.
  const isRead = (name: string) =>
    name.startsWith('ELT_') || (name !== '_' && (isSpelt || reading.some((text) => text.includes(name))))
  return Object.entries(env)
    .filter(([name]) => isRead(name))
    .sort()
}

function textOf({ text }: SourceFile): string {
  return text
}

/** A hash of the inputs and of the build of elt: equal keys compile to equal graphs. Nobody else can tell the key. */
export function graphKey(cache: Cache, inputs: CompileInputs): string {
  const { add, key } = cache.hash()
  add(JSON.stringify([inputs.target ?? null, inputs.vars, readableEnv(inputs), inputs.seeds]))
  for (const { path, text } of inputs.files) {
    add(path)
    add(text)
  }
  return key()
}

const nameOf = (key: string) => `graph-${key.slice(0, 32)}.bin`

/** Graphs of a few targets and branches. */
const limits = { files: 6, bytes: 1_000_000_000 }

/** The graph of an earlier command with the same key; undefined when there is none, or it cannot be believed. */
export function readCachedGraph(
  cache: Cache,
  key: string,
  files: ReadonlyMap<string, SourceFile>,
): CachedGraph | undefined {
  const found = readGraphFile(cache, nameOf(key), files)
  return found && { ...(found.beside as Omit<CachedGraph, 'graph'>), graph: found.graph }
}

/** Keeps a graph for the next command; one that holds a secret value is not kept. */
export function writeCachedGraph(cache: Cache, key: string, { graph, ...beside }: CachedGraph, now: number): void {
  if (writeGraphFile(cache, nameOf(key), graph, beside)) prune(cache, /^graph[-.].*(bin|json)$/, limits, now)
}
