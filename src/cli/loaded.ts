import type { Adapter } from '../adapters/contract.ts'
import type { Graph } from '../compiler/index.ts'
import { type Checked, type Diagnostic, Failure, hasErrors } from '../diagnostics/index.ts'
import type { Context } from './context.ts'
import type { ProjectFrame } from './graph-cache.ts'

/** A project with its engine: what every command begins with. */
export interface Loaded {
  /** Absolute. */
  readonly directory: string
  readonly project: ProjectFrame
  readonly adapter: Adapter
}

/** A project, compiled. */
export interface Compiled extends Loaded {
  /**
   * Out of the cache, its models and assertions hold what most commands need, and read the rest (SQL, inputs, columns …)
   * when it is asked for: spread none of them into another object.
   */
  readonly graph: Graph
  /** What is wrong with queries that templates ask, by the node that asks: these nodes are not built. */
  readonly unresolved: ReadonlyMap<string, Diagnostic>
}

/** With `--warn-error`, warnings are errors. */
function graded(options: Context['options'], diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (!options['warn-error']) return diagnostics
  return diagnostics.map((found) => (found.severity === 'warning' ? { ...found, severity: 'error' } : found))
}

/** The commands that are asked what there is to say of a project. */
const telling: ReadonlySet<string> = new Set(['compile', 'debug'])

const isIdle = ({ code }: Diagnostic) => code === 'key-without-effect'

/** Tells diagnostics; settings without effect are counted where somebody wants to know something else. */
function tell({ output, command }: Pick<Context, 'output' | 'command'>, diagnostics: readonly Diagnostic[]): void {
  const idle = telling.has(command) ? [] : diagnostics.filter(isIdle)
  output.report(diagnostics.filter((found) => !idle.includes(found)))
  output.note(idle)
  if (idle.length === 0) return
  const subject = idle.length === 1 ? 'a setting has' : `${idle.length} settings have`
  output.progress.write(`note: ${subject} no effect here; elt compile says which, and what to do instead\n\n`)
}

/** The value of a stage. Its warnings are told, its errors end the command. */
export function valueOrStop<T>(context: Pick<Context, 'output' | 'options' | 'command'>, stage: Checked<T>): T {
  const { value } = stage
  const diagnostics = graded(context.options, stage.diagnostics)
  if (value === undefined || hasErrors(diagnostics)) throw new Failure(...diagnostics)
  tell(context, diagnostics)
  return value
}

/** The name of an inline query among the project's assertions; no file can have it. */
export const inlineName = '(inline)'
