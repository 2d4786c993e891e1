import type { Adapter } from '../adapters/contract.ts'
import { adapterNames, adapterOf } from '../adapters/index.ts'
import { compile, type Graph } from '../compiler/index.ts'
import {
  type Checked,
  type Diagnostic,
  diagnose,
  Failure,
  hasErrors,
  nearest,
  type SourceFile,
} from '../diagnostics/index.ts'
import { type Project, readProject } from '../project/index.ts'
import type { Context } from './context.ts'
import { findProject } from './find-project.ts'
import { readProjectFiles } from './project-files.ts'
import { secretOptions } from './secrets.ts'
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

/** Reads the project that the command line names, or the one around the current folder. */
function loadProject(context: Context): Loaded {
  const { io, options, line, output } = context
  const directory = findProject(io.cwd, options['project-dir'])
  const read = readProjectFiles(directory)
  const request = {
    vars: parseVars(options.vars ?? [], line),
    env: io.env,
    ...(options.target === undefined ? {} : { target: options.target }),
  }
  const project = valueOrStop(context, withDiagnostics(readProject(read.files, request), read.diagnostics))
  for (const secret of secretOptions(project.target.options)) output.secrets.add(secret)
  return { directory, project, adapter: valueOrStop(context, engineOf(project)) }
}

function withDiagnostics<T>(checked: Checked<T>, more: readonly Diagnostic[]): Checked<T> {
  return { value: checked.value, diagnostics: [...more, ...checked.diagnostics] }
}

/** Compiles a project that was read. */
function compileProject(context: Context, loaded: Loaded): Compiled {
  return { ...loaded, graph: valueOrStop(context, compile(loaded.project, loaded.adapter)) }
}

/** Reads and compiles the project; `inline` is compiled with it as a query of its own, whose id is `test.inline`. */
export function loadGraph(context: Context, inline?: SourceFile): Compiled {
  const loaded = loadProject(context)
  if (!inline) return compileProject(context, loaded)
  const { project } = loaded
  const singularAssertions = [...project.singularAssertions, { name: inlineName, file: inline }]
  const files = new Map(project.files).set(inline.path, inline)
  return compileProject(context, { ...loaded, project: { ...project, singularAssertions, files } })
}

/** The name of an inline query among the project's assertions; no file can have it. */
export const inlineName = '(inline)'
