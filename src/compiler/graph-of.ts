import type { Project } from '../project/index.ts'
import type { Graph, Macro } from './graph.ts'
import { type LibraryMacro, type MacroLibrary, macrosUsedBy, packageOf } from './template/index.ts'

function byId<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function macroOf(macro: LibraryMacro, library: MacroLibrary): Macro {
  const { file } = macro.site
  return {
    name: macro.name,
    package: packageOf(library.ownership, file),
    path: file.path,
    source: macro.source,
    macros: macrosUsedBy(macro, library),
  }
}

/** What linking and rendering made. */
type Made = Pick<Graph, 'models' | 'assertions' | 'exposures' | 'onRunStart' | 'onRunEnd'>

/** Puts together what was made, and what of the project is part of the graph as it is. */
export function graphOf(project: Project, library: MacroLibrary, made: Made): Graph {
  const { name, timeZone, target, sources, groups, packages, docs, selectors, layers } = project
  return {
    project: name,
    timeZone,
    target: target.name,
    ...made,
    sources: byId(sources),
    assertions: byId(made.assertions),
    exposures: byId(made.exposures),
    groups,
    packages,
    macros: byId([...library.macros.values()]).map((macro) => macroOf(macro, library)),
    docs,
    selectors,
    layers: layers.map((layer) => ({
      name: layer.name,
      schema: target.schema.replaceAll('{layer}', layer.schema),
      inDefaultSelection: layer.inDefaultSelection,
    })),
  }
}
