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

/** The value of a stage. Its warnings are told, its errors end the command. */
export function valueOrStop<T>({ output }: Pick<Context, 'output'>, { value, diagnostics }: Checked<T>): T {
  if (value === undefined || hasErrors(diagnostics)) throw new Failure(...diagnostics)
  output.report(diagnostics)
  return value
}

/** The name of an inline query among the project's assertions; no file can have it. */
export const inlineName = '(inline)'
