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

/** The names of a project, which `project` has made sure are unique. */
export function namesOf(project: Project): Names {
  const models = new Map<string, ModelFile>()
  for (const file of project.models) {
    models.set(file.name, file)
    models.set(modelId(file), file)
  }
  const all = [...project.sources, ...project.seedFiles]
  const sources = new Map(all.map((source) => [`${source.group}.${source.name}`, source]))
  return {
    model: (name) => models.get(name),
    source: (name) => sources.get(name),
    sourceById: new Map(all.map((source) => [source.id, source])),
    modelNames: project.models.map((file) => file.name).sort(),
    sourceNames: project.sources.map(({ group, name }) => `${group}.${name}`).sort(),
  }
}
