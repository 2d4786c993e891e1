import { adapterOf } from '../../adapters/index.ts'
import { type Compilation, compile, type QueryRows, type RenderingMemory } from '../../compiler/index.ts'
import { bug } from '../../diagnostics/index.ts'
import type { Project } from '../../project/index.ts'

/** What is compiled: plain data, which can be handed to another thread. */
export interface CompileTask {
  readonly project: Project
  readonly results: ReadonlyMap<string, QueryRows>
}

/** Compiles a project for the engine of its target, which exists; `memory` of earlier compilations changes nothing but time. */
export function compileTask({ project, results }: CompileTask, memory?: RenderingMemory): Compilation {
  const adapter = adapterOf(project.target.type) ?? bug(`there is no engine ${project.target.type}`)
  return compile(project, {
    dialect: adapter.dialect,
    features: adapter.features,
    results,
    ...(memory ? { memory } : {}),
  })
}
