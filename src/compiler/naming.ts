import type { RelationName } from '../adapters/contract.ts'
import { type Checked, type Diagnostic, diagnose, type Location, locate } from '../diagnostics/index.ts'
import type { Json, ModelConfig, ModelFile, RawConfig } from '../project/index.ts'
import { assertionContext } from './context.ts'
import { modelId } from './names.ts'
import { Recording } from './recording.ts'
import { type Rendering, renderOptions, schemaOf } from './rendering.ts'
import { fromJson, macroIn, parseTemplate, renderTemplate } from './template/index.ts'

/** The path of the text that calls a macro of names: no file can have it. */
const nowhere = '(name of a relation)'

/** The ledger's. */
const reserved = 'elt'

/** What a macro of names is told of a model: dbt's words for it. */
function nodeOf(file: ModelFile, config: ModelConfig): Json {
  const { alias = null, schema = null, materialized, tags, meta } = config
  const path = file.file.path
  return {
    name: file.name,
    resource_type: file.isSeed ? 'seed' : 'model',
    package_name: file.package,
    unique_id: `${file.isSeed ? 'seed' : 'model'}.${file.package}.${file.name}`,
    path: path.replace(/^[^/]*\//, ''),
    original_file_path: path,
    fqn: [
      file.package,
      ...path
        .replace(/^[^/]*\//, '')
        .replace(/\.(?:sql|csv)$/i, '')
        .split('/'),
    ],
    layer: file.layer,
    alias,
    schema,
    tags,
    meta,
    version: null,
    config: { alias, schema, materialized, tags, meta },
  }
}

/** What a macro of the project gives for a model; undefined when the project has no such macro. */
function givenBy(
  macro: string,
  custom: string | undefined,
  file: ModelFile,
  config: ModelConfig,
  rendering: Rendering,
): Checked<string> | undefined {
  const { macros, surroundings } = rendering
  if (!macroIn(macros, macros.ownership.project, macro)) return undefined
  const recording = new Recording(file.config, false)
  const schema = schemaOf(surroundings.project, file.layer)
  const globals = new Map(assertionContext({ surroundings, recording }, schema))
  globals.set('custom_name', custom ?? null)
  globals.set('node', fromJson(nodeOf(file, config)))
  const template = parseTemplate({ path: nowhere, text: `{{ ${macro}(custom_name, node) }}` })
  const options = renderOptions(recording, globals, rendering)
  const rendered = template.value ? renderTemplate(template.value, options) : template
  const start = locate(file.file, 0, 0)
  const diagnostics = [...rendered.diagnostics, ...recording.notes].map(({ location, ...found }) => ({
    ...found,
    location: location && location.path !== nowhere ? location : start,
  }))
  if (!rendered.value || 'statements' in rendered.value) return { value: undefined, diagnostics }
  const { pieces } = rendered.value
  const text = pieces
    .map((piece) => ('text' in piece ? piece.text : ' '))
    .join('')
    .trim()
  if (/^[^\s"'`;]+$/.test(text)) return { value: text, diagnostics }
  const empty = diagnose('name-macro-empty', { macro, model: modelId(file) }, start)
  return { value: undefined, diagnostics: [...diagnostics, empty] }
}

/** Where the target that this one defers to stores a model. What is wrong with its name is told of its own. */
export function relationElsewhere(
  file: ModelFile,
  config: ModelConfig,
  raw: RawConfig,
  rendering: Rendering,
): RelationName | undefined {
  const { surroundings } = rendering
  const { project } = surroundings
  const { deferTo } = project.target
  if (!deferTo) return undefined
  const there = { ...project, target: { ...project.target, ...deferTo } }
  return relationOf(file, config, raw, { ...rendering, surroundings: { ...surroundings, project: there } }).value
}

/**
 * Where a model is stored. Its schema: the target's pattern with the model's own `schema:`, or else its layer's, in the place
 * of `{layer}`; its name: the alias, or else the file's. The macros `generate_schema_name` and `generate_alias_name` of the
 * project decide otherwise.
 */
export function relationOf(
  file: ModelFile,
  config: ModelConfig,
  raw: RawConfig,
  rendering: Rendering,
): Checked<RelationName> {
  const { project } = rendering.surroundings
  const usual =
    config.schema === undefined
      ? schemaOf(project, file.layer)
      : project.target.schema.replaceAll('{layer}', config.schema)
  const ofSchema = givenBy('generate_schema_name', config.schema, file, config, rendering)
  const ofName = givenBy('generate_alias_name', config.alias, file, config, rendering)
  const [schema, name] = [ofSchema ? ofSchema.value : usual, ofName ? ofName.value : (config.alias ?? file.name)]
  const diagnostics: Diagnostic[] = [...(ofSchema?.diagnostics ?? []), ...(ofName?.diagnostics ?? [])]
  if (schema === undefined || name === undefined) return { value: undefined, diagnostics }
  const at: Location = raw.schema?.location ?? locate(file.file, 0, 0)
  if (schema.toLowerCase() === reserved) {
    diagnostics.push(diagnose('schema-reserved', { schema, model: modelId(file) }, at))
  }
  return { value: { schema, name }, diagnostics }
}
