import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { adapterNames, adapterOf } from '../../adapters/index.ts'
import { jsonSchema, type SchemaFile } from '../index.ts'

const root = resolve(import.meta.dirname, '../../..')
const engines = adapterNames.flatMap((name) => adapterOf(name) ?? [])
const schemaOf = (file: SchemaFile) => jsonSchema(file, { engines, assertions: ['not_null', 'unique'] })
const validators = new Map<SchemaFile, z.ZodType>()

/** Whether a file fits the schema, as an editor would judge it. */
function fits(file: SchemaFile, text: string): boolean {
  const validator = validators.get(file) ?? z.fromJSONSchema(schemaOf(file) as Parameters<typeof z.fromJSONSchema>[0])
  validators.set(file, validator)
  return validator.safeParse(parse(text)).success
}

const sample = readdirSync(join(root, 'models'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.yml'),
)
const targets = 'targets: { local: { type: duckdb, path: a.duckdb } }\n'

describe('the schema of project.yml', () => {
  it('accepts the sample', () => {
    expect(fits('project', readFileSync(join(root, 'project.yml'), 'utf8'))).toBe(true)
  })

  it.each([
    [
      'settings by folder, with + and templates',
      `name: a\n${targets}models: { analytics: { +materialized: table, finance: { batch: "{{ var('n') }}" } } }`,
      true,
    ],
    ['keys of dbt without effect', `name: a\nversion: 2\nprofile: x\n`, true],
    ['an unknown key', `nmae: a\nname: a\n`, false],
    ['an unknown setting', `name: a\nmodels: { analytics: { materialised: table } }`, false],
    ['a value that is none', `name: a\nmodels: { analytics: { materialized: cube } }`, false],
    ['an unknown engine', `name: a\ntargets: { local: { type: dukdb } }`, false],
    ['an unknown key of a layer', `name: a\nlayers: { mart: { scheme: x } }`, false],
    ['no name', targets, false],
  ])('%s', (_, text, accepted) => {
    expect(fits('project', text)).toBe(accepted)
  })
})

describe('the schema of properties files', () => {
  it.each(sample)('accepts %s', (path) => {
    expect(fits('properties', readFileSync(join(root, 'models', path), 'utf8'))).toBe(true)
  })

  it.each([
    [
      'a key of dbt without effect',
      'models: [{ name: a, constraints: [], columns: [{ name: b, quote: true }] }]',
      true,
    ],
    [
      'an assertion of a macro',
      'models: [{ name: a, data_tests: [mine, { unique: { where: x } }, { other: {} }] }]',
      true,
    ],
    ['settings', 'models: [{ name: a, config: { materialized: table, grants: { select: [x] } } }]', true],
    ['an unknown key of a model', 'models: [{ name: a, descripton: b }]', false],
    [
      'an unknown key of a column',
      'sources: [{ name: a, tables: [{ name: b, columns: [{ name: c, data_typ: text }] }] }]',
      false,
    ],
    ['an unknown setting', 'models: [{ name: a, config: { materialised: table } }]', false],
    ['an unknown format', 'sources: [{ name: a, tables: [{ name: b, format: xml }] }]', false],
    ['an unknown key of the file', 'model: []', false],
  ])('%s', (_, text, accepted) => {
    expect(fits('properties', text)).toBe(accepted)
  })
})

describe('the schema of selectors.yml', () => {
  it.each([
    ['a text', 'tag:nightly+', true],
    ['a method and its value', '{ tag: nightly }', true],
    ['all of a method', '{ method: tag, value: nightly, children: true, parents_depth: 2, exclude: [x] }', true],
    ['sets of sets', '{ union: [a, { intersection: [{ tag: b }, c] }, { exclude: [d] }] }', true],
    ['an unknown key beside a method', '{ method: tag, value: x, childs: true }', false],
    ['a set with something beside it', '{ union: [a], tag: b }', false],
    ['a depth that is none', '{ method: tag, value: x, children_depth: 0 }', false],
    ['an empty set', '{ union: [] }', false],
  ])('%s', (_, definition, accepted) => {
    expect(fits('selectors', `selectors: [{ name: a, definition: ${definition} }]`)).toBe(accepted)
  })
})

/** Paths of keys whose schema says nothing of what they are. */
function silent(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const {
    properties = {},
    items,
    anyOf = [],
    additionalProperties,
    $defs = {},
    description,
  } = schema as Record<string, never>
  const own =
    path !== '' && !path.endsWith('[]') && !path.endsWith('*') && !path.endsWith('?') && description === undefined
      ? [path]
      : []
  return [
    ...own,
    ...Object.entries({ ...(properties as object), ...(path === '' ? ($defs as object) : {}) }).flatMap(
      ([key, value]) => silent(value, path === '' && key in ($defs as object) ? `${key}?` : `${path}.${key}`),
    ),
    ...silent(items, `${path}[]`),
    ...(anyOf as unknown[]).flatMap((option) => silent(option, `${path}?`)),
    ...(typeof additionalProperties === 'object' ? silent(additionalProperties, `${path}.*`) : []),
  ]
}

describe('every key', () => {
  it.each(['project', 'properties', 'selectors'] as const)('of %s says what it is', (file) => {
    // Names of assertions, and what stands inside of settings, are explained where they stand.
    const inner =
      /data_tests|\.tests|assertions|partition_by|reads|docs|hook|on[_-]run|\?\.(?:before|after|show|node_color)/
    expect(silent(schemaOf(file), '').filter((path) => !inner.test(path))).toEqual([])
  })
})
