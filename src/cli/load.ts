import { relative, sep } from 'node:path'
import type { Adapter } from '../adapters/contract.ts'
import { adapterNames, adapterOf } from '../adapters/index.ts'
import type { Graph } from '../compiler/index.ts'
import {
  type Checked,
  type Diagnostic,
  diagnose,
  Failure,
  hasErrors,
  nearest,
  type SourceFile,
} from '../diagnostics/index.ts'
import { type Project, type ReadOptions, readProject } from '../project/index.ts'
import { compileTask } from './compile-task.ts'
import type { Context } from './context.ts'
import { findProject } from './find-project.ts'
import { type CachedGraph, type CompileInputs, cacheKey, readCachedGraph, writeCachedGraph } from './graph-cache.ts'
import { withPlaces } from './graph-places.ts'
import { compileApart, isUntrusted } from './isolated-compile.ts'
import { readProjectFiles } from './project-files.ts'
import { compileWithQueries } from './query-rounds.ts'
import { secretOptions, secretsInText, secretVars } from './secrets.ts'
import { checkTargetOptions } from './target-options.ts'
import { parseVars } from './vars.ts'

/** A project with its engine: what every command begins with. */
interface Loaded {
  /** Absolute. */
  readonly directory: string
  readonly project: Project
  readonly adapter: Adapter
}

/** A project, compiled. */
export interface Compiled extends Loaded {
  readonly graph: Graph
  /** What is wrong with queries that templates ask, by the node that asks: these nodes are not built. */
  readonly unresolved: ReadonlyMap<string, Diagnostic>
  /** Whether any template asks one: such a graph depends on more than files, and is not kept. */
  readonly asksQueries: boolean
}

/** The value of a stage. Its warnings are told, its errors end the command. */
export function valueOrStop<T>({ output }: Pick<Context, 'output'>, { value, diagnostics }: Checked<T>): T {
  if (value === undefined || hasErrors(diagnostics)) throw new Failure(...diagnostics)
  output.report(diagnostics)
  return value
}

function engineOf({ target }: Project): Checked<Adapter> {
  const adapter = adapterOf(target.type)
  if (adapter) return { value: adapter, diagnostics: checkTargetOptions(target, adapter) }
  const parameters = { type: target.type, similar: nearest(target.type, adapterNames), known: adapterNames }
  return { value: undefined, diagnostics: [diagnose('adapter-unknown', parameters, target.location)] }
}

interface Read extends CompileInputs {
  /** Absolute. */
  readonly directory: string
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads the files of the project that the command line names, or of the one around the current folder. */
function readFiles({ io, options, line, output }: Context): Read {
  const directory = findProject(io.cwd, options['project-dir'])
  const below = relative(io.env.GITHUB_WORKSPACE || io.cwd, directory)
  output.inProject(below === '' ? '' : `${below.split(sep).join('/')}/`)
  const vars = parseVars(options.vars ?? [], line)
  const found = readProjectFiles(directory)
  for (const secret of secretVars(vars)) output.secrets.add(secret)
  // Before anything is read of it: what is wrong with project.yml is shown with lines of it.
  const text = found.files.find(({ path }) => path === 'project.yml')?.text ?? ''
  for (const secret of secretsInText(text, io.env)) output.secrets.add(secret)
  return { directory, ...found, target: options.target, vars, env: io.env }
}

function readOptions({ target, vars, env }: Read): ReadOptions {
  return { vars, env, ...(target === undefined ? {} : { target }) }
}

/** Takes note of the secrets of a target, and finds its engine. */
function withEngine(context: Context, directory: string, project: Project): Loaded {
  for (const secret of secretOptions(project.target.options)) context.output.secrets.add(secret)
  return { directory, project, adapter: valueOrStop(context, engineOf(project)) }
}

/**
 * The project as far as commands need it beside its graph: what project.yml says, and the texts of all files. A target may
 * hold secrets, so this part is never kept on disk.
 */
function frameOf(read: Read): Project | undefined {
  // Models are needed, too: project.yml may name their folders.
  const own = read.files.filter(({ path }) => path === 'project.yml' || /^models\/.*\.sql$/.test(path))
  const project = readProject(own, readOptions(read)).value
  return project && { ...project, files: new Map(read.files.map((file) => [file.path, file])) }
}

async function compileFiles(
  context: Context,
  read: Read,
  inline: SourceFile | undefined,
): Promise<Compiled & CachedGraph> {
  const isReadable = read.files.some(({ path }) => path === 'project.yml')
  if (!isReadable && hasErrors(read.diagnostics)) throw new Failure(...read.diagnostics)
  const found = readProject(read.files, readOptions(read))
  const project = valueOrStop(context, { ...found, diagnostics: [...read.diagnostics, ...found.diagnostics] })
  const loaded = withEngine(context, read.directory, inline ? withInline(project, inline) : project)
  const apart = isUntrusted(context)
  const compiled = await compileWithQueries(context, loaded, async (results) => {
    const task = { project: loaded.project, results }
    return apart ? await compileApart(task, context.io.signal) : compileTask(task)
  })
  const compiledGraph = valueOrStop(context, compiled)
  const whole = apart ? withPlaces(compiledGraph, project.files) : compiledGraph
  // A test that asks what cannot be answered would judge by another SQL than it says; the warning tells of it.
  const isKnown = (id: string) => id === `test.${inlineName}` || !compiled.unresolved.has(id)
  const graph = { ...whole, assertions: whole.assertions.filter(({ id }) => isKnown(id)) }
  const { unresolved, asksQueries } = compiled
  return { ...loaded, graph, unresolved, asksQueries, diagnostics: [...found.diagnostics, ...compiled.diagnostics] }
}

function withInline(project: Project, inline: SourceFile): Project {
  const singularAssertions = [...project.singularAssertions, { name: inlineName, package: project.name, file: inline }]
  return { ...project, singularAssertions, files: new Map(project.files).set(inline.path, inline) }
}

/**
 * Reads and compiles the project, or takes the graph that an earlier command made of the very same files and settings.
 * `inline` is compiled with it as a query of its own, whose id is `test.inline`.
 */
export async function loadGraph(context: Context, inline?: SourceFile): Promise<Compiled> {
  const read = readFiles(context)
  if (inline) return compileFiles(context, read, inline)
  const key = cacheKey(read)
  const cached = readCachedGraph(read.directory, key)
  const frame = cached && frameOf(read)
  if (cached && frame) {
    const graph = valueOrStop(context, {
      value: withPlaces(cached.graph, frame.files),
      diagnostics: [...read.diagnostics, ...cached.diagnostics],
    })
    return { ...withEngine(context, read.directory, frame), graph, unresolved: new Map(), asksQueries: false }
  }
  const { diagnostics, ...compiled } = await compileFiles(context, read, undefined)
  if (!compiled.asksQueries) {
    writeCachedGraph(context.output, read.directory, key, { graph: compiled.graph, diagnostics })
  }
  return compiled
}

/** The name of an inline query among the project's assertions; no file can have it. */
export const inlineName = '(inline)'
