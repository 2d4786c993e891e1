import type { Graph } from '../../compiler/index.ts'
import { type Diagnostic, Failure, hasErrors, type SourceFile } from '../../diagnostics/index.ts'
import { type Project, type ReadOptions, readChosenTarget, readProject, type Target } from '../../project/index.ts'
import { type Cache, openStore } from '../cache/index.ts'
import type { Context } from '../context.ts'
import { withEngine } from '../engine.ts'
import type { CompileInputs } from '../graph-cache.ts'
import { withLines, withPlaces } from '../graph-places.ts'
import { type Compiled, inlineName, valueOrStop } from '../loaded.ts'
import { lookIntoSeeds } from '../look-into-seeds.ts'
import { compileTask } from './compile-task.ts'
import { compileApart, isUntrusted } from './isolated-compile.ts'
import { compileWithQueries } from './query-rounds.ts'

/** The files of a project, read but not yet understood. */
export interface ReadFiles extends CompileInputs {
  /** Absolute. */
  readonly directory: string
  readonly diagnostics: readonly Diagnostic[]
}

function readOptions({ target, vars, env, seeds }: CompileInputs): ReadOptions {
  return { vars, env, seeds, ...(target === undefined ? {} : { target }) }
}

/** The target alone, of files that were compiled before. */
export function targetOf(read: ReadFiles): Target | undefined {
  const file = read.files.find(({ path }) => path === 'project.yml')
  return file && readChosenTarget(file, readOptions(read))
}

/** A project, compiled, and everything there was to say about it. */
export interface Fresh extends Compiled {
  readonly project: Project
  readonly diagnostics: readonly Diagnostic[]
  /** Whether any template asks for rows: such a graph depends on more than files, and is not kept. */
  readonly asksQueries: boolean
}

/**
 * Reads and compiles a project; what files gave before is taken from the cache, where all that decided it is still so.
 * Loaded only when no earlier command left the whole answer.
 */
export async function compileProject(
  context: Context,
  read: ReadFiles,
  cache: Cache | undefined,
  inline?: SourceFile,
): Promise<Fresh> {
  const isReadable = read.files.some(({ path }) => path === 'project.yml')
  if (!isReadable && hasErrors(read.diagnostics)) throw new Failure(...read.diagnostics)
  const properties = openStore(cache, 'properties')
  const renderings = openStore(cache, 'renderings')
  try {
    const found = readProject(read.files, { ...readOptions(read), memory: properties })
    const bare = valueOrStop(context, { ...found, diagnostics: [...read.diagnostics, ...found.diagnostics] })
    const project = await lookIntoSeeds(bare, read, cache)
    const loaded = withEngine(context, read.directory, inline ? withInline(project, inline) : project)
    const apart = isUntrusted(context)
    const compiled = await compileWithQueries(context, loaded, async (results) => {
      const task = { project: loaded.project, results }
      // A template that broke out of its thread could bring renderings of others' files: of that thread nothing is kept.
      if (!apart) return compileTask(task, cache && renderings)
      const compiled = await compileApart(task, context.io.signal)
      return { ...compiled, diagnostics: withLines(compiled.diagnostics, project.files) }
    })
    const compiledGraph = valueOrStop(context, compiled)
    const { unresolved, asksQueries } = compiled
    const graph = withoutUnresolved(apart ? withPlaces(compiledGraph, project.files) : compiledGraph, unresolved)
    return { ...loaded, graph, unresolved, asksQueries, diagnostics: [...found.diagnostics, ...compiled.diagnostics] }
  } finally {
    // Also after a mistake: the next command, with it mended, has the rest.
    properties.save()
    renderings.save()
  }
}

/** A test that asks what cannot be answered would judge by another SQL than it says; the warning tells of it. */
function withoutUnresolved(graph: Graph, unresolved: Compiled['unresolved']): Graph {
  const isKnown = (id: string) => id === `test.${inlineName}` || !unresolved.has(id)
  return { ...graph, assertions: graph.assertions.filter(({ id }) => isKnown(id)) }
}

function withInline(project: Project, inline: SourceFile): Project {
  const singularAssertions = [...project.singularAssertions, { name: inlineName, package: project.name, file: inline }]
  return { ...project, singularAssertions, files: new Map(project.files).set(inline.path, inline) }
}
