import { type Diagnostic, diagnose, locate } from '../diagnostics/index.ts'
import type { ModelFile, Project, SourceDefinition } from '../project/index.ts'

/** Everything that templates can name. */
export interface Names {
  /** By bare name or by `layer.name`. */
  readonly model: (name: string) => ModelFile | undefined
  /** By `group.name`. */
  readonly source: (name: string) => SourceDefinition | undefined
  /** By node id. */
  readonly sourceById: ReadonlyMap<string, SourceDefinition>
  readonly modelNames: readonly string[]
  readonly sourceNames: readonly string[]
}

export function modelId(file: ModelFile): string {
  return `${file.layer}.${file.name}`
}

/** The names of a project. Of two models with one name the first by path keeps it. */
export function namesOf(project: Project): Names {
  const models = new Map<string, ModelFile>()
  for (const file of [...project.models].sort((a, b) => (a.file.path < b.file.path ? 1 : -1))) {
    models.set(file.name, file)
    models.set(modelId(file), file)
  }
  const sources = new Map(project.sources.map((source) => [`${source.group}.${source.name}`, source]))
  return {
    model: (name) => models.get(name),
    source: (name) => sources.get(name),
    sourceById: new Map(project.sources.map((source) => [source.id, source])),
    modelNames: [...new Set(project.models.map((file) => file.name))].sort(),
    sourceNames: [...sources.keys()].sort(),
  }
}

/** Models whose names are equal, or differ in capitals only: an error at the later file of each pair. */
export function duplicateNames(project: Project): Diagnostic[] {
  const first = new Map<string, ModelFile>()
  const found: Diagnostic[] = []
  for (const file of [...project.models].sort((a, b) => (a.file.path < b.file.path ? -1 : 1))) {
    const key = file.name.toLowerCase()
    const other = first.get(key)
    if (!other) first.set(key, file)
    else {
      const parameters = { name: file.name, other: other.name, otherPath: other.file.path }
      found.push(diagnose('duplicate-model', parameters, locate(file.file, 0, 0)))
    }
  }
  return found
}
