import type { Project } from '../project/index.ts'
import type { Graph, Macro, Model } from './graph.ts'
import { builtinMacros, sourceOf } from './macros/index.ts'
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

/** The built-in macros that models call: their text is a signature, which changes with their version. */
function builtinMacrosOf(models: readonly Model[]): Macro[] {
  const used = new Set(models.flatMap(({ macros }) => macros))
  return Object.values(builtinMacros)
    .flatMap((macros) => [...macros.values()])
    .filter(({ namespace, name }) => used.has(`${namespace}.${name}`))
    .map((macro) => ({ name: macro.name, package: macro.namespace, path: '', source: sourceOf(macro), macros: [] }))
}

/** What linking and rendering made. */
type Made = Pick<Graph, 'models' | 'assertions' | 'unitTests' | 'exposures' | 'onRunStart' | 'onRunEnd'>

/** Puts together what was made, and what of the project is part of the graph as it is. */
export function graphOf(project: Project, library: MacroLibrary, made: Made): Graph {
  const { name, timeZone, target, sources, seedFiles, groups, packages, docs, selectors, layers } = project
  return {
    project: name,
    timeZone,
    target: target.name,
    ...made,
    sources: byId(sources),
    seedFiles: byId(seedFiles),
    assertions: byId(made.assertions),
    unitTests: byId(made.unitTests),
    exposures: byId(made.exposures),
    groups,
    packages,
    macros: [
      ...byId([...library.macros.values()]).map((macro) => macroOf(macro, library)),
      ...builtinMacrosOf(made.models),
    ],
    docs,
    selectors,
    layers: layers.map((layer) => ({
      name: layer.name,
      schema: target.schema.replaceAll('{layer}', layer.schema),
      owner: layer.owner,
      ...(layer.readers ? { readers: layer.readers.value } : {}),
      inDefaultSelection: layer.inDefaultSelection,
      ...(layer.expiresAfterDays === undefined ? {} : { expiresAfterDays: layer.expiresAfterDays }),
    })),
  }
}
