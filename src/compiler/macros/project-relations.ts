import { createHash } from 'node:crypto'
import { refFunction, sourceFunction } from '../context-relations.ts'
import { modelId } from '../names.ts'
import type { Subject } from '../recording.ts'
import { Printable, type Site } from '../template/index.ts'
import { isLike } from './like.ts'

export interface RelationPattern {
  /** Of a schema as the target has it, of a layer or of a group of sources. */
  readonly schema: string
  readonly name: string
  readonly exclude: string
}

interface Candidate {
  readonly schemas: readonly string[]
  readonly name: string
  /** The arguments of `ref` or `source`. */
  readonly names: readonly string[]
}

/** The models and sources of a project, but for the model that asks. */
function candidates({ surroundings, model: own }: Subject): readonly Candidate[] {
  const { project } = surroundings
  const models = project.models.filter((model) => model !== own && model.config.enabled?.value !== false)
  const ofModels = models.map((model): Candidate => {
    const schema = project.layers.find(({ name }) => name === model.layer)?.schema ?? model.layer
    const schemas = [model.layer, project.target.schema.replaceAll('{layer}', schema)]
    return { schemas, name: model.name, names: [modelId(model)] }
  })
  const ofSources = project.sources.map(({ group, name, origin }): Candidate => {
    const schemas = origin.kind === 'relation' ? [group, origin.schema] : [group]
    return { schemas, name, names: [group, name] }
  })
  return [...ofModels, ...ofSources].sort((a, b) => (a.names.join('.') < b.names.join('.') ? -1 : 1))
}

/**
 * What `ref` and `source` return of the models and sources whose names are like a pattern, in order of their names. Which these
 * are is part of the fingerprint.
 */
export function relationsLike(subject: Subject, pattern: RelationPattern, site: Site): readonly Printable[] {
  const found = candidates(subject).filter(
    ({ schemas, name }) =>
      schemas.some((schema) => isLike(schema, pattern.schema)) &&
      isLike(name, pattern.name) &&
      !isLike(name, pattern.exclude),
  )
  const names = JSON.stringify(found.map((one) => one.names))
  const key = `relations like ${JSON.stringify(pattern)}`
  subject.recording.answers.set(key, createHash('sha256').update(names).digest('hex'))
  const functions = { model: refFunction(subject), source: sourceFunction(subject) }
  return found.flatMap((one) => {
    const callee = one.names.length === 1 ? functions.model : functions.source
    const positionalSites = one.names.map(() => site)
    const value = callee.call({ positional: one.names, named: new Map(), site, positionalSites, namedSites: new Map() })
    return value instanceof Printable ? [value] : []
  })
}
