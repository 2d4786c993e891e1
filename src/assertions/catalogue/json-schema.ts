import type { Json } from '../../project/index.ts'
import type { Compilation, Definition } from '../definition.ts'
import { judgeRows } from './predicate.ts'
import { textLiteral, textOf } from './texts.ts'

type Schema = Readonly<Record<string, Json>>

const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isScalar = (value: Json): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value)
const isNumber = (value: Json): boolean => typeof value === 'number' && Number.isFinite(value)
const isCount = (value: Json): boolean => Number.isSafeInteger(value) && Number(value) >= 0
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : [])
const typeNames = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']

const isType = (value: Json): boolean => {
  const list = Array.isArray(value) ? listOf(value) : [value]
  return list.length > 0 && list.every((one) => typeNames.includes(String(one)))
}

/** The keywords that are judged, with what they take; those that only describe take anything. */
const keywords: Readonly<Record<string, (value: Json) => boolean>> = {
  type: isType,
  properties: isSchema,
  required: (value) => Array.isArray(value) && listOf(value).every((one) => typeof one === 'string'),
  enum: (value) => listOf(value).length > 0 && listOf(value).every(isScalar),
  const: isScalar,
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: isNumber,
  exclusiveMaximum: isNumber,
  minLength: isCount,
  maxLength: isCount,
  pattern: (value) => typeof value === 'string',
  ...Object.fromEntries(
    ['$schema', '$id', 'title', 'description', 'default', 'examples'].map((name) => [name, () => true]),
  ),
}

/** What is wrong with a schema, deepest first. */
function schemaProblem(schema: Schema, place: string): string | undefined {
  for (const [name, value] of Object.entries(schema)) {
    const isFine = Object.hasOwn(keywords, name) ? keywords[name] : undefined
    if (!isFine) return `has \`${name}\` in ${place}, which is not judged`
    if (!isFine(value)) return `has a wrong \`${name}\` in ${place}`
  }
  for (const [name, inner] of Object.entries(isSchema(schema.properties) ? schema.properties : {})) {
    const problem = isSchema(inner)
      ? schemaProblem(inner, `${place}.${name}`)
      : `has a property \`${name}\` in ${place} that is no mapping`
    if (problem !== undefined) return problem
  }
  return undefined
}

/** The conditions of a schema at a place of a document; each is true or false, and true where there is nothing. */
function conditions(compilation: Compilation, schema: Schema, path: readonly string[]): readonly string[] {
  const { dialect } = compilation
  const { checks, safeCast } = dialect.functions
  const document = textOf(compilation)
  const kind = checks.jsonType(document, path)
  const text = checks.jsonText(document, path)
  const number = safeCast(text, dialect.type('double') ?? '')
  const numeral = (value: Json | undefined): string => dialect.literal({ type: 'number', value: Number(value) })
  const when = (type: string, condition: string): string =>
    `case when ${kind} = '${type}' then ${condition} else true end`
  const integer = checks.matches(text, textLiteral(compilation, '^-?[0-9]+([.]0+)?$'), false)
  const isOf = (type: Json): string =>
    type === 'integer' ? `(${kind} = 'number' and ${integer})` : `${kind} = '${String(type)}'`
  const is = (value: Json): string => {
    if (value === null) return `${kind} = 'null'`
    if (typeof value === 'number')
      return `case when ${kind} = 'number' then coalesce(${number} = ${numeral(value)}, false) else false end`
    return `(${kind} = '${typeof value}' and ${text} = ${textLiteral(compilation, String(value))})`
  }
  const oneOf = (found: readonly string[]): string => `(${kind} is null or ${found.join(' or ')})`
  const { const: only } = schema
  const compared = (name: string, operator: string): string[] =>
    schema[name] === undefined
      ? []
      : [when('number', `coalesce(${number} ${operator} ${numeral(schema[name])}, false)`)]
  const counted = (name: string, operator: string): string[] =>
    schema[name] === undefined ? [] : [when('string', `${checks.length(text)} ${operator} ${numeral(schema[name])}`)]
  const types = schema.type === undefined ? [] : Array.isArray(schema.type) ? listOf(schema.type) : [schema.type]
  const inner = Object.entries(isSchema(schema.properties) ? schema.properties : {}).flatMap(([name, property]) =>
    isSchema(property) ? conditions(compilation, property, [...path, name]) : [],
  )
  return [
    ...(types.length === 0 ? [] : [oneOf(types.map(isOf))]),
    ...(schema.enum === undefined ? [] : [oneOf(listOf(schema.enum).map(is))]),
    ...(only === undefined ? [] : [oneOf([is(only)])]),
    ...compared('minimum', '>='),
    ...compared('maximum', '<='),
    ...compared('exclusiveMinimum', '>'),
    ...compared('exclusiveMaximum', '<'),
    ...counted('minLength', '>='),
    ...counted('maxLength', '<='),
    ...(typeof schema.pattern === 'string'
      ? [when('string', checks.matches(text, textLiteral(compilation, schema.pattern), false))]
      : []),
    ...listOf(schema.required).map((name) =>
      when('object', `${checks.jsonType(document, [...path, String(name)])} is not null`),
    ),
    ...inner.map((condition) => when('object', condition)),
  ]
}

const jsonSchema: Definition = {
  summary:
    'A row fails when the column, as text, is no JSON, or is none of the JSON Schema `schema`. Judged are `type`, `properties`, `required`, `enum`, `const`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minLength`, `maxLength` and `pattern`.',
  nulls: 'pass (add not_null)',
  empty: 'passes',
  example:
    '- json_schema: { schema: { type: object, required: [id], properties: { id: { type: integer, minimum: 1 } } } }',
  column: 'required',
  arguments: { schema: { kind: 'mapping', required: true, help: 'a JSON Schema, as YAML' } },
  ofRows: true,
  weaker:
    'schemas with other keywords (`items`, `additionalProperties`, `anyOf`, `$ref` …) are refused; nothing is left out silently',
  problem: ({ schema }) => (isSchema(schema) ? schemaProblem(schema, 'schema') : undefined),
  label: ({ schema }) => JSON.stringify(schema),
  compile: (compilation) => {
    const { schema } = compilation.assertion.arguments
    const found = isSchema(schema) ? conditions(compilation, schema, []) : []
    const isJson = compilation.dialect.functions.checks.isJson(textOf(compilation))
    const isGood = `case when ${isJson} then ${found.length === 0 ? 'true' : found.join(' and ')} else false end`
    return judgeRows(compilation, `${compilation.column()} is not null and not (${isGood})`)
  },
}

/** Checks of what documents hold. */
export const documentChecks: Readonly<Record<string, Definition>> = { json_schema: jsonSchema }
