import { z } from 'zod'
import { configShape, effectlessConfig, effectlessProperties } from '../config/index.ts'
import { configHelp, projectHelp, propertiesHelp } from './key-help.ts'
import { idleKeys, projectSchema } from './project-schema.ts'
import { propertiesSchema } from './properties-schema.ts'
import { selectorsJsonSchema } from './selectors-schema.ts'

/** The kinds of YAML files of a project. */
export type SchemaFile = 'project' | 'properties' | 'selectors'

/** An engine as targets name it, with its own keys. */
export interface SchemaEngine {
  readonly name: string
  readonly options: Readonly<Record<string, { readonly type: string; readonly help: string }>>
}

/** JSON Schema, as far as it is changed here. */
interface Schema {
  description?: string | undefined
  type?: unknown
  enum?: unknown
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  additionalProperties?: Schema | boolean
  [key: string]: unknown
}

/** A value that `{{ var('x') }}` or `{{ env_var('X') }}` stands for: every scalar may be one. */
const template: Schema = { type: 'string', pattern: '\\{\\{' }

function isClosedScalar({ type, enum: values }: Schema): boolean {
  return values !== undefined || type === 'number' || type === 'integer' || type === 'boolean'
}

/** An alternative: what is said of the whole is not said again of it. */
function silent({ description: _, ...schema }: Schema): Schema {
  return schema
}

/** Says at a key what it is, in the schema of its value: editors show it there. */
function describe(schema: Schema, path: string, help: Readonly<Record<string, string>>): Schema {
  const { properties, items, anyOf, additionalProperties: others } = schema
  const known = help[path]
  const inside = {
    ...schema,
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [
              key,
              describe(value, path === '' ? key : `${path}.${key}`, help),
            ]),
          ),
        }
      : {}),
    ...(items ? { items: describe(items, `${path}[]`, help) } : {}),
    ...(anyOf ? { anyOf: anyOf.map((option) => silent(describe(option, path, help))) } : {}),
    ...(typeof others === 'object' ? { additionalProperties: describe(others, `${path}.*`, help) } : {}),
  }
  const described = isClosedScalar(schema) ? { anyOf: [inside, template] } : inside
  return known === undefined ? described : { ...described, description: known }
}

function schemaOf(shape: z.ZodType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input' }) as Schema
  return schema
}

const noEffect = (reason: string) => `No effect here: ${reason}`

/** Settings of a model: those that are read, and those that are accepted without effect. */
function configSchema(): Schema {
  const read = Object.entries(configShape).map(([key, shape]): [string, Schema] => [
    key,
    describe({ anyOf: [schemaOf(shape), { type: 'null' }] }, key, configHelp),
  ])
  const idle = Object.entries(effectlessConfig).map(([key, reason]): [string, Schema] => [
    key,
    { description: noEffect(reason) },
  ])
  return { type: 'object', properties: Object.fromEntries([...read, ...idle]), additionalProperties: false }
}

/** Settings by folder: keys of settings, with or without `+`, and folders, which are mappings. */
function folderSchema(): Schema {
  const { properties = {} } = configSchema()
  const marked = Object.entries(properties).map(([key, value]) => [`+${key}`, value] as const)
  return {
    type: 'object',
    properties: { ...properties, ...Object.fromEntries(marked) },
    additionalProperties: { anyOf: [{ $ref: '#/$defs/folder' }, { type: 'null' }] },
  }
}

/** The schema at a path of properties and items, through alternatives with null. */
function at(schema: Schema, path: readonly string[]): Schema {
  return path.reduce<Schema>((here, step) => {
    const options = [here, ...(here.anyOf ?? [])]
    const next = options.map((option) =>
      step === '[]' ? option.items : step === '*' ? option.additionalProperties : option.properties?.[step],
    )
    const found = next.find((option) => typeof option === 'object')
    return typeof found === 'object' ? found : {}
  }, schema)
}

function setKey(schema: Schema, path: readonly string[], key: string, value: Schema): void {
  const owner = at(schema, path)
  if (owner.properties) owner.properties[key] = value
  else for (const option of owner.anyOf ?? []) if (option.properties) option.properties[key] = value
}

function projectFile(engines: readonly SchemaEngine[]): Schema {
  const schema = describe(schemaOf(projectSchema), '', projectHelp)
  const target = at(schema, ['targets', '*'])
  const options = engines.flatMap(({ name, options: own }) =>
    Object.entries(own).map(([key, { help }]): [string, Schema] => [key, { description: `${name}: ${help}` }]),
  )
  Object.assign(target.properties ?? {}, Object.fromEntries(options))
  if (engines.length > 0) {
    const names = engines.map(({ name }) => name)
    setKey(schema, ['targets', '*'], 'type', {
      description: projectHelp['targets.*.type'],
      anyOf: [{ enum: names }, template],
    })
  }
  for (const key of ['models', 'seeds'] as const) {
    setKey(schema, [], key, {
      description: projectHelp[key],
      anyOf: [{ $ref: '#/$defs/folder' }, { type: 'null' }],
    })
  }
  for (const key of idleKeys)
    setKey(schema, [], key, { description: noEffect('it is accepted so that files written for dbt work') })
  return { ...schema, $defs: { folder: folderSchema() } }
}

/** Where keys stand that have no effect. */
const levels: readonly (readonly [keyof typeof effectlessProperties, readonly string[]])[] = [
  ['file', []],
  ['model', ['models', '[]']],
  ['model', ['seeds', '[]']],
  ['column', ['models', '[]', 'columns', '[]']],
  ['column', ['seeds', '[]', 'columns', '[]']],
  ['column', ['sources', '[]', 'tables', '[]', 'columns', '[]']],
  ['source', ['sources', '[]']],
  ['table', ['sources', '[]', 'tables', '[]']],
]

/** The assertions of a model or a column: names, and names with their arguments. */
function assertionList(names: readonly string[]): Schema {
  const known = Object.fromEntries(names.map((name) => [name, {}]))
  const item: Schema = { anyOf: [{ enum: names }, { type: 'string' }, { type: 'object', properties: known }] }
  return { anyOf: [{ type: 'array', items: item }, { type: 'null' }] }
}

function propertiesFile(assertions: readonly string[]): Schema {
  const schema = describe(schemaOf(propertiesSchema), '', propertiesHelp)
  for (const [level, path] of levels) {
    for (const [key, reason] of Object.entries(effectlessProperties[level])) {
      setKey(schema, path, key, { description: noEffect(reason) })
    }
    if (level === 'file' || level === 'source') continue
    for (const key of ['data_tests', 'tests', 'assertions']) {
      setKey(schema, path, key, { ...assertionList(assertions), description: propertiesHelp[`models[].${key}`] })
    }
  }
  for (const owner of ['models', 'seeds']) {
    setKey(schema, [owner, '[]'], 'config', {
      anyOf: [{ $ref: '#/$defs/config' }, { type: 'null' }],
      description: propertiesHelp['models[].config'],
    })
  }
  return { ...schema, $defs: { config: configSchema() } }
}

/**
 * JSON Schema of `project.yml`, of properties files, or of `selectors.yml`, for editors: every key with a line that says what
 * it is. `engines` are those that targets may name, `assertions` the names that assertions have.
 */
export function jsonSchema(
  file: SchemaFile,
  known: { readonly engines: readonly SchemaEngine[]; readonly assertions: readonly string[] },
): Schema {
  const titles = { project: 'project.yml', properties: 'properties of models and sources', selectors: 'selectors.yml' }
  const body =
    file === 'project'
      ? projectFile(known.engines)
      : file === 'properties'
        ? propertiesFile(known.assertions)
        : selectorsJsonSchema
  // Written out and read again: what is undefined goes.
  const plain = JSON.parse(JSON.stringify(body)) as Schema
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: `elt: ${titles[file]}`, ...plain }
}
