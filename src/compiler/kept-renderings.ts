import { createHash } from 'node:crypto'
import { type Checked, type Diagnostic, hasErrors, type Location, locateIn } from '../diagnostics/index.ts'
import type { Json, ModelFile, Project, RawConfig, SourceDefinition } from '../project/index.ts'
import { modelId, type Names } from './names.ts'
import type { Rendered, RenderedText } from './rendered.ts'
import { type Rendering, renderModel } from './rendering.ts'

/** What compilations keep of rendered templates for later ones: plain data by key. */
export interface RenderingMemory {
  readonly get: (key: string) => Json | undefined
  readonly set: (key: string, value: Json) => void
}

/** A name that a template asked for, and what it was told. */
type Asked = readonly [kind: 'model' | 'source' | 'vars' | 'env', name: string, answer: string]

type Values = Readonly<Record<string, Json>>

/** A rendering that is good for as long as every name that it asked for has the same answer. */
interface Kept {
  readonly asked: readonly Asked[]
  readonly rendered: Rendered
  readonly diagnostics: readonly Diagnostic[]
}

/** All that a template can learn of a model by its name. */
function modelAnswer(model: ModelFile | undefined): string {
  return model ? JSON.stringify([modelId(model), model.name, model.package]) : ''
}

/** All that a template can learn of a source by its name. */
function sourceAnswer(source: SourceDefinition | undefined): string {
  return source ? JSON.stringify([source.id, source.origin]) : ''
}

function valueAnswer(values: Values, name: string): string {
  return Object.hasOwn(values, name) ? JSON.stringify(values[name]) : ''
}

/** The same names, taking note of those that are asked for. */
function noting(names: Names, asked: Asked[]): Names {
  return {
    ...names,
    model: (name) => {
      const model = names.model(name)
      asked.push(['model', name, modelAnswer(model)])
      return model
    },
    source: (name) => {
      const source = names.source(name)
      asked.push(['source', name, sourceAnswer(source)])
      return source
    },
  }
}

/** The same values, taking note of those that are asked for. What asks for all of them is good for nobody else. */
function notingValues<T extends Values>(kind: 'vars' | 'env', values: T, asked: Asked[]): T {
  const note = (name: string | symbol) => asked.push([kind, String(name), valueAnswer(values, String(name))])
  return new Proxy(values, {
    get: (all, name) => {
      note(name)
      return Reflect.get(all, name)
    },
    getOwnPropertyDescriptor: (all, name) => {
      note(name)
      return Reflect.getOwnPropertyDescriptor(all, name)
    },
    has: (all, name) => {
      note(name)
      return Reflect.has(all, name)
    },
    ownKeys: (all) => {
      asked.push([kind, '', 'all of them'])
      return Reflect.ownKeys(all)
    },
  })
}

/** A rendering whose surroundings take note of what its template asks for. */
function notingRendering(rendering: Rendering, asked: Asked[]): Rendering {
  const { surroundings } = rendering
  const { project, names } = surroundings
  const vars = notingValues('vars', project.vars, asked)
  const env = notingValues('env', project.env, asked)
  const noted = { ...surroundings, names: noting(names, asked), project: { ...project, vars, env } }
  return { ...rendering, surroundings: noted }
}

function isStill({ names, project }: Rendering['surroundings'], [kind, name, answer]: Asked): boolean {
  if (kind === 'model') return answer === modelAnswer(names.model(name))
  if (kind === 'source') return answer === sourceAnswer(names.source(name))
  return answer === valueAnswer(project[kind], name)
}

function hashOf(...parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest('hex')
}

/** Everything of a project that every template sees: all but what it asks for by name. */
function surroundingsKey(project: Project): string {
  const { files, models, sources, singularAssertions, unitTests, exposures, groups, ...beside } = project
  const { docs, selectors, vars, env, target, ...seen } = beside
  return hashOf(JSON.stringify([seen, target.name, target.type, target.schema]))
}

function keyOf(surroundings: string, { file, description, columns, assertions, ...seen }: ModelFile): string {
  return hashOf(surroundings, file.path, file.text, JSON.stringify(seen))
}

/** What was kept is data; its places are joined to their files again, so that diagnostics can show lines of them. */
function revived(rendered: Rendered, project: Project): Rendered {
  const placed = <T extends { readonly location: Location }>(one: T): T => {
    const file = project.files.get(one.location.path)
    return file ? { ...one, location: locateIn(file, one.location) } : one
  }
  const { uses, config, texts } = rendered
  const placedUses = (some: Rendered['uses']): Rendered['uses'] => {
    const { reads, filters, windows } = some
    return { ...some, reads: reads.map(placed), filters: filters.map(placed), windows: windows.map(placed) }
  }
  const placedText = (text: RenderedText): RenderedText => ({ ...text, uses: placedUses(text.uses) })
  return {
    ...rendered,
    uses: placedUses(uses),
    ...(texts ? { texts: { first: placedText(texts.first), incremental: placedText(texts.incremental) } } : {}),
    config: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, placed(value)])) as RawConfig,
  }
}

/**
 * Renders models, or takes what an earlier compilation kept of the same text among the same settings, when all that it
 * asked for is still so. What has errors, or asks for rows, is rendered each time.
 */
export function modelRenderer(
  rendering: Rendering,
  memory: RenderingMemory | undefined,
): (model: ModelFile) => Checked<Rendered> {
  if (!memory) return (model) => renderModel(rendering, model)
  const { surroundings } = rendering
  const { project } = surroundings
  const common = surroundingsKey(project)
  return (model) => {
    const key = keyOf(common, model)
    const kept = memory.get(key) as Kept | undefined
    if (kept?.asked.every((asked) => isStill(surroundings, asked))) {
      return { value: revived(kept.rendered, project), diagnostics: kept.diagnostics }
    }
    const asked: Asked[] = []
    const checked = renderModel(notingRendering(rendering, asked), model)
    const { value: rendered, diagnostics } = checked
    const asksRows = rendering.queries.has(modelId(model)) || rendered?.answers.length !== 0
    if (rendered && !asksRows && !hasErrors(diagnostics)) {
      memory.set(key, { asked, rendered, diagnostics } as unknown as Json)
    }
    return checked
  }
}
