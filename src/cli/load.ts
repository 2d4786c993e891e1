import { relative, sep } from 'node:path'
import type { SourceFile } from '../diagnostics/index.ts'
import { type Cache, cacheOf } from './cache/index.ts'
import type { Fresh, ReadFiles } from './compiling/index.ts'
import type { Context } from './context.ts'
import { withEngine } from './engine.ts'
import { findProject } from './find-project.ts'
import { type CachedGraph, graphKey, readCachedGraph, writeCachedGraph } from './graph-cache.ts'
import { type Compiled, valueOrStop } from './loaded.ts'
import { readProjectFiles } from './project-files.ts'
import { secretOptions, secretsInText, secretVars } from './secrets.ts'

export { type Compiled, inlineName, valueOrStop } from './loaded.ts'

/** Reads the files of the project that the command line names, or of the one around the current folder. */
async function readFiles({ io, options, line, output }: Context): Promise<ReadFiles> {
  const directory = findProject(io.cwd, options['project-dir'])
  const below = relative(io.env.GITHUB_WORKSPACE || io.cwd, directory)
  output.inProject(below === '' ? '' : `${below.split(sep).join('/')}/`)
  // They are YAML: its parser is loaded for them alone.
  const vars = options.vars ? (await import('./vars.ts')).parseVars(options.vars, line) : {}
  const found = readProjectFiles(directory)
  for (const secret of secretVars(vars)) output.secrets.add(secret)
  // Before anything is read of it: what is wrong with project.yml is shown with lines of it.
  const text = projectText(found.files)
  for (const secret of secretsInText(text, io.env)) output.secrets.add(secret)
  return { directory, ...found, target: options.target, vars, env: io.env }
}

function projectText(files: readonly SourceFile[]): string {
  return files.find(({ path }) => path === 'project.yml')?.text ?? ''
}

/** Compiling brings parsers and checks that a command does without when it finds the answer of an earlier one. */
const compiling = () => import('./compiling/index.ts')

/** The graph of an earlier command, with the project around it. */
async function remembered(context: Context, read: ReadFiles, cache: Cache, key: string): Promise<Compiled | undefined> {
  const files = new Map(read.files.map((file) => [file.path, file]))
  const cached = readCachedGraph(cache, key, files)
  const target = cached && (cached.frame.target ?? (await compiling()).targetOf(read))
  if (!cached || !target) return undefined
  const loaded = withEngine(context, read.directory, { ...cached.frame, target, files })
  const diagnostics = [...read.diagnostics, ...cached.diagnostics]
  return { ...loaded, graph: valueOrStop(context, { value: cached.graph, diagnostics }), unresolved: new Map() }
}

/** What may be kept of a compiled project. Of its target only what stands in project.yml, and is no secret there. */
function toKeep({ project, graph, diagnostics }: Fresh, read: ReadFiles): CachedGraph {
  const { name, timeZone, layers, quality, target } = project
  const options = [target.options, target.deferTo?.options ?? {}]
  const isPlain = !projectText(read.files).includes('{{') && options.flatMap(secretOptions).length === 0
  return { graph, diagnostics, frame: { name, timeZone, layers, quality, ...(isPlain ? { target } : {}) } }
}

/** Which cache a project has. */
export type CacheOf = (context: Context, directory: string) => Cache | undefined

/** `loadGraph` through a given cache. */
export async function loadThrough(cacheOf: CacheOf, context: Context, inline?: SourceFile): Promise<Compiled> {
  const read = await readFiles(context)
  const cache = cacheOf(context, read.directory)
  const key = cache && !inline ? graphKey(cache, read) : undefined
  const known = cache && key !== undefined && (await remembered(context, read, cache, key))
  if (known) return known
  const fresh = await (await compiling()).compileProject(context, read, cache, inline)
  if (cache && key !== undefined && !fresh.asksQueries) {
    writeCachedGraph(cache, key, toKeep(fresh, read), context.io.now())
  }
  return fresh
}

/**
 * Reads and compiles the project, or takes the graph that an earlier command made of the very same files and settings.
 * `inline` is compiled with it as a query of its own, whose id is `test.inline`.
 */
export async function loadGraph(context: Context, inline?: SourceFile): Promise<Compiled> {
  return await loadThrough(cacheOf, context, inline)
}
